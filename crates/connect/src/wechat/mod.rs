//! 微信支付 API v3, the merchant's side: orders on a phone and by a code, queries, closing, refunds, verified notifications, trade bills.
//!
//! Every answer and every notification is verified with the platform key that its
//! `Wechatpay-Serial` names before a single field of it is believed. Protocol: `WeChat` Pay's
//! merchant documentation, "API v3 签名生成 / 签名验证 / 解密回调报文 / H5 支付 / Native 支付".

mod channel;
mod client;
pub mod keys;
mod refunds;
pub mod resource;
pub mod signature;
mod tradebill;
pub(crate) mod transport;
mod wire;

use std::{fmt, sync::Arc};

pub use channel::WechatChannel;
pub use client::WechatPay;
use serde::Deserialize;

/// Source of the present instant, µs since the epoch.
pub type Clock = Arc<dyn Fn() -> i64 + Send + Sync>;

/// What a merchant (商户) gets from the `WeChat` Pay merchant platform.
#[derive(Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct WechatConfig {
    /// `https://api.mch.weixin.qq.com`, or the local counterpart's address including its path.
    pub base_url: String,
    /// Application id that is bound to the merchant number.
    pub appid: String,
    /// Merchant number (商户号).
    pub mchid: String,
    /// Serial number of the merchant's API certificate.
    pub merchant_serial: String,
    /// The merchant's RSA private key, PEM (`PRIVATE KEY` or `RSA PRIVATE KEY`).
    pub merchant_key_pem: String,
    /// The `APIv3` key: exactly 32 bytes.
    pub api_v3_key: String,
    /// `(serial, PEM)` of each platform key: a `WeChat` Pay public key (serial `PUB_KEY_ID_…`) or a
    /// platform certificate (its serial number, and the certificate or its public key). Both
    /// kinds occur together while a merchant migrates.
    pub platform_keys: Vec<(String, String)>,
    /// Where the provider sends notifications; https and without a query outside the sandbox.
    pub notify_url: String,
    /// Whether `base_url` is the local counterpart; allows http and is shown to the payer.
    #[serde(default)]
    pub sandbox: bool,
}

impl fmt::Debug for WechatConfig {
    /// Leaves the two secrets out, so a logged configuration gives nothing away.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("WechatConfig")
            .field("base_url", &self.base_url)
            .field("appid", &self.appid)
            .field("mchid", &self.mchid)
            .field("merchant_serial", &self.merchant_serial)
            .field("notify_url", &self.notify_url)
            .field("sandbox", &self.sandbox)
            .finish_non_exhaustive()
    }
}

/// Why a configuration cannot be used; found at start, not at the first payment.
#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    /// A field's value is not what the provider issues.
    #[error("{field}: {reason}")]
    Field { field: &'static str, reason: &'static str },
    /// The HTTP client could not be built (no trust roots on this machine).
    #[error("http client: {0}")]
    Http(#[from] reqwest::Error),
}

impl ConfigError {
    pub(crate) fn field(field: &'static str, reason: &'static str) -> Self {
        Self::Field { field, reason }
    }
}
