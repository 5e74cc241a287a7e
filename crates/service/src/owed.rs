//! 容缺后补 after acceptance: handing in what is owed, looking at it, reminding of it, and the end of
//! its day.

use crate::desk::current_round;
use crate::identity::{Applicant, Clerk};
use crate::promise_words as words;
use crate::proofs::judge_days_of_case;
use crate::uploads::{FileView, view_of};
use crate::{Failure, Service};
use domain::case::{Actor, Case, CaseState, Command, Event, Owed};
use domain::ids::CaseId;
use domain::time::Instant;
use jiff::civil::{Date, time};
use store::Tx;
use store::jobs::{self, Leased, NewJob};
use store::tables::cases::{self, CaseRow};
use store::tables::verdicts::{self, Verdict};
use store::tables::{accounts, files, messages};

/// Reminders: so many days before the last one, at nine in the morning.
const REMINDERS: [i64; 3] = [5, 1, 0];
/// Longest note of a clerk, in characters.
const LONGEST: usize = 500;

/// The round under which the files of an owed material come: after those of the notice.
pub fn supply_round(case: &Case, owed: &Owed) -> i64 {
    current_round(case) + 1 + i64::from(owed.returned)
}

/// The same for a slot into which files may be put now.
pub(crate) fn open_round(case: &Case, material: &str) -> Option<i64> {
    let owed = case.owed_material(material).filter(|owed| owed.is_open() && is_running(case))?;
    Some(supply_round(case, owed))
}

fn is_running(case: &Case) -> bool {
    matches!(case.state, CaseState::InProgress(_) | CaseState::Suspended(_))
}

impl Service {
    /// 补交: what lies in the slot is handed in.
    pub async fn supply_owed(&self, applicant: &Applicant, id: CaseId, material: &str) -> Result<(), Failure> {
        self.own_case(applicant, id).await?;
        let mut tx = self.db.begin().await?;
        let mut row = cases::find_in(&mut tx, &self.vault, id).await?.ok_or(Failure::NotFound)?;
        let complete = self.slot_complete(&mut tx, &row, material).await?;
        let command = Command::SupplyOwed { material: material.to_owned() };
        self.carry_out_on(&mut tx, &mut row, &command, &applicant.into(), complete, None).await?;
        self.note_visit(&mut tx, applicant.filed_by.as_ref(), "counter_supplied", &id.to_string()).await?;
        tx.commit().await?;
        self.wake.notify_one();
        Ok(())
    }

    /// 合格: what came is as it should be.
    pub async fn meet_owed(&self, clerk: &Clerk, id: CaseId, seen: i64, material: &str) -> Result<(), Failure> {
        self.judge_owed(clerk, id, seen, material, &[], "").await
    }

    /// 退回重补: with everything that is wrong, at once, by criteria of the published matter alone (C14).
    pub async fn return_owed(
        &self,
        clerk: &Clerk,
        id: CaseId,
        seen: i64,
        material: &str,
        criteria: &[String],
        note: &str,
    ) -> Result<(), Failure> {
        if criteria.is_empty() {
            return Err(Failure::Rejected("verdict.missing"));
        }
        self.judge_owed(clerk, id, seen, material, criteria, note).await
    }

    async fn judge_owed(
        &self,
        clerk: &Clerk,
        id: CaseId,
        seen: i64,
        material: &str,
        criteria: &[String],
        note: &str,
    ) -> Result<(), Failure> {
        let note = note.trim();
        if note.chars().count() > LONGEST {
            return Err(Failure::Rejected("note.too_long"));
        }
        self.may_act(Actor::Clerk(clerk.id()), id).await?;
        let mut tx = self.db.begin().await?;
        let mut row = cases::find_in(&mut tx, &self.vault, id).await?.ok_or(Failure::NotFound)?;
        if row.version != seen {
            return Err(Failure::Conflict);
        }
        let matter = self.matter_at_in(&mut tx, &row.case.matter).await?;
        let spec = matter.material(material).ok_or(Failure::Rejected("material.unlisted"))?;
        let round = row.case.owed_material(material).map(|owed| supply_round(&row.case, owed));
        let mut defects = Vec::new();
        for id in criteria {
            let criterion = spec.criteria.iter().find(|c| c.id == *id);
            let criterion = criterion.ok_or(Failure::Rejected("criterion.unlisted"))?;
            defects.push(words::defect(criterion));
        }
        if let (Some(last), false) = (defects.last_mut(), note.is_empty()) {
            last.push_str(&["（", note, "）"].concat());
        }
        let command = Command::JudgeOwed { material: material.to_owned(), defects };
        self.carry_out(&mut tx, &mut row, &command, Actor::Clerk(clerk.id()), false).await?;
        if let Some(round) = round {
            let verdict = Verdict {
                material: material.into(),
                round,
                criterion: criteria.first().cloned().unwrap_or_default(),
                note: note.into(),
                by_staff: clerk.id().to_string(),
                at: self.now().0,
                another_paper: false,
            };
            verdicts::put(&mut tx, &row.key, id, &verdict).await?;
        }
        tx.commit().await?;
        self.wake.notify_one();
        Ok(())
    }

