//! JSON of the profile and its meaning in the port's words. Amounts are fen, instants µs since 1970.

use serde::{Deserialize, Serialize};
use service::ports::pay::{NewOrder, Notification, OrderItem, OrderState, PayError, RefundState, TradeLine};

/// 登记缴款: the same order again gives the same page.
#[derive(Serialize)]
pub(super) struct Registration<'a> {
    bill_number: &'a str,
    order_number: &'a str,
    body: &'a str,
    description: &'a str,
    items: &'a [OrderItem],
    amount_fen: i64,
    expires_at: i64,
    notify_url: &'a str,
    return_url: &'a str,
}

impl<'a> Registration<'a> {
    pub fn of(order: &'a NewOrder, notify_url: &'a str) -> Self {
        Self {
            bill_number: &order.bill_number,
            order_number: &order.out_trade_no,
            body: &order.body,
            description: &order.description,
            items: &order.items,
            amount_fen: order.amount_fen,
            expires_at: order.expires_at,
            notify_url,
            return_url: &order.return_url,
        }
    }
}

#[derive(Serialize)]
pub(super) struct OrderQuestion<'a> {
    pub order_number: &'a str,
}

#[derive(Serialize)]
pub(super) struct RefundWanted<'a> {
    pub order_number: &'a str,
    pub refund_number: &'a str,
    pub amount_fen: i64,
    pub total_fen: i64,
    pub reason: &'a str,
}

#[derive(Serialize)]
pub(super) struct RefundQuestion<'a> {
    pub order_number: &'a str,
    pub refund_number: &'a str,
}

#[derive(Serialize)]
pub(super) struct DayQuestion<'a> {
    /// `YYYY-MM-DD`, in China.
    pub day: &'a str,
    /// From 1.
    pub page: u32,
}

/// Whatever the platform answers.
#[derive(Deserialize)]
#[serde(tag = "result", rename_all = "snake_case")]
pub(super) enum Answer {
    Registered {
        order_number: String,
        bill_number: String,
        cashier_url: String,
    },
    Order(Order),
    Refund(Refund),
    Bill(Bill),
    Closed,
    /// The order, or another one of the same 缴款码, was paid.
    Paid,
    /// The payer is in the middle of paying.
    Paying,
    Unknown,
    /// The bill of that day is not made yet.
    NotYet,
    Refused {
        code: String,
    },
}

impl Answer {
    /// An answer that is not the one hoped for. Where nothing is said for good, the outcome stays open.
    pub fn refusal(self) -> PayError {
        let refused = |code: &str| PayError::Refused { code: code.to_owned(), message: String::new() };
        match self {
            Self::Paid => PayError::AlreadyPaid,
            Self::Closed => refused("ORDER_CLOSED"),
            Self::Unknown => refused("ORDER_UNKNOWN"),
            Self::Refused { code } => refused(&code),
            Self::Paying => PayError::Unreachable("the payer is paying".into()),
            Self::NotYet => PayError::Unreachable("bill: not there yet".into()),
            Self::Registered { .. } | Self::Order(_) | Self::Refund(_) | Self::Bill(_) => other("question"),
        }
    }

    /// What is said of this refund.
    pub fn refund_of(self, order_number: &str, refund_number: &str) -> Result<RefundState, PayError> {
        match self {
            Self::Refund(refund) if refund.order_number == order_number && refund.refund_number == refund_number => {
                refund.state().map_err(|why| PayError::Unreachable(format!("answer: {why}")))
            }
            Self::Refund(_) => Err(other("refund")),
            answer => Err(answer.refusal()),
        }
    }
}

#[derive(Deserialize, Clone, Copy)]
#[serde(rename_all = "snake_case")]
enum Stage {
    Open,
    Paying,
    Paid,
    Closed,
    /// All of it went back.
    Refunded,
}

/// An order, in answers and notifications.
#[derive(Deserialize)]
#[allow(clippy::struct_field_names, reason = "named as the profile does")]
pub(super) struct Order {
    pub order_number: String,
    bill_number: String,
    state: Stage,
    amount_fen: i64,
    transaction_id: Option<String>,
    paid_at: Option<i64>,
}

impl Order {
    /// In the port's words, or what is missing.
    pub fn state(&self) -> Result<OrderState, &'static str> {
        Ok(match self.state {
            Stage::Open => OrderState::Open,
            Stage::Paying => OrderState::Paying,
            Stage::Closed => OrderState::Closed,
            Stage::Refunded => OrderState::Refunded,
            Stage::Paid => OrderState::Paid {
                transaction_id: self.transaction_id.clone().filter(|id| !id.is_empty()).ok_or("no transaction_id")?,
                amount_fen: self.amount_fen,
                paid_at: self.paid_at.ok_or("no paid_at")?,
            },
        })
    }
}

#[derive(Deserialize, Clone, Copy)]
#[serde(rename_all = "snake_case")]
enum RefundStage {
    Processing,
    Success,
    Closed,
    Abnormal,
}

/// A refund, in answers and notifications.
#[derive(Deserialize)]
#[allow(clippy::struct_field_names, reason = "named as the profile does")]
pub(super) struct Refund {
    pub order_number: String,
    pub refund_number: String,
    bill_number: String,
    state: RefundStage,
    amount_fen: i64,
    total_fen: i64,
    refund_id: Option<String>,
    done_at: Option<i64>,
}

