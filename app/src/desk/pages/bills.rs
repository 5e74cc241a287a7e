//! Bills and payments, for the treasurer.

use crate::t::desk as t;
use crate::ui::{Cell, Column, DataTable, EmptyState, Notification, PageHeading, Symbol, Tag, TagList, Tone};
use domain::time::Instant;
use leptos::prelude::*;
use service::payments::{BillRow, BillStatus};

/// Every bill with what was paid; money that has to be given back is said first.
pub fn bills(rows: &[BillRow]) -> AnyView {
    if rows.is_empty() {
        return view! {
            <PageHeading title=t::bills_title() />
            {ways()}
            <EmptyState symbol=Symbol::Pay title=t::bills_empty() body=t::bills_empty_body() />
        }
        .into_any();
    }
    let disputed: usize = rows.iter().map(|r| r.disputed).sum();
    let warning = (disputed > 0).then(|| {
        view! {
            <Notification tone=Tone::Danger title=t::bills_disputed_title(disputed) heading_level=2>
                <p>{t::bills_disputed_text()}</p>
            </Notification>
        }
    });
    let columns = vec![
        Column::new(t::bill_number()),
        Column::new(t::col_number()),
        Column::numeric(t::bill_total()),
        Column::new(t::bill_status()),
        Column::new(t::bills_raised()),
        Column::new(t::bill_paid_at()),
        Column::new(t::bills_transaction()),
        Column::new(t::bills_disputed()),
    ];
    let lines = rows.iter().map(line).collect();
    view! {
        <PageHeading title=t::bills_title() lead=t::bills_lead(rows.len()) />
        {warning}
        {ways()}
        <DataTable caption=t::bills_title() caption_hidden=true columns=columns rows=lines />
    }
    .into_any()
}

/// The other pages about money.
fn ways() -> AnyView {
    let tags = vec![
        Tag::link(crate::t::money::tab(), crate::paths::DESK_MONEY, false),
        Tag::link(crate::t::takings::tab(), crate::paths::DESK_TAKINGS, false),
    ];
    view! { <TagList tags=tags label=crate::t::money::tab() /> }.into_any()
}

fn line(row: &BillRow) -> Vec<Cell> {
    let none = || t::bills_none().to_owned();
    let (status, tone) = bill_status(row.status);
    let disputed = match row.disputed {
        0 => Cell::from(t::bills_disputed_none()),
        n => Cell::Badge(t::bills_disputed_n(n), Tone::Danger),
    };
    vec![
        Cell::Text(row.number.clone()),
        Cell::Text(row.case_number.clone()),
        Cell::Text(row.amount.to_string()),
        Cell::Badge(status.to_owned(), tone),
        Cell::Text(row.raised_at.format_zh()),
        Cell::Text(row.paid_at.map_or_else(none, Instant::format_zh)),
        Cell::Text(row.transaction_id.clone().unwrap_or_else(none)),
        disputed,
    ]
}

/// A bill's status in words, with its colour.
pub(super) fn bill_status(status: BillStatus) -> (&'static str, Tone) {
    match status {
        BillStatus::Open => (t::bill_open(), Tone::Warning),
        BillStatus::Paid => (t::bill_paid(), Tone::Success),
        BillStatus::Closed => (t::bill_closed(), Tone::Neutral),
        BillStatus::RefundDue => (crate::t::money::status_refunding(), Tone::Warning),
        BillStatus::Refunded => (crate::t::money::status_refunded(), Tone::Neutral),
    }
}
