//! Common questions, and how to reach a person.

use crate::paths;
use crate::t::help as t;
use crate::ui::{Details, Heading, LinkButton, PageHeading, Panel, SummaryList, SummaryRow, Symbol};
use domain::catalogue::Window;
use leptos::prelude::*;

/// The help page: a person first (`phone` of the hotline, the windows of the region at `#windows`),
/// then the questions.
pub fn help(phone: &str, windows: &[Window]) -> AnyView {
    let questions = [
        (t::q_start(), t::a_start()),
        (t::q_draft(), t::a_draft()),
        (t::q_upload(), t::a_upload()),
        (t::q_track(), t::a_track()),
        (t::q_correct(), t::a_correct()),
        (t::q_pay(), t::a_pay()),
        (t::q_result(), t::a_result()),
        (t::q_care(), t::a_care()),
    ];
    let questions = questions
        .into_iter()
        .map(|(question, answer)| {
            view! {
                <Details summary=question>
                    <p>{answer}</p>
                </Details>
            }
        })
        .collect_view();
    let windows = windows.iter().map(window).collect_view();
    let (text, call, href) = (t::phone_text(phone), t::phone_call(phone), format!("tel:{phone}"));
    view! {
        <PageHeading title=t::title() lead=t::lead() />
        <Panel title=t::questions_title()>
            <div>{questions}</div>
        </Panel>
        <Panel title=t::phone_title()>
            <p>{text}</p>
            <p>
                <LinkButton href=href symbol=Symbol::Phone>{call}</LinkButton>
            </p>
        </Panel>
        <Panel title=t::windows_title() id="windows">{windows}</Panel>
        <Panel title=t::links_title()>
            <ul>
                <li><a href=paths::TRACK>{t::link_track()}</a></li>
                <li><a href=paths::VERIFY>{t::link_verify()}</a></li>
                <li><a href=paths::STUCK>{t::link_stuck()}</a></li>
                <li><a href=paths::PRIVACY>{t::link_privacy()}</a></li>
            </ul>
        </Panel>
    }
    .into_any()
}

fn window(window: &Window) -> impl IntoView + use<> {
    let rows = [
        (t::window_address(), &window.address),
        (t::window_hours(), &window.hours),
        (t::window_phone(), &window.phone),
        (t::window_directions(), &window.directions),
    ];
    let rows = rows
        .into_iter()
        .filter(|(_, value)| !value.is_empty())
        .map(|(label, value)| SummaryRow::new(label, value.clone()))
        .collect();
    view! {
        <div class="ov-stack ov-stack--tight">
            <Heading level=3 text=window.name.clone() />
            <SummaryList rows=rows label=window.name.clone() />
        </div>
    }
}
