//! One account at the gateway: signed requests, verified answers.

use std::{sync::Arc, time::Duration};

use reqwest::{Client, StatusCode, Url, header};
use serde::de::DeserializeOwned;
use serde_json::Value;
use service::ports::pay::{NewOrder, Notification, OrderState, PayError, Way};

use super::{
    AlipayChannel, AlipayConfig, Clock, ConfigError, answer,
    signature::{Params, Signer, Verifier, notification_text, request_text},
    tradebill,
    wire::{self, Outcome, Precreated, Trade},
};
use crate::wechat::transport;

/// How long the address of a file lives, and how long reading the file may take.
const LINK_LIFE: Duration = Duration::from_secs(30);

/// An account at Alipay (支付宝). The payment port is implemented by its channels.
pub struct Alipay {
    pub(super) config: AlipayConfig,
    gateway: Url,
    signer: Signer,
    verifier: Verifier,
    http: Client,
    timeout: Duration,
    clock: Clock,
}

/// A verified answer: what came of it, and its text.
pub(super) struct Answer {
    pub outcome: Outcome,
    text: String,
}

impl Answer {
    /// The answer's content, when it was done. A verified text that cannot be read leaves the outcome open.
    pub fn read<T: DeserializeOwned>(self) -> Result<T, PayError> {
        if !self.outcome.is_done() {
            return Err(self.outcome.refusal());
        }
        serde_json::from_str(&self.text).map_err(|_| PayError::Unreachable("answer cannot be read".into()))
    }
}

impl Alipay {
    /// Refuses a configuration with which no payment could succeed.
    pub fn new(config: AlipayConfig, clock: Clock) -> Result<Self, ConfigError> {
        let gateway = Url::parse(&config.base_url).map_err(|_| ConfigError::field("base_url", "not an address"))?;
        let notify = Url::parse(&config.notify_url).map_err(|_| ConfigError::field("notify_url", "not an address"))?;
        if !config.sandbox && (gateway.scheme() != "https" || notify.scheme() != "https") {
            return Err(ConfigError::field("base_url", "both addresses need https"));
        }
        if gateway.query().is_some() || notify.query().is_some() {
            return Err(ConfigError::field("notify_url", "no address may have a query"));
        }
        if config.app_id.is_empty() || config.seller_id.is_empty() {
            return Err(ConfigError::field("app_id", "app_id, seller_id needed"));
        }
        let signer = Signer::new(&config.app_key_pem)
            .map_err(|_| ConfigError::field("app_key_pem", "not an RSA private key"))?;
        let verifier = Verifier::new(&config.alipay_keys_pem)
            .map_err(|_| ConfigError::field("alipay_keys_pem", "at least one RSA public key needed"))?;
        Ok(Self {
            gateway,
            signer,
            verifier,
            http: transport::client()?,
            timeout: transport::REQUEST_TIMEOUT,
            clock,
            config,
        })
    }

    /// Shortens or lengthens the time one request may take (10 s unless told).
    #[must_use]
    pub fn with_timeout(mut self, timeout: Duration) -> Self {
        self.timeout = timeout;
        self
    }

    /// The three ways to pay through this account: by a code, at a computer, on a phone.
    pub fn channels(self) -> [AlipayChannel; 3] {
        let account = Arc::new(self);
        [Way::Code, Way::Desk, Way::Phone].map(|way| AlipayChannel::new(account.clone(), way))
    }

    pub(super) fn now(&self) -> i64 {
        (self.clock)()
    }

    /// The signed parameters of one request.
    fn signed(&self, method: &str, content: &Value, further: &[(&str, &str)]) -> Result<Params, PayError> {
        let timestamp = wire::beijing_time((self.clock)())
            .ok_or_else(|| PayError::Unreachable("the clock is out of range".into()))?;
        let content = content.to_string();
        let common = [
            ("app_id", self.config.app_id.as_str()),
            ("method", method),
            ("format", "JSON"),
            ("charset", "utf-8"),
            ("sign_type", "RSA2"),
            ("timestamp", &timestamp),
            ("version", "1.0"),
            ("biz_content", &content),
        ];
        let mut params: Params =
            common.iter().chain(further).map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        let sign = self.signer.sign(&request_text(&params))?;
        params.insert("sign".into(), sign);
        Ok(params)
    }

    /// The address of a page of the provider's: nothing is asked yet, the payer's browser brings the request.
    pub(super) fn page(&self, method: &str, content: &Value, return_url: &str) -> Result<String, PayError> {
        let further = [("notify_url", self.config.notify_url.as_str()), ("return_url", return_url)];
        let params = self.signed(method, content, &further)?;
        let mut url = self.gateway.clone();
        url.query_pairs_mut().extend_pairs(&params);
        Ok(url.into())
    }

    /// One signed request and its verified answer. What is not signed proves nothing, and nothing is concluded from it.
    pub(super) async fn call(
        &self,
        method: &str,
        content: &Value,
        further: &[(&str, &str)],
    ) -> Result<Answer, PayError> {
        let mut params = self.signed(method, content, further)?;
        let content = params.remove("biz_content").unwrap_or_default();
        let mut url = self.gateway.clone();
        url.query_pairs_mut().extend_pairs(&params);
        let request = self
            .http
            .post(url)
            .timeout(self.timeout)
            .header(header::ACCEPT, "application/json")
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded;charset=utf-8")
            .body(format!("biz_content={}", transport::percent_encode(&content)));
        let answer = request.send().await.map_err(|e| PayError::Unreachable(transport::describe(&e)))?;
        let status = answer.status();
        let body = transport::read_limited(answer).await.map_err(PayError::Unreachable)?;
        if status != StatusCode::OK {
            return Err(PayError::Unreachable(format!("status {}", status.as_u16())));
        }
        let unreadable = || PayError::Unreachable("answer cannot be read".into());
        let text = String::from_utf8(body).map_err(|_| unreadable())?;
        let signed = answer::split(&text, method).ok_or_else(unreadable)?;
        let outcome: Outcome = serde_json::from_str(signed.response).map_err(|_| unreadable())?;
        let sign =
            signed.sign.ok_or_else(|| PayError::NotAuthentic(format!("answer {}: no signature", outcome.name())))?;
        self.verifier.verify(signed.response, &sign.replace("\\/", "/"))?;
        Ok(Answer { outcome, text: signed.response.to_owned() })
    }

