//! Spot checks of guides (指南抽查): draw, say what was found, follow it until it is put right.

use super::message;
use crate::paths;
use crate::t::spot_checks as t;
use crate::ui::{
    Button, ButtonKind, Cell, Column, DataTable, Details, EmptyState, Field, Notification, PageHeading, Panel, Symbol,
    Tone, field_id,
};
use domain::time::format_date_zh;
use leptos::prelude::*;
use service::spot_checks::{CheckStatus, CheckView};

/// Longest text, as the service takes it.
const LONGEST: u32 = 500;

/// The form that draws (POST `draw`: `number`, `seed`) and every drawn guide with its next act.
pub fn spot_checks(rows: &[CheckView], say: Option<&str>) -> AnyView {
    let count = |status: CheckStatus| rows.iter().filter(|r| r.status == status).count();
    let (open, found) = (count(CheckStatus::Open), count(CheckStatus::Found));
    let list = if rows.is_empty() {
        view! { <EmptyState symbol=Symbol::Check title=t::empty() body=t::empty_body() /> }.into_any()
    } else {
        table(rows)
    };
    view! {
        {said(say)}
        <PageHeading title=t::title() lead=t::lead() />
        {draw_form()}
        <p class="ov-hint">{t::open_counts(open, found)}</p>
        {list}
    }
    .into_any()
}

/// What came of the last act; codes that are not of this page have their sentence at the desk.
fn said(code: Option<&str>) -> AnyView {
    let own = code.and_then(|code| Some((code, t::by_key(&format!("message.{code}"))?)));
    let Some((code, text)) = own else { return message(code) };
    let tone = match code {
        "done" | "saved" => Tone::Success,
        "conflict" => Tone::Warning,
        _ => Tone::Danger,
    };
    view! { <Notification tone=tone title=text live=true /> }.into_any()
}

fn draw_form() -> AnyView {
    view! {
        <Panel title=t::draw_title()>
            <p>{t::draw_text()}</p>
            <form class="ov-stack" method="post" action=paths::SPOT_CHECKS_DRAW>
                <Field
                    name="number"
                    label=t::draw_number()
                    hint=t::draw_number_hint()
                    value="5"
                    inputmode="numeric"
                    autocomplete="off"
                    width=4
                />
                <Field name="seed" label=t::draw_seed() hint=t::draw_seed_hint() required=false autocomplete="off" />
                <div>
                    <Button>{t::draw_submit()}</Button>
                </div>
            </form>
        </Panel>
    }
    .into_any()
}

fn table(rows: &[CheckView]) -> AnyView {
    let columns = vec![
        Column::new(t::col_guide()),
        Column::new(t::col_drawn()),
        Column::new(t::col_status()),
        Column::new(t::col_act()),
    ];
    let lines = rows.iter().map(line).collect();
    view! { <DataTable caption=t::list_title() columns=columns rows=lines /> }.into_any()
}

fn line(row: &CheckView) -> Vec<Cell> {
    let (text, tone) = match row.status {
        CheckStatus::Open => (t::status_open(), Tone::Neutral),
        CheckStatus::Clear => (t::status_clear(), Tone::Success),
        CheckStatus::Found if row.overdue => (t::overdue(), Tone::Danger),
        CheckStatus::Found => (t::status_found(), Tone::Warning),
        CheckStatus::Fixed => (t::status_fixed(), Tone::Success),
    };
    let act = match row.status {
        CheckStatus::Open => Cell::View(look_form(row)),
        CheckStatus::Found => Cell::View(fix_form(row)),
        CheckStatus::Fixed => Cell::Text(t::fixed_text(&row.finding, &row.note)),
        CheckStatus::Clear => Cell::from(""),
    };
    vec![
        Cell::Link(t::version(&row.title, row.version), paths::guide(&row.slug)),
        Cell::Text(t::drawn(row.picked_at.format_zh(), &row.seed)),
        Cell::Badge(text.to_owned(), tone),
        act,
    ]
}

/// Two ways to go: what is wrong and until when it is put right, or nothing wrong. The former comes first,
/// so that the Enter key in its fields never means the latter.
fn look_form(row: &CheckView) -> AnyView {
    let action = paths::spot_finding(&row.id);
    let text = input(row, "text", t::finding(), "text");
    let due = input(row, "due", t::due(), "date");
    view! {
        <Details summary=t::look()>
            <form class="ov-stack ov-stack--tight" method="post" action=action>
                {text}
                {due}
                <div>
                    <Button kind=ButtonKind::Secondary name="outcome" value="found">{t::outcome_found()}</Button>
                </div>
                <div>
                    <Button kind=ButtonKind::Secondary name="outcome" value="clear">{t::outcome_clear()}</Button>
                </div>
            </form>
        </Details>
    }
    .into_any()
}

fn fix_form(row: &CheckView) -> AnyView {
    let action = paths::spot_fixed(&row.id);
    let due = row.due.map(format_date_zh).unwrap_or_default();
    let text = t::found_text(&row.finding, due);
    let note = input(row, "note", t::fix_note(), "text");
    view! {
        <div class="ov-stack ov-stack--tight">
            <p>{text}</p>
            <Details summary=t::fix()>
                <form class="ov-stack ov-stack--tight" method="post" action=action>
                    {note}
                    <div>
                        <Button kind=ButtonKind::Secondary>{t::fix_submit()}</Button>
                    </div>
                </form>
            </Details>
        </div>
    }
    .into_any()
}

/// By hand: the page holds one such input per guide, so its id needs the guide's.
fn input(row: &CheckView, name: &'static str, label: &'static str, kind: &'static str) -> AnyView {
    let id = field_id(&format!("{name}-{}", row.id));
    let title = row.title.clone();
    let maxlength = (kind == "text").then_some(LONGEST);
    view! {
        <div class="ov-field">
            <label class="ov-field__label" for=id.clone()>
                {label}
                <span class="ov-vh">{format!("：{title}")}</span>
            </label>
            <div class="ov-field__box">
                <input class="ov-field__input" id=id name=name type=kind maxlength=maxlength autocomplete="off" />
            </div>
        </div>
    }
    .into_any()
}
