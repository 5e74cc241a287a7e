//! Licence store port (电子证照库). One call asks about one holder, for one stated purpose, with the
//! holder's consent (个人信息保护法 §13, §23; 国务院令第 716 号 §10).

use async_trait::async_trait;
use jiff::civil::Date;
use std::collections::BTreeMap;

pub use domain::codes::LicenceId;

/// Whose licences are asked for. All of it is personal: this has no `Debug`, and nobody logs it.
#[derive(Clone)]
pub struct Holder {
    pub name: String,
    /// Identity number or 统一社会信用代码, 18 characters.
    pub number: String,
    /// The phone that signed in here, verified by its code. The store answers only when it has this very
    /// phone on record for the holder: knowing a stranger's name and number opens nothing.
    pub phone: String,
}

/// Which licences of somebody are asked for.
#[derive(Clone)]
pub struct LicenceQuestion {
    pub holder: Holder,
    /// 证照类型代码.
    pub type_codes: Vec<String>,
    /// What the answer is used for, e.g. 办理出生登记; the store keeps it.
    pub purpose: String,
    /// Our id of this use, which both sides have on record.
    pub reference: String,
}

/// A number that somebody was told, and whose it is said to be.
#[derive(Clone)]
pub struct NumberQuestion {
    /// 证照类型代码.
    pub type_code: String,
    /// 证照编号.
    pub number: String,
    pub holder_name: String,
    pub holder_number: String,
    pub purpose: String,
    pub reference: String,
}

/// One licence, as the store has it.
#[derive(Clone, PartialEq, Eq)]
pub struct HeldLicence {
    /// 电子证照标识; its first part is the 证照类型代码.
    pub licence_id: LicenceId,
    pub number: String,
    pub holder_name: String,
    pub issuer: String,
    pub issued_on: Option<Date>,
    /// Last day on which it holds; none = without end.
    pub valid_until: Option<Date>,
    /// Attribute → value.
    pub data: BTreeMap<String, String>,
}

/// What the store says about somebody's licences.
#[derive(Clone, PartialEq, Eq)]
pub enum LicenceAnswer {
    /// Those that it has; none is an answer too.
    Held(Vec<HeldLicence>),
    /// Name, number and phone do not belong together, or nobody has them. It does not say which.
    NoMatch,
}

/// What the store says about a number. It gives away nothing else of the licence.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NumberAnswer {
    /// A licence of this kind, number and holder, in force.
    Valid { valid_until: Option<Date> },
    /// There is none, or it is no longer in force.
    NotValid,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum LicenceError {
    /// No answer in time; nothing is known.
    #[error("licence store unreachable")]
    Unreachable,
    /// The store refused the question, or its answer was not authentic.
    #[error("refused by the licence store")]
    Refused,
}

#[async_trait]
pub trait LicenceStore: Send + Sync {
    async fn list(&self, question: &LicenceQuestion) -> Result<LicenceAnswer, LicenceError>;

    async fn check(&self, question: &NumberQuestion) -> Result<NumberAnswer, LicenceError>;
}
