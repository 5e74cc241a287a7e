//! The rules of the case machine.

use super::{
    Actor, BillState, Case, CaseState, Command, Decided, Decision, Event, Facts, NoticeItem, Outcome, PartCommand,
    PartyState, Refusal, owed, parts, undo,
};
use crate::catalogue::SpecialProcedure;
use crate::ids::StaffId;
use std::collections::BTreeSet;

type Answer = Result<Vec<Event>, Refusal>;

/// What follows from `command`, or why not. Pure; the caller saves the events and applies them.
pub fn decide(case: &Case, command: &Command, actor: Actor, facts: &Facts) -> Answer {
    match command {
        Command::ConfirmParty => confirm_party(case, actor, facts),
        Command::IssueNotice { items } => issue_notice(case, items, actor, facts),
        Command::AnswerNotice => answer_notice(case, actor, facts),
        Command::ReturnAnswer { items } => return_answer(case, items, actor, facts),
        Command::Accept => accept(case, actor, facts),
        Command::RefuseAcceptance { reasons } => refuse_acceptance(case, reasons, actor, facts),
        Command::RecordPayment => record_payment(case, actor, facts),
        Command::WaiveBill => waive_bill(case, actor, facts),
        Command::StartSpecial { procedure } => start_special(case, procedure, actor, facts),
        Command::EndSpecial { finding } => end_special(case, finding, actor, facts),
        Command::FinishPart { part, note } => {
            change_part(case, part, &PartCommand::Finish { note: note.clone() }, actor, facts)
        }
        Command::FailPart { part, reason } => {
            change_part(case, part, &PartCommand::Fail { reason: reason.clone() }, actor, facts)
        }
        Command::ReopenPart { part, reason } => {
            change_part(case, part, &PartCommand::Reopen { reason: reason.clone() }, actor, facts)
        }
        Command::SupplyOwed { material } => owed::supply(case, material, actor, facts),
        Command::JudgeOwed { material, defects } => owed::judge(case, material, defects, actor, facts),
        Command::LapseOwed => owed::lapse(case, actor, facts),
        Command::Decide(decision) => decide_case(case, decision, actor, facts),
        Command::IssueResult => issue_result(case, actor, facts),
        Command::Withdraw => withdraw(case, actor, facts),
        Command::Undo { draft } => {
            own(case, actor)?;
            undo::may_undo(case, facts.now)?;
            Ok(vec![Event::Undone { at: facts.now, draft: *draft }])
        }
    }
}

fn clerk(actor: Actor) -> Result<StaffId, Refusal> {
    match actor {
        Actor::Clerk(id) => Ok(id),
        _ => Err(Refusal::WrongActor),
    }
}

fn approver(actor: Actor) -> Result<StaffId, Refusal> {
    match actor {
        Actor::Approver(id) => Ok(id),
        _ => Err(Refusal::WrongActor),
    }
}

fn own(case: &Case, actor: Actor) -> Result<(), Refusal> {
    if actor == Actor::Applicant(case.applicant) { Ok(()) } else { Err(Refusal::WrongActor) }
}

/// Reasons that say something; blank ones are none.
fn said(reasons: &[String]) -> Result<Vec<String>, Refusal> {
    let reasons: Vec<String> = reasons.iter().map(|r| r.trim().to_owned()).filter(|r| !r.is_empty()).collect();
    if reasons.is_empty() { Err(Refusal::ReasonMissing) } else { Ok(reasons) }
}

fn confirm_party(case: &Case, actor: Actor, facts: &Facts) -> Answer {
    if actor != Actor::Party {
        return Err(Refusal::WrongActor);
    }
    match (case.party, &case.state) {
        (PartyState::NotNeeded, _) => Err(Refusal::PartyNotNeeded),
        (PartyState::Confirmed { .. }, _) => Err(Refusal::AlreadyDone),
        (PartyState::Waiting, CaseState::Received(_)) => Ok(vec![Event::PartyConfirmed { at: facts.now }]),
        (PartyState::Waiting, _) => Err(Refusal::WrongState),
    }
}

fn issue_notice(case: &Case, items: &[NoticeItem], actor: Actor, facts: &Facts) -> Answer {
    let by = clerk(actor)?;
    let CaseState::Received(_) = case.state else { return Err(Refusal::WrongState) };
    if case.party == PartyState::Waiting {
        return Err(Refusal::PartyMissing);
    }
    if case.notice.is_some() {
        return Err(Refusal::SecondNotice);
    }
    if items.is_empty() {
        return Err(Refusal::EmptyNotice);
    }
    Ok(vec![Event::NoticeIssued { at: facts.now, by, items: items.to_vec(), answer_by: facts.answer_by }])
}

