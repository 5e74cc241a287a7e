//! The port's implementation: one channel for each place where a payer may be.

use std::sync::Arc;

use async_trait::async_trait;
use jiff::civil::Date;
use reqwest::Url;
use service::ports::pay::{
    Checkout, NewOrder, NewRefund, Notification, OrderState, PayError, PaymentProvider, RefundState, TradeLine, Way,
};

use super::{
    WechatPay, transport,
    wire::{CreatedH5, CreatedNative, H5Info, SceneInfo},
};

/// 支付产品: where the payer is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Product {
    /// In the browser of a phone (H5 支付).
    H5,
    /// Elsewhere, with a phone that scans (Native 支付).
    Native,
}

/// `WeChat` Pay on a phone (H5 支付) or by a code (Native 支付).
pub struct WechatChannel {
    account: Arc<WechatPay>,
    product: Product,
}

impl WechatChannel {
    pub(super) fn new(account: Arc<WechatPay>, product: Product) -> Self {
        Self { account, product }
    }
}

/// The checkout address with the way back, as the H5 documentation appends it.
fn with_return(h5_url: &str, return_url: &str, sandbox: bool) -> Result<String, PayError> {
    let url = Url::parse(h5_url).map_err(|_| PayError::Unreachable("h5_url is not an address".into()))?;
    if !is_secure(&url, sandbox) {
        return Err(PayError::NotAuthentic("h5_url is not https".into()));
    }
    let joint = if url.query().is_some() { '&' } else { '?' };
    let back = transport::percent_encode(return_url);
    Ok(format!("{h5_url}{joint}redirect_url={back}"))
}

/// What the code says: an address of the app's own (`weixin://wxpay/bizpayurl?…`), or one on the web.
fn content_of_code(code_url: String, sandbox: bool) -> Result<String, PayError> {
    let url = Url::parse(&code_url).map_err(|_| PayError::Unreachable("code_url is not an address".into()))?;
    if url.scheme() == "weixin" || is_secure(&url, sandbox) {
        Ok(code_url)
    } else {
        Err(PayError::NotAuthentic("code_url is not the app's".into()))
    }
}

fn is_secure(url: &Url, sandbox: bool) -> bool {
    url.scheme() == "https" || (sandbox && url.scheme() == "http")
}

#[async_trait]
impl PaymentProvider for WechatChannel {
    /// H5 keeps the account's name: orders name it since before there was another channel.
    fn id(&self) -> &'static str {
        match self.product {
            Product::H5 => "wechat",
            Product::Native => "wechat_native",
        }
    }

    fn account(&self) -> &'static str {
        "wechat"
    }

    fn way(&self) -> Way {
        match self.product {
            Product::H5 => Way::Phone,
            Product::Native => Way::Code,
        }
    }

    fn is_sandbox(&self) -> bool {
        self.account.config.sandbox
    }

    /// A code's order does not name the payer's address: who scans is not who looks at this page.
    async fn create(&self, order: &NewOrder) -> Result<Checkout, PayError> {
        let url = match self.product {
            Product::H5 => {
                let scene = SceneInfo { payer_client_ip: &order.payer_ip, h5_info: H5Info { kind: "Wap" } };
                let created: CreatedH5 = self.account.place("h5", order, Some(scene)).await?;
                with_return(&created.h5_url, &order.return_url, self.is_sandbox())?
            }
            Product::Native => {
                let created: CreatedNative = self.account.place("native", order, None).await?;
                content_of_code(created.code_url, self.is_sandbox())?
            }
        };
        Ok(Checkout { url })
    }

    async fn query(&self, out_trade_no: &str) -> Result<OrderState, PayError> {
        self.account.query(out_trade_no).await
    }

    async fn close(&self, out_trade_no: &str) -> Result<(), PayError> {
        self.account.close(out_trade_no).await
    }

    async fn refund(&self, refund: &NewRefund) -> Result<RefundState, PayError> {
        self.account.ask_refund(refund).await
    }

    async fn query_refund(&self, out_trade_no: &str, out_refund_no: &str) -> Result<RefundState, PayError> {
        self.account.ask_about_refund(out_trade_no, out_refund_no).await
    }

    /// The account's bill, whichever channel asks for it.
    async fn trade_bill(&self, day: Date) -> Result<Vec<TradeLine>, PayError> {
        self.account.fetch_trade_bill(day).await
    }

    fn open_notification(
        &self,
        headers: &dyn Fn(&str) -> Option<String>,
        body: &[u8],
        now: i64,
    ) -> Result<Notification, PayError> {
        self.account.open_notification(headers, body, now)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn d5_a_code_leads_to_the_app_or_to_a_secure_address_only() {
        let content = |url: &str, sandbox| content_of_code(url.to_owned(), sandbox);
        for url in ["weixin://wxpay/bizpayurl?pr=p4lpSuKzz", "https://wx.tenpay.com/x?pr=1"] {
            assert_eq!(content(url, false).unwrap(), url, "unchanged");
        }
        assert!(content("http://127.0.0.1:4000/wechat/code/wx1", true).is_ok());
        for url in ["http://wx.tenpay.com/x", "javascript:alert(1)", "file:///etc/passwd"] {
            assert!(matches!(content(url, false), Err(PayError::NotAuthentic(_))), "{url}");
        }
        assert!(matches!(content("", false), Err(PayError::Unreachable(_))));
    }

    #[test]
    fn d5_the_way_back_is_appended_to_a_secure_address() {
        let back = "https://one.example/bills/1?back=1";
        assert_eq!(
            with_return("https://wx.tenpay.com/c?prepay_id=1", back, false).unwrap(),
            "https://wx.tenpay.com/c?prepay_id=1&redirect_url=https%3A%2F%2Fone.example%2Fbills%2F1%3Fback%3D1"
        );
        assert!(with_return("http://wx.tenpay.com/c", back, false).is_err());
        assert!(with_return("weixin://wxpay/bizpayurl?pr=1", back, false).is_err(), "a browser is sent there");
    }
}
