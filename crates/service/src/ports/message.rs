//! Message port (短信). One call is one short message to one phone.

use async_trait::async_trait;

/// A message built from a template that the carrier has approved.
#[derive(Debug, Clone)]
pub struct ShortMessage {
    /// Idempotency key (the outbox job's id): sent as the carrier's out id.
    pub key: String,
    /// Mainland mobile number, 11 digits.
    pub phone: String,
    /// Template name, e.g. `sign_in_code`, `case_changed`.
    pub template: String,
    /// Template parameters in order of name.
    pub params: Vec<(String, String)>,
}

#[derive(Debug, thiserror::Error)]
pub enum MessageError {
    /// Worth another try.
    #[error("carrier unreachable: {0}")]
    Unreachable(String),
    /// Refused for good (bad number, template not approved).
    #[error("refused by the carrier: {code}")]
    Refused { code: String, message: String },
}

#[async_trait]
pub trait MessageSender: Send + Sync {
    async fn send(&self, message: &ShortMessage) -> Result<(), MessageError>;
}
