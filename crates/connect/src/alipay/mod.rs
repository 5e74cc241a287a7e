//! 支付宝开放平台, the merchant's side: payment on a phone, at a computer and by a code, queries, closing,
//! refunds, bills of a day, verified notifications.
//!
//! Every answer and every notification is verified with the provider's public key before a single
//! field of it is believed; coming back from the cashier (`return_url`) proves nothing. Protocol:
//! 开放平台文档 “自行实现签名 / 自行实现验签 / 异步通知说明 / 手机网站支付 / 电脑网站支付 / 当面付”,
//! keys as plain public keys (公钥模式).

mod answer;
mod channel;
mod client;
mod refund;
pub mod signature;
mod tradebill;
mod wire;

use std::fmt;

pub use channel::AlipayChannel;
pub use client::Alipay;
pub use refund::{RefundFound, RefundPart, Refunded};
use serde::Deserialize;

pub use crate::wechat::{Clock, ConfigError};

/// What a merchant (商家) gets from the open platform.
#[derive(Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AlipayConfig {
    /// `https://openapi.alipay.com/gateway.do`, or the local counterpart's address.
    pub base_url: String,
    /// Application id (APPID).
    pub app_id: String,
    /// The merchant's user id (PID), 16 digits from 2088: every notification must name it.
    pub seller_id: String,
    /// The application's RSA private key (应用私钥): PEM, or the one line of Base64 that the platform's tool writes.
    pub app_key_pem: String,
    /// The provider's public keys (支付宝公钥), in either form. One, or two while it changes: what either
    /// has signed is believed.
    pub alipay_keys_pem: Vec<String>,
    /// Where the provider sends notifications; https and without a query outside the sandbox.
    pub notify_url: String,
    /// Whether `base_url` is the local counterpart; allows http and is shown to the payer.
    #[serde(default)]
    pub sandbox: bool,
}

impl fmt::Debug for AlipayConfig {
    /// Leaves the secret out, so a logged configuration gives nothing away.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AlipayConfig")
            .field("base_url", &self.base_url)
            .field("app_id", &self.app_id)
            .field("seller_id", &self.seller_id)
            .field("notify_url", &self.notify_url)
            .field("sandbox", &self.sandbox)
            .finish_non_exhaustive()
    }
}
