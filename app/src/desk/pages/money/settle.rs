//! 结算入库: recorded by one person, confirmed by another.

use super::{MoneyPage, channel_name};
use crate::paths;
use crate::t::money as t;
use crate::ui::{Button, ButtonKind, Cell, Choice, Column, DataTable, Field, Panel, SelectField, Tone};
use domain::bill::CounterMeans;
use domain::money::Fen;
use leptos::prelude::*;
use service::money::settle::Settlement;

pub(super) fn settlements(page: &MoneyPage<'_>) -> AnyView {
    let form = page.keeps.then(|| record_form(&page.recon.accounts));
    let columns = vec![
        Column::new(t::col_day()),
        Column::numeric(t::col_amount()),
        Column::new(t::settle_voucher()),
        Column::new(t::col_state()),
        Column::new(t::col_act()),
    ];
    let lines = page.balances.settlements.iter().map(|row| line(row, page.keeps)).collect();
    view! {
        <Panel title=t::settle_title() id="settlements">
            <p>{t::settle_text()}</p>
            {form}
            <DataTable caption=t::settle_title() caption_hidden=true columns=columns rows=lines />
        </Panel>
    }
    .into_any()
}

fn record_form(accounts: &[String]) -> AnyView {
    let windows = CounterMeans::ALL.into_iter().map(|means| means.channel().to_owned());
    let choice = |id: String| Choice::new(id.clone(), channel_name(&id));
    let choices = accounts.iter().cloned().chain(windows).map(choice).collect();
    view! {
        <form class="ov-stack ov-stack--tight" method="post" action=paths::DESK_SETTLEMENTS>
            <SelectField name="channel" label=t::recon_provider() choices=choices />
            <Field name="settled_on" label=t::recon_day() kind="date" autocomplete="off" />
            <Field name="amount" label=t::settle_amount() inputmode="decimal" autocomplete="off" />
            <Field name="voucher" label=t::settle_voucher() autocomplete="off" />
            <div>
                <Button kind=ButtonKind::Secondary>{t::settle_submit()}</Button>
            </div>
        </form>
    }
    .into_any()
}

fn line(row: &Settlement, keeps: bool) -> Vec<Cell> {
    let asked = row.state == "asked";
    let state = t::by_key(&format!("settlement_state.{}", row.state)).unwrap_or_default();
    let tone = match row.state.as_str() {
        "asked" => Tone::Warning,
        "refused" => Tone::Danger,
        _ => Tone::Success,
    };
    let act = if asked && keeps { Cell::View(answer_forms(row)) } else { Cell::from("") };
    vec![
        Cell::Text(t::day_of(&row.day, channel_name(&row.provider))),
        Cell::Text(Fen(row.amount_fen).to_string()),
        Cell::Text(row.voucher.clone()),
        Cell::Badge(state.to_owned(), tone),
        act,
    ]
}

fn answer_forms(row: &Settlement) -> AnyView {
    let (confirm, refuse) = (paths::confirm_settlement(&row.id), paths::refuse_settlement(&row.id));
    view! {
        <form method="post" action=confirm>
            <Button kind=ButtonKind::Secondary>{t::settle_confirm()}</Button>
        </form>
        <form method="post" action=refuse>
            <Button kind=ButtonKind::Secondary>{t::settle_refuse()}</Button>
        </form>
    }
    .into_any()
}
