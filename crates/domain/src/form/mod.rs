//! Forms as data: sections of typed fields. `Form::check` runs alike in the browser, in the
//! service and whenever a saved draft is shown again, and reports all errors at once.

mod check;
mod field;

pub use check::{CheckContext, FieldError, FormErrors, read_date};
pub use field::{Choice, FieldKind, FieldSpec};

use crate::rules::{Answers, Rule, Truth, holds};
use serde::{Deserialize, Serialize};

/// The application form of a matter (申请表).
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Form {
    #[serde(default)]
    pub sections: Vec<Section>,
    /// Rules between fields; each failure is reported at `field`.
    #[serde(default)]
    pub checks: Vec<CrossCheck>,
}

/// One page of the form on a phone.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Section {
    /// Lower-case identifier, unique in the form; part of the page's address.
    pub id: String,
    pub title: String,
    #[serde(default)]
    pub intro: Option<String>,
    /// Shown unless this is definitely false.
    #[serde(default)]
    pub when: Option<Rule>,
    pub fields: Vec<FieldSpec>,
}

/// A rule between two fields.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum CrossCheck {
    /// The two values must differ (buyer and seller cannot be one person).
    Different { field: String, other: String },
    /// The date must be the birth date held in the identity number.
    BirthDateOf { field: String, id_field: String },
    /// `field`'s date must not be before `other`'s.
    NotBefore { field: String, other: String },
}

impl CrossCheck {
    /// The field at which a failure is shown.
    pub fn field(&self) -> &str {
        match self {
            Self::Different { field, .. } | Self::BirthDateOf { field, .. } | Self::NotBefore { field, .. } => field,
        }
    }

    /// The other field it looks at.
    pub fn other(&self) -> &str {
        match self {
            Self::Different { other, .. } | Self::NotBefore { other, .. } => other,
            Self::BirthDateOf { id_field, .. } => id_field,
        }
    }
}

impl Form {
    /// The sections this person has to fill, in order.
    pub fn visible<'a>(&'a self, answers: &'a Answers) -> impl Iterator<Item = &'a Section> + 'a {
        self.sections.iter().filter(|s| holds(s.when.as_ref(), answers).is_possible())
    }

    pub fn section(&self, id: &str) -> Option<&Section> {
        self.sections.iter().find(|s| s.id == id)
    }

    pub fn fields(&self) -> impl Iterator<Item = &FieldSpec> {
        self.sections.iter().flat_map(|s| &s.fields)
    }

    pub fn field(&self, name: &str) -> Option<&FieldSpec> {
        self.fields().find(|f| f.name == name)
    }
}

impl Section {
    /// The fields of this section that are asked, given the answers so far.
    pub fn visible<'a>(&'a self, answers: &'a Answers) -> impl Iterator<Item = &'a FieldSpec> + 'a {
        self.fields.iter().filter(|f| holds(f.when.as_ref(), answers) != Truth::No)
    }
}
