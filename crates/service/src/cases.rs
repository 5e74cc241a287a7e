//! What applicants see of their cases: list, one case, answer to the notice, withdrawal, tracking.

use crate::bundles::BundleView;
use crate::documents::DocumentView;
use crate::fills::FillView;
use crate::follow_ups::FollowUpView;
use crate::identity::Applicant;
use crate::parts::PartView;
use crate::payments::BillView;
use crate::proofs::judge_days_of_case;
use crate::uploads::{FileView, view_of};
use crate::{Failure, Service, wording};
use domain::case::{BillState, Case, CaseState, CaseStatus, Command, PartyState, may_undo, undo_until};
use domain::catalogue::Matter;
use domain::codes::tracking::TrackingCode;
use domain::ids::CaseId;
use domain::money::Fen;
use domain::rules::Answers;
use domain::time::{Deadline, Instant};
use jiff::civil::Date;
use std::sync::Arc;
use store::tables::cases::{self, CaseRow};
use store::tables::{accounts, bills, documents, events, files, fills, messages, parties, verdicts};

/// What the applicant has to do, or who has it now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum NextStep {
    /// The other party has to confirm; the link is theirs to be sent.
    WaitForParty {
        link: String,
    },
    Correct {
        until: Date,
    },
    /// 补交: something promised for later is due by then.
    Supply {
        until: Date,
    },
    Pay {
        amount: Fen,
        until: Date,
    },
    /// Somebody in the office has it.
    Wait {
        who: String,
    },
    /// The result is there.
    Collect,
    Nothing,
}

#[derive(Debug, Clone)]
pub struct TimelineEntry {
    pub at: Instant,
    /// Event kind, stable.
    pub kind: String,
    pub title: String,
    pub text: String,
    pub who: String,
}

pub struct CaseSummary {
    pub id: CaseId,
    pub number: String,
    pub title: String,
    pub status: CaseStatus,
    pub next: NextStep,
    pub due: Option<Deadline>,
    pub submitted_at: Instant,
}

pub struct PartyView {
    pub title: String,
    pub name: String,
    pub link: String,
    pub confirmed_at: Option<Instant>,
}

/// A case with everything its applicant (or staff) may see.
pub struct CaseView {
    pub case: Case,
    pub version: i64,
    pub matter: Arc<Matter>,
    pub answers: Answers,
    pub files: Vec<FileView>,
    /// Slots that needed no file.
    pub fills: Vec<FillView>,
    /// 合并 PDF: the pictures of a slot as one document.
    pub bundles: Vec<BundleView>,
    pub timeline: Vec<TimelineEntry>,
    pub due: Option<Deadline>,
    pub next: NextStep,
    pub documents: Vec<DocumentView>,
    pub tracking_code: String,
    pub bill: Option<BillView>,
    /// Checks of what was granted on a promise.
    pub follow_ups: Vec<FollowUpView>,
    /// Parts of a joint case, from acceptance on.
    pub parts: Vec<PartView>,
    pub party: Option<PartyView>,
    pub masked_phone: String,
    pub signature: crate::drafts::Signature,
    /// The submission can be undone until then, for nobody in the office has acted on it.
    pub undo_until: Option<Instant>,
}

/// What a tracking code shows: progress, no personal data.
pub struct TrackView {
    pub number: String,
    pub title: String,
    pub status: CaseStatus,
    pub timeline: Vec<TimelineEntry>,
    pub next: NextStep,
    pub due: Option<Deadline>,
    pub parts: Vec<PartView>,
}

pub struct MessageView {
    pub case: Option<CaseId>,
    pub body: String,
    pub at: Instant,
}

impl Service {
    pub(crate) async fn own_case(&self, applicant: &Applicant, id: CaseId) -> Result<CaseRow, Failure> {
        let row = cases::find(&self.db, &self.vault, id).await?.ok_or(Failure::NotFound)?;
        if row.case.applicant == applicant.account { Ok(row) } else { Err(Failure::NotFound) }
    }

    pub async fn my_cases(&self, applicant: &Applicant) -> Result<Vec<CaseSummary>, Failure> {
        let mut list = Vec::new();
        for row in cases::of_account(&self.db, &self.vault, applicant.account).await? {
            let matter = self.matter_at(&row.case.matter).await?;
            list.push(CaseSummary {
                id: row.case.id,
                number: row.case.number.clone(),
                title: matter.title.clone(),
                status: row.case.status(),
                next: self.next_step(&row, &matter).await?,
                due: self.deadline_of(&row.case, &matter),
                submitted_at: row.case.submitted_at,
            });
        }
        Ok(list)
    }

    pub async fn my_case(&self, applicant: &Applicant, id: CaseId) -> Result<CaseView, Failure> {
        let row = self.own_case(applicant, id).await?;
        self.case_view(row).await
    }

