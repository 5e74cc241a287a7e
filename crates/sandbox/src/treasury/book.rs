//! The orders under their bills and the moves between their states.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

pub use super::order::{Order, State, Terms};
use super::order::{Payment, Refund};
use crate::{
    crypto::{self, ALPHANUMERIC, DIGITS},
    faults::MoneyFault,
};

/// A refund as it is asked for.
#[derive(Deserialize)]
pub struct Wanted {
    pub order_number: String,
    pub refund_number: String,
    amount_fen: i64,
    total_fen: i64,
}

/// Why something is not done: the answer that says so.
pub type Refusal = Value;

pub fn refused(code: &str) -> Refusal {
    json!({ "result": "refused", "code": code })
}

pub fn unknown() -> Refusal {
    json!({ "result": "unknown" })
}

/// By the portal's order number.
#[derive(Default, Serialize, Deserialize)]
pub struct TreasuryBook {
    orders: BTreeMap<String, Order>,
}

impl TreasuryBook {
    /// Takes an order, or finds the one with the same terms. A 缴款码 has one open order at a time and is paid once.
    pub fn register(&mut self, terms: Terms, now: i64) -> Result<&Order, Refusal> {
        if !terms.are_whole() {
            return Err(refused("PARAMETER"));
        }
        let others = self.orders.values().filter(|order| {
            order.terms.bill_number == terms.bill_number && order.terms.order_number != terms.order_number
        });
        for other in others {
            match other.state_at(now) {
                State::Paid => return Err(json!({ "result": "paid" })),
                State::Open => return Err(refused("BILL_HAS_ORDER")),
                State::Closed => {}
            }
        }
        if terms.expires_at <= now && !self.orders.contains_key(&terms.order_number) {
            return Err(refused("EXPIRED"));
        }
        let order = self.orders.entry(terms.order_number.clone()).or_insert_with(|| Order {
            terms: terms.clone(),
            token: crypto::random_text(ALPHANUMERIC, 32),
            state: State::Open,
            payment: None,
            refunds: Vec::new(),
            notified: false,
        });
        match order.state_at(now) {
            State::Paid => return Err(json!({ "result": "paid" })),
            State::Closed => return Err(json!({ "result": "closed" })),
            State::Open => {}
        }
        if !order.terms.same_as(&terms) {
            return Err(refused("ORDER_DIFFERS"));
        }
        order.terms.return_url = terms.return_url;
        Ok(order)
    }

    pub fn get(&self, order_number: &str) -> Option<&Order> {
        self.orders.get(order_number)
    }

    /// The order behind a cashier's address.
    pub fn by_token(&self, token: &str) -> Option<&Order> {
        self.orders.values().find(|order| order.token == token)
    }

    pub fn pay(&mut self, order_number: &str, now: i64) -> Result<Order, Refusal> {
        let order = self.orders.get_mut(order_number).ok_or_else(unknown)?;
        match order.state_at(now) {
            State::Paid => return Err(json!({ "result": "paid" })),
            State::Closed => return Err(json!({ "result": "closed" })),
            State::Open => {}
        }
        order.state = State::Paid;
        order.payment = Some(Payment {
            transaction_id: format!("CZ{}", crypto::random_text(DIGITS, 22)),
            paid_at: whole_second(now),
            notice_id: format!("TZ{}", crypto::random_text(DIGITS, 22)),
        });
        Ok(order.clone())
    }

    /// Again is done as well.
    pub fn close(&mut self, order_number: &str) -> Result<(), Refusal> {
        let order = self.orders.get_mut(order_number).ok_or_else(unknown)?;
        if order.state == State::Paid {
            return Err(json!({ "result": "paid" }));
        }
        order.state = State::Closed;
        Ok(())
    }

    /// The order that a refund belongs to, and its place there.
    pub fn refund_at(&self, refund_number: &str) -> Option<(&Order, &Refund)> {
        self.orders.values().find_map(|order| {
            let refund = order.refunds.iter().find(|refund| refund.refund_number == refund_number)?;
            Some((order, refund))
        })
    }

