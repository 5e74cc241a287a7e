//! Why a use-case was not carried out.

use domain::case::Refusal;
use domain::form::FormErrors;
use store::StoreError;

/// The person is not allowed to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Denied {
    /// Signing in comes first.
    SignIn,
    /// Signed in, but not entitled.
    Forbidden,
}

/// A use-case that did not happen. Texts live in the locale files under `failure` and `refusal`.
#[derive(Debug, thiserror::Error)]
pub enum Failure {
    #[error("denied: {0:?}")]
    Denied(Denied),
    #[error("not found")]
    NotFound,
    /// The case's own rules say no.
    #[error("refused: {0}")]
    Refused(Refusal),
    /// Input that cannot be used, by stable code.
    #[error("rejected: {0}")]
    Rejected(&'static str),
    /// Somebody else changed it meanwhile; load again.
    #[error("conflict")]
    Conflict,
    #[error("invalid form")]
    Invalid(FormErrors),
    /// Too many tries; again after so many seconds.
    #[error("busy for {0} s")]
    Busy(i64),
    #[error(transparent)]
    Store(StoreError),
    #[error("internal: {0}")]
    Internal(String),
}

impl Failure {
    /// Stable code, the key of its text.
    pub fn code(&self) -> String {
        match self {
            Self::Denied(Denied::SignIn) => "sign_in".into(),
            Self::Denied(Denied::Forbidden) => "forbidden".into(),
            Self::NotFound => "not_found".into(),
            Self::Refused(refusal) => format!("refusal.{refusal}"),
            Self::Rejected(code) => (*code).into(),
            Self::Conflict => "conflict".into(),
            Self::Invalid(_) => "invalid".into(),
            Self::Busy(_) => "busy".into(),
            Self::Store(_) | Self::Internal(_) => "internal".into(),
        }
    }

    pub(crate) fn internal(error: impl std::fmt::Display) -> Self {
        Self::Internal(error.to_string())
    }
}

impl From<StoreError> for Failure {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::VersionConflict => Self::Conflict,
            other => Self::Store(other),
        }
    }
}

impl From<store::VaultError> for Failure {
    fn from(error: store::VaultError) -> Self {
        Self::Store(error.into())
    }
}

impl From<Refusal> for Failure {
    fn from(refusal: Refusal) -> Self {
        Self::Refused(refusal)
    }
}

impl From<Denied> for Failure {
    fn from(denied: Denied) -> Self {
        Self::Denied(denied)
    }
}
