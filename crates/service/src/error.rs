//! Why a use-case was not carried out.

use domain::case::Refusal;
use domain::form::FormErrors;
use std::error::Error;
use std::io::ErrorKind;
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
    /// The disk or the database has no room: nothing of it was acknowledged, and trying again later helps.
    #[error("no room left: {0}")]
    Full(String),
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
            Self::Full(_) => "storage.full".into(),
            Self::Store(_) | Self::Internal(_) => "internal".into(),
        }
    }

    pub(crate) fn internal(error: impl std::fmt::Display) -> Self {
        Self::Internal(error.to_string())
    }

    /// A write that did not happen. A full disk, a quota and a limit of the operator's are told apart
    /// from everything else, whatever the error was wrapped in.
    pub(crate) fn writing<E: Error + 'static>(error: E) -> Self {
        let mut cause: Option<&(dyn Error + 'static)> = Some(&error);
        while let Some(one) = cause {
            if one.downcast_ref::<std::io::Error>().is_some_and(|e| is_no_room(e.kind())) {
                return Self::Full(error.to_string());
            }
            cause = one.source();
        }
        Self::internal(error)
    }
}

fn is_no_room(kind: ErrorKind) -> bool {
    matches!(kind, ErrorKind::StorageFull | ErrorKind::QuotaExceeded | ErrorKind::FileTooLarge)
}

impl From<StoreError> for Failure {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::VersionConflict => Self::Conflict,
            full if full.is_full() => Self::Full(full.to_string()),
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn m3_a_full_disk_is_told_apart_from_a_broken_one() {
        // ENOSPC, EDQUOT and EFBIG on Linux, as the file store hands them on.
        for number in [28, 122, 27] {
            let source = Box::new(std::io::Error::from_raw_os_error(number));
            let wrapped = object_store::Error::Generic { store: "LocalFileSystem", source };
            assert_eq!(Failure::writing(wrapped).code(), "storage.full", "{number}");
        }
        // EIO
        assert_eq!(Failure::writing(std::io::Error::from_raw_os_error(5)).code(), "internal");
    }
}
