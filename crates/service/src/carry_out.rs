//! Carrying out a command on a case: decide, fold, append to the chain, recompute the due date,
//! issue the documents and messages that follow, save. All in the caller's transaction.

use crate::identity::Applicant;
use crate::{Failure, Service, wording};
use domain::case::{
    Actor, BillState, Case, CaseState, Command, Event, Facts, Owed, PartyState, apply, decide, fan_out,
};
use domain::catalogue::{Matter, RaiseBill};
use domain::time::{Deadline, Limit, LimitStart, LimitUnit, deadline};
use jiff::civil::Date;
use std::sync::Arc;
use store::Tx;
use store::tables::cases::{self, CaseRow};
use store::tables::{documents, events};

/// Who acts, and how the chain names them: role and id, no personal data. For a visitor at a counter it names
/// the clerk and the place beside the visit's account.
pub(crate) struct Acting {
    actor: Actor,
    name: String,
}

impl From<Actor> for Acting {
    fn from(actor: Actor) -> Self {
        Self { actor, name: actor_name(actor) }
    }
}

impl From<&Applicant> for Acting {
    fn from(who: &Applicant) -> Self {
        let actor = Actor::Applicant(who.account);
        Self { actor, name: who.chain_name() }
    }
}

impl Service {
    /// Runs one command. `notice_complete` matters only for answering the notice and for handing in what is owed.
    pub(crate) async fn carry_out(
        &self,
        tx: &mut Tx,
        row: &mut CaseRow,
        command: &Command,
        actor: Actor,
        notice_complete: bool,
    ) -> Result<Vec<Event>, Failure> {
        self.carry_out_on(tx, row, command, &actor.into(), notice_complete, None).await
    }

    /// The same on `grounds`: rules that all hold and let the system decide (免审即享).
    pub(crate) async fn carry_out_on(
        &self,
        tx: &mut Tx,
        row: &mut CaseRow,
        command: &Command,
        acting: &Acting,
        notice_complete: bool,
        grounds: Option<&[String]>,
    ) -> Result<Vec<Event>, Failure> {
        if row.case.bill != BillState::None {
            self.bill_first(tx, row.case.id).await?;
        }
        let matter = self.matter_at_in(tx, &row.case.matter).await?;
        let today = self.today();
        let special_due = match command {
            Command::StartSpecial { procedure } => {
                matter.special_procedure(procedure).map_or(today, |s| self.ends(&s.limit, today))
            }
            _ => today,
        };
        let facts = Facts {
            now: self.now(),
            today,
            immediate: matter.processing == domain::catalogue::Processing::Immediate || row.case.on_the_spot(),
            accepted_on_receipt: matter.accepted_on_receipt,
            bill_at_acceptance: bill_due(&matter, row, RaiseBill::Acceptance),
            specials: &matter.special,
            answer_by: Date::saturating_add(today, jiff::Span::new().days(self.settings.notice_days)),
            special_due,
            notice_complete,
            automatic: grounds,
            parts: match command {
                Command::Accept => fan_out(&matter, &row.answers, self.now()),
                _ => Vec::new(),
            },
            owed_until: row.case.owed.iter().map(|o| (o.material.clone(), self.owed_until(o, today))).collect(),
        };
        let events = decide(&row.case, command, acting.actor, &facts)?;
        for event in &events {
            row.case = apply(row.case.clone(), event);
            self.append(tx, row, &acting.name, event).await?;
        }
        row.due_on = self.due_date(&row.case, &matter).map(|d| d.to_string());
        for event in &events {
            self.follow_up(tx, row, &matter, event).await?;
            self.follow_subject(tx, row, &matter, event).await?;
        }
        cases::save(tx, row, facts.now.0).await?;
        row.version += 1;
        Ok(events)
    }

    /// Appends an event to the case's chain.
    pub(crate) async fn append(&self, tx: &mut Tx, row: &CaseRow, actor: &str, event: &Event) -> Result<(), Failure> {
        let payload = serde_json::to_string(event).map_err(Failure::internal)?;
        Ok(events::append(tx, &row.key, row.case.id, actor, event.at().0, event.kind(), &payload).await?)
    }

