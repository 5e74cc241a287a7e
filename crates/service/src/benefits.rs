//! 政策找人: what somebody is entitled to, found with consent from what they told about themselves.

mod claim;
mod grant;

pub use claim::{ClaimRow, ClaimSource, ClaimView, Claimed};
pub(crate) use grant::Grant;

use crate::identity::Applicant;
use crate::{Failure, Service};
use domain::benefits::Benefit;
use domain::catalogue::Audience;
use domain::form::FormErrors;
use domain::ids::CaseId;
use domain::rules::{Answers, Truth};
use domain::time::Instant;
use jiff::civil::Date;
use store::tables::cases::{self, CaseRow};
use store::tables::fact_sheets;

/// Longest raw fact kept, in characters.
const LONGEST: usize = 200;
/// Answers of cases that were filed for somebody else.
const FOR_OTHERS: [&str; 2] = ["helper", "agent"];

/// What somebody told about themselves, with the consent to its use.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FactSheet {
    pub consent_at: Instant,
    /// Raw, as typed.
    pub facts: Answers,
    /// Of what is kept: saving names the one that was seen.
    pub version: i64,
    /// Whether the consent covers what is done today: where the text has changed, it has to be given
    /// anew (个人信息保护法 §14). Until then the facts are kept and used for nothing.
    pub covered: bool,
}

/// A fact that an own case holds already: offered, with its source.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Offered {
    pub fact: String,
    pub value: String,
    /// Title of the matter, and when it was applied for.
    pub title: String,
    pub on: Date,
}

/// How a benefit fits this person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Match {
    pub benefit: Benefit,
    pub truth: Truth,
    /// The deciding rules as sentences.
    pub why: Vec<String>,
    /// Labels of what has to be told first.
    pub missing: Vec<String>,
    /// Claimed already: under way or granted.
    pub case: Option<CaseId>,
}

/// Everything that the page of matches shows.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Matches {
    pub list: Vec<Match>,
    /// What is wrong with what was told.
    pub errors: FormErrors,
    pub offered: Vec<Offered>,
}

impl Service {
    /// What is kept of this person, for them to see and to withdraw: also where the consent was given
    /// to an older text (个人信息保护法 §15, §45).
    pub async fn fact_sheet(&self, applicant: &Applicant) -> Result<Option<FactSheet>, Failure> {
        let catalogue = self.catalogue();
        let sheet = fact_sheets::find(&self.db, &self.vault, applicant.account).await?;
        Ok(sheet.map(|s| FactSheet {
            covered: s.consent_text == catalogue.benefits.consent,
            consent_at: Instant(s.consent_at),
            facts: s.facts,
            version: s.version,
        }))
    }

    /// What may be used today.
    async fn covered_facts(&self, applicant: &Applicant) -> Result<Option<FactSheet>, Failure> {
        Ok(self.fact_sheet(applicant).await?.filter(|s| s.covered))
    }

    /// Keeps what is told, raw as typed, with the consent. What was told for the other audience stays.
    /// `seen` is the version that the person was shown, 0 for nothing, none to take it as it is now;
    /// [`Failure::Conflict`] when it has changed since, so that what was withdrawn stays withdrawn.
    pub async fn consent_and_save_facts(
        &self,
        applicant: &Applicant,
        told: Answers,
        agreed: bool,
        seen: Option<i64>,
    ) -> Result<(), Failure> {
        if !agreed {
            return Err(Failure::Rejected("benefit.consent"));
        }
        if told.values().any(|v| v.chars().count() > LONGEST) {
            return Err(Failure::Rejected("answer.too_long"));
        }
        let catalogue = self.catalogue();
        let benefits = &catalogue.benefits;
        let kept = self.fact_sheet(applicant).await?;
        let version = kept.as_ref().map(|s| s.version);
        let covered = kept.filter(|s| s.covered).map(|s| s.facts);
        let mut facts = covered.clone().unwrap_or_default();
        for (name, value) in told {
            if benefits.fact(&name).is_some_and(|f| f.derived.is_none()) {
                facts.insert(name, value);
            }
        }
        facts.retain(|_, value| !value.is_empty());
        // A second tap: kept already, word for word.
        if covered.as_ref() == Some(&facts) {
            return Ok(());
        }
        if seen.is_some_and(|seen| seen != version.unwrap_or(0)) {
            return Err(Failure::Conflict);
        }
        let now = self.now().0;
        let mut tx = self.db.begin().await?;
        let vault = &self.vault;
        fact_sheets::put(&mut tx, vault, applicant.account, version, &benefits.consent, &facts, now).await?;
        let account = applicant.account.to_string();
        self.record(&mut tx, &format!("applicant:{account}"), "benefit_consent", &account, "").await?;
        Ok(tx.commit().await?)
    }

