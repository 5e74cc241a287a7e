//! Facts: what somebody tells about themselves, and what follows from it.

use super::Benefits;
use crate::catalogue::Audience;
use crate::codes::{ResidentId, Sex};
use crate::form::{CheckContext, FieldKind, FieldSpec, FormErrors};
use crate::rules::{Answers, UNKNOWN};
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

/// One fact about a person or a firm. Rules look at facts only.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Fact {
    pub id: String,
    /// A few characters, as rules name it.
    pub label: String,
    /// The question; empty for what is worked out.
    #[serde(default)]
    pub text: String,
    /// What it is asked for (least data).
    #[serde(default)]
    pub why: String,
    pub kind: FieldKind,
    pub audience: Audience,
    /// Worked out, never asked.
    #[serde(default)]
    pub derived: Option<Derived>,
    /// Form field of matters that holds the same about the applicant; offered from own cases.
    #[serde(default)]
    pub own_field: Option<String>,
}

/// How a fact follows from an earlier one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum Derived {
    /// 周岁 today, from an identity number.
    Age { id: String },
    /// `male` or `female`, from an identity number.
    Sex { id: String },
    /// The value of the highest step that a number reaches.
    Band { of: String, steps: Vec<BandStep> },
}

/// From this number on, this value.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BandStep {
    pub from: i64,
    pub value: String,
}

impl Derived {
    /// The fact that it follows from.
    pub fn base(&self) -> &str {
        match self {
            Self::Age { id } | Self::Sex { id } => id,
            Self::Band { of, .. } => of,
        }
    }

    fn value(&self, known: &Answers, today: Date) -> Option<String> {
        let base = known.get(self.base())?;
        match self {
            Self::Age { .. } => Some(ResidentId::parse(base, today).ok()?.age_on(today).to_string()),
            Self::Sex { .. } => {
                let sex = match ResidentId::parse(base, today).ok()?.sex() {
                    Sex::Male => "male",
                    Sex::Female => "female",
                };
                Some(sex.to_owned())
            }
            Self::Band { steps, .. } => {
                let number: i64 = base.parse().ok()?;
                let reached = steps.iter().filter(|s| s.from <= number).max_by_key(|s| s.from)?;
                Some(reached.value.clone())
            }
        }
    }
}

impl Fact {
    /// The fact as a field of a form. Nothing has to be told: what is not, stays open.
    pub fn field(&self) -> FieldSpec {
        FieldSpec {
            name: self.id.clone(),
            label: self.text.clone(),
            hint: Some(self.why.clone()).filter(|w| !w.is_empty()),
            example: None,
            kind: self.kind.clone(),
            optional: true,
            when: None,
            autocomplete: None,
        }
    }

    fn check(&self, told: &Answers, today: Date) -> Result<String, &'static str> {
        let raw = told.get(&self.id).map_or("", String::as_str);
        if raw == UNKNOWN { Ok(String::new()) } else { self.field().check(raw, CheckContext { today }) }
    }
}

impl Benefits {
    /// What is asked of this audience, in order.
    pub fn asked(&self, audience: Audience) -> impl Iterator<Item = &Fact> {
        self.facts.iter().filter(move |f| f.audience == audience && f.derived.is_none())
    }

    /// What is wrong with what was told; the fields are the facts.
    pub fn errors(&self, told: &Answers, audience: Audience, today: Date) -> FormErrors {
        let wrong = |fact: &Fact| {
            let code = fact.check(told, today).err()?.to_owned();
            Some(crate::form::FieldError { field: fact.id.clone(), code })
        };
        self.asked(audience).filter_map(wrong).collect()
    }

    /// What is known: the right ones of what was told, and what follows from them.
    pub fn known(&self, told: &Answers, today: Date) -> Answers {
        let mut known = Answers::new();
        for fact in self.facts.iter().filter(|f| f.derived.is_none()) {
            if let Ok(value) = fact.check(told, today)
                && !value.is_empty()
            {
                known.insert(fact.id.clone(), value);
            }
        }
        // In order: a band may follow from an age.
        for fact in &self.facts {
            if let Some(value) = fact.derived.as_ref().and_then(|d| d.value(&known, today)) {
                known.insert(fact.id.clone(), value);
            }
        }
        known
    }

    /// The fact to ask for, where `name` is worked out from it.
    pub(super) fn asked_for(&self, name: &str) -> Option<&Fact> {
        let mut fact = self.fact(name)?;
        // Each follows from an earlier one, so this ends.
        for _ in 0..self.facts.len() {
            let Some(derived) = &fact.derived else { return Some(fact) };
            fact = self.fact(derived.base())?;
        }
        None
    }
}
