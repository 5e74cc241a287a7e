//! 电子证照库: the licence store over HTTPS. Neither holder nor licence ever reaches a log.

use async_trait::async_trait;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use service::ports::licences::{
    HeldLicence, LicenceAnswer, LicenceError, LicenceId, LicenceQuestion, LicenceStore, NumberAnswer, NumberQuestion,
};
use std::collections::BTreeMap;

pub use crate::signed::SignedConfig as LicenceConfig;
use crate::signed::{SignedClient, SignedError};
use crate::wechat::{Clock, ConfigError};

/// The store behind the port.
pub struct CountyLicences(SignedClient);

#[derive(Serialize)]
struct ListQuestion<'a> {
    name: &'a str,
    number: &'a str,
    phone: &'a str,
    type_codes: &'a [String],
    purpose: &'a str,
    reference: &'a str,
}

#[derive(Serialize)]
struct CheckQuestion<'a> {
    type_code: &'a str,
    number: &'a str,
    holder_name: &'a str,
    holder_number: &'a str,
    purpose: &'a str,
    reference: &'a str,
}

#[derive(Deserialize)]
#[serde(tag = "result", rename_all = "snake_case")]
enum ListAnswer {
    Held { licences: Vec<Licence> },
    NoMatch,
}

/// An identifier whose check character is wrong makes the whole answer unusable.
#[derive(Deserialize)]
#[allow(clippy::struct_field_names, reason = "the protocol's own names")]
struct Licence {
    licence_id: LicenceId,
    number: String,
    holder_name: String,
    issuer: String,
    #[serde(default)]
    issued_on: Option<Date>,
    #[serde(default)]
    valid_until: Option<Date>,
    data: BTreeMap<String, String>,
}

#[derive(Deserialize)]
#[serde(tag = "result", rename_all = "snake_case")]
enum CheckAnswer {
    Valid {
        #[serde(default)]
        valid_until: Option<Date>,
    },
    NotValid,
}

impl CountyLicences {
    /// Refuses a configuration with which nobody could be asked. `sandbox` allows http.
    pub fn new(config: LicenceConfig, sandbox: bool, clock: Clock) -> Result<Self, ConfigError> {
        SignedClient::new(config, "x-licences", sandbox, clock).map(Self)
    }
}

fn failed(error: SignedError) -> LicenceError {
    match error {
        SignedError::Unreachable => LicenceError::Unreachable,
        SignedError::Refused => LicenceError::Refused,
    }
}

#[async_trait]
impl LicenceStore for CountyLicences {
    async fn list(&self, question: &LicenceQuestion) -> Result<LicenceAnswer, LicenceError> {
        let LicenceQuestion { holder, type_codes, purpose, reference } = question;
        let (name, number, phone) = (&holder.name, &holder.number, &holder.phone);
        let asked = ListQuestion { name, number, phone, type_codes, purpose, reference };
        match self.0.ask::<_, ListAnswer>("/v1/licences/list", &asked, reference).await.map_err(failed)? {
            ListAnswer::NoMatch => Ok(LicenceAnswer::NoMatch),
            ListAnswer::Held { licences } => Ok(LicenceAnswer::Held(licences.into_iter().map(held).collect())),
        }
    }

    async fn check(&self, question: &NumberQuestion) -> Result<NumberAnswer, LicenceError> {
        let NumberQuestion { type_code, number, holder_name, holder_number, purpose, reference } = question;
        let asked = CheckQuestion { type_code, number, holder_name, holder_number, purpose, reference };
        match self.0.ask::<_, CheckAnswer>("/v1/licences/check", &asked, reference).await.map_err(failed)? {
            CheckAnswer::Valid { valid_until } => Ok(NumberAnswer::Valid { valid_until }),
            CheckAnswer::NotValid => Ok(NumberAnswer::NotValid),
        }
    }
}

fn held(licence: Licence) -> HeldLicence {
    HeldLicence {
        licence_id: licence.licence_id,
        number: licence.number,
        holder_name: licence.holder_name,
        issuer: licence.issuer,
        issued_on: licence.issued_on,
        valid_until: licence.valid_until,
        data: licence.data,
    }
}
