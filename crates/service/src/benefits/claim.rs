//! Claiming a benefit: the matter's answers are there already, one step files the case.

use super::grant::Candidate;
use crate::drafts::signature;
use crate::identity::{Applicant, Owner};
use crate::{Failure, Service};
use domain::benefits::{Benefit, ClaimKind};
use domain::case::{CaseState, Outcome};
use domain::catalogue::Matter;
use domain::form::{CheckContext, FieldError, FieldSpec, FormErrors};
use domain::ids::{CaseId, DraftId};
use domain::rules::{Answers, Labels, Truth, holds};
use std::sync::Arc;
use store::tables::accounts;
use store::tables::cases::{self, CaseRow};

/// Where an answer of the claim comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ClaimSource {
    /// Told by this person about themselves.
    Told,
    /// Worked out from the identity number.
    Derived,
    /// The phone that signed in.
    Account,
    /// The same in every claim of this benefit.
    Fixed,
}

/// One answer that will be filed; `value` as stored, for the page to mask.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ClaimRow {
    /// Name of the question or field.
    pub name: String,
    pub label: String,
    pub value: String,
    pub source: ClaimSource,
}

/// Everything that the page of a claim shows.
#[derive(Clone)]
pub struct ClaimView {
    pub benefit: Benefit,
    pub matter: Arc<Matter>,
    pub truth: Truth,
    /// The deciding rules as sentences.
    pub why: Vec<String>,
    /// Labels of what has to be told first.
    pub missing: Vec<String>,
    pub rows: Vec<ClaimRow>,
    /// Fields still asked.
    pub ask: Vec<FieldSpec>,
    /// Nothing has to be handed in: the button files the case. Otherwise it begins a filled-in draft.
    pub one_step: bool,
    /// The system asks the register and decides at once; otherwise people decide.
    pub at_once: bool,
    /// Claimed already.
    pub case: Option<CaseId>,
    answers: Answers,
    candidate: Option<Candidate>,
}

/// What a claim became.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Claimed {
    Case(CaseId),
    /// Filed; what might have been granted at once is decided by people after all.
    ByHand(CaseId),
    /// Materials are needed, or this person had begun the matter: nothing typed there is touched.
    Draft(DraftId),
}

impl Service {
    /// What would be filed, from where, and what is still asked. Refuses without consent.
    pub async fn claim_page(&self, applicant: &Applicant, id: &str) -> Result<ClaimView, Failure> {
        let catalogue = self.catalogue();
        let benefits = &catalogue.benefits;
        let benefit = benefits.benefit(id).ok_or(Failure::NotFound)?;
        let sheet = self.covered_facts(applicant).await?.ok_or(Failure::Rejected("benefit.consent"))?;
        let matter = self.matter_of(&benefit.claim.slug).await?;
        let known = benefits.known(&sheet.facts, self.today());
        let fit = benefits.judge(benefit, &known);
        let account = accounts::get(&self.db, &self.vault, applicant.account).await?;
        let own = cases::of_account(&self.db, &self.vault, applicant.account).await?;
        let mut answers = benefit.claim.filled(&known);
        let filed = answers.clone();
        answers.entry(matter.applicant.phone.clone()).or_insert(account.phone);
        let source = |name: &str| match benefit.claim.from.get(name) {
            Some(fact) if benefits.fact(fact).is_some_and(|f| f.derived.is_some()) => ClaimSource::Derived,
            Some(_) => ClaimSource::Told,
            None if name == matter.applicant.phone => ClaimSource::Account,
            None => ClaimSource::Fixed,
        };
        let rows = shown_names(&matter, &answers)
            .into_iter()
            .filter_map(|name| {
                let (value, source) = (answers.get(&name)?.clone(), source(&name));
                Some(ClaimRow { label: Labels::field(&*matter, &name), name, value, source })
            })
            .collect();
        let subject = benefit.claim.subject.as_ref().and_then(|s| known.get(s));
        let automatic = benefit.claim.kind == ClaimKind::Automatic && fit.truth == Truth::Yes;
        let candidate = subject.filter(|_| automatic).map(|subject| Candidate {
            benefit: benefit.id.clone(),
            purpose: format!("{}免审即享", matter.title),
            subject: subject.clone(),
            grounds: benefits.grounds(benefit),
            filed,
        });
        Ok(ClaimView {
            ask: benefit.claim.ask.iter().filter_map(|n| matter.form.field(n).cloned()).collect(),
            one_step: matter.personal_list(&answers).is_empty(),
            at_once: candidate.is_some() && self.register.is_some(),
            case: existing(&own, benefit),
            truth: fit.truth,
            why: fit.why,
            missing: fit.missing.iter().map(|f| f.label.clone()).collect(),
            benefit: benefit.clone(),
            matter,
            rows,
            answers,
            candidate,
        })
    }

