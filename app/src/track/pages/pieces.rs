//! Pieces about progress: days left, the due date explained, the next step, the timeline.

use crate::t::track as t;
use crate::ui::{Badge, Details, Notification, Panel, Symbol, Timeline, TimelineState, Tone};
use domain::case::CaseStatus;
use domain::time::{Alert, Clock, Deadline, format_date_zh};
use leptos::prelude::*;
use service::cases::{NextStep, TimelineEntry};

/// From so many working days before the last day on, the case is shown as urgent.
const SOON: i32 = 2;

/// The status in plain words.
pub fn status_text(status: CaseStatus) -> &'static str {
    match status {
        CaseStatus::Received => t::status_received(),
        CaseStatus::Correcting => t::status_correcting(),
        CaseStatus::InProgress => t::status_in_progress(),
        CaseStatus::Suspended => t::status_suspended(),
        CaseStatus::Decided => t::status_decided(),
        CaseStatus::Closed => t::status_closed(),
    }
}

/// The colour that goes with the status.
pub fn status_tone(status: CaseStatus) -> Tone {
    match status {
        CaseStatus::Received | CaseStatus::InProgress => Tone::Info,
        CaseStatus::Correcting | CaseStatus::Suspended => Tone::Warning,
        CaseStatus::Decided => Tone::Success,
        CaseStatus::Closed => Tone::Neutral,
    }
}

/// Working days left in words, with their urgency: 剩 3 个工作日, 今天到期, 超期 2 个工作日, 暂停计时.
pub fn days_left(due: &Deadline) -> (String, Tone) {
    let tone = match due.alert(SOON) {
        Alert::Overdue => Tone::Danger,
        Alert::Soon => Tone::Warning,
        Alert::None => Tone::Neutral,
    };
    let text = match due.days_left() {
        None => t::left_paused().to_owned(),
        Some(0) => t::left_today().to_owned(),
        Some(n) if n < 0 => t::left_over(n.unsigned_abs()),
        Some(n) => t::left_days(n),
    };
    (text, tone)
}

/// The due date with the working days left and how it was counted, line by line. Nothing when no
/// clock runs (waiting for the applicant, or over).
pub fn due_box(due: Option<&Deadline>) -> AnyView {
    let Some(due) = due else { return ().into_any() };
    let (left, tone) = days_left(due);
    let sentence = match due.clock {
        Clock::Running { due: last, .. } => t::due_by(format_date_zh(last)),
        Clock::Paused { since, used, left } => t::due_paused(format_date_zh(since), used, left),
    };
    let lines = due.lines.iter().map(|line| view! { <li>{line.text_zh()}</li> }).collect_view();
    let provisional = due.provisional.then(|| view! { <p>{t::due_provisional()}</p> });
    view! {
        <Panel title=t::due_title() id="due">
            <p>
                <strong>{sentence}</strong>
                " "
                <Badge text=left tone=tone symbol=Symbol::Clock />
            </p>
            {provisional}
            <Details summary=t::due_why()>
                <ol>{lines}</ol>
                <p>{t::due_weekend()}</p>
            </Details>
        </Panel>
    }
    .into_any()
}

/// What the applicant has to do, or who has it now, in one sentence.
pub fn next_step_text(next: &NextStep) -> String {
    match next {
        NextStep::WaitForParty { .. } => t::next_party().to_owned(),
        NextStep::Correct { until } => t::next_correct(format_date_zh(*until)),
        NextStep::Supply { until } => crate::t::promises::next_supply(format_date_zh(*until)),
        NextStep::Pay { amount, until } => t::next_pay(amount, format_date_zh(*until)),
        NextStep::Wait { who } if who.is_empty() => t::next_wait_nobody().to_owned(),
        NextStep::Wait { who } => t::next_wait(who),
        NextStep::Collect => t::next_collect().to_owned(),
        NextStep::Nothing => t::next_nothing().to_owned(),
    }
}

/// The next step as the first thing on a page; `action` is the link or form that does it.
pub fn next_step(next: &NextStep, action: Option<AnyView>) -> AnyView {
    let tone = match next {
        NextStep::WaitForParty { .. } | NextStep::Correct { .. } | NextStep::Supply { .. } | NextStep::Pay { .. } => {
            Tone::Warning
        }
        NextStep::Collect => Tone::Success,
        NextStep::Wait { .. } | NextStep::Nothing => Tone::Info,
    };
    let text = next_step_text(next);
    view! {
        <Notification tone=tone title=t::next_title() heading_level=2>
            <p>{text}</p>
            {action.map(|action| view! { <div>{action}</div> })}
        </Notification>
    }
    .into_any()
}

/// What has happened, the newest first, each with its time and who had it.
pub fn timeline(entries: &[TimelineEntry]) -> AnyView {
    let last = entries.len().saturating_sub(1);
    let shown = entries
        .iter()
        .enumerate()
        .rev()
        .map(|(index, entry)| crate::ui::TimelineEntry {
            time: t::timeline_when_who(entry.at.format_zh(), &entry.who),
            title: entry.title.clone(),
            body: Some(entry.text.clone()).filter(|text| !text.is_empty()),
            state: state_of(&entry.kind, index == last),
            link: None,
        })
        .collect();
    view! { <Timeline entries=shown label=t::timeline_title() /> }.into_any()
}

/// Everything before the newest entry is done; the newest says where the case stands.
fn state_of(kind: &str, newest: bool) -> TimelineState {
    match kind {
        "acceptance_refused" | "part_failed" | "owed_lapsed" => TimelineState::Failed,
        _ if !newest => TimelineState::Done,
        "notice_issued" | "answer_returned" | "owed_dated" | "owed_returned" => TimelineState::Paused,
        "result_issued" | "withdrawn" => TimelineState::Done,
        _ => TimelineState::Current,
    }
}