    pub(crate) async fn case_view(&self, row: CaseRow) -> Result<CaseView, Failure> {
        let matter = self.matter_at(&row.case.matter).await?;
        let id = row.case.id;
        let account = accounts::get(&self.db, &self.vault, row.case.applicant).await?;
        let party = parties::find(&self.db, &row.key, id).await?;
        let title = matter.party.as_ref().map_or(String::new(), |p| p.title.clone());
        let base = &self.settings.public_url;
        let rows = files::list(&self.db, &row.key, row.draft_id).await?;
        let filled = fills::list(&self.db, &row.key, row.draft_id).await?;
        // Judging a material is a step of the office, also while nobody has been told of it.
        let may_undo =
            may_undo(&row.case, self.now()).is_ok() && verdicts::list(&self.db, &row.key, id).await?.is_empty();
        let docs = documents::list(&self.db, &row.key, id).await?;
        let mut sent: Vec<FileView> = rows.into_iter().map(view_of).collect();
        judge_days_of_case(&matter, &row, &mut sent, self.today());
        Ok(CaseView {
            timeline: self.timeline(&row, &matter).await?,
            due: self.deadline_of(&row.case, &matter),
            next: self.next_step(&row, &matter).await?,
            files: sent,
            fills: crate::fills::views_of(filled)?,
            bundles: self.bundles_of(id).await?,
            documents: docs.iter().map(DocumentView::from).collect(),
            bill: self.bill_of(id).await?,
            follow_ups: self.follow_ups_of(&row).await?,
            parts: self.part_views(&row.case, &matter, &row.answers),
            party: party.map(|p| PartyView {
                title,
                link: format!("{base}/join/{}", p.token),
                name: p.name,
                confirmed_at: p.confirmed_at.map(Instant),
            }),
            masked_phone: domain::text::mask_phone(&account.phone),
            signature: serde_json::from_str(&row.signature).map_err(Failure::internal)?,
            undo_until: may_undo.then(|| undo_until(&row.case)),
            tracking_code: row.tracking_code,
            answers: row.answers,
            version: row.version,
            case: row.case,
            matter,
        })
    }

    async fn timeline(&self, row: &CaseRow, matter: &Matter) -> Result<Vec<TimelineEntry>, Failure> {
        let list = events::list(&self.db, &row.key, row.case.id).await?;
        let region = self.catalogue().region.clone();
        // Who is answerable inside the office (首问负责) is the office's business.
        let told = list.iter().filter(|e| e.kind != "first_contact");
        Ok(told.map(|e| wording::timeline_entry(matter, &region, e)).collect())
    }

    pub(crate) async fn next_step(&self, row: &CaseRow, matter: &Matter) -> Result<NextStep, Failure> {
        let case = &row.case;
        if case.party == PartyState::Waiting && matches!(case.state, CaseState::Received(_)) {
            let party = parties::find(&self.db, &row.key, case.id).await?.ok_or(Failure::NotFound)?;
            return Ok(NextStep::WaitForParty { link: format!("{}/join/{}", self.settings.public_url, party.token) });
        }
        if let CaseState::Correcting(correcting) = &case.state {
            return Ok(NextStep::Correct { until: correcting.answer_by });
        }
        if case.bill == BillState::Due && !case.status().is_final() {
            let bill = bills::of_case(&self.db, case.id).await?.ok_or(Failure::NotFound)?;
            let until = bill.pay_by.parse().map_err(Failure::internal)?;
            return Ok(NextStep::Pay { amount: Fen(bill.amount_fen), until });
        }
        let owed = case.owed.iter().filter(|owed| owed.is_open()).filter_map(|owed| owed.until).min();
        if let (Some(until), CaseState::InProgress(_) | CaseState::Suspended(_)) = (owed, &case.state) {
            return Ok(NextStep::Supply { until });
        }
        Ok(match &case.state {
            CaseState::Received(_) => NextStep::Wait { who: self.window_name(matter) },
            CaseState::InProgress(_) | CaseState::Suspended(_) => NextStep::Wait { who: self.body_name(matter) },
            CaseState::Decided(d) if d.issued_at.is_some() => NextStep::Collect,
            CaseState::Decided(_) => NextStep::Wait { who: "统一出件窗口".into() },
            CaseState::Correcting(_) | CaseState::Closed(_) => NextStep::Nothing,
        })
    }

    fn window_name(&self, matter: &Matter) -> String {
        self.catalogue().region.window(&matter.window).map_or_else(String::new, |w| w.name.clone())
    }

    pub(crate) fn body_name(&self, matter: &Matter) -> String {
        self.catalogue().region.body(&matter.body).map_or_else(String::new, |b| b.name.clone())
    }