    /// A new last day brings its reminders and its end.
    pub(crate) async fn plan_owed(&self, tx: &mut Tx, row: &CaseRow, event: &Event) -> Result<(), Failure> {
        let dates: Vec<(&str, Date)> = match event {
            Event::OwedDated { dates, .. } => dates.iter().map(|(material, day)| (material.as_str(), *day)).collect(),
            Event::OwedReturned { material, until, .. } => vec![(material.as_str(), *until)],
            _ => return Ok(()),
        };
        let (case, today) = (row.case.id, self.today());
        for (material, until) in dates {
            for days in REMINDERS {
                let on = day_before(until, days);
                if on > today {
                    let key = format!("{case}:{material}:{until}:{days}");
                    let at = Instant::at_china(on, time(9, 0, 0, 0));
                    self.enqueue_once(tx, "owed_reminder", &key, at).await?;
                }
            }
            let over = Instant::start_of(until.tomorrow().unwrap_or(until));
            self.enqueue_once(tx, "owed_end", &format!("{case}:{material}:{until}"), over).await?;
        }
        Ok(())
    }

    async fn enqueue_once(&self, tx: &mut Tx, kind: &str, key: &str, at: Instant) -> Result<(), Failure> {
        let id = self.new_id().to_string();
        let job = NewJob { id: &id, kind, key: Some(key), payload: key, run_at: at.0 };
        jobs::enqueue(tx, &job, self.now().0).await?;
        Ok(())
    }

    /// Job: tells the applicant once, unless it has come meanwhile or the day of this reminder is over.
    pub(crate) async fn remind_owed(&self, job: &Leased) -> Result<(), Failure> {
        let mut parts = job.payload.split(':');
        let (Some(case), Some(material), Some(until), Some(days)) =
            (parts.next(), parts.next(), parts.next(), parts.next())
        else {
            return Err(Failure::internal("payload"));
        };
        let case: CaseId = case.parse().map_err(Failure::internal)?;
        let until: Date = until.parse().map_err(Failure::internal)?;
        let days: i64 = days.parse().map_err(Failure::internal)?;
        let mut tx = self.db.begin().await?;
        let Some(row) = cases::find_in(&mut tx, &self.vault, case).await? else { return Ok(()) };
        let owed = row.case.owed_material(material).filter(|owed| owed.is_open() && owed.until == Some(until));
        let (Some(owed), true) = (owed, is_running(&row.case)) else { return Ok(()) };
        if self.today() > day_before(until, days) {
            return Ok(());
        }
        let matter = self.matter_at_in(&mut tx, &row.case.matter).await?;
        self.tell_once(&mut tx, &row, &job.id, &words::reminder(&matter, owed, until, self.today())).await?;
        tx.commit().await?;
        self.wake.notify_one();
        Ok(())
    }

    /// As `tell_applicant`, under an id of its own: a job that runs twice tells once.
    async fn tell_once(&self, tx: &mut Tx, row: &CaseRow, id: &str, text: &str) -> Result<(), Failure> {
        let account = row.case.applicant;
        messages::insert(tx, &self.vault, id, account, Some(row.case.id), text, self.now().0).await?;
        let phone = accounts::get_in(tx, &self.vault, account).await?.phone;
        let params = vec![("text".to_owned(), text.to_owned()), ("code".to_owned(), row.tracking_code.clone())];
        self.enqueue_sms_once(tx, &phone, "case_changed", params, Some(&format!("told:{id}"))).await
    }

    /// Job: the day is over. Files that lay complete in the slot on it count as handed in; for the rest the
    /// rule's outcome follows.
    pub(crate) async fn end_owed(&self, job: &Leased) -> Result<(), Failure> {
        let case = job.payload.split(':').next().unwrap_or_default();
        let case: CaseId = case.parse().map_err(Failure::internal)?;
        let today = self.today();
        let mut tx = self.db.begin().await?;
        let Some(mut row) = cases::find_in(&mut tx, &self.vault, case).await? else { return Ok(()) };
        if !is_running(&row.case) {
            return Ok(());
        }
        let late = row.case.owed.iter().filter(|owed| owed.is_overdue(today));
        let late: Vec<String> = late.map(|owed| owed.material.clone()).collect();
        for material in late {
            if self.slot_complete(&mut tx, &row, &material).await? {
                let command = Command::SupplyOwed { material };
                self.carry_out(&mut tx, &mut row, &command, Actor::System, true).await?;
            }
        }
        if row.case.owed.iter().any(|owed| owed.is_overdue(today)) {
            self.carry_out(&mut tx, &mut row, &Command::LapseOwed, Actor::System, false).await?;
        }
        tx.commit().await?;
        self.wake.notify_one();
        Ok(())
    }

    /// At least one file for this hand-in, and none that must be changed. Once the last day is over, the days on the
    /// papers are judged by it.
    async fn slot_complete(&self, tx: &mut Tx, row: &CaseRow, material: &str) -> Result<bool, Failure> {
        let Some(round) = open_round(&row.case, material) else { return Ok(false) };
        // With what the scanner found: an infected file hands nothing in.
        let sent = files::list_in(tx, &row.key, row.draft_id).await?.into_iter().map(view_of);
        let mut own: Vec<FileView> = sent.filter(|f| f.material == material && f.round == round).collect();
        let matter = self.matter_at_in(tx, &row.case.matter).await?;
        judge_days_of_case(&matter, row, &mut own, self.today());
        Ok(!own.is_empty() && own.iter().all(|f| !f.must_fix()))
    }
}

fn day_before(day: Date, days: i64) -> Date {
    day.saturating_add(jiff::Span::new().days(-days))
}