    /// A file behind an address that a verified answer gave. Neither the request nor the file is signed, so without
    /// https nobody would vouch for it; the local counterpart's own address will do.
    pub(super) async fn download(&self, address: &str) -> Result<Vec<u8>, PayError> {
        let wrong = || PayError::NotAuthentic("bill_download_url is not https".into());
        let url = Url::parse(address).map_err(|_| wrong())?;
        let local = self.config.sandbox && url.origin() == self.gateway.origin();
        if url.scheme() != "https" && !local {
            return Err(wrong());
        }
        let request = self.http.get(url).timeout(LINK_LIFE);
        let answer = request.send().await.map_err(|e| PayError::Unreachable(transport::describe(&e)))?;
        if answer.status() != StatusCode::OK {
            return Err(PayError::Unreachable(format!("download: {}", answer.status().as_u16())));
        }
        transport::read_up_to(answer, tradebill::LONGEST).await.map_err(PayError::Unreachable)
    }

    /// `alipay.trade.precreate` (当面付): the content of the code to be scanned.
    pub(super) async fn precreate(&self, order: &NewOrder, content: &Value) -> Result<String, PayError> {
        let further = [("notify_url", self.config.notify_url.as_str())];
        let answer = self.call("alipay.trade.precreate", content, &further).await?;
        let created: Precreated = answer.read()?;
        if created.out_trade_no == order.out_trade_no {
            Ok(created.qr_code)
        } else {
            Err(PayError::NotAuthentic("answer is for another order".into()))
        }
    }

    /// `alipay.trade.query`.
    pub async fn query(&self, out_trade_no: &str) -> Result<OrderState, PayError> {
        wire::check_number(out_trade_no)?;
        let content = serde_json::json!({ "out_trade_no": out_trade_no });
        let answer = self.call("alipay.trade.query", &content, &[]).await?;
        if answer.outcome.code == "10003" {
            return Ok(OrderState::Paying);
        }
        if answer.outcome.sub_code == "ACQ.TRADE_NOT_EXIST" {
            return Ok(OrderState::Unknown);
        }
        let trade: Trade = answer.read()?;
        if trade.out_trade_no != out_trade_no {
            return Err(PayError::NotAuthentic("answer is for another order".into()));
        }
        trade.state().map_err(|why| PayError::Unreachable(format!("answer: {why}")))
    }

    /// `alipay.trade.close`; the provider closes only what waits for the payer, so its “no” is looked into.
    pub async fn close(&self, out_trade_no: &str) -> Result<(), PayError> {
        wire::check_number(out_trade_no)?;
        let content = serde_json::json!({ "out_trade_no": out_trade_no });
        let outcome = self.call("alipay.trade.close", &content, &[]).await?.outcome;
        if outcome.is_done() {
            return Ok(());
        }
        if !matches!(outcome.sub_code.as_str(), "ACQ.TRADE_STATUS_ERROR" | "ACQ.REASON_TRADE_STATUS_INVALID") {
            return Err(outcome.refusal());
        }
        match self.query(out_trade_no).await? {
            OrderState::Closed => Ok(()),
            OrderState::Paid { .. } | OrderState::Refunded => Err(PayError::AlreadyPaid),
            _ => Err(PayError::Unreachable(format!("answer {}", outcome.name()))),
        }
    }

    /// Reads a notification (异步通知), whose body is a form.
    pub fn open_notification(&self, body: &[u8]) -> Result<Notification, PayError> {
        let refuse = |why: &str| PayError::NotAuthentic(format!("notification: {why}"));
        let mut params = Params::new();
        for (name, value) in form_urlencoded::parse(body) {
            if params.insert(name.into_owned(), value.into_owned()).is_some() {
                return Err(refuse("a parameter occurs twice"));
            }
        }
        let of = |name: &str| params.get(name).map(String::as_str);
        if of("sign_type") != Some("RSA2") {
            return Err(refuse("unknown signature type"));
        }
        self.verifier.verify(&notification_text(&params), of("sign").unwrap_or_default())?;
        if of("app_id") != Some(self.config.app_id.as_str()) {
            return Err(refuse("app_id is not ours"));
        }
        if of("seller_id") != Some(self.config.seller_id.as_str()) {
            return Err(refuse("seller_id is not ours"));
        }
        if of("notify_type") != Some("trade_status_sync") {
            let message = of("notify_type").unwrap_or_default().to_owned();
            return Err(PayError::Refused { code: "UNEXPECTED_EVENT".into(), message });
        }
        let owned = |name: &str| of(name).map(str::to_owned);
        let trade = Trade {
            out_trade_no: owned("out_trade_no").ok_or_else(|| refuse("no out_trade_no"))?,
            trade_no: owned("trade_no"),
            trade_status: owned("trade_status").unwrap_or_default(),
            total_amount: owned("total_amount"),
            paid_at: owned("gmt_payment"),
        };
        let state = trade.state().map_err(refuse)?;
        let event_id = owned("notify_id").filter(|id| !id.is_empty()).ok_or_else(|| refuse("no notify_id"))?;
        Ok(Notification { event_id, out_trade_no: trade.out_trade_no, bill_number: None, state })
    }
}
