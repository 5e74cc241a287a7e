//! Payment provider port (支付渠道). Amounts are fen. The notification is the provider's word,
//! so an implementation must verify its signature before it returns one.

use async_trait::async_trait;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

/// What the provider needs to open an order for one bill.
#[derive(Debug, Clone)]
pub struct NewOrder {
    /// Our order number, 6–32 of `[0-9A-Za-z_-|*]`; the same number again reopens the same order.
    pub out_trade_no: String,
    /// At most 127 characters, shown in the payer's app.
    pub description: String,
    pub amount_fen: i64,
    /// Instant after which the provider refuses to take money, µs since the epoch.
    pub expires_at: i64,
    /// The payer's address as the provider asks for it (H5 scene information).
    pub payer_ip: String,
    /// Where the cashier sends the payer back to; never a proof of payment.
    pub return_url: String,
    /// 缴款码 of the bill: several orders may be made for it, of which one is paid.
    pub bill_number: String,
    /// 执收单位
    pub body: String,
    /// What the bill consists of.
    pub items: Vec<OrderItem>,
}

/// One line of the bill that an order is made for (收费项目).
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct OrderItem {
    /// 收费项目编码
    pub code: String,
    pub name: String,
    pub amount_fen: i64,
}

/// Where to send the payer.
#[derive(Debug, Clone)]
pub struct Checkout {
    /// The cashier's address; for [`Way::Code`] the content of the code that is shown.
    pub url: String,
}

/// On which device a channel works (支付方式).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Way {
    /// A link that opens the app on the phone in one's hand (手机网站支付、H5 支付).
    Phone,
    /// The provider's page in the browser of a computer (电脑网站支付).
    Desk,
    /// A code shown here and scanned with a phone (扫码支付).
    Code,
    /// The provider's page in any browser, on a phone or at a computer (网页缴费).
    Anywhere,
}

/// The provider's view of an order.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum OrderState {
    /// The provider does not know the number.
    Unknown,
    /// Open, not paid (`WeChat` `NOTPAY`, `PAYERROR`).
    Open,
    /// The payer is in the middle of paying: ask again.
    Paying,
    Paid {
        /// The provider's transaction id (微信支付订单号).
        transaction_id: String,
        amount_fen: i64,
        /// µs since the epoch.
        paid_at: i64,
    },
    Closed,
    Refunded,
    /// Not the order itself: a word about a refund of it.
    Refund {
        out_refund_no: String,
        state: RefundState,
    },
}

/// What goes back through an order, whole or in part.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewRefund {
    /// Our refund number, at most 64 characters; the same number again pays back once.
    pub out_refund_no: String,
    pub out_trade_no: String,
    pub amount_fen: i64,
    /// What the order had taken in all.
    pub total_fen: i64,
    /// Stable code of the reason; at most 80 bytes.
    pub reason: String,
}

/// The provider's view of a refund. Only `Success` says that money has moved.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RefundState {
    /// The provider does not know the number.
    Unknown,
    /// Taken, the money has not moved yet: ask again.
    Processing,
    Success {
        /// The provider's own number of the refund.
        refund_id: String,
        /// What went back with this number.
        amount_fen: i64,
        /// What the order had taken in all.
        total_fen: i64,
        /// µs since the epoch.
        done_at: i64,
    },
    /// Given up by the provider: no money moves.
    Closed,
    /// The payer's account takes nothing back: a person has to act at the provider's.
    Abnormal,
}

/// One line of the provider's bill of a day (对账单): money that has moved.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TradeLine {
    /// Back to the payer; otherwise from the payer.
    pub refund: bool,
    /// Our number: of the order, or of the refund.
    pub number: String,
    /// The order's number, also for a refund.
    pub out_trade_no: String,
    /// The provider's own number of the transaction or the refund.
    pub provider_no: String,
    pub amount_fen: i64,
    /// What the provider keeps; negative when it is given back with a refund.
    pub fee_fen: i64,
    /// µs since the epoch.
    pub at: i64,
}

/// A verified, decrypted notification.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Notification {
    /// The provider's id of this notification; repeated deliveries carry the same one.
    pub event_id: String,
    pub out_trade_no: String,
    /// The 缴款码 that it names, where the provider knows bills; it has to be that of the order's bill.
    #[serde(default)]
    pub bill_number: Option<String>,
    pub state: OrderState,
}

#[derive(Debug, thiserror::Error)]
pub enum PayError {
    /// No answer, or an answer that asks to try again; the outcome is unknown, so query.
    #[error("provider unreachable: {0}")]
    Unreachable(String),
    /// The order was already paid while we tried to close or reopen it.
    #[error("order already paid")]
    AlreadyPaid,
    /// Signature, time skew, identity or decryption did not hold.
    #[error("not authentic: {0}")]
    NotAuthentic(String),
    /// The provider refused for good.
    #[error("refused by the provider: {code}")]
    Refused { code: String, message: String },
}

impl PayError {
    /// The provider does not do this.
    pub fn not_offered() -> Self {
        Self::Refused { code: "NOT_OFFERED".into(), message: "the provider does not offer this".into() }
    }
}

#[async_trait]
pub trait PaymentProvider: Send + Sync {
    /// Stable id of this channel (支付渠道), used in the ledger and in forms, e.g. `alipay_code`. An order
    /// belongs to one channel: providers refuse one number at two of them.
    fn id(&self) -> &'static str;
    /// The account behind the channel, used in the callback's path: channels of one account share it.
    fn account(&self) -> &'static str {
        self.id()
    }
    /// Where it works.
    fn way(&self) -> Way {
        Way::Phone
    }
    /// The whole body of the answer that acknowledges a notification; an empty one goes with 204.
    fn acknowledgement(&self) -> &'static str {
        ""
    }
    /// Whether this is the local counterpart: shown to the payer in so many words.
    fn is_sandbox(&self) -> bool;
    async fn create(&self, order: &NewOrder) -> Result<Checkout, PayError>;
    async fn query(&self, out_trade_no: &str) -> Result<OrderState, PayError>;
    async fn close(&self, out_trade_no: &str) -> Result<(), PayError>;
    /// Asks for a refund. The answer says that it was taken, seldom already that the money has moved.
    async fn refund(&self, _refund: &NewRefund) -> Result<RefundState, PayError> {
        Err(PayError::not_offered())
    }
    async fn query_refund(&self, _out_trade_no: &str, _out_refund_no: &str) -> Result<RefundState, PayError> {
        Err(PayError::not_offered())
    }
    /// Everything that moved on a day (in China); offered from about 10:00 of the next day. A day on which
    /// nothing moved is an empty list.
    async fn trade_bill(&self, _day: Date) -> Result<Vec<TradeLine>, PayError> {
        Err(PayError::not_offered())
    }
    /// `headers` gives a header by its case-insensitive name; `now` is µs since the epoch.
    fn open_notification(
        &self,
        headers: &dyn Fn(&str) -> Option<String>,
        body: &[u8],
        now: i64,
    ) -> Result<Notification, PayError>;
}
