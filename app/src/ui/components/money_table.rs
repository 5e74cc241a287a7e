//! What something costs and why.

use super::texts::texts;
use leptos::prelude::*;

/// One fee.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct MoneyLine {
    /// What for.
    pub label: String,
    /// Rule that it is charged by (行政许可法 §58: no fee without one).
    pub basis: String,
    /// Formatted amount (¥ 80.00).
    pub amount: String,
    /// Amount before a reduction, formatted.
    pub before_reduction: Option<String>,
    /// Why it is reduced.
    pub reduction: Option<String>,
}

impl MoneyLine {
    /// A fee without reduction.
    pub fn new(label: impl Into<String>, basis: impl Into<String>, amount: impl Into<String>) -> Self {
        Self { label: label.into(), basis: basis.into(), amount: amount.into(), ..Self::default() }
    }
}

/// Fees line by line with basis, and the sum. A11y: a table with row heads; amounts in tabular
/// figures; the old amount is marked by `<s>` and its reason in words.
#[component]
pub fn MoneyTable(
    /// What the table shows.
    #[prop(into)]
    caption: String,
    /// The fees.
    lines: Vec<MoneyLine>,
    /// Formatted sum.
    #[prop(into)]
    total: String,
) -> impl IntoView {
    let words = texts();
    let rows = lines.into_iter().map(line).collect_view();
    view! {
        <table class="ov-money-table">
            <caption class="ov-money-table__caption">{caption}</caption>
            <thead class="ov-vh">
                <tr>
                    <th scope="col">{words.fee_item}</th>
                    <th scope="col">{words.fee_amount}</th>
                </tr>
            </thead>
            <tbody>{rows}</tbody>
            <tfoot>
                <tr>
                    <th class="ov-money-table__total-label" scope="row">{words.fee_total}</th>
                    <td class="ov-money-table__total">{total}</td>
                </tr>
            </tfoot>
        </table>
    }
}

fn line(line: MoneyLine) -> impl IntoView {
    let basis = (!line.basis.is_empty()).then(|| {
        view! { <span class="ov-money-table__basis">{format!("{}：{}", texts().fee_basis, line.basis)}</span> }
    });
    view! {
        <tr>
            <th class="ov-money-table__label" scope="row">
                {line.label} {basis}
                {line
                    .reduction
                    .map(|why| view! { <span class="ov-money-table__basis">{why}</span> })}
            </th>
            <td class="ov-money-table__amount">
                {line
                    .before_reduction
                    .map(|old| view! { <s class="ov-money-table__before">{old}</s> })}
                {line.amount}
            </td>
        </tr>
    }
}
