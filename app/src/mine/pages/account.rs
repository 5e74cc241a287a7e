//! 我的: account, messages, the way it looks, and the ways to help.

use crate::paths;
use crate::t::{mine as t, pay_more as bills};
use crate::ui::{
    Button, ButtonKind, Card, CardGrid, EmptyState, LinkButton, PageHeading, Panel, SummaryList, SummaryRow, Symbol,
};
use leptos::prelude::*;
use service::cases::MessageView;

/// The account, or the way to one: `masked_phone` is none for a guest.
pub fn mine(masked_phone: Option<&str>, messages: &[MessageView], care: bool) -> AnyView {
    let head = match masked_phone {
        Some(phone) => view! { {news(messages)} {account(phone)} }.into_any(),
        None => view! {
            <EmptyState symbol=Symbol::Person title=t::guest_title() body=t::guest_text()>
                <LinkButton href=paths::sign_in_and_return(paths::MINE)>{t::sign_in()}</LinkButton>
            </EmptyState>
        }
        .into_any(),
    };
    view! {
        <PageHeading title=t::title() />
        {head}
        {more()}
        {display(care)}
    }
    .into_any()
}

fn news(messages: &[MessageView]) -> AnyView {
    let body = if messages.is_empty() {
        view! { <p>{t::messages_none()}</p> }.into_any()
    } else {
        let items = messages.iter().map(message).collect_view();
        view! { <ul class="ov-list ov-stack">{items}</ul> }.into_any()
    };
    view! { <Panel title=t::messages() id="messages">{body}</Panel> }.into_any()
}

fn message(message: &MessageView) -> AnyView {
    let body = message.body.clone();
    let link = message.case.map(|id| {
        view! { <p><a href=paths::case(id)>{t::message_case()}<span class="ov-vh">{body}</span></a></p> }
    });
    view! {
        <li>
            <p>{message.body.clone()}</p>
            <p class="ov-hint">{message.at.format_zh()}</p>
            {link}
        </li>
    }
    .into_any()
}

fn account(phone: &str) -> AnyView {
    let rows = vec![SummaryRow::new(t::phone(), phone).numeric().note(t::phone_note())];
    view! {
        <Panel title=t::account() id="account">
            <SummaryList rows=rows />
            <form method="post" action=paths::SIGN_OUT>
                <Button kind=ButtonKind::Secondary>{t::sign_out()}</Button>
            </form>
        </Panel>
    }
    .into_any()
}

fn display(care: bool) -> AnyView {
    let (text, mode, button) = if care {
        (t::display_care(), "standard", t::to_standard())
    } else {
        (t::display_standard(), "care", t::to_care())
    };
    view! {
        <Panel title=t::display() id="display">
            <p>{text}</p>
            <form method="post" action=paths::MODE>
                <input type="hidden" name="return" value=paths::MINE />
                <Button kind=ButtonKind::Secondary name="mode" value=mode>{button}</Button>
            </form>
        </Panel>
    }
    .into_any()
}

fn more() -> AnyView {
    view! {
        <CardGrid title=t::more()>
            <Card title=t::my_cases() href=paths::CASES body=t::my_cases_body() symbol=Symbol::Case heading_level=3 />
            <Card title=bills::history_title() href=paths::BILLS body=bills::history_card() symbol=Symbol::Pay heading_level=3 />
            <Card title=t::benefits() href=paths::BENEFITS body=t::benefits_body() symbol=Symbol::Star heading_level=3 />
            <Card title=t::track() href=paths::TRACK body=t::track_body() symbol=Symbol::Search heading_level=3 />
            <Card title=t::help() href=paths::HELP body=t::help_body() symbol=Symbol::Help heading_level=3 />
            <Card title=t::stuck() href=paths::STUCK body=t::stuck_body() symbol=Symbol::Phone heading_level=3 />
            <Card title=t::privacy() href=paths::PRIVACY body=t::privacy_body() symbol=Symbol::Info heading_level=3 />
        </CardGrid>
    }
    .into_any()
}
