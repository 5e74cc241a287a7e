//! Submission: one idempotent act. Double tap, reload, retry and time-out give one case and one number.

use crate::benefits::Grant;
use crate::bundles::pictured;
use crate::carry_out::bill_due;
use crate::counter::FiledBy;
use crate::drafts::{DraftView, Signature};
use crate::identity::{Applicant, Owner};
use crate::promises::{owed_of, promised_of};
use crate::proofs::judge_days;
use crate::report::report_of;
use crate::uploads::{FileView, view_of};
use crate::{Failure, Service, wording};
use domain::case::{Actor, Command, Submitted, apply, first_contact, open};
use domain::catalogue::{Matter, RaiseBill};
use domain::codes::case_number::{CaseNumber, ImplementationCode};
use domain::codes::tracking::TrackingCode;
use domain::form::CheckContext;
use domain::ids::{CaseId, DraftId};
use domain::rules::{Answers, holds};
use domain::text::Phone;
use domain::time::Instant;
use std::sync::Arc;
use store::tables::cases::{self, CaseRow};
use store::tables::claim_subjects::ClaimState;
use store::tables::counter_cases::{self, Taken};
use store::tables::fills::FillRow;
use store::tables::{accounts, drafts, files, fills, parties, transfers};
use store::{Tx, vault};

impl Service {
    /// Submits a draft. A draft that was submitted already gives its case again.
    pub async fn submit(&self, applicant: &Applicant, id: DraftId) -> Result<CaseId, Failure> {
        self.submit_with(applicant, id, None).await
    }

    /// The same; with `grant` the case is decided and its result issued in the same
    /// transaction (免审即享).
    pub(crate) async fn submit_with(
        &self,
        applicant: &Applicant,
        id: DraftId,
        grant: Option<&Grant>,
    ) -> Result<CaseId, Failure> {
        let account = accounts::get(&self.db, &self.vault, applicant.account).await?;
        let owner = Owner::account(applicant.account);
        let now = self.now();
        let mut tx = self.db.begin().await?;
        let draft = drafts::find_in(&mut tx, &self.vault, id).await?.ok_or(Failure::NotFound)?;
        if draft.owner != owner.key() {
            return Err(Failure::NotFound);
        }
        if let Some(case) = draft.case_id {
            return Ok(case);
        }
        let matter = self.matter_of_in(&mut tx, &draft.slug).await?;
        if let Some(by) = &applicant.filed_by {
            self.taken_at(by, &matter)?;
        }
        let rows = files::list_in(&mut tx, &draft.key, id).await?;
        let filled = fills::list_in(&mut tx, &draft.key, id).await?;
        let manifest = self.manifest(&rows, &filled)?;
        // What is signed is what is declared today: another statement asks for another signature.
        let signature = draft.signature.clone().filter(|s| declares(s, &matter.statement));
        let signature = signature.ok_or(Failure::Rejected("sign.missing"))?;
        let mut sent: Vec<FileView> = rows.into_iter().map(view_of).collect();
        judge_days(&matter, &mut sent, now.date_in_china(), |file| file.round == 0);
        let view = DraftView {
            id,
            matter: matter.clone(),
            answers: draft.answers.clone(),
            version: draft.version,
            updated_at: Instant(draft.updated_at),
            files: sent,
            fills: crate::fills::views_of(filled)?,
            signature: None,
            submitted: None,
            carried_over: None,
            promise_barred: self.promise_barred_in(&mut tx, &matter, &draft.answers).await?,
        };
        if !report_of(&view, now.date_in_china()).may_submit() {
            return Err(Failure::Rejected("report.open"));
        }
        let answers = clean_answers(&matter, &draft.answers, now)?;
        let case_id = CaseId(self.new_id());
        let needs_party = matter.party.as_ref().is_some_and(|p| holds(p.when.as_ref(), &answers).is_yes());
        let mut row = CaseRow {
            case: open(Submitted {
                id: case_id,
                number: self.next_case_number(&mut tx, &matter).await?,
                matter: matter.reference(),
                applicant: applicant.account,
                at: now,
                needs_party,
                bill_raised: false,
                owed: owed_of(&matter, &answers, &view.fills),
                promised: promised_of(&matter, &answers, &view.fills),
            }),
            draft_id: id,
            key: draft.key,
            wrapped_key: draft.wrapped_key,
            answers,
            signature,
            manifest,
            tracking_code: TrackingCode::from_random(vault::random::<8>()?).as_str().to_owned(),
            due_on: None,
            updated_at: now.0,
            version: 1,
        };
        if bill_due(&matter, &row, RaiseBill::Submission) {
            row.case.bill = domain::case::BillState::Due;
        }
        row.due_on = self.due_date(&row.case, &matter).map(|d| d.to_string());
        self.insert_case(&mut tx, &mut row, &matter, &account.phone, applicant.filed_by.as_ref()).await?;
        self.issue_letters(&mut tx, &row, &matter, &view.fills).await?;
        Box::pin(self.plan_bundles(&mut tx, case_id, &pictured(&view.files), 0)).await?;
        if let Some(grant) = grant {
            self.grant_at_once(&mut tx, &mut row, &matter, grant).await?;
        }
        drafts::mark_submitted(&mut tx, id, case_id, now.0).await?;
        transfers::end_all(&mut tx, id).await?;
        tx.commit().await?;
        self.wake.notify_one();
        Ok(case_id)
    }