    /// Answers the notice: every item must have a new file without a 必须改.
    pub async fn answer_notice(&self, applicant: &Applicant, id: CaseId) -> Result<(), Failure> {
        self.own_case(applicant, id).await?;
        let mut tx = self.db.begin().await?;
        let mut row = cases::find_in(&mut tx, &self.vault, id).await?.ok_or(Failure::NotFound)?;
        let sent = files::list_in(&mut tx, &row.key, row.draft_id).await?;
        let mut sent: Vec<FileView> = sent.into_iter().map(view_of).collect();
        let matter = self.matter_at_in(&mut tx, &row.case.matter).await?;
        judge_days_of_case(&matter, &row, &mut sent, self.today());
        let complete = row.case.notice.as_ref().is_some_and(|notice| {
            let round = i64::from(notice.returned) + 1;
            notice.items.iter().all(|item| {
                let mut new = sent.iter().filter(|f| f.material == item.material && f.round == round).peekable();
                new.peek().is_some() && new.all(|f| !f.must_fix())
            })
        });
        self.carry_out_on(&mut tx, &mut row, &Command::AnswerNotice, &applicant.into(), complete, None).await?;
        self.note_visit(&mut tx, applicant.filed_by.as_ref(), "counter_answered", &id.to_string()).await?;
        tx.commit().await?;
        self.wake.notify_one();
        Ok(())
    }

    pub async fn withdraw(&self, applicant: &Applicant, id: CaseId) -> Result<(), Failure> {
        self.own_case(applicant, id).await?;
        let mut tx = self.db.begin().await?;
        let mut row = cases::find_in(&mut tx, &self.vault, id).await?.ok_or(Failure::NotFound)?;
        self.carry_out_on(&mut tx, &mut row, &Command::Withdraw, &applicant.into(), false, None).await?;
        self.note_visit(&mut tx, applicant.filed_by.as_ref(), "counter_withdrawn", &id.to_string()).await?;
        tx.commit().await?;
        self.wake.notify_one();
        Ok(())
    }

    /// Progress by tracking code and the last four digits of the phone; five tries an hour per code
    /// and per address.
    pub async fn track(&self, code: &str, last_four: &str, address: &str) -> Result<TrackView, Failure> {
        let code = TrackingCode::parse(code).map_err(|e| Failure::Rejected(e.code()))?;
        let digits = domain::text::digits_only_input(last_four);
        if digits.len() != 4 {
            return Err(Failure::Rejected("track.digits"));
        }
        let hour = 3_600_000_000;
        let mut tx = self.db.begin().await?;
        self.count(&mut tx, &format!("track:{}:{address}", code.as_str()), hour, 5).await?;
        self.count_address(&mut tx, "track-address", address, hour, 60).await?;
        tx.commit().await?;
        let id = cases::by_tracking(&self.db, &self.vault, code.as_str(), &digits)
            .await?
            .ok_or(Failure::Rejected("track.unknown"))?;
        let row = cases::find(&self.db, &self.vault, id).await?.ok_or(Failure::NotFound)?;
        let matter = self.matter_at(&row.case.matter).await?;
        let next = match self.next_step(&row, &matter).await? {
            // The invitation's link is for the signed-in applicant alone.
            NextStep::WaitForParty { .. } => NextStep::Wait { who: "另一方确认".into() },
            next => next,
        };
        Ok(TrackView {
            number: row.case.number.clone(),
            title: matter.title.clone(),
            status: row.case.status(),
            timeline: self.timeline(&row, &matter).await?,
            next,
            due: self.deadline_of(&row.case, &matter),
            parts: self.part_views(&row.case, &matter, &row.answers).into_iter().map(PartView::public).collect(),
        })
    }

    pub async fn my_messages(&self, applicant: &Applicant) -> Result<Vec<MessageView>, Failure> {
        let list = messages::list(&self.db, &self.vault, applicant.account).await?;
        Ok(list.into_iter().map(|m| MessageView { case: m.case_id, body: m.body, at: Instant(m.created_at) }).collect())
    }

    /// Tells the applicant inside the portal and by a short message without personal data.
    pub(crate) async fn tell_applicant(&self, tx: &mut store::Tx, row: &CaseRow, text: &str) -> Result<(), Failure> {
        let account = row.case.applicant;
        let id = self.new_id().to_string();
        messages::insert(tx, &self.vault, &id, account, Some(row.case.id), text, self.now().0).await?;
        let phone = accounts::get_in(tx, &self.vault, account).await?.phone;
        let params = vec![("text".to_owned(), text.to_owned()), ("code".to_owned(), row.tracking_code.clone())];
        self.enqueue_sms(tx, &phone, "case_changed", params).await
    }
}
