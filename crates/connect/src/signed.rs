//! Signed HTTP to the keepers of public data (户籍登记, 电子证照库): one signed question, one signed answer.
//!
//! Both sides sign with one key (HMAC-SHA256, lower-case hexadecimal). The question over
//! `method\npath\ntimestamp\nnonce\nsha256(body)`; the answer over the same with its status in place
//! of the method and the question's nonce, so that an answer fits its own question only. What a keeper says by itself is
//! signed with `NOTIFY` there. What is asked and answered never reaches a log.

use std::{fmt, time::Duration};

use aws_lc_rs::{digest, hmac};
use reqwest::{Client, Response, StatusCode, Url, header};
use serde::{Deserialize, Serialize, de::DeserializeOwned};

use crate::wechat::{
    Clock, ConfigError,
    signature::{MAX_SKEW_SECONDS, nonce},
    transport,
};

/// One question, from the first byte sent to the last byte read: somebody waits at a button.
const TIMEOUT: Duration = Duration::from_secs(3);
/// A shorter key could be guessed (characters).
const SHORTEST_KEY: usize = 32;

/// What the keeper hands out.
#[derive(Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SignedConfig {
    /// Without `/v1/…`; https, or the local counterpart's address.
    pub base_url: String,
    pub app_id: String,
    /// Shared secret, at least 32 characters.
    pub key: String,
}

impl fmt::Debug for SignedConfig {
    /// Leaves the secret out, so a logged configuration gives nothing away.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SignedConfig")
            .field("base_url", &self.base_url)
            .field("app_id", &self.app_id)
            .finish_non_exhaustive()
    }
}

/// Why there is no answer that may be used.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum SignedError {
    /// No answer in time; nothing is known.
    Unreachable,
    /// The question was refused, or the answer was not authentic.
    Refused,
}

/// One keeper's interface.
pub(crate) struct SignedClient {
    /// Begins the names of the headers, e.g. `x-register`.
    prefix: &'static str,
    app_id: String,
    key: hmac::Key,
    base: String,
    http: Client,
    clock: Clock,
}

impl SignedClient {
    /// Refuses a configuration with which nobody could be asked. `sandbox` allows http.
    pub(crate) fn new(
        config: SignedConfig,
        prefix: &'static str,
        sandbox: bool,
        clock: Clock,
    ) -> Result<Self, ConfigError> {
        let base = config.base_url.trim_end_matches('/').to_owned();
        let url = Url::parse(&base).map_err(|_| ConfigError::field("base_url", "not an address"))?;
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
        Ok(Self { prefix, app_id: config.app_id, key, base, http: transport::client()?, clock })
    }

    /// Asks at `path` (from `/v1`) and reads the answer. `reference` names the use in the log, nothing else does.
    pub(crate) async fn ask<Q: Serialize + Sync, A: DeserializeOwned>(
        &self,
        path: &str,
        question: &Q,
        reference: &str,
    ) -> Result<A, SignedError> {
        let url = Url::parse(&format!("{}{path}", self.base)).map_err(|_| SignedError::Refused)?;
        let body = serde_json::to_vec(question).map_err(|_| SignedError::Refused)?;
        let nonce = nonce().map_err(|_| SignedError::Unreachable)?;
        let timestamp = self.seconds().to_string();
        let signature = hmac::sign(&self.key, &message("POST", url.path(), &timestamp, &nonce, &body));
        let answer = self
            .http
            .post(url.clone())
            .timeout(TIMEOUT)
            .header(header::CONTENT_TYPE, "application/json")
            .header(header::ACCEPT, "application/json")
            .header(self.header("app"), &self.app_id)
            .header(self.header("timestamp"), &timestamp)
            .header(self.header("nonce"), &nonce)
            .header(self.header("signature"), hex::encode(signature))
            .body(body)
            .send()
            .await
            .map_err(|_| SignedError::Unreachable)?;
        let status = answer.status();
        if status.is_server_error() || status == StatusCode::TOO_MANY_REQUESTS {
            return Err(SignedError::Unreachable);
        }
        if status != StatusCode::OK {
            let keeper = self.prefix;
            tracing::warn!(keeper, status = status.as_u16(), reference, "a question was refused");
            return Err(SignedError::Refused);
        }
        let body = self.authentic(answer, url.path(), &nonce).await?;
        serde_json::from_slice(&body).map_err(|_| SignedError::Refused)
    }