    /// Claims it. Once more gives the same case. `asked` are the fields still asked, `name` is typed
    /// under the statement. Everything wrong comes at once, the signature's errors at `agreed` and `name`.
    pub async fn claim(
        &self,
        applicant: &Applicant,
        id: &str,
        asked: &Answers,
        name: &str,
        agreed: bool,
    ) -> Result<Claimed, Failure> {
        let view = self.claim_page(applicant, id).await?;
        if let Some(case) = view.case {
            return Ok(Claimed::Case(case));
        }
        let owner = Owner::account(applicant.account);
        let allowed = if view.one_step { view.truth == Truth::Yes } else { view.truth.is_possible() };
        if !allowed {
            return Err(Failure::Rejected("benefit.not_fit"));
        }
        if !view.one_step {
            let draft = self.begin_claim(&owner, &view, &view.answers).await?.0;
            return Ok(Claimed::Draft(draft));
        }
        let answers = self.complete(&view, asked, name, agreed)?;
        let (draft, ours) = self.begin_claim(&owner, &view, &answers).await?;
        if !ours {
            return Ok(Claimed::Draft(draft));
        }
        // A second tap that came after the first had filed its draft.
        let own = cases::of_account(&self.db, &self.vault, applicant.account).await?;
        if let Some(case) = existing(&own, &view.benefit) {
            match self.drop_draft(draft).await {
                Ok(()) | Err(Failure::Conflict) => return Ok(Claimed::Case(case)),
                Err(failure) => return Err(failure),
            }
        }
        match self.sign(&owner, draft, name, None, agreed).await {
            // A second tap came first: submitting gives its case.
            Ok(()) | Err(Failure::Rejected("draft.submitted")) => {}
            Err(failure) => return Err(failure),
        }
        // The register is asked before the transaction of filing begins, never inside it.
        let grant = match &view.candidate {
            Some(candidate) => {
                let signed = answers.get(&view.matter.applicant.name).map_or("", String::as_str);
                self.confirmed(applicant, candidate, signed, draft).await?
            }
            None => None,
        };
        let case = self.submit_with(applicant, draft, grant.as_ref()).await?;
        if view.candidate.is_none() {
            return Ok(Claimed::Case(case));
        }
        let row = cases::find(&self.db, &self.vault, case).await?.ok_or(Failure::NotFound)?;
        let decided = matches!(row.case.state, CaseState::Decided(_));
        Ok(if decided { Claimed::Case(case) } else { Claimed::ByHand(case) })
    }

    /// All answers, or all errors.
    fn complete(&self, view: &ClaimView, asked: &Answers, name: &str, agreed: bool) -> Result<Answers, Failure> {
        let mut answers = view.answers.clone();
        for field in &view.ask {
            answers.insert(field.name.clone(), asked.get(&field.name).cloned().unwrap_or_default());
        }
        let mut errors = FormErrors::new();
        let mut note = |field: &str, code: &str| errors.push(FieldError { field: field.into(), code: code.into() });
        match signature(name, false, None, agreed, &view.matter.statement, self.now()) {
            Ok(signed) => {
                answers.entry(view.matter.applicant.name.clone()).or_insert(signed.name);
            }
            Err(Failure::Rejected("sign.not_agreed")) => note("agreed", "sign.not_agreed"),
            Err(Failure::Rejected(code)) => note("name", code),
            Err(failure) => return Err(failure),
        }
        let context = CheckContext { today: self.today() };
        let found = view.matter.form.check(&answers, context).err().unwrap_or_default();
        let (here, elsewhere): (FormErrors, FormErrors) =
            found.into_iter().partition(|e| view.ask.iter().any(|f| f.name == e.field));
        let all: FormErrors = here.into_iter().chain(errors).collect();
        if !all.is_empty() {
            return Err(Failure::Invalid(all));
        }
        // What is filled in by itself does not pass the matter's own check: the long way is open.
        if !elsewhere.is_empty() {
            return Err(Failure::Rejected("benefit.incomplete"));
        }
        Ok(answers)
    }

    /// The open draft with these answers, and whether it holds nothing else: what somebody typed
    /// there before is never overwritten.
    async fn begin_claim(
        &self,
        owner: &Owner,
        view: &ClaimView,
        answers: &Answers,
    ) -> Result<(DraftId, bool), Failure> {
        let draft = self.start_draft(owner, &view.matter.slug).await?;
        let mut there = self.own_draft(owner, draft).await?.answers;
        there.retain(|_, value| !value.is_empty());
        let mut wanted = answers.clone();
        wanted.retain(|_, value| !value.is_empty());
        if there.is_empty() {
            match self.save_answers(owner, draft, wanted, None).await {
                Ok(_) | Err(Failure::Rejected("draft.submitted")) => {}
                Err(failure) => return Err(failure),
            }
            return Ok((draft, true));
        }
        Ok((draft, there == wanted))
    }
}

/// The newest own case by which this benefit was claimed: under way or granted.
pub(super) fn existing(own: &[CaseRow], benefit: &Benefit) -> Option<CaseId> {
    let claim = &benefit.claim;
    own.iter()
        .filter(|row| row.case.matter.slug == claim.slug)
        .filter(|row| claim.same.iter().all(|name| row.answers.get(name) == claim.answers.get(name)))
        .find(|row| match &row.case.state {
            CaseState::Closed(_) => false,
            CaseState::Decided(decided) => decided.outcome == Outcome::Granted,
            _ => true,
        })
        .map(|row| row.case.id)
}

/// Questions and fields in the order of the matter, as far as they are asked in this situation.
fn shown_names(matter: &Matter, answers: &Answers) -> Vec<String> {
    let fields = matter
        .form
        .sections
        .iter()
        .filter(|s| holds(s.when.as_ref(), answers).is_possible())
        .flat_map(|s| s.visible(answers))
        .map(|f| f.name.clone());
    matter.asked(answers).map(|q| q.id.clone()).chain(fields).collect()
}
