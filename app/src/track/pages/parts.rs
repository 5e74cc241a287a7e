//! The parts of a joint case: who has which, where it stands and what comes of it (C9: one tracker).

use crate::t::parts as t;
use crate::ui::{Badge, Panel, SummaryList, SummaryRow, Tone};
use domain::case::PartState;
use domain::time::{Deadline, format_date_zh};
use leptos::prelude::*;
use service::parts::PartView;

/// Every needed part with its department, state, last day and result; nothing for a single matter.
pub fn parts(list: &[PartView]) -> AnyView {
    if list.is_empty() {
        return ().into_any();
    }
    let done = list.iter().filter(|p| matches!(p.state, PartState::Done { .. })).count();
    let blocks = list
        .iter()
        .map(|part| {
            let mut rows = part_rows(part);
            if matches!(part.state, PartState::Failed { .. }) {
                rows.push(SummaryRow::new(t::if_fails(), part.if_fails.clone()));
            }
            view! {
                <div class="ov-stack ov-stack--tight">
                    <h3>{part.title.clone()}</h3>
                    <p>{part_badge(part)}</p>
                    <SummaryList rows=rows label=part.title.clone() />
                </div>
            }
        })
        .collect_view();
    let count = list.len();
    view! {
        <Panel title=t::title(count) id="parts">
            <p>{t::lead(done, count)}</p>
            {blocks}
        </Panel>
    }
    .into_any()
}

/// The state in a word or two.
pub fn part_badge(part: &PartView) -> AnyView {
    let (text, tone) = match &part.state {
        _ if part.given_up => (t::state_given_up(), Tone::Neutral),
        PartState::Waiting | PartState::NotNeeded => (t::state_waiting(), Tone::Neutral),
        PartState::Open { .. } => (t::state_open(), Tone::Info),
        PartState::Done { .. } => (t::state_done(), Tone::Success),
        PartState::Failed { .. } => (t::state_failed(), Tone::Danger),
        PartState::Blocked { .. } => (t::state_blocked(), Tone::Warning),
    };
    view! { <Badge text=text tone=tone /> }.into_any()
}

/// Department, state in a sentence, last day and result.
pub fn part_rows(part: &PartView) -> Vec<SummaryRow> {
    let mut standing = SummaryRow::new(t::standing(), sentence(part));
    if let PartState::Done { note, .. } = &part.state
        && !note.is_empty()
    {
        standing = standing.note(note.clone());
    }
    let mut rows = vec![SummaryRow::new(t::department(), part.department.clone()), standing];
    rows.extend(part.due.as_ref().and_then(Deadline::due).map(|day| SummaryRow::new(t::due(), format_date_zh(day))));
    rows.push(SummaryRow::new(t::result(), part.result.clone()));
    rows
}

fn sentence(part: &PartView) -> String {
    let titles = part.waits_for.join("”、“");
    match &part.state {
        _ if part.given_up => t::said_given_up().to_owned(),
        PartState::Waiting if !titles.is_empty() => t::said_waiting(titles),
        PartState::Waiting | PartState::NotNeeded => t::said_waiting_turn().to_owned(),
        PartState::Open { since } => t::said_open(format_date_zh(since.date_in_china())),
        PartState::Done { at, .. } => t::said_done(format_date_zh(at.date_in_china())),
        PartState::Failed { at, reason, .. } => {
            let day = format_date_zh(at.date_in_china());
            // A tracking code shows no reason: staff wrote it for the applicant alone.
            if reason.is_empty() { t::said_failed(day) } else { t::said_failed_why(day, reason) }
        }
        PartState::Blocked { .. } => t::said_blocked(titles),
    }
}