    /// Deletes what was told, at once; gives whether there was anything (个人信息保护法 §15, §47).
    /// What was claimed before stays claimed.
    pub async fn withdraw_consent(&self, applicant: &Applicant) -> Result<bool, Failure> {
        let mut tx = self.db.begin().await?;
        let there = fact_sheets::delete(&mut tx, applicant.account).await?;
        if there {
            let account = applicant.account.to_string();
            self.record(&mut tx, &format!("applicant:{account}"), "benefit_consent_withdrawn", &account, "").await?;
        }
        tx.commit().await?;
        Ok(there)
    }

    /// What fits, may fit and does not, each with its reasons. Nothing at all without consent.
    pub async fn matching(&self, applicant: &Applicant, audience: Audience) -> Result<Matches, Failure> {
        let Some(sheet) = self.covered_facts(applicant).await? else { return Ok(Matches::default()) };
        let catalogue = self.catalogue();
        let (benefits, today) = (&catalogue.benefits, self.today());
        let known = benefits.known(&sheet.facts, today);
        let own = cases::of_account(&self.db, &self.vault, applicant.account).await?;
        let list = benefits
            .fit(&known, audience)
            .into_iter()
            .map(|fit| Match {
                case: claim::existing(&own, fit.benefit),
                benefit: fit.benefit.clone(),
                truth: fit.truth,
                why: fit.why,
                missing: fit.missing.iter().map(|f| f.label.clone()).collect(),
            })
            .collect();
        let errors = benefits.errors(&sheet.facts, audience, today);
        Ok(Matches { list, errors, offered: self.offered(&sheet, &own, audience).await? })
    }

    /// Facts not told yet that the newest own case holds. Only what was filled in about the applicant
    /// in person: a case for somebody else, or of a firm, gives nothing.
    async fn offered(&self, sheet: &FactSheet, own: &[CaseRow], audience: Audience) -> Result<Vec<Offered>, Failure> {
        let catalogue = self.catalogue();
        let mut found = Vec::new();
        for fact in catalogue.benefits.asked(audience).filter(|f| !sheet.facts.contains_key(&f.id)) {
            let Some(field) = &fact.own_field else { continue };
            for row in own {
                let Some(value) = row.answers.get(field).filter(|v| !v.is_empty()) else { continue };
                let matter = self.matter_at(&row.case.matter).await?;
                let same_kind = matter.form.field(field).is_some_and(|f| f.kind == fact.kind);
                let in_person = matter.audience == [Audience::Person]
                    && matter.questions.iter().filter_map(|q| row.answers.get(&q.id)).all(|a| !for_others(a));
                if same_kind && in_person {
                    let on = row.case.submitted_at.date_in_china();
                    let (title, value) = (matter.title.clone(), value.clone());
                    found.push(Offered { fact: fact.id.clone(), value, title, on });
                    break;
                }
            }
        }
        Ok(found)
    }
}

fn for_others(answer: &str) -> bool {
    FOR_OTHERS.contains(&answer)
}
