//! 对账: days that were fetched, and the differences with their repair.

use super::{channel_name, input};
use crate::paths;
use crate::t::money as t;
use crate::ui::{Button, ButtonKind, Cell, Choice, Column, DataTable, Details, Field, Panel, SelectField, Tone};
use domain::money::Fen;
use domain::reconcile::DifferenceKind;
use leptos::prelude::*;
use service::money::reconcile::{FoundDifference, ReconDay, Reconciliation};

pub(super) fn reconciliation(all: &Reconciliation, keeps: bool) -> AnyView {
    let fetch = keeps.then(|| fetch_form(&all.providers));
    let (differences, days) = (differences(&all.differences, keeps), days(&all.days));
    view! {
        <Panel title=t::recon_title() id="recon">
            <p>{t::recon_text()}</p>
            {fetch}
            {differences}
            {days}
        </Panel>
    }
    .into_any()
}

fn fetch_form(providers: &[String]) -> AnyView {
    let choices = providers.iter().map(|id| Choice::new(id.clone(), channel_name(id))).collect();
    view! {
        <form class="ov-stack ov-stack--tight" method="post" action=paths::DESK_MONEY_FETCH>
            <SelectField name="provider" label=t::recon_provider() choices=choices />
            <Field name="day" label=t::recon_day() kind="date" autocomplete="off" />
            <div>
                <Button kind=ButtonKind::Secondary>{t::recon_submit()}</Button>
            </div>
        </form>
    }
    .into_any()
}

fn differences(rows: &[FoundDifference], keeps: bool) -> AnyView {
    let columns = vec![
        Column::new(t::col_day()),
        Column::new(t::col_difference()),
        Column::numeric(t::col_here()),
        Column::numeric(t::col_there()),
        Column::new(t::col_state()),
        Column::new(t::col_act()),
    ];
    let lines = rows.iter().map(|row| line(row, keeps)).collect();
    view! { <DataTable caption=t::differences_title() columns=columns rows=lines empty=t::differences_empty() /> }
        .into_any()
}

fn line(row: &FoundDifference, keeps: bool) -> Vec<Cell> {
    let kind = t::by_key(&format!("kind.{}", row.what.kind.code())).unwrap_or_default();
    let movement = t::by_key(&format!("movement.{}", row.what.movement.code())).unwrap_or_default();
    let state = t::by_key(&format!("difference_state.{}", row.state)).unwrap_or_default();
    let (tone, act) = match row.state.as_str() {
        "open" if keeps => (Tone::Danger, Cell::View(propose_form(row))),
        "open" => (Tone::Danger, Cell::from("")),
        "asked" if keeps => (Tone::Warning, Cell::View(answer_form(row))),
        "asked" => (Tone::Warning, Cell::Text(t::repair_asked(&row.reason))),
        _ => (Tone::Success, Cell::Text(t::repair_asked(&row.reason))),
    };
    vec![
        Cell::Text(t::day_of(&row.day, channel_name(&row.provider))),
        Cell::Text(t::difference(kind, movement, &row.what.number)),
        Cell::Text(row.what.here.to_string()),
        Cell::Text(row.what.there.to_string()),
        Cell::Badge(state.to_owned(), tone),
        act,
    ]
}

fn propose_form(row: &FoundDifference) -> AnyView {
    let action = paths::difference(&row.id, "propose");
    let reason = input(&row.what.number, "reason", t::repair_reason());
    let what = if row.what.kind == DifferenceKind::State { t::repair_note() } else { t::repair_book() };
    view! {
        <Details summary=t::repair_submit()>
            <form class="ov-stack ov-stack--tight" method="post" action=action>
                <p>{what}</p>
                {reason}
                <div>
                    <Button kind=ButtonKind::Secondary>{t::repair_submit()}</Button>
                </div>
            </form>
        </Details>
    }
    .into_any()
}

fn answer_form(row: &FoundDifference) -> AnyView {
    let action = paths::difference(&row.id, "answer");
    let reason = t::repair_asked(&row.reason);
    view! {
        <p>{reason}</p>
        <form class="ov-cluster" method="post" action=action>
            <Button kind=ButtonKind::Secondary name="outcome" value="agree">{t::agree()}</Button>
            <Button kind=ButtonKind::Quiet name="outcome" value="decline">{t::decline()}</Button>
        </form>
    }
    .into_any()
}

fn days(rows: &[ReconDay]) -> AnyView {
    let columns = vec![
        Column::new(t::col_day()),
        Column::numeric(t::col_lines()),
        Column::numeric(t::col_paid()),
        Column::numeric(t::col_returned()),
        Column::numeric(t::col_fee()),
    ];
    let lines = rows
        .iter()
        .map(|row| {
            vec![
                Cell::Text(t::day_of(&row.day, channel_name(&row.provider))),
                Cell::Text(row.lines.to_string()),
                Cell::Text(Fen(row.paid_fen).to_string()),
                Cell::Text(Fen(row.refunded_fen).to_string()),
                Cell::Text(Fen(row.fee_fen).to_string()),
            ]
        })
        .collect();
    view! { <DataTable caption=t::recon_days() columns=columns rows=lines /> }.into_any()
}
