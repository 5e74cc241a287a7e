//! Register of persons port (户籍登记). One call asks about one person, for one stated purpose, with
//! that person's consent (个人信息保护法 §13, §23).

use async_trait::async_trait;

/// What is asked. Number and name are personal: this has no `Debug`, and nobody logs it.
#[derive(Clone)]
pub struct RegisterQuestion {
    /// Identity number, 18 characters.
    pub id_number: String,
    /// As signed.
    pub name: String,
    /// What the answer is used for, e.g. 高龄津贴免审即享; the register keeps it.
    pub purpose: String,
    /// Our id of this use, which both sides have on record.
    pub reference: String,
}

/// What the register says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RegisterAnswer {
    /// Name and number belong together.
    Confirmed {
        /// 行政区划代码 of the household (户籍), 6 digits.
        household: String,
        alive: bool,
    },
    /// They do not, or nobody has this number.
    NoMatch,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum RegisterError {
    /// No answer in time; nothing is known.
    #[error("register unreachable")]
    Unreachable,
    /// The register refused the question, or its answer was not authentic.
    #[error("refused by the register")]
    Refused,
}

#[async_trait]
pub trait PersonRegister: Send + Sync {
    async fn confirm(&self, question: &RegisterQuestion) -> Result<RegisterAnswer, RegisterError>;
}
