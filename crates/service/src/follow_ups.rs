//! 承诺核查: whatever was granted on a promise is looked into once, by somebody who did not decide. A broken
//! promise (不实) closes the promise route for whom it was (I5) until it is repaired, by two persons. To take
//! the decision back is another act, with a hearing of its own; nothing here does it.

use crate::identity::Approver;
use crate::promise_words as words;
use crate::{Failure, Service};
use domain::case::{Actor, Event, Outcome, Refusal};
use domain::ids::CaseId;
use domain::time::Instant;
use jiff::civil::Date;
use store::Tx;
use store::tables::cases::{self, CaseRow};
use store::tables::follow_ups::{self, Breach, FollowUp};

/// Longest text, in characters.
const LONGEST: usize = 500;

/// How far a check has gone.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FollowUpState {
    /// 待核查
    Open,
    /// 属实
    Kept,
    /// 不实
    Breached,
}

impl FollowUpState {
    /// Stable code.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Kept => "kept",
            Self::Breached => "breached",
        }
    }

    fn parse(code: &str) -> Result<Self, Failure> {
        [Self::Open, Self::Kept, Self::Breached]
            .into_iter()
            .find(|state| state.as_str() == code)
            .ok_or_else(|| Failure::internal("follow_ups.state"))
    }
}

/// One check, as shown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FollowUpView {
    pub id: String,
    pub case: CaseId,
    /// 办件编号.
    pub number: String,
    /// Title of the matter.
    pub matter: String,
    /// Name of the material that the promise stands for.
    pub material: String,
    /// Name of the letter.
    pub promise: String,
    pub due: Date,
    /// Not done in time.
    pub overdue: bool,
    pub state: FollowUpState,
    /// What was found; empty while open.
    pub note: String,
    pub checked_at: Option<Instant>,
    /// Whoever looks at the list has decided this case, so somebody else checks.
    pub own_decision: bool,
}

/// A broken promise, as shown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BreachView {
    pub id: String,
    pub case: CaseId,
    pub number: String,
    pub matter: String,
    pub recorded_at: Instant,
    /// Why it is to be taken as repaired; empty while nobody has asked.
    pub reason: String,
    pub asked_at: Option<Instant>,
    /// Whoever looks at the list has asked, so somebody else confirms.
    pub asked_by_me: bool,
    pub repaired_at: Option<Instant>,
}

/// Everything on the page of checks.
#[derive(Debug, Clone, Default)]
pub struct FollowUps {
    pub checks: Vec<FollowUpView>,
    pub breaches: Vec<BreachView>,
}

/// A text that somebody has to give, within bounds.
fn needed(text: &str) -> Result<&str, Failure> {
    let text = text.trim();
    if text.is_empty() {
        return Err(Failure::Rejected("follow_up.text_missing"));
    }
    if text.chars().count() > LONGEST {
        return Err(Failure::Rejected("follow_up.text_long"));
    }
    Ok(text)
}

impl Service {
    /// A grant on a promise opens its check (M5, H14).
    pub(crate) async fn open_follow_ups(&self, tx: &mut Tx, row: &CaseRow, event: &Event) -> Result<(), Failure> {
        let Event::Decided { outcome: Outcome::Granted, .. } = event else { return Ok(()) };
        for promise in &row.case.promised {
            let days = jiff::Span::new().days(i64::from(promise.follow_up_days));
            let due = self.today().saturating_add(days).to_string();
            let id = self.new_id().to_string();
            follow_ups::open(tx, &id, row.case.id, &promise.material, &due, self.now().0).await?;
        }
        Ok(())
    }

    /// The checks that are due or done, and what was found broken.
    pub async fn follow_ups(&self, approver: &Approver) -> Result<FollowUps, Failure> {
        let mut page = FollowUps::default();
        let reach = self.reach(approver.id()).await?;
        for check in follow_ups::list(&self.db).await? {
            // Staff of a place see what was taken in there.
            if !self.reaches(&reach, check.case_id).await? {
                continue;
            }
            let row = cases::find(&self.db, &self.vault, check.case_id).await?.ok_or(Failure::NotFound)?;
            let own = row.case.decided_by == Some(approver.id());
            page.checks.push(self.follow_up_view(&row, check, own).await?);
        }
        for breach in follow_ups::breaches(&self.db).await? {
            if !self.reaches(&reach, breach.case_id).await? {
                continue;
            }
            let row = cases::find(&self.db, &self.vault, breach.case_id).await?.ok_or(Failure::NotFound)?;
            page.breaches.push(self.breach_view(&row, &breach, approver).await?);
        }
        Ok(page)
    }

    /// The checks of one case.
    pub(crate) async fn follow_ups_of(&self, row: &CaseRow) -> Result<Vec<FollowUpView>, Failure> {
        let mut list = Vec::new();
        if row.case.promised.is_empty() {
            return Ok(list);
        }
        for check in follow_ups::of_case(&self.db, row.case.id).await? {
            list.push(self.follow_up_view(row, check, false).await?);
        }
        Ok(list)
    }

    async fn follow_up_view(&self, row: &CaseRow, check: FollowUp, own: bool) -> Result<FollowUpView, Failure> {
        let matter = self.matter_at(&row.case.matter).await?;
        let promise = row.case.promised.iter().find(|p| p.material == check.material);
        let state = FollowUpState::parse(&check.state)?;
        let due: Date = check.due_on.parse().map_err(Failure::internal)?;
        Ok(FollowUpView {
            note: check.note(&row.key)?,
            case: row.case.id,
            number: row.case.number.clone(),
            matter: matter.title.clone(),
            material: promise.map_or_else(|| check.material.clone(), |p| p.name.clone()),
            promise: promise.map_or_else(String::new, |p| p.title.clone()),
            due,
            overdue: state == FollowUpState::Open && due < self.today(),
            state,
            checked_at: check.checked_at.map(Instant),
            own_decision: own,
            id: check.id,
        })
    }

