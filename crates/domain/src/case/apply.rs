//! Folding events into the case.

use super::{
    BillState, Case, CaseState, Closed, ClosedHow, Correcting, Decided, Event, InProgress, NoticeRecord, Owed,
    PartState, PartyState, Promised, Received, SpecialRecord, Suspended, owed, parts,
};
use crate::catalogue::MatterRef;
use crate::ids::{AccountId, CaseId};
use crate::time::{Instant, Suspension};

/// What a case begins with.
#[derive(Debug, Clone)]
pub struct Submitted {
    pub id: CaseId,
    pub number: String,
    pub matter: MatterRef,
    pub applicant: AccountId,
    pub at: Instant,
    pub needs_party: bool,
    /// A bill was raised with the submission.
    pub bill_raised: bool,
    /// Materials promised for later.
    pub owed: Vec<Owed>,
    /// Promises in place of materials.
    pub promised: Vec<Promised>,
}

/// A new case in 收件.
pub fn open(s: Submitted) -> Case {
    Case {
        id: s.id,
        number: s.number,
        matter: s.matter,
        applicant: s.applicant,
        submitted_at: s.at,
        party: if s.needs_party { PartyState::Waiting } else { PartyState::NotNeeded },
        first_clerk: None,
        accepted_by: None,
        decided_by: None,
        accepted_on: None,
        suspensions: Vec::new(),
        notice: None,
        specials: Vec::new(),
        parts: Vec::new(),
        owed: s.owed,
        promised: s.promised,
        bill: if s.bill_raised { BillState::Due } else { BillState::None },
        state: CaseState::Received(Received { since: s.at }),
    }
}

/// The case after `event`.
pub fn apply(mut case: Case, event: &Event) -> Case {
    match event {
        Event::PartyConfirmed { at } => case.party = PartyState::Confirmed { at: *at },
        Event::NoticeIssued { at, by, items, answer_by } => {
            case.first_clerk.get_or_insert(*by);
            case.notice = Some(NoticeRecord { items: items.clone(), issued_at: *at, answered_at: None, returned: 0 });
            case.state = CaseState::Correcting(Correcting { since: *at, answer_by: *answer_by });
        }
        Event::NoticeAnswered { at } => {
            if let Some(notice) = &mut case.notice {
                notice.answered_at = Some(*at);
            }
            case.state = CaseState::Received(Received { since: *at });
        }
        Event::AnswerReturned { at, items, answer_by, .. } => {
            if let Some(notice) = &mut case.notice {
                notice.items.clone_from(items);
                notice.answered_at = None;
                notice.returned += 1;
            }
            case.state = CaseState::Correcting(Correcting { since: *at, answer_by: *answer_by });
        }
        Event::Accepted { at, by, on } => {
            if let Some(by) = by {
                case.first_clerk.get_or_insert(*by);
            }
            case.accepted_by = *by;
            case.accepted_on = Some(*on);
            case.state = CaseState::InProgress(InProgress { since: *at });
        }
        Event::AcceptanceRefused { at, by, reasons } => {
            case.first_clerk.get_or_insert(*by);
            let how = ClosedHow::AcceptanceRefused { reasons: reasons.clone() };
            case.state = CaseState::Closed(Closed { at: *at, how });
        }
        Event::BillRaised { .. } => case.bill = BillState::Due,
        Event::BillPaid { .. } => case.bill = BillState::Paid,
        Event::BillWaived { .. } => case.bill = BillState::None,
        Event::SpecialStarted { at, procedure, name, stops_clock, on, due_on, .. } => {
            case.specials.push(SpecialRecord {
                procedure: procedure.clone(),
                name: name.clone(),
                stops_clock: *stops_clock,
                started_on: *on,
                due_on: *due_on,
                ended_on: None,
                finding: None,
            });
            if *stops_clock {
                case.suspensions.push(Suspension { from: *on, to: None, reason: name.clone() });
                case.state = CaseState::Suspended(Suspended { since: *at, procedure: procedure.clone() });
            }
        }
        Event::SpecialEnded { at, on, finding, .. } => end_special(&mut case, *at, *on, finding),
        Event::PartsOpened { parts, .. } => case.parts.clone_from(parts),
        Event::PartFinished { at, by, part, note, .. } => {
            let done = PartState::Done { at: *at, by: *by, note: note.clone() };
            case.parts = parts::after(&case.parts, part, done, *at);
        }
        Event::PartFailed { at, by, part, reason, .. } => {
            let failed = PartState::Failed { at: *at, by: *by, reason: reason.clone() };
            case.parts = parts::after(&case.parts, part, failed, *at);
        }
        Event::PartReopened { at, part, .. } => {
            case.parts = parts::after(&case.parts, part, PartState::Open { since: *at }, *at);
        }
        Event::OwedDated { .. }
        | Event::OwedSupplied { .. }
        | Event::OwedMet { .. }
        | Event::OwedReturned { .. }
        | Event::OwedLapsed { .. } => owed::fold(&mut case, event),
        Event::Decided { at, by, outcome, .. } => {
            case.decided_by = *by;
            case.state = CaseState::Decided(Decided { at: *at, outcome: outcome.clone(), issued_at: None });
        }
        Event::ResultIssued { at, .. } => {
            if let CaseState::Decided(decided) = &mut case.state {
                decided.issued_at = Some(*at);
            }
        }
        Event::FirstContact { by, .. } => {
            case.first_clerk.get_or_insert(*by);
        }
        // What was issued stays issued; where it went stands with its delivery.
        Event::Posted { .. } => {}
        Event::Withdrawn { at } => case.state = CaseState::Closed(Closed { at: *at, how: ClosedHow::Withdrawn }),
        Event::Undone { at, draft } => {
            if case.bill == BillState::Paid {
                case.bill = BillState::RefundDue;
            }
            case.state = CaseState::Closed(Closed { at: *at, how: ClosedHow::Undone { draft: *draft } });
        }
    }
    case
}

fn end_special(case: &mut Case, at: Instant, on: jiff::civil::Date, finding: &str) {
    let Some(special) = case.specials.iter_mut().find(|s| s.ended_on.is_none()) else { return };
    special.ended_on = Some(on);
    special.finding = Some(finding.to_owned());
    // The clock may also wait for something that is owed: that goes on.
    if let Some(open) = case.suspensions.iter_mut().find(|s| s.to.is_none() && s.reason == special.name) {
        open.to = Some(on);
    }
    if matches!(case.state, CaseState::Suspended(_)) {
        case.state = CaseState::InProgress(InProgress { since: at });
    }
}
