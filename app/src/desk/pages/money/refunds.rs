//! Refunds that have not moved yet; one that the channel refused is tried again.

use super::{channel_name, input};
use crate::paths;
use crate::t::money as t;
use crate::ui::{Button, ButtonKind, Cell, Column, DataTable, Details, Panel, Tone};
use domain::bill::{CounterMeans, RefundState};
use leptos::prelude::*;
use service::money::refunds::OpenRefund;

pub(super) fn open(rows: &[OpenRefund], keeps: bool) -> AnyView {
    let columns = vec![
        Column::new(t::col_bill()),
        Column::numeric(t::col_amount()),
        Column::new(t::col_why()),
        Column::new(t::col_state()),
        Column::new(t::col_act()),
    ];
    let lines = rows.iter().map(|row| line(row, keeps)).collect();
    view! {
        <Panel title=t::open_title() id="refunds">
            <DataTable
                caption=t::open_title()
                caption_hidden=true
                columns=columns
                rows=lines
                empty=t::open_empty()
            />
        </Panel>
    }
    .into_any()
}

fn line(row: &OpenRefund, keeps: bool) -> Vec<Cell> {
    let tone = match row.state {
        RefundState::Due | RefundState::Sent => Tone::Warning,
        RefundState::Done => Tone::Success,
        RefundState::Failed => Tone::Danger,
    };
    let state = t::by_key(&format!("refund_state.{}", row.state.code())).unwrap_or_default();
    let by_hand = CounterMeans::parse(&row.provider).is_some();
    let act = if by_hand {
        Cell::View(view! { <a class="ov-link" href=paths::DESK_TAKINGS>{crate::t::takings::by_hand()}</a> }.into_any())
    } else if keeps && row.state == RefundState::Failed {
        Cell::View(form(row))
    } else {
        Cell::Text(problem(row))
    };
    vec![
        Cell::Text(format!("{} {}", row.bill_number, row.case_number)),
        Cell::Text(format!("{} {}", row.amount, channel_name(&row.provider))),
        Cell::from(t::by_key(&format!("why.{}", row.why.code())).unwrap_or_default()),
        Cell::Badge(state.to_owned(), tone),
        act,
    ]
}

fn problem(row: &OpenRefund) -> String {
    let Some(code) = &row.problem else { return String::new() };
    // Codes of our own have words; a channel's are shown as they are.
    let own = t::by_key(&format!("problem.{}", code.to_lowercase()));
    own.map_or_else(|| t::problem(code), str::to_owned)
}

fn form(row: &OpenRefund) -> AnyView {
    let action = paths::retry_refund(&row.number);
    let reason = input(&row.number, "reason", t::retry_reason());
    let problem = problem(row);
    view! {
        <p>{problem}</p>
        <Details summary=t::retry()>
            <form class="ov-stack ov-stack--tight" method="post" action=action>
                {reason}
                <div>
                    <Button kind=ButtonKind::Secondary>{t::retry_submit()}</Button>
                </div>
            </form>
        </Details>
    }
    .into_any()
}