    async fn breach_view(&self, row: &CaseRow, breach: &Breach, who: &Approver) -> Result<BreachView, Failure> {
        let matter = self.matter_at(&row.case.matter).await?;
        Ok(BreachView {
            id: breach.id.clone(),
            case: row.case.id,
            number: row.case.number.clone(),
            matter: matter.title.clone(),
            recorded_at: Instant(breach.recorded_at),
            reason: breach.reason(&row.key)?,
            asked_at: breach.asked_at.map(Instant),
            asked_by_me: breach.asked_by.as_deref() == Some(who.id().to_string().as_str()),
            repaired_at: breach.repaired_at.map(Instant),
        })
    }

    /// Says what was found, once. A broken promise is recorded against the number that promised, and the
    /// applicant is told, with the ways to object and to repair.
    pub async fn record_follow_up(&self, approver: &Approver, id: &str, kept: bool, note: &str) -> Result<(), Failure> {
        let note = needed(note)?;
        let (by, now) = (approver.id().to_string(), self.now().0);
        let case = follow_ups::find(&self.db, id).await?.ok_or(Failure::NotFound)?.case_id;
        self.may_act(Actor::Approver(approver.id()), case).await?;
        let mut tx = self.db.begin().await?;
        let check = follow_ups::find_in(&mut tx, id).await?.ok_or(Failure::NotFound)?;
        let row = cases::find_in(&mut tx, &self.vault, check.case_id).await?.ok_or(Failure::NotFound)?;
        if row.case.decided_by == Some(approver.id()) {
            return Err(Failure::Refused(Refusal::SamePerson));
        }
        let state = if kept { FollowUpState::Kept } else { FollowUpState::Breached };
        follow_ups::check(&mut tx, &row.key, id, state.as_str(), note, &by, now).await?;
        let matter = self.matter_at_in(&mut tx, &row.case.matter).await?;
        let promise = row.case.promised.iter().find(|p| p.material == check.material);
        let promise = promise.ok_or_else(|| Failure::internal("follow_ups.material"))?;
        if kept {
            self.tell_applicant(&mut tx, &row, &words::kept(&matter, promise)).await?;
        } else {
            let subject = matter.promisor(&row.answers).ok_or_else(|| Failure::internal("promisor"))?;
            let breach = self.new_id().to_string();
            follow_ups::record(&mut tx, &self.vault, &breach, id, row.case.id, &subject, &by, now).await?;
            let region = self.catalogue().region.clone();
            let letter = words::breach(&matter, &row, promise, note, &region);
            self.issue_document(&mut tx, &row, &matter, letter).await?;
            self.tell_applicant(&mut tx, &row, &words::breached(&matter, promise)).await?;
        }
        let action = format!("follow_up_{}", state.as_str());
        self.record(&mut tx, &format!("staff:{by}"), &action, &row.case.id.to_string(), id).await?;
        tx.commit().await?;
        self.wake.notify_one();
        Ok(())
    }

    /// 修复, the first of two: asks to take a broken promise as repaired, and says why.
    pub async fn ask_repair(&self, approver: &Approver, breach: &str, reason: &str) -> Result<(), Failure> {
        let reason = needed(reason)?;
        let by = approver.id().to_string();
        self.may_repair(approver, breach).await?;
        let mut tx = self.db.begin().await?;
        let (row, _) = self.breach_in(&mut tx, breach).await?;
        follow_ups::ask_repair(&mut tx, &row.key, breach, reason, &by, self.now().0).await?;
        self.record(&mut tx, &format!("staff:{by}"), "repair_asked", &row.case.id.to_string(), breach).await?;
        Ok(tx.commit().await?)
    }

    /// 修复, the second: somebody else agrees, and the promise route is open again; or does not, and the
    /// request is void.
    pub async fn answer_repair(&self, approver: &Approver, breach: &str, agrees: bool) -> Result<(), Failure> {
        let by = approver.id().to_string();
        self.may_repair(approver, breach).await?;
        let mut tx = self.db.begin().await?;
        let (row, found) = self.breach_in(&mut tx, breach).await?;
        if found.asked_by.as_deref() == Some(by.as_str()) {
            return Err(Failure::Refused(Refusal::SamePerson));
        }
        let action = if agrees {
            follow_ups::repair(&mut tx, breach, &by, self.now().0).await?;
            let matter = self.matter_at_in(&mut tx, &row.case.matter).await?;
            self.tell_applicant(&mut tx, &row, &words::repaired(&matter)).await?;
            "repair_confirmed"
        } else {
            follow_ups::take_back(&mut tx, breach).await?;
            "repair_declined"
        };
        self.record(&mut tx, &format!("staff:{by}"), action, &row.case.id.to_string(), breach).await?;
        tx.commit().await?;
        self.wake.notify_one();
        Ok(())
    }

    async fn may_repair(&self, approver: &Approver, id: &str) -> Result<(), Failure> {
        let case = follow_ups::breach(&self.db, id).await?.ok_or(Failure::NotFound)?.case_id;
        self.may_act(Actor::Approver(approver.id()), case).await
    }

    async fn breach_in(&self, tx: &mut Tx, id: &str) -> Result<(CaseRow, Breach), Failure> {
        let breach = follow_ups::breach_in(tx, id).await?.ok_or(Failure::NotFound)?;
        let row = cases::find_in(tx, &self.vault, breach.case_id).await?.ok_or(Failure::NotFound)?;
        Ok((row, breach))
    }
}
