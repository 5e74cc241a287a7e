//! The keepers' half of signed questions and answers (户籍登记, 电子证照库), written apart from our own client
//! so that the two check each other.

use axum::{
    Json,
    http::{HeaderMap, StatusCode},
    response::{IntoResponse, Response},
};
use serde_json::json;

use crate::{
    app::App,
    clock,
    crypto::{self, UPPER_HEX},
    faults::SignedFault,
};

/// Questions may be this many seconds old or early.
const MAX_SKEW_SECONDS: u64 = 300;

/// One keeper, with the credentials that it handed out.
pub struct Keeper<'a> {
    /// Begins the names of the headers.
    pub prefix: &'static str,
    pub app_id: &'a str,
    pub key: &'a str,
}

impl Keeper<'_> {
    /// Checks who asks; gives the question's nonce, or the refusal.
    pub fn authenticate(
        &self,
        app: &App,
        path: &str,
        headers: &HeaderMap,
        body: &[u8],
    ) -> Result<String, Box<Response>> {
        self.nonce_of(app, path, headers, body)
            .map_err(|why| Box::new((StatusCode::UNAUTHORIZED, Json(json!({ "error": why }))).into_response()))
    }

    fn nonce_of(&self, app: &App, path: &str, headers: &HeaderMap, body: &[u8]) -> Result<String, &'static str> {
        let header = |name: &str| {
            let name = format!("{}-{name}", self.prefix);
            headers.get(name).and_then(|v| v.to_str().ok()).unwrap_or_default()
        };
        if header("app") != self.app_id {
            return Err("app");
        }
        let (timestamp, nonce) = (header("timestamp"), header("nonce"));
        let seconds: i64 = timestamp.parse().map_err(|_| "timestamp")?;
        if clock::now().div_euclid(1_000_000).abs_diff(seconds) > MAX_SKEW_SECONDS {
            return Err("timestamp");
        }
        let message = message("POST", path, timestamp, nonce, body);
        if !crypto::hmac_verifies(self.key, message.as_bytes(), header("signature")) {
            return Err("signature");
        }
        if nonce.is_empty() || !app.nonces().first_use(nonce) {
            return Err("nonce");
        }
        Ok(nonce.to_owned())
    }

    /// The signed answer to a question; with that fault, signed over another text.
    pub fn answer(&self, path: &str, nonce: String, answer: String, fault: Option<SignedFault>) -> Response {
        let timestamp = clock::now().div_euclid(1_000_000).to_string();
        let signed = if fault == Some(SignedFault::BadSignature) { "another text" } else { answer.as_str() };
        let message = message("200", path, &timestamp, &nonce, signed.as_bytes());
        let signature = crypto::hmac_hex(self.key, message.as_bytes());
        let own = |name: &str| format!("{}-{name}", self.prefix);
        let headers = [
            ("content-type".to_owned(), "application/json".to_owned()),
            (own("timestamp"), timestamp),
            (own("nonce"), nonce),
            (own("signature"), signature),
        ];
        (headers, answer).into_response()
    }

    /// The headers of what the keeper says by itself; forged, they are signed over another text.
    pub fn notification(&self, path: &str, body: &str, forged: bool) -> [(String, String); 4] {
        let timestamp = clock::now().div_euclid(1_000_000).to_string();
        let nonce = crypto::random_text(UPPER_HEX, 32);
        let signed = if forged { "another text" } else { body };
        let message = message("NOTIFY", path, &timestamp, &nonce, signed.as_bytes());
        let signature = crypto::hmac_hex(self.key, message.as_bytes());
        let own = |name: &str| format!("{}-{name}", self.prefix);
        [
            (own("app"), self.app_id.to_owned()),
            (own("timestamp"), timestamp),
            (own("nonce"), nonce),
            (own("signature"), signature),
        ]
    }
}

/// Lets a fault happen before the question is looked at; the refusal, when that is the fault.
pub async fn before(fault: Option<SignedFault>) -> Option<Response> {
    match fault {
        Some(SignedFault::Error500) => Some(StatusCode::SERVICE_UNAVAILABLE.into_response()),
        Some(SignedFault::SlowMs(wait)) => {
            tokio::time::sleep(std::time::Duration::from_millis(wait)).await;
            None
        }
        Some(SignedFault::BadSignature) | None => None,
    }
}

/// A refusal of a question that was rightly signed.
pub fn bad_request(why: &'static str) -> Response {
    (StatusCode::BAD_REQUEST, Json(json!({ "error": why }))).into_response()
}

/// What both sides sign; `first` is the method, the status or `NOTIFY`.
fn message(first: &str, path: &str, timestamp: &str, nonce: &str, body: &[u8]) -> String {
    format!("{first}\n{path}\n{timestamp}\n{nonce}\n{}", crypto::sha256_hex(body))
}