impl Refund {
    /// In the port's words, or what is missing.
    fn state(&self) -> Result<RefundState, &'static str> {
        Ok(match self.state {
            RefundStage::Processing => RefundState::Processing,
            RefundStage::Closed => RefundState::Closed,
            RefundStage::Abnormal => RefundState::Abnormal,
            RefundStage::Success => RefundState::Success {
                refund_id: self.refund_id.clone().filter(|id| !id.is_empty()).ok_or("no refund_id")?,
                amount_fen: self.amount_fen,
                total_fen: self.total_fen,
                done_at: self.done_at.ok_or("no done_at")?,
            },
        })
    }
}

/// One page of the bill of a day (对账单).
#[derive(Deserialize)]
pub(super) struct Bill {
    pub day: String,
    pub page: u32,
    /// None of a day on which nothing moved.
    pub pages: u32,
    pub lines: Vec<Line>,
}

#[derive(Deserialize)]
pub(super) struct Line {
    refund: bool,
    number: String,
    order_number: String,
    provider_number: String,
    amount_fen: i64,
    fee_fen: i64,
    at: i64,
}

impl Line {
    pub fn read(self) -> Result<TradeLine, PayError> {
        if self.amount_fen <= 0 {
            return Err(PayError::Unreachable("bill: an amount has the wrong sign".into()));
        }
        Ok(TradeLine {
            refund: self.refund,
            number: self.number,
            out_trade_no: self.order_number,
            provider_no: self.provider_number,
            amount_fen: self.amount_fen,
            fee_fen: self.fee_fen,
            at: self.at,
        })
    }
}

/// A notification: about an order, or about a refund.
#[derive(Deserialize)]
pub(super) struct Notice {
    id: String,
    order: Option<Order>,
    refund: Option<Refund>,
}

impl Notice {
    pub fn open(self) -> Result<Notification, &'static str> {
        if self.id.is_empty() {
            return Err("no id");
        }
        let (out_trade_no, bill_number, state) = match (self.order, self.refund) {
            (Some(order), None) => {
                let state = order.state()?;
                (order.order_number, order.bill_number, state)
            }
            (None, Some(refund)) => {
                let state = refund.state()?;
                let state = OrderState::Refund { out_refund_no: refund.refund_number, state };
                (refund.order_number, refund.bill_number, state)
            }
            _ => return Err("neither of an order nor of a refund"),
        };
        Ok(Notification { event_id: self.id, out_trade_no, bill_number: Some(bill_number), state })
    }
}

/// An answer that does not belong to the question.
pub(super) fn other(what: &str) -> PayError {
    PayError::NotAuthentic(format!("answer is for another {what}"))
}

/// What the platform would refuse anyway, refused before a question is spent on it.
pub(super) fn check_order(order: &NewOrder) -> Result<(), PayError> {
    let parameter = |message: &str| PayError::Refused { code: "PARAMETER".into(), message: message.into() };
    if order.bill_number.is_empty() || !order.bill_number.bytes().all(|byte| byte.is_ascii_alphanumeric()) {
        return Err(parameter("bill_number must be digits and letters"));
    }
    if order.body.is_empty() {
        return Err(parameter("body is needed"));
    }
    let sum: i64 = order.items.iter().map(|item| item.amount_fen).sum();
    if order.amount_fen <= 0 || sum != order.amount_fen {
        return Err(parameter("the items must come to a positive amount"));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn order(state: &str) -> Order {
        serde_json::from_value(json!({
            "order_number": "OV20260001", "bill_number": "53990126030200000017", "state": state, "amount_fen": 8000,
            "transaction_id": "T1", "paid_at": 7
        }))
        .unwrap()
    }

    #[test]
    fn d5_every_state_of_an_order_has_one_meaning() {
        let paid = OrderState::Paid { transaction_id: "T1".into(), amount_fen: 8000, paid_at: 7 };
        let states = [
            ("open", OrderState::Open),
            ("paying", OrderState::Paying),
            ("paid", paid),
            ("closed", OrderState::Closed),
            ("refunded", OrderState::Refunded),
        ];
        for (text, state) in states {
            assert_eq!(order(text).state(), Ok(state), "{text}");
        }
        assert!(serde_json::from_value::<Answer>(json!({ "result": "order", "state": "new" })).is_err());
        let nameless = Order { transaction_id: None, ..order("paid") };
        assert_eq!(nameless.state(), Err("no transaction_id"));
    }

    #[test]
    fn d5_a_notification_is_about_one_thing_and_has_an_id() {
        let said = |json: serde_json::Value| serde_json::from_value::<Notice>(json).unwrap().open();
        let order = json!({
            "order_number": "OV20260001", "bill_number": "53990126030200000017", "state": "open", "amount_fen": 8000
        });
        let notice = said(json!({ "id": "N1", "order": order })).unwrap();
        assert_eq!(notice.bill_number.as_deref(), Some("53990126030200000017"));
        assert_eq!(said(json!({ "id": "", "order": order })).unwrap_err(), "no id");
        assert!(said(json!({ "id": "N1" })).is_err());
    }

    #[test]
    fn d5_what_was_not_settled_for_good_stays_open() {
        let open = |json: serde_json::Value| {
            matches!(serde_json::from_value::<Answer>(json).unwrap().refusal(), PayError::Unreachable(_))
        };
        assert!(open(json!({ "result": "paying" })));
        assert!(open(json!({ "result": "not_yet" })));
        assert!(!open(json!({ "result": "refused", "code": "ORDER_DIFFERS" })));
        assert!(!open(json!({ "result": "paid" })));
    }
}
