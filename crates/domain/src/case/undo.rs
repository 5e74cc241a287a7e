//! 撤销: for ten minutes after the submission the applicant can take it back as if it had not been
//! made, with whatever followed by itself. What a person in the office has done is never undone.

use super::{Case, CaseState, PartState, Refusal};
use crate::time::Instant;

/// How long, in seconds.
const WINDOW: i64 = 10 * 60;

/// The last instant at which this case could be undone, whatever has happened to it.
pub fn undo_until(case: &Case) -> Instant {
    case.submitted_at.plus_seconds(WINDOW)
}

/// Whether the applicant may undo the submission now, or why not.
pub fn may_undo(case: &Case, now: Instant) -> Result<(), Refusal> {
    if matches!(case.state, CaseState::Closed(_)) {
        return Err(Refusal::AlreadyDone);
    }
    if staff_acted(case) {
        return Err(Refusal::StaffActed);
    }
    if now > undo_until(case) {
        return Err(Refusal::UndoOver);
    }
    Ok(())
}

/// Whether anybody in the office has taken a step: accepted, asked for more, inspected, worked on a
/// part, or decided. 首问 is none of these: a clerk who takes an application in at a counter is the first
/// to touch it. That a clerk has judged materials without telling anybody yet stands beside the case.
fn staff_acted(case: &Case) -> bool {
    let part_touched = |state: &PartState| matches!(state, PartState::Done { .. } | PartState::Failed { .. });
    case.accepted_by.is_some()
        || case.decided_by.is_some()
        || case.notice.is_some()
        || !case.specials.is_empty()
        || case.parts.iter().any(|part| part_touched(&part.state))
}
