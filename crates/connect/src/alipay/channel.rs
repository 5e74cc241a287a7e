//! The port's implementation: one channel for each place where a payer may be.

use std::sync::Arc;

use async_trait::async_trait;
use jiff::civil::Date;
use serde_json::{Value, json};
use service::ports::pay::{
    Checkout, NewOrder, NewRefund, Notification, OrderState, PayError, PaymentProvider, RefundState, TradeLine, Way,
};

use super::{Alipay, RefundPart, wire};

/// Alipay on a phone (手机网站支付), at a computer (电脑网站支付) or by a code (当面付扫码).
pub struct AlipayChannel {
    account: Arc<Alipay>,
    way: Way,
}

impl AlipayChannel {
    pub(super) fn new(account: Arc<Alipay>, way: Way) -> Self {
        Self { account, way }
    }

    /// The account behind it: refunds and bills are asked for there.
    pub fn merchant(&self) -> &Arc<Alipay> {
        &self.account
    }

    /// `biz_content` of an order. It ends at an instant (`time_expire`), not after a while (`timeout_express`): a link
    /// that is made anew must not live longer than the first.
    fn content(&self, order: &NewOrder) -> Result<Value, PayError> {
        wire::check_order(order)?;
        let total_amount = wire::yuan(order.amount_fen).ok_or_else(|| wire::parameter("total_amount"))?;
        let time_expire = wire::beijing_time(order.expires_at).ok_or_else(|| wire::parameter("time_expire"))?;
        let mut content = json!({
            "out_trade_no": order.out_trade_no,
            "total_amount": total_amount,
            "subject": wire::subject(&order.description),
            "time_expire": time_expire,
        });
        match self.way {
            Way::Phone => {
                content["product_code"] = json!("QUICK_WAP_WAY");
                // Who leaves in the middle comes back as whoever paid does; both are looked into.
                content["quit_url"] = json!(order.return_url);
            }
            Way::Desk | Way::Anywhere => content["product_code"] = json!("FAST_INSTANT_TRADE_PAY"),
            Way::Code => content["product_code"] = json!("FACE_TO_FACE_PAYMENT"),
        }
        Ok(content)
    }
}

#[async_trait]
impl PaymentProvider for AlipayChannel {
    fn id(&self) -> &'static str {
        match self.way {
            Way::Phone => "alipay_phone",
            Way::Desk | Way::Anywhere => "alipay_desk",
            Way::Code => "alipay_code",
        }
    }

    fn account(&self) -> &'static str {
        "alipay"
    }

    fn way(&self) -> Way {
        self.way
    }

    fn acknowledgement(&self) -> &'static str {
        "success"
    }

    fn is_sandbox(&self) -> bool {
        self.account.config.sandbox
    }

    /// A page's address is made here without asking the provider, who learns of the order from the payer's browser.
    /// Whether it was paid already, through an older link, is asked first.
    async fn create(&self, order: &NewOrder) -> Result<Checkout, PayError> {
        let content = self.content(order)?;
        let method = match self.way {
            Way::Code => return self.account.precreate(order, &content).await.map(|url| Checkout { url }),
            Way::Phone => "alipay.trade.wap.pay",
            Way::Desk | Way::Anywhere => "alipay.trade.page.pay",
        };
        match self.account.query(&order.out_trade_no).await? {
            OrderState::Paid { .. } | OrderState::Refunded => return Err(PayError::AlreadyPaid),
            OrderState::Closed => {
                return Err(PayError::Refused { code: "ACQ.TRADE_HAS_CLOSE".into(), message: String::new() });
            }
            _ => {}
        }
        let url = self.account.page(method, &content, &order.return_url)?;
        Ok(Checkout { url })
    }

    async fn query(&self, out_trade_no: &str) -> Result<OrderState, PayError> {
        self.account.query(out_trade_no).await
    }

    async fn close(&self, out_trade_no: &str) -> Result<(), PayError> {
        self.account.close(out_trade_no).await
    }

    async fn refund(&self, refund: &NewRefund) -> Result<RefundState, PayError> {
        let part = RefundPart {
            out_trade_no: refund.out_trade_no.clone(),
            out_request_no: refund.out_refund_no.clone(),
            amount_fen: refund.amount_fen,
            reason: refund.reason.clone(),
        };
        // Whether money moved just now or for an earlier request of this number: what is known of it decides.
        self.account.refund(&part).await?;
        match self.query_refund(&refund.out_trade_no, &refund.out_refund_no).await? {
            RefundState::Unknown => Ok(RefundState::Processing),
            known => Ok(known),
        }
    }

    async fn query_refund(&self, out_trade_no: &str, out_refund_no: &str) -> Result<RefundState, PayError> {
        let found = self.account.query_refund(out_trade_no, out_refund_no).await?;
        Ok(found.map_or(RefundState::Unknown, |found| RefundState::Success {
            // The provider has no number of its own for a part of a refund.
            refund_id: out_refund_no.to_owned(),
            amount_fen: found.amount_fen,
            total_fen: found.total_fen,
            done_at: found.done_at.unwrap_or_else(|| self.account.now()),
        }))
    }

    /// The account's bill, whichever channel asks for it.
    async fn trade_bill(&self, day: Date) -> Result<Vec<TradeLine>, PayError> {
        self.account.fetch_trade_bill(day).await
    }

    fn open_notification(
        &self,
        _: &dyn Fn(&str) -> Option<String>,
        body: &[u8],
        _: i64,
    ) -> Result<Notification, PayError> {
        self.account.open_notification(body)
    }
}