    /// The same number again gives the same refund; more than was paid is never given back.
    pub fn refund(&mut self, wanted: &Wanted, fault: Option<MoneyFault>, now: i64) -> Result<Value, Refusal> {
        if let Some((order, refund)) = self.refund_at(&wanted.refund_number) {
            let same = order.terms.order_number == wanted.order_number && refund.amount_fen == wanted.amount_fen;
            return if same { Ok(order.refund_shown(refund)) } else { Err(refused("REFUND_DIFFERS")) };
        }
        let order = self.orders.get_mut(&wanted.order_number).ok_or_else(unknown)?;
        if order.state != State::Paid {
            return Err(refused("ORDER_NOT_PAID"));
        }
        let before: i64 = order.refunds.iter().map(|refund| refund.amount_fen).sum();
        let total = order.terms.amount_fen;
        if wanted.amount_fen <= 0 || wanted.total_fen != total || before + wanted.amount_fen > total {
            return Err(refused("REFUND_AMOUNT"));
        }
        if fault == Some(MoneyFault::NotEnough) {
            return Err(refused("NOT_ENOUGH"));
        }
        let state = match fault {
            Some(MoneyFault::Pending) => "processing",
            Some(MoneyFault::Abnormal) => "abnormal",
            _ => "success",
        };
        let refund = Refund {
            refund_number: wanted.refund_number.clone(),
            refund_id: format!("TK{}", crypto::random_text(DIGITS, 22)),
            amount_fen: wanted.amount_fen,
            state: state.into(),
            done_at: (state == "success").then(|| whole_second(now)),
        };
        let mut said = order.refund_shown(&refund);
        if state == "success" {
            // What was taken moves later: a notification or a query says so.
            said["state"] = json!("processing");
            said["done_at"] = Value::Null;
        }
        order.refunds.push(refund);
        Ok(said)
    }

    /// What is pending moves; gives the refunds' numbers.
    pub fn settle(&mut self, now: i64) -> Vec<String> {
        let pending = self.orders.values_mut().flat_map(|order| order.refunds.iter_mut());
        let mut moved = Vec::new();
        for refund in pending.filter(|refund| refund.state == "processing") {
            refund.state = "success".into();
            refund.done_at = Some(whole_second(now));
            moved.push(refund.refund_number.clone());
        }
        moved
    }

    pub fn all(&self) -> impl Iterator<Item = &Order> {
        self.orders.values()
    }

    pub fn mark_notified(&mut self, order_number: &str) {
        if let Some(order) = self.orders.get_mut(order_number) {
            order.notified = true;
        }
    }

    /// Paid orders whose notification the portal has not acknowledged.
    pub fn unacknowledged(&self) -> Vec<Order> {
        self.orders.values().filter(|order| order.payment.is_some() && !order.notified).cloned().collect()
    }
}

fn whole_second(at: i64) -> i64 {
    at.div_euclid(1_000_000) * 1_000_000
}

#[cfg(test)]
mod tests {
    use super::super::order::Item;
    use super::*;

    fn terms(order_number: &str, amount_fen: i64) -> Terms {
        Terms {
            bill_number: "53990126030200000017".into(),
            order_number: order_number.into(),
            body: "示例县自然资源局".into(),
            description: "不动产登记".into(),
            items: vec![Item { code: "103044501".into(), name: "不动产登记费".into(), amount_fen }],
            amount_fen,
            expires_at: 1_000,
            notify_url: "http://localhost/n".into(),
            return_url: "http://localhost/b".into(),
        }
    }

    #[test]
    fn d5_a_bill_number_has_one_open_order_and_is_paid_once() {
        let mut book = TreasuryBook::default();
        let token = book.register(terms("OV1", 8000), 0).unwrap().token.clone();
        assert_eq!(book.register(terms("OV1", 8000), 1).unwrap().token, token, "the same order");
        assert_eq!(book.register(terms("OV1", 8001), 1).unwrap_err(), refused("ORDER_DIFFERS"));
        assert_eq!(book.register(terms("OV2", 8000), 1).unwrap_err(), refused("BILL_HAS_ORDER"));
        book.close("OV1").unwrap();
        book.close("OV1").unwrap();
        assert_eq!(book.pay("OV1", 2).unwrap_err(), json!({ "result": "closed" }));
        book.register(terms("OV2", 8000), 2).unwrap();
        book.pay("OV2", 3).unwrap();
        assert_eq!(book.close("OV2").unwrap_err(), json!({ "result": "paid" }));
        assert_eq!(book.register(terms("OV3", 8000), 3).unwrap_err(), json!({ "result": "paid" }));
    }

    #[test]
    fn d5_what_is_late_is_closed_and_what_does_not_add_up_is_refused() {
        let mut book = TreasuryBook::default();
        book.register(terms("OV1", 8000), 0).unwrap();
        assert_eq!(book.pay("OV1", 1_001).unwrap_err(), json!({ "result": "closed" }));
        assert_eq!(book.register(terms("OV2", 8000), 1_000).unwrap_err(), refused("BILL_HAS_ORDER"));
        assert_eq!(book.register(terms("OV2", 8000), 1_001).unwrap_err(), refused("EXPIRED"));
        let wrong = Terms { amount_fen: 1, ..terms("OV4", 8000) };
        assert_eq!(book.register(wrong, 0).unwrap_err(), refused("PARAMETER"));
    }
}