    /// What an event brings with it: a document, a bill, a message; or takes back with it.
    async fn follow_up(&self, tx: &mut Tx, row: &CaseRow, matter: &Arc<Matter>, event: &Event) -> Result<(), Failure> {
        if let Some(draft) = wording::document_for(matter, row, event, &self.catalogue().region) {
            self.issue_document(tx, row, matter, draft).await?;
        }
        if matches!(event, Event::BillRaised { .. }) {
            self.raise_bill(tx, row, matter).await?;
        }
        if let Event::Undone { at, .. } = event {
            documents::revoke(tx, row.case.id, at.0).await?;
        }
        if let Some(text) = wording::message_for(matter, &row.case, event) {
            self.tell_applicant(tx, row, &text).await?;
        }
        Box::pin(self.plan_bundles_after(tx, row, event)).await?;
        Box::pin(self.end_bill(tx, row, matter, event)).await?;
        self.plan_owed(tx, row, event).await?;
        self.open_follow_ups(tx, row, event).await
    }

    /// Last day of a limit that begins today.
    fn ends(&self, limit: &Limit, today: Date) -> Date {
        deadline(limit, today, 0, &[], &self.catalogue().region.calendar, today).due().unwrap_or(today)
    }

    /// Last day of something owed, were it counted from today.
    fn owed_until(&self, owed: &Owed, today: Date) -> Date {
        domain::materials::last_day(owed.days, owed.unit, today, &self.catalogue().region.calendar)
    }

    /// The clock of a case: for acceptance while received, for the decision while in progress.
    pub fn deadline_of(&self, case: &Case, matter: &Matter) -> Option<Deadline> {
        let catalogue = self.catalogue();
        let calendar = &catalogue.region.calendar;
        let today = self.today();
        match &case.state {
            CaseState::Received(received) => {
                // A joint application is made when the second party has signed.
                let made = match case.party {
                    PartyState::Confirmed { at } => received.since.max(at),
                    PartyState::NotNeeded | PartyState::Waiting => received.since,
                };
                let start = case.notice.as_ref().and_then(|n| n.answered_at).unwrap_or(made);
                let limit = if case.on_the_spot() { same_day() } else { acceptance_limit() };
                Some(deadline(&limit, start.date_in_china(), 0, &[], calendar, today))
            }
            CaseState::InProgress(_) | CaseState::Suspended(_) => {
                let start = case.accepted_on?;
                // 交齐并承诺的, 当场决定.
                let limit = if case.on_the_spot() { same_day() } else { matter.promised.clone() };
                Some(deadline(&limit, start, 0, &case.suspensions, calendar, today))
            }
            CaseState::Correcting(_) | CaseState::Decided(_) | CaseState::Closed(_) => None,
        }
    }

    /// The day by which somebody has to act, for the queue.
    pub(crate) fn due_date(&self, case: &Case, matter: &Matter) -> Option<Date> {
        match &case.state {
            CaseState::Correcting(c) => Some(c.answer_by),
            _ => self.deadline_of(case, matter).and_then(|d| d.due()),
        }
    }
}

/// 行政许可法 §32: told within five days, or the application counts as accepted from receipt.
fn acceptance_limit() -> Limit {
    Limit {
        amount: 5,
        unit: LimitUnit::WorkingDays,
        start: LimitStart::Receipt,
        basis: "《行政许可法》第三十二条".into(),
    }
}

/// 当场决定: whoever has handed in everything and promised is told on the same working day.
fn same_day() -> Limit {
    Limit {
        amount: 0,
        unit: LimitUnit::WorkingDays,
        start: LimitStart::Acceptance,
        basis: "国办发〔2020〕42号：符合告知承诺条件的，当场作出决定".into(),
    }
}

/// Whether the matter raises a bill at this point, and these answers lead to one.
pub(crate) fn bill_due(matter: &Matter, row: &CaseRow, at: RaiseBill) -> bool {
    matter.fee.as_ref().is_some_and(|f| f.raise == at) && matter.assess(&row.answers).total().0 > 0
}

/// Stable name of an actor in the chain: role and id, no personal data.
pub(crate) fn actor_name(actor: Actor) -> String {
    match actor {
        Actor::Applicant(id) => format!("applicant:{id}"),
        Actor::Party => "party".into(),
        Actor::Clerk(id) => format!("clerk:{id}"),
        Actor::Approver(id) => format!("approver:{id}"),
        Actor::Issuer(id) => format!("issuer:{id}"),
        Actor::System => "system".into(),
    }
}
