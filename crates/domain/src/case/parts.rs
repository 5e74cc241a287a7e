//! The parts (分项) of a joint matter (一件事): records inside its one case. They open in the order
//! that the matter gives, end one by one, and together say what may become of the whole.
//! 国发〔2024〕3号: one application, one acceptance, parallel handling, one result.

use super::{Event, Refusal};
use crate::catalogue::Matter;
use crate::ids::StaffId;
use crate::rules::{Answers, holds};
use crate::time::Instant;
use serde::{Deserialize, Serialize};

/// Where one part stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "state", rename_all = "snake_case")]
pub enum PartState {
    /// 等前面的: parts that it needs have not ended.
    Waiting,
    /// 正在办, and its own clock runs from that day.
    Open { since: Instant },
    /// 办好; the note may be empty.
    Done { at: Instant, by: StaffId, note: String },
    /// 没办成, until it is mended and taken up again.
    Failed { at: Instant, by: StaffId, reason: String },
    /// 停下来等: a part that it needs has failed; `by` is that part's id.
    Blocked { by: String },
    /// 不用办: the applicant does not need this part.
    NotNeeded,
}

impl PartState {
    /// 分项状态 in two to four characters.
    pub fn title(&self) -> &'static str {
        match self {
            Self::Waiting => "等前面的",
            Self::Open { .. } => "正在办",
            Self::Done { .. } => "办好",
            Self::Failed { .. } => "没办成",
            Self::Blocked { .. } => "停下来等",
            Self::NotNeeded => "不用办",
        }
    }

    /// It has come out well, or was never asked for.
    fn clears_the_way(&self) -> bool {
        matches!(self, Self::Done { .. } | Self::NotNeeded)
    }

    /// Nothing more happens to it unless a failed part is mended.
    fn has_ended(&self) -> bool {
        !matches!(self, Self::Waiting | Self::Open { .. })
    }
}

/// One part of the case, with what the order needs, so that a case reads back without its matter.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SubCase {
    /// Id of the part in the matter.
    pub part: String,
    pub title: String,
    /// Id of the body that handles it.
    pub body: String,
    /// Parts that must end well before this one begins.
    #[serde(default)]
    pub after: Vec<String>,
    /// Parts that must have ended, well or not, before this one begins.
    #[serde(default)]
    pub after_end: Vec<String>,
    pub state: PartState,
}

/// What a body does with its part.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PartCommand {
    /// `note` may be empty.
    Finish {
        note: String,
    },
    Fail {
        reason: String,
    },
    /// Takes up a failed part again, once it is mended.
    Reopen {
        reason: String,
    },
}

/// What the ends of the parts mean for the whole.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PartsOutcome {
    /// Something is still being done or waits its turn: the whole is not decided yet.
    Running,
    /// Everything that was needed is done (or the case has no parts).
    Complete,
    /// Nothing goes on by itself: these are done, those failed or were stopped by one that failed.
    /// The lead grants the whole for what is done and names the rest, or refuses.
    Partial { done: Vec<String>, failed: Vec<String> },
    /// Nothing goes on and nothing was done: the whole can only be refused.
    Nothing { failed: Vec<String> },
}

/// The parts of an accepted case. A part whose rule is definitely not met is not needed; the first
/// ones in the order open at once. Empty for a matter without parts.
pub fn fan_out(matter: &Matter, answers: &Answers, at: Instant) -> Vec<SubCase> {
    let list = matter
        .parts
        .iter()
        .map(|part| SubCase {
            part: part.id.clone(),
            title: part.title.clone(),
            body: part.body.clone(),
            after: part.after.clone(),
            after_end: part.after_end.clone(),
            state: if holds(part.when.as_ref(), answers).is_possible() {
                PartState::Waiting
            } else {
                PartState::NotNeeded
            },
        })
        .collect();
    settle(list, at)
}

/// What follows from a command on one part, or why not.
pub fn decide_part(
    list: &[SubCase],
    part: &str,
    command: &PartCommand,
    by: StaffId,
    at: Instant,
) -> Result<Event, Refusal> {
    let needed = |s: &&SubCase| s.part == part && s.state != PartState::NotNeeded;
    let sub = list.iter().find(needed).ok_or(Refusal::PartUnknown)?;
    let part = part.to_owned();
    match (command, &sub.state) {
        (PartCommand::Finish { note }, PartState::Open { .. }) => {
            let note = note.trim().to_owned();
            let next = after(list, &part, PartState::Done { at, by, note: note.clone() }, at);
            Ok(Event::PartFinished { at, by, opened: opened(list, &next), part, note })
        }
        (PartCommand::Fail { reason }, PartState::Open { .. }) => {
            let reason = said(reason)?;
            let next = after(list, &part, PartState::Failed { at, by, reason: reason.clone() }, at);
            let stopped = newly(list, &next, |state| matches!(state, PartState::Blocked { .. }));
            Ok(Event::PartFailed { at, by, opened: opened(list, &next), stopped, part, reason })
        }
        (PartCommand::Reopen { reason }, PartState::Failed { .. }) => {
            Ok(Event::PartReopened { at, by, part, reason: said(reason)? })
        }
        (PartCommand::Reopen { .. }, _) => Err(Refusal::PartNotFailed),
        (_, PartState::Waiting | PartState::Blocked { .. }) => Err(Refusal::PartWaiting),
        _ => Err(Refusal::AlreadyDone),
    }
}

