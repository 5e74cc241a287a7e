//! The queue (办件队列).

use crate::paths;
use crate::t::desk as t;
use crate::track::pages::{days_left, status_tone};
use crate::ui::{
    Button, ButtonKind, Cell, Choice, Column, DataTable, EmptyState, Field, LinkButton, PageHeading, SelectField,
    Symbol, Tag, TagList, Tone,
};
use domain::case::{BillState, CaseStatus};
use leptos::prelude::*;
use service::desk::{QueueFilter, QueueRow};

/// The queue in the given order (the service puts the most urgent first), with its filter (GET:
/// `status`, `number`) and, by right, the ways to bills and failed jobs; `more` are further pages,
/// label and address.
pub fn queue(
    rows: &[QueueRow],
    filter: &QueueFilter,
    can_money: bool,
    can_operate: bool,
    more: &[(&'static str, &'static str)],
) -> AnyView {
    let filtered = filter.status.is_some() || !filter.number.is_empty();
    let list = if rows.is_empty() { empty(filtered) } else { table(rows) };
    view! {
        <PageHeading title=t::queue_title() lead=t::queue_lead(rows.len()) />
        {tabs(can_money, can_operate, more)}
        {filter_form(filter, filtered)}
        {list}
    }
    .into_any()
}

fn tabs(can_money: bool, can_operate: bool, more: &[(&'static str, &'static str)]) -> Option<AnyView> {
    let mut tags = vec![Tag::link(t::tab_queue(), paths::DESK, true)];
    tags.extend(can_money.then(|| Tag::link(t::tab_bills(), paths::DESK_BILLS, false)));
    tags.extend(can_operate.then(|| Tag::link(t::tab_jobs(), paths::DESK_JOBS, false)));
    tags.extend(more.iter().map(|(label, href)| Tag::link(*label, *href, false)));
    (tags.len() > 1).then(|| view! { <TagList tags=tags label=t::queue_tabs() /> }.into_any())
}

fn filter_form(filter: &QueueFilter, filtered: bool) -> AnyView {
    let choices = CaseStatus::ALL.into_iter().map(|s| Choice::new(s.as_str(), s.title())).collect();
    let clear = filtered.then(|| {
        view! { <LinkButton href=paths::DESK kind=ButtonKind::Quiet>{t::filter_clear()}</LinkButton> }
    });
    view! {
        <form class="ov-desk-filter" method="get" action=paths::DESK role="search">
            <SelectField
                name="status"
                label=t::filter_status()
                choices=choices
                value=filter.status.map(CaseStatus::as_str)
                empty_label=t::filter_all()
                required=false
            />
            <Field
                name="number"
                label=t::filter_number()
                hint=t::filter_number_hint()
                value=filter.number.clone()
                required=false
                autocomplete="off"
            />
            <div class="ov-cluster">
                <Button kind=ButtonKind::Secondary symbol=Symbol::Search>{t::filter_submit()}</Button>
                {clear}
            </div>
        </form>
    }
    .into_any()
}

fn empty(filtered: bool) -> AnyView {
    if filtered {
        view! {
            <EmptyState title=t::queue_empty_filtered() body=t::queue_empty_filtered_body()>
                <LinkButton href=paths::DESK kind=ButtonKind::Secondary>{t::filter_clear()}</LinkButton>
            </EmptyState>
        }
        .into_any()
    } else {
        view! { <EmptyState symbol=Symbol::Check title=t::queue_empty() body=t::queue_empty_body() /> }.into_any()
    }
}

fn table(rows: &[QueueRow]) -> AnyView {
    let columns = vec![
        Column::new(t::col_number()),
        Column::new(t::col_title()),
        Column::new(t::col_applicant()),
        Column::new(t::col_status()),
        Column::new(t::col_left()),
        Column::new(t::col_waits()),
        Column::new(t::col_submitted()),
    ];
    let rows = rows.iter().map(line).collect();
    view! { <DataTable caption=t::queue_title() caption_hidden=true columns=columns rows=rows /> }.into_any()
}

fn line(row: &QueueRow) -> Vec<Cell> {
    let (left, tone) = match &row.due {
        Some(due) => days_left(due),
        None => (t::left_none().to_owned(), Tone::Neutral),
    };
    vec![
        Cell::Link(row.number.clone(), paths::desk_case(row.id)),
        Cell::Text(row.title.clone()),
        Cell::Text(row.applicant_masked.clone()),
        Cell::Badge(row.status.title().to_owned(), status_tone(row.status)),
        Cell::Badge(left, tone),
        Cell::Text(waits(row)),
        Cell::Text(row.submitted_at.format_zh()),
    ]
}

/// Everything outside of the office that the case waits for.
pub(super) fn waits(row: &QueueRow) -> String {
    let open = !row.status.is_final();
    let reasons: Vec<String> = [
        (row.status == CaseStatus::Correcting).then(|| t::wait_correction().to_owned()),
        (open && row.waits_for_party).then(|| t::wait_party().to_owned()),
        (open && row.bill == BillState::Due).then(|| t::wait_payment().to_owned()),
        (open && row.owed).then(|| crate::t::promises::wait_owed().to_owned()),
        row.special.as_ref().map(t::wait_special),
    ]
    .into_iter()
    .flatten()
    .collect();
    if reasons.is_empty() { t::wait_nothing().to_owned() } else { reasons.join("、") }
}
