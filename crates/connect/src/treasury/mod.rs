//! 财政统一支付平台 by 缴款码: a bill is registered, paid on the platform's page, queried, closed, given back, and
//! listed with its day. The platforms of the provinces publish no protocol: this is our own profile
//! (`docs/openapi/treasury.yaml`), and no compatibility with any of them is claimed.
//!
//! Every answer is signed and fits its own question only; a notification is signed apart from both. What the platform
//! refuses it says in a signed answer: whatever else is no word of the platform's.

mod wire;

use std::fmt;

use async_trait::async_trait;
use jiff::civil::Date;
use reqwest::Url;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use service::ports::pay::{
    Checkout, NewOrder, NewRefund, Notification, OrderState, PayError, PaymentProvider, RefundState, TradeLine, Way,
};

use crate::signed::{SignedClient, SignedConfig, SignedError};
use crate::wechat::{Clock, ConfigError};
use wire::{Answer, DayQuestion, Notice, OrderQuestion, RefundQuestion, RefundWanted, Registration};

/// A day of a county has far fewer pages.
const MOST_PAGES: u32 = 200;

/// What the platform hands out to an 执收单位.
#[derive(Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TreasuryConfig {
    /// Without `/v1/…`; https, or the local counterpart's address.
    pub base_url: String,
    pub app_id: String,
    /// Shared secret, at least 32 characters.
    pub key: String,
    /// Where the platform sends notifications; https and without a query outside the sandbox. Its path is signed.
    pub notify_url: String,
    /// Whether `base_url` is the local counterpart; allows http and is shown to the payer.
    #[serde(default)]
    pub sandbox: bool,
}

impl fmt::Debug for TreasuryConfig {
    /// Leaves the secret out, so a logged configuration gives nothing away.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TreasuryConfig")
            .field("base_url", &self.base_url)
            .field("app_id", &self.app_id)
            .field("notify_url", &self.notify_url)
            .field("sandbox", &self.sandbox)
            .finish_non_exhaustive()
    }
}

/// The platform behind the payment port: one channel, which is its own account.
pub struct Treasury {
    platform: SignedClient,
    notify_url: Url,
    sandbox: bool,
}

impl Treasury {
    /// Refuses a configuration with which no payment could succeed.
    pub fn new(config: TreasuryConfig, clock: Clock) -> Result<Self, ConfigError> {
        let TreasuryConfig { base_url, app_id, key, notify_url, sandbox } = config;
        let notify_url = Url::parse(&notify_url).map_err(|_| ConfigError::field("notify_url", "not an address"))?;
        if notify_url.scheme() != "https" && !sandbox {
            return Err(ConfigError::field("notify_url", "needs https"));
        }
        if notify_url.query().is_some() {
            return Err(ConfigError::field("notify_url", "must not have a query"));
        }
        let config = SignedConfig { base_url, app_id, key };
        let platform = SignedClient::new(config, "x-treasury", sandbox, clock)?;
        Ok(Self { platform, notify_url, sandbox })
    }

    /// One question. An authentic answer that cannot be read leaves the outcome open.
    async fn ask<Q: Serialize + Sync>(&self, path: &str, question: &Q, reference: &str) -> Result<Answer, PayError> {
        let answer: Value = self.platform.ask(path, question, reference).await.map_err(|error| match error {
            SignedError::Unreachable => PayError::Unreachable("no answer of the treasury's platform".into()),
            SignedError::Refused => PayError::NotAuthentic("the question was not taken, or the answer is false".into()),
        })?;
        serde_json::from_value(answer).map_err(|_| PayError::Unreachable("answer cannot be read".into()))
    }

    /// The cashier's page, which only the sandbox may have without https.
    fn cashier(&self, url: String) -> Result<Checkout, PayError> {
        let parsed = Url::parse(&url).map_err(|_| PayError::Unreachable("cashier_url is not an address".into()))?;
        if parsed.scheme() == "https" || (self.sandbox && parsed.scheme() == "http") {
            Ok(Checkout { url })
        } else {
            Err(PayError::NotAuthentic("cashier_url is not https".into()))
        }
    }
}