/// The list after one part came to stand in `state`, and the others where that leaves them.
pub(super) fn after(list: &[SubCase], part: &str, state: PartState, at: Instant) -> Vec<SubCase> {
    let mut next = list.to_vec();
    if let Some(sub) = next.iter_mut().find(|s| s.part == part) {
        sub.state = state;
    }
    settle(next, at)
}

/// The one rule of the end: what may become of the whole.
pub fn parts_outcome(list: &[SubCase]) -> PartsOutcome {
    if list.iter().any(|s| !s.state.has_ended()) {
        return PartsOutcome::Running;
    }
    let ids = |wanted: fn(&PartState) -> bool| -> Vec<String> {
        list.iter().filter(|s| wanted(&s.state)).map(|s| s.part.clone()).collect()
    };
    let done = ids(|state| matches!(state, PartState::Done { .. }));
    let failed = ids(|state| matches!(state, PartState::Failed { .. } | PartState::Blocked { .. }));
    match (done.is_empty(), failed.is_empty()) {
        (_, true) => PartsOutcome::Complete,
        (false, false) => PartsOutcome::Partial { done, failed },
        (true, false) => PartsOutcome::Nothing { failed },
    }
}

/// Whether the parts leave the whole to be granted.
pub(super) fn may_grant(list: &[SubCase]) -> Result<(), Refusal> {
    match parts_outcome(list) {
        PartsOutcome::Complete | PartsOutcome::Partial { .. } => Ok(()),
        PartsOutcome::Running => Err(Refusal::PartsOpen),
        PartsOutcome::Nothing { .. } => Err(Refusal::PartsFailed),
    }
}

/// Puts every part that has not begun where the others leave it: stopped, open or waiting.
fn settle(mut list: Vec<SubCase>, at: Instant) -> Vec<SubCase> {
    for sub in &mut list {
        if matches!(sub.state, PartState::Blocked { .. }) {
            sub.state = PartState::Waiting;
        }
    }
    // A stop runs on along the order: whoever waits for a stopped part is stopped by the same failure.
    while let Some((index, by)) = next_stopped(&list) {
        list[index].state = PartState::Blocked { by };
    }
    let free: Vec<bool> = list.iter().map(|sub| is_free(&list, sub)).collect();
    for (sub, _) in list.iter_mut().zip(free).filter(|(_, free)| *free) {
        sub.state = PartState::Open { since: at };
    }
    list
}

/// The next waiting part that a failure stops, with the part that failed.
fn next_stopped(list: &[SubCase]) -> Option<(usize, String)> {
    list.iter().enumerate().filter(|(_, sub)| sub.state == PartState::Waiting).find_map(|(index, sub)| {
        sub.after.iter().find_map(|id| match state_of(list, id)? {
            PartState::Failed { .. } => Some((index, id.clone())),
            PartState::Blocked { by } => Some((index, by.clone())),
            _ => None,
        })
    })
}

fn is_free(list: &[SubCase], sub: &SubCase) -> bool {
    sub.state == PartState::Waiting
        && sub.after.iter().all(|id| state_of(list, id).is_none_or(PartState::clears_the_way))
        && sub.after_end.iter().all(|id| state_of(list, id).is_none_or(PartState::has_ended))
}

fn state_of<'a>(list: &'a [SubCase], id: &str) -> Option<&'a PartState> {
    list.iter().find(|s| s.part == id).map(|s| &s.state)
}

fn opened(before: &[SubCase], next: &[SubCase]) -> Vec<String> {
    newly(before, next, |state| matches!(state, PartState::Open { .. }))
}

/// Ids of the parts that are so now and were not before.
fn newly(before: &[SubCase], next: &[SubCase], so: fn(&PartState) -> bool) -> Vec<String> {
    let changed = |(old, new): &(&SubCase, &SubCase)| !so(&old.state) && so(&new.state);
    before.iter().zip(next).filter(changed).map(|(_, new)| new.part.clone()).collect()
}

/// A reason that says something.
fn said(reason: &str) -> Result<String, Refusal> {
    let reason = reason.trim();
    if reason.is_empty() { Err(Refusal::ReasonMissing) } else { Ok(reason.to_owned()) }
}