    async fn insert_case(
        &self,
        tx: &mut Tx,
        row: &mut CaseRow,
        matter: &Arc<Matter>,
        phone: &str,
        filed_by: Option<&FiledBy>,
    ) -> Result<(), Failure> {
        let last_four = &phone[phone.len().saturating_sub(4)..];
        // 首问负责: whoever takes it in at a counter is the first.
        let contact = filed_by.and_then(|by| first_contact(&row.case, by.staff, row.case.submitted_at));
        if let Some(event) = &contact {
            row.case = apply(row.case.clone(), event);
        }
        cases::insert(tx, &self.vault, row, last_four).await?;
        self.remember_subject(tx, row, matter, ClaimState::Open).await?;
        let mut payload = serde_json::json!({ "number": row.case.number, "manifest": row.manifest });
        if let Some(by) = filed_by {
            // The chain keeps who took it in, and where.
            payload["counter"] = serde_json::json!({ "staff": by.staff.to_string(), "place": by.place });
            let (account, place) = (row.case.applicant, by.place_id().to_owned());
            let taken = Taken { account, staff: by.staff, place };
            counter_cases::insert(tx, row.case.id, &taken, row.case.submitted_at.0).await?;
            self.note_visit(tx, filed_by, "counter_filed", &row.case.id.to_string()).await?;
        }
        let actor = Applicant { account: row.case.applicant, filed_by: filed_by.cloned() }.chain_name();
        store::tables::events::append(
            tx,
            &row.key,
            row.case.id,
            &actor,
            row.case.submitted_at.0,
            "submitted",
            &payload.to_string(),
        )
        .await?;
        if let Some(event) = &contact {
            self.append(tx, row, &actor, event).await?;
        }
        if row.case.party == domain::case::PartyState::Waiting {
            self.invite_party(tx, row, matter).await?;
        }
        if row.case.bill == domain::case::BillState::Due {
            self.raise_bill(tx, row, matter).await?;
        }
        let receipt = wording::receipt(matter, row, &self.catalogue().region);
        self.issue_document(tx, row, matter, receipt).await?;
        self.tell_applicant(tx, row, &wording::submitted_message(matter, &row.case)).await?;
        // 收件即受理: receipt itself starts the clock, unless somebody else has to confirm first.
        if matter.accepted_on_receipt && row.case.party == domain::case::PartyState::NotNeeded {
            self.carry_out(tx, row, &Command::Accept, Actor::System, false).await?;
        }
        Ok(())
    }

    async fn invite_party(&self, tx: &mut Tx, row: &CaseRow, matter: &Matter) -> Result<(), Failure> {
        let Some(party) = &matter.party else { return Ok(()) };
        let value = |field: &str| row.answers.get(field).cloned().unwrap_or_default();
        let phone = Phone::parse(&value(&party.phone_field)).map_err(|e| Failure::Rejected(e.code()))?;
        let token = hex::encode(vault::random::<16>()?);
        let name = value(&party.name_field);
        parties::insert(tx, &self.vault, &row.key, row.case.id, &token, phone.as_str(), &name).await?;
        let link = format!("{}/join/{token}", self.settings.public_url);
        let params = vec![("matter".to_owned(), matter.title.clone()), ("link".to_owned(), link)];
        self.enqueue_sms(tx, phone.as_str(), "party_invited", params).await
    }

    async fn next_case_number(&self, tx: &mut Tx, matter: &Matter) -> Result<String, Failure> {
        let code = ImplementationCode::parse(&matter.code).map_err(|e| Failure::internal(e.code()))?;
        let day = self.today();
        let sequence = cases::next_number(tx, &format!("case:{}:{day}", matter.code)).await?;
        let sequence = u16::try_from(sequence).map_err(|_| Failure::Rejected("number.exhausted"))?;
        let number = CaseNumber::new(&code, day, sequence).map_err(|e| Failure::internal(e.code()))?;
        Ok(number.as_str().to_owned())
    }

    /// What was submitted: file by file and fill by fill with its keyed digest; immutable from here on.
    fn manifest(&self, rows: &[files::FileRow], filled: &[FillRow]) -> Result<String, Failure> {
        let mut list: Vec<_> = rows
            .iter()
            .map(
                |f| serde_json::json!({ "id": f.id, "material": f.material, "bytes": f.bytes, "digest": f.digest_mac }),
            )
            .collect();
        for fill in filled {
            let digest = self.fill_digest(fill)?;
            list.push(serde_json::json!({ "fill": fill.way, "material": fill.material, "digest": digest }));
        }
        serde_json::to_string(&list).map_err(Failure::internal)
    }
}

/// Answers of the questions as given, and of the form as cleaned by its check.
fn clean_answers(matter: &Matter, raw: &Answers, now: Instant) -> Result<Answers, Failure> {
    let context = CheckContext { today: now.date_in_china() };
    let mut clean = matter.form.check(raw, context).map_err(Failure::Invalid)?;
    for question in matter.asked(raw) {
        if let Some(answer) = raw.get(&question.id) {
            clean.insert(question.id.clone(), answer.clone());
        }
    }
    Ok(clean)
}

/// The stored signature is under this statement.
fn declares(signature: &str, statement: &str) -> bool {
    serde_json::from_str::<Signature>(signature).is_ok_and(|s| s.statement == statement)
}
