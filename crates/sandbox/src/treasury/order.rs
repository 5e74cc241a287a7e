//! What an order is: the terms of its bill, its payment and its refunds.

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

/// 收费项目
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Item {
    pub code: String,
    pub name: String,
    /// Fen.
    pub amount_fen: i64,
}

/// What a bill is registered with.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Terms {
    /// 缴款码
    pub bill_number: String,
    pub order_number: String,
    /// 执收单位
    pub body: String,
    pub description: String,
    pub items: Vec<Item>,
    pub amount_fen: i64,
    /// µs since the epoch.
    pub expires_at: i64,
    pub notify_url: String,
    pub return_url: String,
}

impl Terms {
    /// Every part is there and the items come to the amount.
    pub(super) fn are_whole(&self) -> bool {
        let texts = [&self.bill_number, &self.order_number, &self.body, &self.description, &self.notify_url];
        let sum: i64 = self.items.iter().map(|item| item.amount_fen).sum();
        texts.iter().all(|text| !text.is_empty()) && self.amount_fen > 0 && sum == self.amount_fen
    }

    /// Where the payer is sent back to may change, what is paid may not.
    pub(super) fn same_as(&self, other: &Self) -> bool {
        self.bill_number == other.bill_number
            && self.amount_fen == other.amount_fen
            && self.items == other.items
            && self.expires_at == other.expires_at
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum State {
    Open,
    Paid,
    Closed,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Payment {
    pub transaction_id: String,
    pub paid_at: i64,
    /// Every attempt of the notification carries the same.
    pub notice_id: String,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
#[allow(clippy::struct_field_names, reason = "named as the profile does")]
pub struct Refund {
    pub refund_number: String,
    pub refund_id: String,
    pub amount_fen: i64,
    /// `processing`, `success`, `abnormal`.
    pub state: String,
    pub done_at: Option<i64>,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Order {
    pub terms: Terms,
    /// Part of the cashier's address.
    pub token: String,
    pub(super) state: State,
    pub payment: Option<Payment>,
    pub refunds: Vec<Refund>,
    /// Whether the portal has acknowledged the notification, or none is to be sent.
    pub(super) notified: bool,
}

impl Order {
    /// The state at an instant: what nobody paid in time is closed.
    pub fn state_at(&self, now: i64) -> State {
        if self.state == State::Open && now > self.terms.expires_at { State::Closed } else { self.state }
    }

    /// As answers and notifications carry it.
    pub fn shown(&self, now: i64) -> Value {
        let back: i64 = self.refunds.iter().filter(|r| r.state == "success").map(|r| r.amount_fen).sum();
        let state = match self.state_at(now) {
            State::Open => "open",
            State::Closed => "closed",
            State::Paid if back == self.terms.amount_fen => "refunded",
            State::Paid => "paid",
        };
        json!({
            "order_number": self.terms.order_number,
            "bill_number": self.terms.bill_number,
            "state": state,
            "amount_fen": self.terms.amount_fen,
            "transaction_id": self.payment.as_ref().map(|payment| &payment.transaction_id),
            "paid_at": self.payment.as_ref().map(|payment| payment.paid_at),
        })
    }

    pub fn refund_shown(&self, refund: &Refund) -> Value {
        json!({
            "order_number": self.terms.order_number,
            "bill_number": self.terms.bill_number,
            "refund_number": refund.refund_number,
            "state": refund.state,
            "amount_fen": refund.amount_fen,
            "total_fen": self.terms.amount_fen,
            "refund_id": refund.refund_id,
            "done_at": refund.done_at,
        })
    }
}
