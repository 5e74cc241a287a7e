//! 减免: asked for on a basis, answered by somebody else.

use crate::paths;
use crate::t::money as t;
use crate::ui::{Button, ButtonKind, Cell, Column, DataTable, Field, Panel, Tone};
use leptos::prelude::*;
use service::money::waivers::WaiverView;

pub(super) fn waivers(rows: &[WaiverView], keeps: bool) -> AnyView {
    let form = keeps.then(ask_form);
    let columns = vec![
        Column::new(t::waiver_number()),
        Column::new(t::col_amount()),
        Column::new(t::waiver_basis()),
        Column::new(t::col_state()),
        Column::new(t::col_act()),
    ];
    let lines = rows.iter().map(|row| line(row, keeps)).collect();
    view! {
        <Panel title=t::waiver_title() id="waivers">
            <p>{t::waiver_text()}</p>
            {form}
            <DataTable caption=t::waiver_title() caption_hidden=true columns=columns rows=lines />
        </Panel>
    }
    .into_any()
}

fn ask_form() -> AnyView {
    view! {
        <form class="ov-stack ov-stack--tight" method="post" action=paths::DESK_WAIVERS>
            <Field name="bill_number" label=t::waiver_number() inputmode="numeric" autocomplete="off" />
            <Field name="to" label=t::waiver_to() inputmode="decimal" autocomplete="off" />
            <Field name="basis" label=t::waiver_basis() autocomplete="off" />
            <Field name="why" label=t::waiver_reason() autocomplete="off" />
            <div>
                <Button kind=ButtonKind::Secondary>{t::waiver_submit()}</Button>
            </div>
        </form>
    }
    .into_any()
}

fn line(row: &WaiverView, keeps: bool) -> Vec<Cell> {
    let state = t::by_key(&format!("waiver_state.{}", row.state)).unwrap_or_default();
    let tone = match row.state.as_str() {
        "asked" => Tone::Warning,
        "agreed" => Tone::Success,
        _ => Tone::Neutral,
    };
    let act = if keeps && row.state == "asked" { Cell::View(answer_form(row)) } else { Cell::from("") };
    vec![
        Cell::Text(row.bill_number.clone()),
        Cell::Text(t::waiver_line(row.amount, row.to)),
        Cell::Text(format!("{} {}", row.basis, row.reason)),
        Cell::Badge(state.to_owned(), tone),
        act,
    ]
}

fn answer_form(row: &WaiverView) -> AnyView {
    let action = paths::answer_waiver(&row.id);
    view! {
        <form class="ov-cluster" method="post" action=action>
            <Button kind=ButtonKind::Secondary name="outcome" value="agree">{t::agree()}</Button>
            <Button kind=ButtonKind::Quiet name="outcome" value="decline">{t::decline()}</Button>
        </form>
    }
    .into_any()
}
