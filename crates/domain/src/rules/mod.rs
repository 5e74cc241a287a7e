//! The rule tree: conditions as data, evaluated alike in browser and server.
//!
//! Three-valued (Kleene): an answer not given yet, or 不清楚, makes a condition unknown, never
//! false. Every rule reads back as a Chinese sentence, so that an office worker can check it, and the
//! sentence reads back as the rule, so that they can change it.

mod parse;
mod sentence;

pub use parse::{Names, RuleError};
pub use sentence::Labels;

use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

/// Raw answers by field or question name; questions and form share one name space.
pub type Answers = BTreeMap<String, String>;

/// The value that stands for 不清楚.
pub const UNKNOWN: &str = "unknown";

/// Yes, no, or not known yet.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Truth {
    Yes,
    No,
    Unknown,
}

impl Truth {
    pub fn is_yes(self) -> bool {
        self == Self::Yes
    }

    /// Anything but a definite no.
    pub fn is_possible(self) -> bool {
        self != Self::No
    }

    #[must_use]
    pub fn negate(self) -> Self {
        match self {
            Self::Yes => Self::No,
            Self::No => Self::Yes,
            Self::Unknown => Self::Unknown,
        }
    }

    #[must_use]
    pub fn and(self, other: Self) -> Self {
        match (self, other) {
            (Self::No, _) | (_, Self::No) => Self::No,
            (Self::Yes, Self::Yes) => Self::Yes,
            _ => Self::Unknown,
        }
    }

    #[must_use]
    pub fn or(self, other: Self) -> Self {
        match (self, other) {
            (Self::Yes, _) | (_, Self::Yes) => Self::Yes,
            (Self::No, Self::No) => Self::No,
            _ => Self::Unknown,
        }
    }
}

impl From<bool> for Truth {
    fn from(value: bool) -> Self {
        if value { Self::Yes } else { Self::No }
    }
}

/// One condition. In TOML: `when = { is = { field = "scenario", value = "sale" } }`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum Rule {
    Is { field: String, value: String },
    OneOf { field: String, values: Vec<String> },
    AtLeast { field: String, number: i64 },
    AtMost { field: String, number: i64 },
    All(Vec<Rule>),
    Any(Vec<Rule>),
    Not(Box<Rule>),
}

impl Rule {
    pub fn eval(&self, answers: &Answers) -> Truth {
        match self {
            Self::Is { field, value } => known(answers, field).map_or(Truth::Unknown, |a| (a == value).into()),
            Self::OneOf { field, values } => {
                known(answers, field).map_or(Truth::Unknown, |a| values.iter().any(|v| v == a).into())
            }
            Self::AtLeast { field, number } => {
                numeric(answers, field).map_or(Truth::Unknown, |n| (n >= *number).into())
            }
            Self::AtMost { field, number } => numeric(answers, field).map_or(Truth::Unknown, |n| (n <= *number).into()),
            Self::All(rules) => rules.iter().fold(Truth::Yes, |acc, r| acc.and(r.eval(answers))),
            Self::Any(rules) => rules.iter().fold(Truth::No, |acc, r| acc.or(r.eval(answers))),
            Self::Not(rule) => rule.eval(answers).negate(),
        }
    }

    /// Every field this rule looks at.
    pub fn fields(&self) -> BTreeSet<&str> {
        let mut found = BTreeSet::new();
        self.collect(&mut found);
        found
    }

    fn collect<'a>(&'a self, into: &mut BTreeSet<&'a str>) {
        match self {
            Self::Is { field, .. }
            | Self::OneOf { field, .. }
            | Self::AtLeast { field, .. }
            | Self::AtMost { field, .. } => {
                into.insert(field);
            }
            Self::All(rules) | Self::Any(rules) => rules.iter().for_each(|r| r.collect(into)),
            Self::Not(rule) => rule.collect(into),
        }
    }
}

/// A missing rule means “always”.
pub fn holds(rule: Option<&Rule>, answers: &Answers) -> Truth {
    rule.map_or(Truth::Yes, |r| r.eval(answers))
}

fn known<'a>(answers: &'a Answers, field: &str) -> Option<&'a String> {
    answers.get(field).filter(|a| !a.is_empty() && a.as_str() != UNKNOWN)
}

fn numeric(answers: &Answers, field: &str) -> Option<i64> {
    known(answers, field).and_then(|a| crate::text::normalise(a).parse().ok())
}