fn answer_notice(case: &Case, actor: Actor, facts: &Facts) -> Answer {
    own(case, actor)?;
    let CaseState::Correcting(_) = case.state else { return Err(Refusal::WrongState) };
    if !facts.notice_complete {
        return Err(Refusal::NoticeIncomplete);
    }
    Ok(vec![Event::NoticeAnswered { at: facts.now }])
}

/// Part of the same notice: only what it named may go back.
fn return_answer(case: &Case, items: &[NoticeItem], actor: Actor, facts: &Facts) -> Answer {
    let by = clerk(actor)?;
    let CaseState::Received(_) = case.state else { return Err(Refusal::WrongState) };
    let Some(notice) = case.notice.as_ref().filter(|n| n.answered_at.is_some()) else {
        return Err(Refusal::WrongState);
    };
    if items.is_empty() {
        return Err(Refusal::EmptyNotice);
    }
    let named: BTreeSet<&str> = notice.items.iter().map(|i| i.material.as_str()).collect();
    if items.iter().any(|i| !named.contains(i.material.as_str())) {
        return Err(Refusal::NewDefect);
    }
    Ok(vec![Event::AnswerReturned { at: facts.now, by, items: items.to_vec(), answer_by: facts.answer_by }])
}

fn accept(case: &Case, actor: Actor, facts: &Facts) -> Answer {
    let by = match actor {
        Actor::Clerk(id) => Some(id),
        // 收件即受理, or five days gone by without a notice.
        Actor::System => None,
        _ => return Err(Refusal::WrongActor),
    };
    let CaseState::Received(_) = case.state else { return Err(Refusal::WrongState) };
    if case.party == PartyState::Waiting {
        return Err(Refusal::PartyMissing);
    }
    // Complete since the submission, the other party's signature or the answer to the notice.
    let complete = match (&case.notice, case.party) {
        (Some(notice), _) => notice.answered_at.unwrap_or(facts.now),
        (None, PartyState::Confirmed { at }) => at,
        (None, _) => case.submitted_at,
    };
    let from_receipt = (facts.accepted_on_receipt && case.notice.is_none()) || by.is_none();
    let on = if from_receipt { complete.date_in_china() } else { facts.today };
    let mut events = vec![Event::Accepted { at: facts.now, by, on }];
    if facts.bill_at_acceptance && case.bill == BillState::None {
        events.push(Event::BillRaised { at: facts.now });
    }
    if !facts.parts.is_empty() {
        events.push(Event::PartsOpened { at: facts.now, parts: facts.parts.clone() });
    }
    events.extend(owed::dated(case, facts));
    Ok(events)
}

fn refuse_acceptance(case: &Case, reasons: &[String], actor: Actor, facts: &Facts) -> Answer {
    let by = clerk(actor)?;
    let CaseState::Received(_) = case.state else { return Err(Refusal::WrongState) };
    Ok(vec![Event::AcceptanceRefused { at: facts.now, by, reasons: said(reasons)? }])
}

/// Money that has come in is recorded in every state: it is a fact, not a wish.
fn record_payment(case: &Case, actor: Actor, facts: &Facts) -> Answer {
    if actor != Actor::System {
        return Err(Refusal::WrongActor);
    }
    match case.bill {
        BillState::None => Err(Refusal::NoBill),
        BillState::Paid | BillState::RefundDue => Err(Refusal::AlreadyDone),
        BillState::Due => Ok(vec![Event::BillPaid { at: facts.now }]),
    }
}

/// Nothing holds back the grant any more; the book says why.
fn waive_bill(case: &Case, actor: Actor, facts: &Facts) -> Answer {
    if actor != Actor::System {
        return Err(Refusal::WrongActor);
    }
    match case.bill {
        BillState::None => Err(Refusal::NoBill),
        BillState::Paid | BillState::RefundDue => Err(Refusal::AlreadyDone),
        BillState::Due => Ok(vec![Event::BillWaived { at: facts.now }]),
    }
}

fn start_special(case: &Case, procedure: &str, actor: Actor, facts: &Facts) -> Answer {
    let by = approver(actor)?;
    let CaseState::InProgress(_) = case.state else {
        return Err(if case.open_special().is_some() { Refusal::SpecialRunning } else { Refusal::WrongState });
    };
    if case.open_special().is_some() {
        return Err(Refusal::SpecialRunning);
    }
    let spec = facts.specials.iter().find(|s| s.id == procedure).ok_or(Refusal::SpecialUnknown)?;
    Ok(vec![Event::SpecialStarted {
        at: facts.now,
        by,
        procedure: spec.id.clone(),
        name: spec.name.clone(),
        stops_clock: spec.suspends_clock,
        on: facts.today,
        due_on: facts.special_due,
    }])
}