    /// Whether the keeper has said this by itself (通知) and just now: signed with `NOTIFY` in place of the method, so that
    /// no question can be played back as one. `now` is µs since the epoch.
    pub(crate) fn check_notification(
        &self,
        path: &str,
        headers: &dyn Fn(&str) -> Option<String>,
        body: &[u8],
        now: i64,
    ) -> Result<(), &'static str> {
        let header = |name: &str| headers(&self.header(name)).unwrap_or_default();
        if header("app") != self.app_id {
            return Err("app is not ours");
        }
        let (timestamp, nonce) = (header("timestamp"), header("nonce"));
        let fresh = timestamp
            .parse::<i64>()
            .is_ok_and(|at| now.div_euclid(1_000_000).abs_diff(at) <= MAX_SKEW_SECONDS.unsigned_abs());
        if !fresh {
            return Err("timestamp is off by more than five minutes");
        }
        let message = message("NOTIFY", path, &timestamp, &nonce, body);
        let signed = hex::decode(header("signature")).is_ok_and(|tag| hmac::verify(&self.key, &message, &tag).is_ok());
        if signed { Ok(()) } else { Err("signature does not match") }
    }

    fn header(&self, name: &str) -> String {
        format!("{}-{name}", self.prefix)
    }

    fn seconds(&self) -> i64 {
        (self.clock)().div_euclid(1_000_000)
    }

    /// The body of an answer that is authentic, fresh and to this question.
    async fn authentic(&self, answer: Response, path: &str, asked: &str) -> Result<Vec<u8>, SignedError> {
        let status = answer.status();
        let headers = answer.headers().clone();
        let body = transport::read_limited(answer).await.map_err(|_| SignedError::Unreachable)?;
        let header = |name: &str| headers.get(self.header(name)).and_then(|v| v.to_str().ok()).unwrap_or_default();
        let timestamp = header("timestamp");
        let fresh =
            timestamp.parse::<i64>().is_ok_and(|at| self.seconds().abs_diff(at) <= MAX_SKEW_SECONDS.unsigned_abs());
        let message = message(status.as_str(), path, timestamp, asked, &body);
        // Compares in constant time.
        let signed = hex::decode(header("signature")).is_ok_and(|tag| hmac::verify(&self.key, &message, &tag).is_ok());
        if fresh && signed && header("nonce") == asked { Ok(body) } else { Err(SignedError::Refused) }
    }
}

/// What is signed; `first` is the method, the status or `NOTIFY`.
fn message(first: &str, path: &str, timestamp: &str, nonce: &str, body: &[u8]) -> Vec<u8> {
    let body = hex::encode(digest::digest(&digest::SHA256, body));
    format!("{first}\n{path}\n{timestamp}\n{nonce}\n{body}").into_bytes()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn config(base_url: &str, key: &str) -> SignedConfig {
        SignedConfig { base_url: base_url.into(), app_id: "app".into(), key: key.into() }
    }

    fn usable(base_url: &str, key: &str, sandbox: bool) -> bool {
        SignedClient::new(config(base_url, key), "x-test", sandbox, std::sync::Arc::new(|| 0)).is_ok()
    }

    #[test]
    fn d11_the_register_is_asked_over_https_with_a_long_key() {
        let key = "k".repeat(32);
        assert!(usable("https://register.example/api/", &key, false));
        assert!(!usable("http://register.example/", &key, false));
        assert!(usable("http://127.0.0.1:3001/register", &key, true));
        assert!(!usable("https://register.example", "short", false));
        assert!(!usable("https://register.example/?a=b", &key, false));
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
