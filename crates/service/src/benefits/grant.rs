//! 免审即享: granted in the transaction that files the case, for a person whom the register of persons
//! has confirmed before it began. What does not fit to the last is left to people; nobody is accused.

use crate::drafts::Signature;
use crate::identity::Applicant;
use crate::ports::register::{RegisterAnswer, RegisterError, RegisterQuestion};
use crate::{Failure, Service};
use domain::case::{Actor, Command, Decision, Event, Outcome, rules_may_grant};
use domain::catalogue::Matter;
use domain::ids::DraftId;
use domain::rules::Answers;
use store::Tx;
use store::tables::cases::CaseRow;
use store::tables::claim_subjects::{self, ClaimState};

/// The window of [`QUESTIONS`], µs.
const DAY: i64 = 86_400_000_000;
/// Questions to the register in one account's name a day: nobody finds out names by trying.
const QUESTIONS: u32 = 5;

/// Every rule holds on a right identity number; whose number it is, is not known yet.
#[derive(Clone)]
pub(super) struct Candidate {
    pub benefit: String,
    /// What the register is asked for.
    pub purpose: String,
    /// Identity number.
    pub subject: String,
    pub grounds: Vec<String>,
    /// What the rules looked at, as the matter holds it.
    pub filed: Answers,
}

/// What lets the system decide: made only here, when the register has confirmed the person.
pub(crate) struct Grant {
    candidate: Candidate,
    /// That the register knows, as signed.
    name: String,
}

impl Service {
    /// Asks the register about a candidate; on record without the number, whatever the answer.
    pub(super) async fn confirmed(
        &self,
        applicant: &Applicant,
        candidate: &Candidate,
        name: &str,
        draft: DraftId,
    ) -> Result<Option<Grant>, Failure> {
        let Some(register) = &self.register else { return Ok(None) };
        let mut tx = self.db.begin().await?;
        match self.count(&mut tx, &format!("register:{}", applicant.account), DAY, QUESTIONS).await {
            Ok(()) => tx.commit().await?,
            Err(Failure::Busy(_)) => return Ok(None),
            Err(failure) => return Err(failure),
        }
        let reference = draft.to_string();
        let question = RegisterQuestion {
            id_number: candidate.subject.clone(),
            name: name.to_owned(),
            purpose: candidate.purpose.clone(),
            reference: reference.clone(),
        };
        let outcome = outcome(&register.confirm(&question).await, &self.catalogue().region.code);
        let mut tx = self.db.begin().await?;
        let (actor, detail) = (format!("applicant:{}", applicant.account), format!("{}：{outcome}", candidate.purpose));
        self.record(&mut tx, &actor, "register_asked", &reference, &detail).await?;
        tx.commit().await?;
        Ok((outcome == CONFIRMED).then(|| Grant { candidate: candidate.clone(), name: name.to_owned() }))
    }

    /// Decides and hands out the result, in the transaction that files the case.
    pub(crate) async fn grant_at_once(
        &self,
        tx: &mut Tx,
        row: &mut CaseRow,
        matter: &Matter,
        grant: &Grant,
    ) -> Result<(), Failure> {
        let (case, candidate) = (row.case.id.to_string(), &grant.candidate);
        if let Some(why) = self.left_to_people(tx, row, matter, grant).await? {
            let log = format!("{}：{why}", candidate.benefit);
            return self.record(tx, "system", "benefit_by_hand", &case, &log).await;
        }
        let grounds = Some(candidate.grounds.as_slice());
        for command in [Command::Decide(Decision::Grant), Command::IssueResult] {
            self.carry_out_on(tx, row, &command, &Actor::System.into(), false, grounds).await?;
        }
        let log = format!("{}。{}", candidate.benefit, candidate.grounds.join("；"));
        self.record(tx, "system", "benefit_granted", &case, &log).await
    }

    /// Why people decide, if they do: found before anything is decided, so that the filing stands.
    async fn left_to_people(
        &self,
        tx: &mut Tx,
        row: &CaseRow,
        matter: &Matter,
        grant: &Grant,
    ) -> Result<Option<&'static str>, Failure> {
        let candidate = &grant.candidate;
        // Another tab may have changed the draft or signed it with another name: then neither the
        // rules nor the register saw what was filed.
        let seen = candidate.filed.iter().all(|(name, value)| row.answers.get(name) == Some(value));
        let signed = serde_json::from_str::<Signature>(&row.signature).is_ok_and(|s| s.name == grant.name);
        if !seen || !signed || row.answers.get(&matter.applicant.name) != Some(&grant.name) {
            return Ok(Some("changed"));
        }
        if !rules_may_grant(&row.case, &matter.special) {
            return Ok(Some("not_ready"));
        }
        // Filings of one matter wait for each other at its case numbers, so this sees the others.
        let (benefit, subject, case) = (candidate.benefit.as_str(), candidate.subject.as_str(), row.case.id);
        let another = claim_subjects::has_another(tx, &self.vault, benefit, subject, case).await?;
        Ok(another.then_some("another_case"))
    }

    /// Remembers for whom an application is, where it is for something that may be automatic.
    pub(crate) async fn remember_subject(
        &self,
        tx: &mut Tx,
        row: &CaseRow,
        matter: &Matter,
        state: ClaimState,
    ) -> Result<(), Failure> {
        let (case, now, catalogue) = (row.case.id, self.now().0, self.catalogue());
        let subjects: Vec<(String, String)> = catalogue
            .benefits
            .automatic(&matter.slug)
            .filter_map(|b| Some((b.id.clone(), b.claim.subject_of(&row.answers)?.to_owned())))
            .collect();
        for (benefit, subject) in subjects {
            claim_subjects::note(tx, &self.vault, &benefit, &subject, case, state, now).await?;
        }
        Ok(())
    }

    /// What an event means for the next application about the same person, whoever decided.
    pub(crate) async fn follow_subject(
        &self,
        tx: &mut Tx,
        row: &CaseRow,
        matter: &Matter,
        event: &Event,
    ) -> Result<(), Failure> {
        match event {
            Event::Decided { outcome: Outcome::Granted, .. } => {
                self.remember_subject(tx, row, matter, ClaimState::Granted).await
            }
            Event::Decided { .. }
            | Event::AcceptanceRefused { .. }
            | Event::Withdrawn { .. }
            | Event::Undone { .. }
            | Event::OwedLapsed { closes: true, .. } => Ok(claim_subjects::free(tx, row.case.id).await?),
            _ => Ok(()),
        }
    }
}

/// The register's answer that lets the system decide.
const CONFIRMED: &str = "confirmed";

/// What came of the question, in a word without personal data.
fn outcome(answer: &Result<RegisterAnswer, RegisterError>, region: &str) -> &'static str {
    match answer {
        Ok(RegisterAnswer::Confirmed { alive: false, .. }) => "not_alive",
        Ok(RegisterAnswer::Confirmed { household, .. }) if household == region => CONFIRMED,
        Ok(RegisterAnswer::Confirmed { .. }) => "other_household",
        Ok(RegisterAnswer::NoMatch) => "no_match",
        Err(RegisterError::Unreachable) => "unreachable",
        Err(RegisterError::Refused) => "refused",
    }
}
