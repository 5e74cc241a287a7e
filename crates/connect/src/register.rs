//! 户籍登记核对: the register of persons over HTTPS, one signed question, one signed answer.
//!
//! Both sides sign with one key (HMAC-SHA256, lower-case hexadecimal). The question over
//! `method\npath\ntimestamp\nnonce\nsha256(body)`; the answer over the same with its status in place
//! of the method and the question's nonce, so that an answer fits its own question only. Neither
//! number nor name ever reaches a log.

use std::{fmt, time::Duration};

use async_trait::async_trait;
use aws_lc_rs::{digest, hmac};
use reqwest::{Client, Response, StatusCode, Url, header};
use serde::{Deserialize, Serialize};
use service::ports::register::{PersonRegister, RegisterAnswer, RegisterError, RegisterQuestion};

pub use crate::wechat::{Clock, ConfigError};
use crate::wechat::{
    signature::{MAX_SKEW_SECONDS, nonce},
    transport,
};

/// One question, from the first byte sent to the last byte read: somebody waits at a button.
const TIMEOUT: Duration = Duration::from_secs(3);
/// A shorter key could be guessed (characters).
const SHORTEST_KEY: usize = 32;

const APP: &str = "x-register-app";
const TIMESTAMP: &str = "x-register-timestamp";
const NONCE: &str = "x-register-nonce";
const SIGNATURE: &str = "x-register-signature";

/// What the keeper of the register hands out.
#[derive(Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RegisterConfig {
    /// Without `/v1/persons/confirm`; https, or the local counterpart's address.
    pub base_url: String,
    pub app_id: String,
    /// Shared secret, at least 32 characters.
    pub key: String,
}

impl fmt::Debug for RegisterConfig {
    /// Leaves the secret out, so a logged configuration gives nothing away.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RegisterConfig")
            .field("base_url", &self.base_url)
            .field("app_id", &self.app_id)
            .finish_non_exhaustive()
    }
}

/// The register behind the port.
pub struct HouseholdRegister {
    app_id: String,
    key: hmac::Key,
    url: Url,
    http: Client,
    clock: Clock,
}

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
        let address = format!("{}/v1/persons/confirm", config.base_url.trim_end_matches('/'));
        let url = Url::parse(&address).map_err(|_| ConfigError::field("base_url", "not an address"))?;
        if url.scheme() != "https" && !(sandbox && url.scheme() == "http") {
            return Err(ConfigError::field("base_url", "needs https"));
        }
        if url.query().is_some() {
            return Err(ConfigError::field("base_url", "must not have a query"));
        }
        if config.app_id.is_empty() {
            return Err(ConfigError::field("app_id", "needed"));
        }
        if config.key.len() < SHORTEST_KEY {
            return Err(ConfigError::field("key", "at least 32 characters"));
        }
        let key = hmac::Key::new(hmac::HMAC_SHA256, config.key.as_bytes());
        Ok(Self { app_id: config.app_id, key, url, http: transport::client()?, clock })
    }

    fn seconds(&self) -> i64 {
        (self.clock)().div_euclid(1_000_000)
    }

    /// The body of an answer that is authentic, fresh and to this question.
    async fn authentic(&self, answer: Response, asked: &str) -> Result<Vec<u8>, RegisterError> {
        let status = answer.status();
        let headers = answer.headers().clone();
        let body = transport::read_limited(answer).await.map_err(|_| RegisterError::Unreachable)?;
        let header = |name: &str| headers.get(name).and_then(|v| v.to_str().ok()).unwrap_or_default();
        let timestamp = header(TIMESTAMP);
        let fresh =
            timestamp.parse::<i64>().is_ok_and(|at| self.seconds().abs_diff(at) <= MAX_SKEW_SECONDS.unsigned_abs());
        let message = message(status.as_str(), self.url.path(), timestamp, asked, &body);
        // Compares in constant time.
        let signed = hex::decode(header(SIGNATURE)).is_ok_and(|tag| hmac::verify(&self.key, &message, &tag).is_ok());
        if fresh && signed && header(NONCE) == asked { Ok(body) } else { Err(RegisterError::Refused) }
    }
}

/// What is signed; `first` is the method or the status.
fn message(first: &str, path: &str, timestamp: &str, nonce: &str, body: &[u8]) -> Vec<u8> {
    let body = hex::encode(digest::digest(&digest::SHA256, body));
    format!("{first}\n{path}\n{timestamp}\n{nonce}\n{body}").into_bytes()
}

#[async_trait]
impl PersonRegister for HouseholdRegister {
    async fn confirm(&self, question: &RegisterQuestion) -> Result<RegisterAnswer, RegisterError> {
        let RegisterQuestion { id_number, name, purpose, reference } = question;
        let body = serde_json::to_vec(&Question { id_number, name, purpose, reference })
            .map_err(|_| RegisterError::Refused)?;
        let nonce = nonce().map_err(|_| RegisterError::Unreachable)?;
        let timestamp = self.seconds().to_string();
        let signature = hmac::sign(&self.key, &message("POST", self.url.path(), &timestamp, &nonce, &body));
        let answer = self
            .http
            .post(self.url.clone())
            .timeout(TIMEOUT)
            .header(header::CONTENT_TYPE, "application/json")
            .header(header::ACCEPT, "application/json")
            .header(APP, &self.app_id)
            .header(TIMESTAMP, &timestamp)
            .header(NONCE, &nonce)
            .header(SIGNATURE, hex::encode(signature))
            .body(body)
            .send()
            .await
            .map_err(|_| RegisterError::Unreachable)?;
        let status = answer.status();
        if status.is_server_error() || status == StatusCode::TOO_MANY_REQUESTS {
            return Err(RegisterError::Unreachable);
        }
        if status != StatusCode::OK {
            tracing::warn!(status = status.as_u16(), reference = %reference, "the register refused a question");
            return Err(RegisterError::Refused);
        }
        let body = self.authentic(answer, &nonce).await?;
        match serde_json::from_slice(&body) {
            Ok(Answer::Confirmed { household, alive }) => Ok(RegisterAnswer::Confirmed { household, alive }),
            Ok(Answer::NoMatch) => Ok(RegisterAnswer::NoMatch),
            Err(_) => Err(RegisterError::Refused),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn config(base_url: &str, key: &str) -> RegisterConfig {
        RegisterConfig { base_url: base_url.into(), app_id: "app".into(), key: key.into() }
    }

    fn usable(base_url: &str, key: &str, sandbox: bool) -> bool {
        HouseholdRegister::new(config(base_url, key), sandbox, std::sync::Arc::new(|| 0)).is_ok()
    }

    #[test]
    fn d11_the_register_is_asked_over_https_with_a_long_key() {
        let key = "k".repeat(32);
        assert!(usable("https://register.example/api/", &key, false));
        assert!(!usable("http://register.example/", &key, false));
        assert!(usable("http://127.0.0.1:3001/register", &key, true));
        assert!(!usable("https://register.example", "short", false));
        assert!(!format!("{:?}", config("https://register.example", &key)).contains(&key));
    }

    #[test]
    fn d11_every_part_is_signed() {
        let plain = message("POST", "/v1/persons/confirm", "1", "n", b"{}");
        assert_eq!(
            String::from_utf8_lossy(&plain),
            "POST\n/v1/persons/confirm\n1\nn\n44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a"
        );
        assert_ne!(message("200", "/v1/persons/confirm", "1", "n", b"{}"), plain);
    }
}
