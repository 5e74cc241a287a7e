//! One field of a form.

use crate::rules::Rule;
use serde::{Deserialize, Serialize};

/// A question of the form, with everything a person needs to answer it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FieldSpec {
    /// Lower-case identifier, unique in the matter (questions included).
    pub name: String,
    pub label: String,
    #[serde(default)]
    pub hint: Option<String>,
    #[serde(default)]
    pub example: Option<String>,
    pub kind: FieldKind,
    #[serde(default)]
    pub optional: bool,
    #[serde(default)]
    pub when: Option<Rule>,
    /// HTML autocomplete token (WCAG 1.3.5), e.g. `name`, `tel`, `street-address`.
    #[serde(default)]
    pub autocomplete: Option<String>,
}

/// One choice of a closed list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Choice {
    pub value: String,
    pub label: String,
    #[serde(default)]
    pub hint: Option<String>,
}

/// What a field holds; decides its parsing, its keyboard and its error texts.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum FieldKind {
    /// Free text; `max` counts Unicode characters.
    Text {
        max: u32,
    },
    LongText {
        max: u32,
    },
    PersonName,
    Phone,
    /// 居民身份证号, GB 11643.
    ResidentId,
    /// 统一社会信用代码, GB 32100.
    Uscc,
    /// 出生医学证明编号.
    BirthCertificate,
    /// 不动产单元号, 28 characters.
    RealEstateUnit,
    /// A calendar date; bounds are relative to today.
    Date {
        #[serde(default)]
        not_future: bool,
        #[serde(default)]
        not_past: bool,
    },
    Choice {
        options: Vec<Choice>,
    },
    /// A whole number with its unit in words.
    Number {
        min: i64,
        max: i64,
        #[serde(default)]
        unit: String,
    },
    /// Yuan with at most two decimals; kept as text, compared in fen.
    Money {
        max_fen: i64,
    },
}

impl FieldKind {
    /// The choices of a closed list, otherwise empty.
    pub fn choices(&self) -> &[Choice] {
        match self {
            Self::Choice { options } => options,
            _ => &[],
        }
    }

    /// Whether the value is personal enough to be masked on summary pages seen by others.
    pub fn is_identity_number(&self) -> bool {
        matches!(self, Self::ResidentId)
    }
}