fn end_special(case: &Case, finding: &str, actor: Actor, facts: &Facts) -> Answer {
    let by = approver(actor)?;
    if !matches!(case.state, CaseState::InProgress(_) | CaseState::Suspended(_)) {
        return Err(Refusal::WrongState);
    }
    let special = case.open_special().ok_or(Refusal::NoSpecial)?;
    let finding = said(&[finding.to_owned()])?.remove(0);
    Ok(vec![Event::SpecialEnded { at: facts.now, by, procedure: special.procedure.clone(), on: facts.today, finding }])
}

/// One body's act on its part, under the same separation of duties as the decision on the whole.
fn change_part(case: &Case, part: &str, command: &PartCommand, actor: Actor, facts: &Facts) -> Answer {
    let by = approver(actor)?;
    match &case.state {
        CaseState::InProgress(_) => {}
        CaseState::Suspended(_) => return Err(Refusal::SpecialRunning),
        _ => return Err(Refusal::WrongState),
    }
    if case.accepted_by == Some(by) && !facts.immediate {
        return Err(Refusal::SamePerson);
    }
    Ok(vec![parts::decide_part(&case.parts, part, command, by, facts.now)?])
}

fn decide_case(case: &Case, decision: &Decision, actor: Actor, facts: &Facts) -> Answer {
    let (by, grounds) = match (actor, facts.automatic) {
        (Actor::Approver(id), _) => (Some(id), Vec::new()),
        // 免审即享: rules may give, they never take; a refusal is a person's word.
        (Actor::System, Some(grounds)) if *decision == Decision::Grant && needs_nobody(case, facts.specials) => {
            (None, grounds.to_vec())
        }
        _ => return Err(Refusal::WrongActor),
    };
    match &case.state {
        CaseState::InProgress(_) => {}
        CaseState::Suspended(_) => return Err(Refusal::SpecialRunning),
        CaseState::Decided(_) => return Err(Refusal::AlreadyDone),
        _ => return Err(Refusal::WrongState),
    }
    if case.open_special().is_some() {
        return Err(Refusal::SpecialRunning);
    }
    if by.is_some() && case.accepted_by == by && !facts.immediate {
        return Err(Refusal::SamePerson);
    }
    owed::may_decide(case, decision, facts.today)?;
    let outcome = match decision {
        Decision::Grant if case.bill == BillState::Due => return Err(Refusal::BillUnpaid),
        Decision::Grant => {
            parts::may_grant(&case.parts)?;
            Outcome::Granted
        }
        Decision::Refuse { reasons } => Outcome::Refused { reasons: said(reasons)? },
    };
    Ok(vec![Event::Decided { at: facts.now, by, outcome, grounds }])
}

/// Whether rules alone may grant this case now (免审即享): accepted, and nothing left for people.
/// `specials` are the procedures of its matter.
pub fn rules_may_grant(case: &Case, specials: &[SpecialProcedure]) -> bool {
    matches!(case.state, CaseState::InProgress(_)) && needs_nobody(case, specials)
}

/// Free of charge, nothing to inspect, nothing found wanting, nobody else to be asked.
fn needs_nobody(case: &Case, specials: &[SpecialProcedure]) -> bool {
    case.bill == BillState::None
        && case.party == PartyState::NotNeeded
        && case.notice.is_none()
        && case.specials.is_empty()
        && case.parts.is_empty()
        && case.owed.is_empty()
        && case.promised.is_empty()
        && specials.is_empty()
}

fn issue_result(case: &Case, actor: Actor, facts: &Facts) -> Answer {
    let by = match (actor, facts.automatic) {
        (Actor::Issuer(id), _) => Some(id),
        // Nobody decided, so nobody has to hand it out.
        (Actor::System, Some(_)) if case.decided_by.is_none() => None,
        _ => return Err(Refusal::WrongActor),
    };
    let CaseState::Decided(Decided { issued_at, .. }) = &case.state else { return Err(Refusal::WrongState) };
    if issued_at.is_some() {
        return Err(Refusal::AlreadyDone);
    }
    if by.is_some() && !facts.immediate && (case.decided_by == by || case.accepted_by == by) {
        return Err(Refusal::SamePerson);
    }
    Ok(vec![Event::ResultIssued { at: facts.now, by }])
}

fn withdraw(case: &Case, actor: Actor, facts: &Facts) -> Answer {
    own(case, actor)?;
    match case.state {
        CaseState::Received(_) | CaseState::Correcting(_) | CaseState::InProgress(_) | CaseState::Suspended(_) => {
            Ok(vec![Event::Withdrawn { at: facts.now }])
        }
        CaseState::Decided(_) => Err(Refusal::WrongState),
        CaseState::Closed(_) => Err(Refusal::AlreadyDone),
    }
}
