//! One account at the gateway: signed requests, verified answers.

use std::{sync::Arc, time::Duration};

use reqwest::{Client, Method, StatusCode, Url, header};
use serde::de::DeserializeOwned;
use service::ports::pay::{NewOrder, Notification, OrderState, PayError};

use super::{
    Clock, ConfigError, WechatChannel, WechatConfig,
    channel::Product,
    refunds::Refund,
    resource::ResourceKey,
    signature::{Signer, Verifier},
    tradebill, transport,
    wire::{self, ApiError, CreateAmount, CreateOrder, Envelope, SceneInfo},
};

/// An account at `WeChat` Pay (微信支付商户号). The payment port is implemented by its channels.
pub struct WechatPay {
    pub(super) config: WechatConfig,
    signer: Signer,
    verifier: Verifier,
    resource_key: ResourceKey,
    http: Client,
    timeout: Duration,
    clock: Clock,
}

/// A verified answer.
pub(super) struct Answer {
    pub status: StatusCode,
    pub body: Vec<u8>,
}

impl WechatPay {
    /// Refuses a configuration with which no payment could succeed.
    pub fn new(config: WechatConfig, clock: Clock) -> Result<Self, ConfigError> {
        let base = Url::parse(&config.base_url).map_err(|_| ConfigError::field("base_url", "not an address"))?;
        let notify = Url::parse(&config.notify_url).map_err(|_| ConfigError::field("notify_url", "not an address"))?;
        if !config.sandbox && (base.scheme() != "https" || notify.scheme() != "https") {
            return Err(ConfigError::field("base_url", "both addresses need https"));
        }
        if notify.query().is_some() {
            return Err(ConfigError::field("notify_url", "must not have a query"));
        }
        if config.appid.is_empty() || config.mchid.is_empty() || config.merchant_serial.is_empty() {
            return Err(ConfigError::field("appid", "appid, mchid, serial needed"));
        }
        let signer = Signer::new(&config.mchid, &config.merchant_serial, &config.merchant_key_pem)
            .map_err(|_| ConfigError::field("merchant_key_pem", "not an RSA private key"))?;
        let verifier = Verifier::new(&config.platform_keys)
            .map_err(|_| ConfigError::field("platform_keys", "not an RSA public key"))?;
        if verifier.preferred_serial().is_none() {
            return Err(ConfigError::field("platform_keys", "at least one needed"));
        }
        let resource_key = ResourceKey::new(&config.api_v3_key)
            .ok_or_else(|| ConfigError::field("api_v3_key", "must have 32 bytes"))?;
        Ok(Self {
            signer,
            verifier,
            resource_key,
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

    /// The two ways to pay through this account: by a code, on a phone.
    pub fn channels(self) -> [WechatChannel; 2] {
        let account = Arc::new(self);
        [Product::Native, Product::H5].map(|product| WechatChannel::new(account.clone(), product))
    }

    /// One signed request and its verified answer. Server errors and rate limits come back as
    /// [`PayError::Unreachable`] unverified: nothing is concluded from them.
    pub(super) async fn call(
        &self,
        method: Method,
        path_and_query: &str,
        body: Option<String>,
    ) -> Result<Answer, PayError> {
        let address = format!("{}{path_and_query}", self.config.base_url.trim_end_matches('/'));
        let url = Url::parse(&address).map_err(|_| PayError::Unreachable("address cannot be built".into()))?;
        let signed_path = match url.query() {
            Some(query) => format!("{}?{query}", url.path()),
            None => url.path().to_owned(),
        };
        let text = body.unwrap_or_default();
        let authorization = self.signer.authorization(method.as_str(), &signed_path, (self.clock)(), &text)?;
        let mut request = self
            .http
            .request(method, url)
            .timeout(self.timeout)
            .header(header::AUTHORIZATION, authorization)
            .header(header::ACCEPT, "application/json")
            .header(header::CONTENT_TYPE, "application/json");
        if let Some(serial) = self.verifier.preferred_serial() {
            request = request.header("Wechatpay-Serial", serial);
        }
        let answer = request.body(text).send().await.map_err(|e| PayError::Unreachable(transport::describe(&e)))?;

        let status = answer.status();
        let headers = answer.headers().clone();
        let body = transport::read_limited(answer).await.map_err(PayError::Unreachable)?;
        if status.is_server_error() || status == StatusCode::TOO_MANY_REQUESTS {
            let code = api_error(&body).code;
            return Err(PayError::Unreachable(format!("{} {code}", status.as_u16())));
        }
        let header = |name: &str| {
            let value = headers.get(name)?.to_str().ok()?;
            Some(value.to_owned())
        };
        self.verifier.verify(&header, &body, (self.clock)()).map_err(|error| match error {
            PayError::NotAuthentic(why) => {
                PayError::NotAuthentic(format!("answer {} {}: {why}", status.as_u16(), api_error(&body).code))
            }
            other => other,
        })?;
        Ok(Answer { status, body })
    }

    /// Where notifications go.
    pub(super) fn notify_url(&self) -> &str {
        &self.config.notify_url
    }

    /// A file behind an address that the provider gave in a verified answer. The request is signed, the answer
    /// is not; only the provider's own host gets the signature.
    pub(super) async fn download(&self, address: &str) -> Result<Vec<u8>, PayError> {
        let wrong = || PayError::NotAuthentic("download_url is not the provider's".into());
        let base = Url::parse(&self.config.base_url).map_err(|_| wrong())?;
        let url = Url::parse(address).map_err(|_| wrong())?;
        if url.origin() != base.origin() {
            return Err(wrong());
        }
        let signed_path = match url.query() {
            Some(query) => format!("{}?{query}", url.path()),
            None => url.path().to_owned(),
        };
        let authorization = self.signer.authorization("GET", &signed_path, (self.clock)(), "")?;
        let request = self.http.get(url).timeout(self.timeout).header(header::AUTHORIZATION, authorization);
        let answer = request.send().await.map_err(|e| PayError::Unreachable(transport::describe(&e)))?;
        if answer.status() != StatusCode::OK {
            return Err(PayError::Unreachable(format!("download: {}", answer.status().as_u16())));
        }
        transport::read_up_to(answer, tradebill::LONGEST).await.map_err(PayError::Unreachable)
    }

    /// Whether a transaction speaks about us.
    fn check_identity(&self, appid: &str, mchid: &str) -> Result<(), PayError> {
        if appid != self.config.appid {
            return Err(PayError::NotAuthentic("appid is not ours".into()));
        }
        if mchid != self.config.mchid {
            return Err(PayError::NotAuthentic("mchid is not ours".into()));
        }
        Ok(())
    }

    /// `POST /v3/pay/transactions/{product}` (下单): the same parameters again give a fresh link to the same order.
    pub(super) async fn place<T: DeserializeOwned>(
        &self,
        product: &str,
        order: &NewOrder,
        scene_info: Option<SceneInfo<'_>>,
    ) -> Result<T, PayError> {
        wire::check_order(order)?;
        let time_expire = wire::beijing_time(order.expires_at).ok_or_else(|| PayError::Refused {
            code: "PARAM_ERROR".into(),
            message: "expires_at is out of range".into(),
        })?;
        let body = CreateOrder {
            appid: &self.config.appid,
            mchid: &self.config.mchid,
            description: &order.description,
            out_trade_no: &order.out_trade_no,
            time_expire,
            notify_url: &self.config.notify_url,
            amount: CreateAmount { total: order.amount_fen, currency: "CNY" },
            scene_info,
        };
        let body =
            serde_json::to_string(&body).map_err(|_| PayError::Unreachable("request cannot be written".into()))?;
        let answer = self.call(Method::POST, &format!("/v3/pay/transactions/{product}"), Some(body)).await?;
        if answer.status != StatusCode::OK {
            return Err(refusal(&answer));
        }
        decode(&answer.body)
    }

    /// 查询订单.
    pub async fn query(&self, out_trade_no: &str) -> Result<OrderState, PayError> {
        wire::check_number(out_trade_no)?;
        let path = format!(
            "/v3/pay/transactions/out-trade-no/{}?mchid={}",
            transport::percent_encode(out_trade_no),
            transport::percent_encode(&self.config.mchid)
        );
        let answer = self.call(Method::GET, &path, None).await?;
        match answer.status {
            StatusCode::OK => {}
            StatusCode::ACCEPTED => return Ok(OrderState::Paying),
            _ => {
                let code = api_error(&answer.body).code;
                return match code.as_str() {
                    "ORDER_NOT_EXIST" | "ORDERNOTEXIST" => Ok(OrderState::Unknown),
                    "USERPAYING" => Ok(OrderState::Paying),
                    _ => Err(refusal(&answer)),
                };
            }
        }
        let transaction: wire::Transaction = decode(&answer.body)?;
        self.check_identity(&transaction.appid, &transaction.mchid)?;
        if transaction.out_trade_no != out_trade_no {
            return Err(PayError::NotAuthentic("answer is for another order".into()));
        }
        transaction.state().map_err(|why| PayError::Unreachable(format!("answer: {why}")))
    }

    /// 关闭订单: done as well when it was closed before.
    pub async fn close(&self, out_trade_no: &str) -> Result<(), PayError> {
        wire::check_number(out_trade_no)?;
        let path = format!("/v3/pay/transactions/out-trade-no/{}/close", transport::percent_encode(out_trade_no));
        let body = serde_json::json!({ "mchid": self.config.mchid }).to_string();
        let answer = self.call(Method::POST, &path, Some(body)).await?;
        if answer.status == StatusCode::NO_CONTENT {
            return Ok(());
        }
        if matches!(api_error(&answer.body).code.as_str(), "ORDER_CLOSED" | "ORDERCLOSED") {
            return Ok(());
        }
        Err(refusal(&answer))
    }

    /// Reads a notification (支付通知、退款通知), whichever channel's order it is about.
    pub fn open_notification(
        &self,
        headers: &dyn Fn(&str) -> Option<String>,
        body: &[u8],
        now: i64,
    ) -> Result<Notification, PayError> {
        self.verifier.verify(headers, body, now)?;
        let envelope: Envelope =
            serde_json::from_slice(body).map_err(|_| PayError::NotAuthentic("notification cannot be read".into()))?;
        if envelope.event_type.starts_with("REFUND.") {
            let plain = self.resource_key.open(&envelope.resource)?;
            let refund: Refund =
                serde_json::from_slice(&plain).map_err(|_| PayError::NotAuthentic("refund cannot be read".into()))?;
            let state = refund.as_order_state(&self.config.mchid)?;
            let out_trade_no = refund.out_trade_no;
            return Ok(Notification { event_id: envelope.id, out_trade_no, bill_number: None, state });
        }
        if !envelope.event_type.starts_with("TRANSACTION.") {
            return Err(PayError::Refused { code: "UNEXPECTED_EVENT".into(), message: envelope.event_type });
        }
        let plain = self.resource_key.open(&envelope.resource)?;
        let transaction: wire::Transaction =
            serde_json::from_slice(&plain).map_err(|_| PayError::NotAuthentic("transaction cannot be read".into()))?;
        self.check_identity(&transaction.appid, &transaction.mchid)?;
        let state = transaction.state().map_err(|why| PayError::NotAuthentic(format!("transaction: {why}")))?;
        Ok(Notification { event_id: envelope.id, out_trade_no: transaction.out_trade_no, bill_number: None, state })
    }
}

fn api_error(body: &[u8]) -> ApiError {
    serde_json::from_slice(body).unwrap_or_default()
}

/// A refusal in the port's words. 202 and `SYSTEM_ERROR` leave the outcome open.
pub(super) fn refusal(answer: &Answer) -> PayError {
    let ApiError { code, message } = api_error(&answer.body);
    let paid = matches!(code.as_str(), "ORDERPAID" | "ORDER_PAID")
        || (code == "INVALID_REQUEST" && message.contains("已支付"));
    if paid {
        PayError::AlreadyPaid
    } else if answer.status == StatusCode::ACCEPTED
        || matches!(code.as_str(), "USERPAYING" | "SYSTEM_ERROR" | "SYSTEMERROR" | "FREQUENCY_LIMITED")
    {
        PayError::Unreachable(format!("{} {code}", answer.status.as_u16()))
    } else if answer.status.is_client_error() {
        PayError::Refused { code, message }
    } else {
        PayError::Unreachable(format!("unexpected status {}", answer.status.as_u16()))
    }
}

/// A verified body that cannot be read leaves the outcome open: the caller asks again.
pub(super) fn decode<T: DeserializeOwned>(body: &[u8]) -> Result<T, PayError> {
    serde_json::from_slice(body).map_err(|_| PayError::Unreachable("answer cannot be read".into()))
}
