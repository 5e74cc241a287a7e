//! Benefits (惠民惠企政策): what a person or a firm is entitled to, as rules over facts about them
//! (政策找人), each with the matter by which it is claimed. Pure: today's date comes in.
//!
//! Called “benefit” because `policy` is the table of rights.

mod facts;
mod gaps;

pub use facts::{BandStep, Derived, Fact};

use crate::catalogue::{Audience, Basis};
use crate::rules::{Answers, Labels, Rule, Truth, UNKNOWN, holds};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Everything that `catalogue/benefits.toml` says.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Benefits {
    /// What a person agrees to before any fact is used, a paragraph a line (个人信息保护法 §14, §17).
    /// It is kept word for word with the consent; another text asks for another consent.
    #[serde(default)]
    pub consent: String,
    #[serde(default)]
    pub facts: Vec<Fact>,
    #[serde(default)]
    pub benefits: Vec<Benefit>,
}

/// One benefit (政策).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Benefit {
    /// Part of the address: lower-case letters, digits, hyphens.
    pub id: String,
    pub title: String,
    pub audience: Audience,
    /// One plain sentence: what this is.
    pub summary: String,
    /// What one gets, e.g. 每月 50 元.
    pub worth: String,
    pub basis: Basis,
    /// Whom it fits.
    pub rule: Rule,
    pub claim: Claim,
}

/// How it is claimed (申领方式).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ClaimKind {
    /// 申领: a clerk and an approver look at it.
    Apply,
    /// 免审即享: granted at once when all rules hold.
    Automatic,
}

/// The matter by which a benefit is claimed, and what of it is known already.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Claim {
    /// The matter.
    pub slug: String,
    pub kind: ClaimKind,
    /// Answers that are the same in every claim.
    #[serde(default)]
    pub answers: BTreeMap<String, String>,
    /// Question or field of the matter ← fact.
    #[serde(default)]
    pub from: BTreeMap<String, String>,
    /// Form fields that are still asked on the claim page.
    #[serde(default)]
    pub ask: Vec<String>,
    /// Which of `answers` tell one claim from another of the same matter (for oneself, for a parent).
    #[serde(default)]
    pub same: Vec<String>,
    /// The fact that says who gets it, an identity number; 免审即享 gives to each only once.
    #[serde(default)]
    pub subject: Option<String>,
    /// Where any application of the matter says who gets it, also one that people decide.
    #[serde(default)]
    pub subjects: Vec<SubjectField>,
    /// Facts that the register of persons confirms (户籍登记核对) before 免审即享 grants.
    #[serde(default)]
    pub registered: Vec<String>,
}

/// A form field that holds the identity number of who gets the benefit, in this situation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SubjectField {
    pub field: String,
    /// Always, when there is no rule.
    #[serde(default)]
    pub when: Option<Rule>,
}

/// How a benefit fits somebody.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fit<'a> {
    pub benefit: &'a Benefit,
    pub truth: Truth,
    /// The parts of the rule that decided so, each as a sentence.
    pub why: Vec<String>,
    /// What has to be told before it can be said; empty unless the truth is unknown.
    pub missing: Vec<&'a Fact>,
}

impl Claim {
    /// What is known of the matter's answers.
    pub fn filled(&self, known: &Answers) -> Answers {
        let mut answers = self.answers.clone();
        for (name, fact) in &self.from {
            if let Some(value) = known.get(fact).filter(|v| !v.is_empty() && v.as_str() != UNKNOWN) {
                answers.insert(name.clone(), value.clone());
            }
        }
        answers
    }

    /// Who gets it by this application: an identity number, as filed.
    pub fn subject_of<'a>(&self, filed: &'a Answers) -> Option<&'a str> {
        let named = self.subjects.iter().find(|s| holds(s.when.as_ref(), filed).is_yes())?;
        filed.get(&named.field).map(String::as_str).filter(|v| !v.is_empty() && *v != UNKNOWN)
    }
}

impl Benefits {
    /// What is granted without anybody's decision (免审即享) by this matter.
    pub fn automatic<'a>(&'a self, slug: &'a str) -> impl Iterator<Item = &'a Benefit> {
        self.benefits.iter().filter(move |b| b.claim.kind == ClaimKind::Automatic && b.claim.slug == slug)
    }

    pub fn benefit(&self, id: &str) -> Option<&Benefit> {
        self.benefits.iter().find(|b| b.id == id)
    }

    pub fn fact(&self, id: &str) -> Option<&Fact> {
        self.facts.iter().find(|f| f.id == id)
    }

    /// Those of this audience: what fits first, then what may fit, then what does not.
    pub fn fit(&self, known: &Answers, audience: Audience) -> Vec<Fit<'_>> {
        let mut list: Vec<_> =
            self.benefits.iter().filter(|b| b.audience == audience).map(|b| self.judge(b, known)).collect();
        list.sort_by_key(|fit| match fit.truth {
            Truth::Yes => 0,
            Truth::Unknown => 1,
            Truth::No => 2,
        });
        list
    }

    /// How one benefit fits these facts.
    pub fn judge<'a>(&'a self, benefit: &'a Benefit, known: &Answers) -> Fit<'a> {
        let truth = benefit.rule.eval(known);
        let decisive: Vec<&Rule> = parts(&benefit.rule).into_iter().filter(|p| p.eval(known) == truth).collect();
        let why = decisive.iter().map(|p| p.sentence(self)).collect();
        let mut missing: Vec<&Fact> = Vec::new();
        if truth == Truth::Unknown {
            let open = decisive.iter().flat_map(|p| p.fields()).filter(|f| !known.contains_key(*f));
            for fact in open.filter_map(|name| self.asked_for(name)) {
                if !missing.contains(&fact) {
                    missing.push(fact);
                }
            }
        }
        Fit { benefit, truth, why, missing }
    }

    /// Each rule of a benefit that fits, with how it is known: what 免审即享 puts on record once the
    /// register has confirmed the person.
    pub fn grounds(&self, benefit: &Benefit) -> Vec<String> {
        let derived = |name: &str| self.fact(name).is_some_and(|f| f.derived.is_some());
        let registered = |name: &str| benefit.claim.registered.iter().any(|r| r == name);
        parts(&benefit.rule)
            .into_iter()
            .map(|part| {
                let fields = part.fields();
                let how = if fields.iter().all(|f| registered(f)) {
                    "户籍登记核对"
                } else if fields.into_iter().any(derived) {
                    "按身份证号算出"
                } else {
                    "按本人声明"
                };
                format!("规则：{}：符合（{how}）", part.sentence(self))
            })
            .collect()
    }
}

/// What all has to hold, one by one.
fn parts(rule: &Rule) -> Vec<&Rule> {
    match rule {
        Rule::All(rules) => rules.iter().flat_map(parts).collect(),
        other => vec![other],
    }
}

impl Labels for Benefits {
    fn field(&self, name: &str) -> String {
        self.fact(name).map_or_else(|| name.to_owned(), |f| f.label.clone())
    }

    fn value(&self, field: &str, value: &str) -> String {
        let choice = self.fact(field).and_then(|f| f.kind.choices().iter().find(|c| c.value == value));
        choice.map_or_else(|| value.to_owned(), |c| c.label.clone())
    }
}
