//! 户籍登记核对: the register of persons over HTTPS. Neither number nor name ever reaches a log.

use async_trait::async_trait;
use serde::{Deserialize, Serialize};
use service::ports::register::{PersonRegister, RegisterAnswer, RegisterError, RegisterQuestion};

pub use crate::signed::SignedConfig as RegisterConfig;
use crate::signed::{SignedClient, SignedError};
pub use crate::wechat::{Clock, ConfigError};

/// The register behind the port.
pub struct HouseholdRegister(SignedClient);

#[derive(Serialize)]
struct Question<'a> {
    id_number: &'a str,
    name: &'a str,
    purpose: &'a str,
    reference: &'a str,
}

#[derive(Deserialize)]
#[serde(tag = "result", rename_all = "snake_case")]
enum Answer {
    Confirmed { household: String, alive: bool },
    NoMatch,
}

impl HouseholdRegister {
    /// Refuses a configuration with which nobody could be asked. `sandbox` allows http.
    pub fn new(config: RegisterConfig, sandbox: bool, clock: Clock) -> Result<Self, ConfigError> {
        SignedClient::new(config, "x-register", sandbox, clock).map(Self)
    }
}

#[async_trait]
impl PersonRegister for HouseholdRegister {
    async fn confirm(&self, question: &RegisterQuestion) -> Result<RegisterAnswer, RegisterError> {
        let RegisterQuestion { id_number, name, purpose, reference } = question;
        let question = Question { id_number, name, purpose, reference };
        match self.0.ask::<_, Answer>("/v1/persons/confirm", &question, reference).await {
            Ok(Answer::Confirmed { household, alive }) => Ok(RegisterAnswer::Confirmed { household, alive }),
            Ok(Answer::NoMatch) => Ok(RegisterAnswer::NoMatch),
            Err(SignedError::Unreachable) => Err(RegisterError::Unreachable),
            Err(SignedError::Refused) => Err(RegisterError::Refused),
        }
    }
}
