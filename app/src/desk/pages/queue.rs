//! The queue (办件队列).

use crate::paths;
use crate::t::desk as t;
use crate::track::pages::{days_left, status_tone};
use crate::ui::{
    Button, ButtonKind, Cell, Choice, Column, DataTable, EmptyState, Field, LinkButton, PageHeading, SelectField,
    Symbol, Tag, TagList, Tone,
};
use domain::case::{BillState, CaseStatus};
use domain::policy::Right;
use leptos::prelude::*;
use service::desk::{QueueFilter, QueueRow};
use service::reach::Received;
use std::collections::BTreeSet;

/// The queue in the given order (the service puts the most urgent first), with its filter (GET: `status`,
/// `number`, and `place` where there are `places` to choose from: id and name) and, by right, the ways to the
/// counter, bills, failed jobs, the catalogue, spot checks and checks of promises.
pub fn queue(rows: &[QueueRow], filter: &QueueFilter, may: &BTreeSet<Right>, places: &[(String, String)]) -> AnyView {
    let filtered = filter.status.is_some() || !filter.number.is_empty() || !filter.place.is_empty();
    let list = if rows.is_empty() { empty(filtered) } else { table(rows) };
    view! {
        <PageHeading title=t::queue_title() lead=t::queue_lead(rows.len()) />
        {tabs(may)}
        {filter_form(filter, filtered, places)}
        {list}
    }
    .into_any()
}

fn tabs(may: &BTreeSet<Right>) -> Option<AnyView> {
    let ways = [
        (Right::Receive, crate::t::counter::tab(), paths::DESK_COUNTER),
        (Right::TakeMoney, crate::t::takings::tab(), paths::DESK_TAKINGS),
        (Right::ReadMoney, t::tab_bills(), paths::DESK_BILLS),
        (Right::KeepMoney, crate::t::money::tab(), paths::DESK_MONEY),
        (Right::Operate, t::tab_jobs(), paths::DESK_JOBS),
        (Right::ReadCatalogue, crate::t::calendar::tab_catalogue(), paths::DESK_CATALOGUE),
        (Right::Oversee, crate::t::spot_checks::tab(), paths::SPOT_CHECKS),
        (Right::Decide, crate::t::promises::tab(), paths::FOLLOW_UPS),
    ];
    let open = ways.into_iter().filter(|(right, ..)| may.contains(right));
    let mut tags = vec![Tag::link(t::tab_queue(), paths::DESK, true)];
    tags.extend(open.map(|(_, text, href)| Tag::link(text, href, false)));
    (tags.len() > 1).then(|| view! { <TagList tags=tags label=t::queue_tabs() /> }.into_any())
}

fn filter_form(filter: &QueueFilter, filtered: bool, places: &[(String, String)]) -> AnyView {
    let choices = CaseStatus::ALL.into_iter().map(|s| Choice::new(s.as_str(), s.title())).collect();
    let clear = filtered.then(|| {
        view! { <LinkButton href=paths::DESK kind=ButtonKind::Quiet>{t::filter_clear()}</LinkButton> }
    });
    let place = (!places.is_empty()).then(|| {
        let choices = places.iter().map(|(id, name)| Choice::new(id.clone(), name.clone())).collect();
        let chosen = Some(filter.place.as_str()).filter(|id| !id.is_empty());
        view! {
            <SelectField
                name="place"
                label=crate::t::counter::filter_place()
                choices=choices
                value=chosen
                empty_label=crate::t::counter::filter_place_all()
                required=false
            />
        }
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
            {place}
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
        Column::new(crate::t::counter::col_received()),
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
        Cell::Text(
            row.received.as_ref().map_or_else(|| crate::t::counter::received_online().to_owned(), received_text),
        ),
    ]
}

/// “Received at X for Y”, the same words for both sides.
pub(super) fn received_text(received: &Received) -> String {
    if received.far {
        crate::t::counter::received_far(&received.place, &received.body)
    } else {
        crate::t::counter::received_here(&received.place, &received.body)
    }
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
