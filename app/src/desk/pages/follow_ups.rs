//! 承诺核查: what was granted on a promise and is to be looked into, and broken promises with their repair.

use super::message;
use crate::paths;
use crate::t::promises as t;
use crate::ui::{
    Button, ButtonKind, Cell, Column, DataTable, Details, EmptyState, Notification, PageHeading, Panel, Symbol, Tone,
    field_id,
};
use domain::time::format_date_zh;
use leptos::prelude::*;
use service::follow_ups::{BreachView, FollowUpState, FollowUpView, FollowUps};

/// Longest text, as the service takes it.
const LONGEST: &str = "500";

/// Both lists, each line with its next act. `say` says what came of the last one.
pub fn follow_ups(page: &FollowUps, say: Option<&str>) -> AnyView {
    let checks = if page.checks.is_empty() {
        view! { <EmptyState symbol=Symbol::Check title=t::follow_empty() body=t::follow_empty_body() /> }.into_any()
    } else {
        table(&page.checks)
    };
    let breaches = breaches(&page.breaches);
    view! {
        {said(say)}
        <PageHeading title=t::follow_title() lead=t::follow_lead() />
        <Notification tone=Tone::Info><p>{t::check_warning()}</p></Notification>
        {checks}
        <Panel title=t::breach_title() id="breaches">
            <p>{t::breach_lead()}</p>
            {breaches}
        </Panel>
    }
    .into_any()
}

/// Codes that are not of this page have their sentence at the desk.
fn said(code: Option<&str>) -> AnyView {
    let own = code.and_then(|code| Some((code, t::by_key(&format!("message.{code}"))?)));
    let Some((code, text)) = own else { return message(code) };
    let tone = match code {
        "saved" => Tone::Success,
        "conflict" => Tone::Warning,
        _ => Tone::Danger,
    };
    view! { <Notification tone=tone title=text live=true /> }.into_any()
}

fn table(rows: &[FollowUpView]) -> AnyView {
    let columns = vec![
        Column::new(t::col_case()),
        Column::new(t::col_promise()),
        Column::new(t::col_due()),
        Column::new(t::col_state()),
        Column::new(t::col_act()),
    ];
    let lines = rows.iter().map(line).collect();
    view! { <DataTable caption=t::follow_list() columns=columns rows=lines /> }.into_any()
}

fn line(row: &FollowUpView) -> Vec<Cell> {
    let (text, tone) = match row.state {
        FollowUpState::Open if row.overdue => (t::state_overdue(), Tone::Danger),
        FollowUpState::Open => (t::state_open(), Tone::Warning),
        FollowUpState::Kept => (t::state_kept(), Tone::Success),
        FollowUpState::Breached => (t::state_breached(), Tone::Danger),
    };
    let act = match row.state {
        FollowUpState::Open if row.own_decision => Cell::Text(t::check_own().to_owned()),
        FollowUpState::Open => Cell::View(check_form(row)),
        FollowUpState::Kept | FollowUpState::Breached => Cell::Text(row.note.clone()),
    };
    vec![
        Cell::Link(format!("{} {}", row.matter, row.number), paths::desk_case(row.case)),
        Cell::Text(t::promise_of(&row.promise, &row.material)),
        Cell::Text(format_date_zh(row.due)),
        Cell::Badge(text.to_owned(), tone),
        act,
    ]
}

/// What was seen, and one of two buttons; the Enter key in the field means the first, which harms nobody.
fn check_form(row: &FollowUpView) -> AnyView {
    let action = paths::follow_up(&row.id);
    let note = input(&row.id, "note", t::check_note(), &row.number);
    view! {
        <Details summary=t::check()>
            <form class="ov-stack ov-stack--tight" method="post" action=action>
                {note}
                <div>
                    <Button kind=ButtonKind::Secondary name="outcome" value="kept">{t::check_kept()}</Button>
                </div>
                <div>
                    <Button kind=ButtonKind::Danger name="outcome" value="breached">{t::check_breached()}</Button>
                </div>
            </form>
        </Details>
    }
    .into_any()
}

fn breaches(rows: &[BreachView]) -> AnyView {
    if rows.is_empty() {
        return view! { <p>{t::breach_empty()}</p> }.into_any();
    }
    let columns = vec![
        Column::new(t::col_case()),
        Column::new(t::col_recorded()),
        Column::new(t::col_state()),
        Column::new(t::col_act()),
    ];
    let lines = rows.iter().map(breach).collect();
    view! { <DataTable caption=t::breach_title() caption_hidden=true columns=columns rows=lines /> }.into_any()
}

fn breach(row: &BreachView) -> Vec<Cell> {
    let (text, tone) = match (row.repaired_at, row.asked_at) {
        (Some(_), _) => (t::breach_state_repaired(), Tone::Success),
        (None, Some(_)) => (t::breach_state_asked(), Tone::Warning),
        (None, None) => (t::breach_state_open(), Tone::Danger),
    };
    let act = match (row.repaired_at, row.asked_at) {
        (Some(_), _) => Cell::Text(t::repair_asked(&row.reason)),
        (None, Some(_)) => Cell::View(answer_form(row)),
        (None, None) => Cell::View(ask_form(row)),
    };
    vec![
        Cell::Link(format!("{} {}", row.matter, row.number), paths::desk_case(row.case)),
        Cell::Text(row.recorded_at.format_zh()),
        Cell::Badge(text.to_owned(), tone),
        act,
    ]
}

fn ask_form(row: &BreachView) -> AnyView {
    let action = paths::repair(&row.id, "ask");
    let reason = input(&row.id, "reason", t::repair_reason(), &row.number);
    view! {
        <Details summary=t::repair_ask()>
            <form class="ov-stack ov-stack--tight" method="post" action=action>
                {reason}
                <div>
                    <Button kind=ButtonKind::Secondary>{t::repair_submit()}</Button>
                </div>
            </form>
        </Details>
    }
    .into_any()
}

fn answer_form(row: &BreachView) -> AnyView {
    let reason = t::repair_asked(&row.reason);
    if row.asked_by_me {
        return view! { <p>{reason}</p><p>{t::repair_own()}</p> }.into_any();
    }
    let action = paths::repair(&row.id, "answer");
    view! {
        <p>{reason}</p>
        <form class="ov-cluster" method="post" action=action>
            <Button kind=ButtonKind::Secondary name="outcome" value="agree">{t::repair_agree()}</Button>
            <Button kind=ButtonKind::Quiet name="outcome" value="decline">{t::repair_decline()}</Button>
        </form>
    }
    .into_any()
}

/// By hand: the page holds one such input per line, so its id needs the line's.
fn input(line: &str, name: &'static str, label: &'static str, number: &str) -> AnyView {
    let id = field_id(&format!("{name}-{line}"));
    let number = format!("：{number}");
    view! {
        <div class="ov-field">
            <label class="ov-field__label" for=id.clone()>
                {label}
                <span class="ov-vh">{number}</span>
            </label>
            <div class="ov-field__box">
                <input class="ov-field__input" id=id name=name type="text" maxlength=LONGEST autocomplete="off" />
            </div>
        </div>
    }
    .into_any()
}
