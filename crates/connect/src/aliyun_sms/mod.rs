//! 阿里云短信服务 (Dysms, version 2017-05-25): one `SendSms` per message.

mod signature;

use std::{collections::BTreeMap, fmt};

use async_trait::async_trait;
use jiff::Timestamp;
use reqwest::{Client, Url, header};
use serde::Deserialize;
use service::ports::message::{MessageError, MessageSender, ShortMessage};

pub use crate::wechat::{Clock, ConfigError};
use crate::wechat::{signature::nonce, transport};
use signature::{Request, canonical_query, sha256_hex};

const ACTION: &str = "SendSms";
const VERSION: &str = "2017-05-25";

/// The carrier's account and approved texts.
#[derive(Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AliyunSmsConfig {
    /// `https://dysmsapi.aliyuncs.com/`, or the local counterpart's address including its path.
    pub base_url: String,
    pub access_key_id: String,
    pub access_key_secret: String,
    /// Approved signature (短信签名).
    pub sign_name: String,
    /// Our template name → the carrier's template code (短信模板 CODE).
    pub templates: BTreeMap<String, String>,
}

impl fmt::Debug for AliyunSmsConfig {
    /// Leaves the secret out, so a logged configuration gives nothing away.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AliyunSmsConfig")
            .field("base_url", &self.base_url)
            .field("sign_name", &self.sign_name)
            .field("templates", &self.templates)
            .finish_non_exhaustive()
    }
}

/// Aliyun SMS behind the message port.
pub struct AliyunSms {
    config: AliyunSmsConfig,
    url: Url,
    host: String,
    http: Client,
    clock: Clock,
}

/// Answer of `SendSms`, and of the gateway before it.
#[derive(Deserialize, Default)]
#[serde(rename_all = "PascalCase", default)]
struct SendSmsAnswer {
    code: String,
    message: String,
}

impl AliyunSms {
    /// Refuses a configuration with which no message could be sent.
    pub fn new(config: AliyunSmsConfig, clock: Clock) -> Result<Self, ConfigError> {
        let url = Url::parse(&config.base_url).map_err(|_| ConfigError::field("base_url", "not an address"))?;
        let name = url.host_str().ok_or_else(|| ConfigError::field("base_url", "no host"))?;
        let host = match url.port() {
            Some(port) => format!("{name}:{port}"),
            None => name.to_owned(),
        };
        if config.access_key_id.is_empty() || config.access_key_secret.is_empty() {
            return Err(ConfigError::field("access_key_id", "access key needed"));
        }
        Ok(Self { http: transport::client()?, host, url, config, clock })
    }

    /// Address and headers of one signed request with the given query.
    fn signed(&self, query: &str) -> Result<reqwest::RequestBuilder, MessageError> {
        let unreachable = |what: &str| MessageError::Unreachable(what.to_owned());
        let date = Timestamp::from_second((self.clock)().div_euclid(1_000_000))
            .map_err(|_| unreachable("clock out of range"))?
            .to_string();
        let nonce = nonce().map_err(|_| unreachable("no randomness"))?;
        let payload_sha256 = sha256_hex(b"");
        let headers = [
            ("host", self.host.as_str()),
            ("x-acs-action", ACTION),
            ("x-acs-content-sha256", &payload_sha256),
            ("x-acs-date", &date),
            ("x-acs-signature-nonce", &nonce),
            ("x-acs-version", VERSION),
        ];
        let authorization = Request {
            method: "POST",
            path: self.url.path(),
            query,
            headers: &headers,
            payload_sha256: &payload_sha256,
        }
        .authorization(&self.config.access_key_id, &self.config.access_key_secret);
        let mut url = self.url.clone();
        url.set_query(Some(query));
        let mut request = self
            .http
            .post(url)
            .timeout(transport::REQUEST_TIMEOUT)
            .header(header::AUTHORIZATION, authorization)
            .header(header::ACCEPT, "application/json");
        // The client itself writes the same host.
        for (name, value) in headers.into_iter().filter(|(name, _)| *name != "host") {
            request = request.header(name, value);
        }
        Ok(request)
    }
}

#[async_trait]
impl MessageSender for AliyunSms {
    async fn send(&self, message: &ShortMessage) -> Result<(), MessageError> {
        let template_code = self
            .config
            .templates
            .get(&message.template)
            .ok_or_else(|| refused("TEMPLATE_NOT_CONFIGURED", &message.template))?;
        if !is_mainland_mobile(&message.phone) {
            return Err(refused("isv.MOBILE_NUMBER_ILLEGAL", "not 11 digits from 1"));
        }
        let params: BTreeMap<&str, &str> =
            message.params.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        let template_param =
            serde_json::to_string(&params).map_err(|_| refused("isv.INVALID_JSON_PARAM", "cannot be written"))?;
        let query = canonical_query(&[
            ("PhoneNumbers", &message.phone),
            ("SignName", &self.config.sign_name),
            ("TemplateCode", template_code),
            ("TemplateParam", &template_param),
            ("OutId", &message.key),
        ]);
        let answer =
            self.signed(&query)?.send().await.map_err(|e| MessageError::Unreachable(transport::describe(&e)))?;
        let status = answer.status();
        let body = transport::read_limited(answer).await.map_err(MessageError::Unreachable)?;
        let answer: SendSmsAnswer = serde_json::from_slice(&body).unwrap_or_default();
        outcome(status.as_u16(), answer)
    }
}

/// The carrier's answer in the port's words.
fn outcome(status: u16, answer: SendSmsAnswer) -> Result<(), MessageError> {
    let SendSmsAnswer { code, message } = answer;
    if status == 200 && code == "OK" {
        return Ok(());
    }
    let again = status >= 500
        || status == 429
        || code.is_empty()
        || matches!(code.as_str(), "isv.BUSINESS_LIMIT_CONTROL" | "isp.SYSTEM_ERROR" | "ServiceUnavailable")
        || code.starts_with("Throttling");
    if again {
        Err(MessageError::Unreachable(format!("{status} {code}")))
    } else {
        Err(MessageError::Refused { code, message })
    }
}

fn refused(code: &str, message: &str) -> MessageError {
    MessageError::Refused { code: code.to_owned(), message: message.to_owned() }
}

/// 11 digits beginning with 1.
fn is_mainland_mobile(phone: &str) -> bool {
    phone.len() == 11 && phone.starts_with('1') && phone.bytes().all(|b| b.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn verdict(status: u16, code: &str) -> &'static str {
        let answer = SendSmsAnswer { code: code.into(), message: String::new() };
        match outcome(status, answer) {
            Ok(()) => "sent",
            Err(MessageError::Unreachable(_)) => "again",
            Err(MessageError::Refused { .. }) => "refused",
        }
    }

    #[test]
    fn d7_only_passing_troubles_are_tried_again() {
        assert_eq!(verdict(200, "OK"), "sent");
        assert_eq!(verdict(200, "isv.BUSINESS_LIMIT_CONTROL"), "again");
        assert_eq!(verdict(503, "ServiceUnavailable"), "again");
        assert_eq!(verdict(400, "Throttling.User"), "again");
        assert_eq!(verdict(502, ""), "again");
        assert_eq!(verdict(200, ""), "again");
        assert_eq!(verdict(200, "isv.MOBILE_NUMBER_ILLEGAL"), "refused");
        assert_eq!(verdict(400, "SignatureDoesNotMatch"), "refused");
    }
}
