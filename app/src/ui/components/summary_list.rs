//! What has been answered.

use super::{Words, texts::texts};
use leptos::prelude::*;

/// One answer.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SummaryRow {
    /// The question, short.
    pub label: String,
    /// The answer; line breaks are kept.
    pub value: String,
    /// Leads back to the question; shows 修改.
    pub change_href: Option<String>,
    /// Small line under the value (its source, 未填写).
    pub note: Option<String>,
    /// Codes and money: tabular figures.
    pub numeric: bool,
}

impl SummaryRow {
    /// An answer that cannot be changed here.
    pub fn new(label: impl Into<String>, value: impl Into<String>) -> Self {
        Self { label: label.into(), value: value.into(), ..Self::default() }
    }

    /// The same answer with a link back to the question.
    #[must_use]
    pub fn change(mut self, href: impl Into<String>) -> Self {
        self.change_href = Some(href.into());
        self
    }

    /// The same answer in tabular figures.
    #[must_use]
    pub fn numeric(mut self) -> Self {
        self.numeric = true;
        self
    }

    /// The same answer with a small line under it.
    #[must_use]
    pub fn note(mut self, note: impl Into<String>) -> Self {
        self.note = Some(note.into());
        self
    }
}

/// Label–value pairs as `<dl>`. A11y: 修改 is completed by the hidden label, so that the link makes
/// sense alone.
#[component]
pub fn SummaryList(
    /// The answers in order.
    rows: Vec<SummaryRow>,
    /// Name of the list.
    #[prop(optional, into)]
    label: Words,
) -> impl IntoView {
    let rows = rows.into_iter().map(row).collect_view();
    view! {
        <dl class="ov-summary-list" aria-label=label.into_option()>
            {rows}
        </dl>
    }
}

fn row(row: SummaryRow) -> impl IntoView {
    let class = if row.numeric { "ov-summary-list__value ov-num" } else { "ov-summary-list__value" };
    let spoken = row.label.clone();
    view! {
        <div class="ov-summary-list__row">
            <dt class="ov-summary-list__label">{row.label}</dt>
            <dd class=class>
                {row.value}
                {row.note.map(|note| view! { <span class="ov-summary-list__note">{note}</span> })}
            </dd>
            {row
                .change_href
                .map(|href| {
                    view! {
                        <dd class="ov-summary-list__action">
                            <a class="ov-summary-list__change" href=href>
                                {texts().change}
                                <span class="ov-vh">{spoken}</span>
                            </a>
                        </dd>
                    }
                })}
        </div>
    }
}
