//! 退款、对账、结算、减免: the book's balances, and everything about money that waits for a person.

mod recon;
mod refunds;
mod report;
mod settle;
mod waivers;

#[cfg(test)]
mod tests;

pub use report::report;

use super::message;
use crate::paths;
use crate::t::money as t;
use crate::ui::{Cell, Column, DataTable, Notification, PageHeading, Panel, Tag, TagList, Tone, field_id};
use domain::ledger::Account;
use leptos::prelude::*;
use service::money::reconcile::Reconciliation;
use service::money::refunds::OpenRefund;
use service::money::settle::Balances;
use service::money::waivers::WaiverView;

/// Longest text, as the service takes it.
const LONGEST: &str = "500";

/// Everything the page shows.
pub struct MoneyPage<'a> {
    pub balances: &'a Balances,
    pub refunds: &'a [OpenRefund],
    pub recon: &'a Reconciliation,
    pub waivers: &'a [WaiverView],
    /// May act; supervision only looks.
    pub keeps: bool,
    /// What came of the last act.
    pub say: Option<&'a str>,
}

pub fn money(page: &MoneyPage<'_>) -> AnyView {
    let tags = vec![
        Tag::link(crate::t::desk::tab_bills(), paths::DESK_BILLS, false),
        Tag::link(t::report_link(), paths::DESK_REPORT, false),
        Tag::link(crate::t::takings::tab(), paths::DESK_TAKINGS, false),
    ];
    view! {
        {said(page.say)}
        <PageHeading title=t::title() lead=t::lead() />
        <TagList tags=tags label=t::title() />
        {balances(page.balances)}
        {refunds::open(page.refunds, page.keeps)}
        {recon::reconciliation(page.recon, page.keeps)}
        {settle::settlements(page)}
        {waivers::waivers(page.waivers, page.keeps)}
    }
    .into_any()
}

/// Codes that are not of this page have their sentence at the desk.
fn said(code: Option<&str>) -> AnyView {
    let own = code.and_then(|code| Some((code, t::by_key(&format!("message.{code}"))?)));
    let Some((code, text)) = own else { return message(code) };
    let tone = match code {
        "saved" | "fetched" => Tone::Success,
        "conflict" => Tone::Warning,
        _ => Tone::Danger,
    };
    view! { <Notification tone=tone title=text live=true /> }.into_any()
}

/// An account in words.
fn account(account: &Account) -> String {
    let named = |key: &str, channel: &str| {
        let name = t::by_key(key).unwrap_or_default();
        t::account_of(name, channel_name(channel))
    };
    match account {
        Account::Receivable => t::account_receivable().to_owned(),
        Account::Income => t::account_income().to_owned(),
        Account::Payback => t::account_payback().to_owned(),
        Account::Treasury => t::account_treasury().to_owned(),
        Account::Clearing(channel) => named("account.clearing", channel),
        Account::Fee(channel) => named("account.fee", channel),
        Account::Suspense(channel) => named("account.suspense", channel),
    }
}

/// A channel, or the account behind it, as people call it; its id where it has no name.
pub fn channel_name(id: &str) -> String {
    let online = |kind: &str| crate::t::ways::by_key(&format!("{kind}.{id}"));
    let counter = || crate::t::takings::by_key(&format!("channel.{id}"));
    online("channel").or_else(|| online("account")).or_else(counter).map_or_else(|| id.to_owned(), str::to_owned)
}

fn balances(all: &Balances) -> AnyView {
    let columns = vec![Column::new(t::col_account()), Column::numeric(t::col_balance())];
    let rows =
        all.accounts.iter().map(|(name, fen)| vec![Cell::Text(account(name)), Cell::Text(fen.to_string())]).collect();
    view! {
        <Panel title=t::balances_title() id="balances">
            <DataTable
                caption=t::balances_title()
                caption_hidden=true
                columns=columns
                rows=rows
                empty=t::balances_empty()
            />
        </Panel>
    }
    .into_any()
}

/// By hand: the page holds one such input per line, so its id needs the line's.
fn input(line: &str, name: &'static str, label: &'static str) -> AnyView {
    let id = field_id(&format!("{name}-{line}"));
    let of = format!("：{line}");
    view! {
        <div class="ov-field">
            <label class="ov-field__label" for=id.clone()>
                {label}
                <span class="ov-vh">{of}</span>
            </label>
            <div class="ov-field__box">
                <input class="ov-field__input" id=id name=name type="text" maxlength=LONGEST autocomplete="off" />
            </div>
        </div>
    }
    .into_any()
}