#[async_trait]
impl PaymentProvider for Treasury {
    fn id(&self) -> &'static str {
        "treasury"
    }

    fn way(&self) -> Way {
        Way::Anywhere
    }

    fn is_sandbox(&self) -> bool {
        self.sandbox
    }

    async fn create(&self, order: &NewOrder) -> Result<Checkout, PayError> {
        wire::check_order(order)?;
        let asked = Registration::of(order, self.notify_url.as_str());
        match self.ask("/v1/orders/register", &asked, &order.out_trade_no).await? {
            Answer::Registered { order_number, bill_number, cashier_url }
                if order_number == order.out_trade_no && bill_number == order.bill_number =>
            {
                self.cashier(cashier_url)
            }
            Answer::Registered { .. } => Err(wire::other("order")),
            answer => Err(answer.refusal()),
        }
    }

    async fn query(&self, out_trade_no: &str) -> Result<OrderState, PayError> {
        let asked = OrderQuestion { order_number: out_trade_no };
        match self.ask("/v1/orders/query", &asked, out_trade_no).await? {
            Answer::Order(order) if order.order_number == out_trade_no => {
                order.state().map_err(|why| PayError::Unreachable(format!("answer: {why}")))
            }
            Answer::Order(_) => Err(wire::other("order")),
            Answer::Unknown => Ok(OrderState::Unknown),
            Answer::Paying => Ok(OrderState::Paying),
            answer => Err(answer.refusal()),
        }
    }

    async fn close(&self, out_trade_no: &str) -> Result<(), PayError> {
        let asked = OrderQuestion { order_number: out_trade_no };
        match self.ask("/v1/orders/close", &asked, out_trade_no).await? {
            Answer::Closed => Ok(()),
            answer => Err(answer.refusal()),
        }
    }

    async fn refund(&self, refund: &NewRefund) -> Result<RefundState, PayError> {
        let asked = RefundWanted {
            order_number: &refund.out_trade_no,
            refund_number: &refund.out_refund_no,
            amount_fen: refund.amount_fen,
            total_fen: refund.total_fen,
            reason: &refund.reason,
        };
        let answer = self.ask("/v1/refunds/ask", &asked, &refund.out_refund_no).await?;
        answer.refund_of(&refund.out_trade_no, &refund.out_refund_no)
    }

    async fn query_refund(&self, out_trade_no: &str, out_refund_no: &str) -> Result<RefundState, PayError> {
        let asked = RefundQuestion { order_number: out_trade_no, refund_number: out_refund_no };
        match self.ask("/v1/refunds/query", &asked, out_refund_no).await? {
            Answer::Unknown => Ok(RefundState::Unknown),
            answer => answer.refund_of(out_trade_no, out_refund_no),
        }
    }

    async fn trade_bill(&self, day: Date) -> Result<Vec<TradeLine>, PayError> {
        let day = day.to_string();
        let mut lines = Vec::new();
        for page in 1..=MOST_PAGES {
            let asked = DayQuestion { day: &day, page };
            match self.ask("/v1/bills/day", &asked, &day).await? {
                Answer::Bill(bill) if bill.day == day && bill.page == page => {
                    let pages = bill.pages;
                    for line in bill.lines {
                        lines.push(line.read()?);
                    }
                    if page >= pages {
                        return Ok(lines);
                    }
                }
                Answer::Bill(_) => return Err(wire::other("page")),
                answer => return Err(answer.refusal()),
            }
        }
        Err(PayError::Unreachable("bill: too many pages".into()))
    }

    fn open_notification(
        &self,
        headers: &dyn Fn(&str) -> Option<String>,
        body: &[u8],
        now: i64,
    ) -> Result<Notification, PayError> {
        let refuse = |why: &str| PayError::NotAuthentic(format!("notification: {why}"));
        self.platform.check_notification(self.notify_url.path(), headers, body, now).map_err(refuse)?;
        let notice: Notice = serde_json::from_slice(body).map_err(|_| refuse("cannot be read"))?;
        notice.open().map_err(refuse)
    }
}
