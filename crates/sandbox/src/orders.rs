//! The order book: what an order is, and the moves between its states.

use std::collections::BTreeMap;

use axum::http::StatusCode;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::{
    api_error::ApiError,
    clock,
    crypto::{self, ALPHANUMERIC, DIGITS},
    product::Product,
    refunds::Refund,
};

/// Links kept per order.
const MAX_LINKS: usize = 20;

/// 交易状态.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
pub enum TradeState {
    NotPay,
    Success,
    Closed,
}

impl TradeState {
    pub fn code(self) -> &'static str {
        match self {
            Self::NotPay => "NOTPAY",
            Self::Success => "SUCCESS",
            Self::Closed => "CLOSED",
        }
    }

    fn description(self) -> &'static str {
        match self {
            Self::NotPay => "订单未支付",
            Self::Success => "支付成功",
            Self::Closed => "订单已关闭",
        }
    }
}

/// What the merchant asked for; the same number again must ask for the same.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Terms {
    /// Not told in books from before there was another.
    #[serde(default)]
    pub product: Product,
    pub appid: String,
    pub mchid: String,
    pub out_trade_no: String,
    pub description: String,
    pub notify_url: String,
    /// Fen.
    pub total: i64,
    /// µs since the epoch.
    pub expires_at: Option<i64>,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Order {
    pub terms: Terms,
    pub created_at: i64,
    pub state: TradeState,
    /// The three facts of a payment.
    pub payment: Option<Payment>,
    /// Whether the merchant has acknowledged the notification, or none is to be sent.
    pub notified: bool,
    links: Vec<Link>,
    /// 退款, in the order in which they were asked for.
    #[serde(default)]
    pub refunds: Vec<Refund>,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Payment {
    pub transaction_id: String,
    pub paid_at: i64,
    /// Id of the notification; every attempt carries the same.
    pub event_id: String,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
struct Link {
    prepay: String,
    valid_until: i64,
}

/// Why the payer cannot pay.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PayRefusal {
    UnknownOrder,
    LinkExpired,
    OrderExpired,
    AlreadyPaid,
    Closed,
}

impl PayRefusal {
    pub fn sentence(self) -> &'static str {
        match self {
            Self::UnknownOrder => "没有找到这笔订单。",
            Self::LinkExpired => "这个支付链接或付款码已经过期，请回到缴费页面重新打开。",
            Self::OrderExpired => "这笔订单已过支付期限，请回到缴费页面重新发起。",
            Self::AlreadyPaid => "这笔订单已经支付，不会重复扣款。",
            Self::Closed => "这笔订单已被商户关闭。",
        }
    }
}

#[derive(Default, Serialize, Deserialize)]
pub struct OrderBook {
    orders: BTreeMap<String, Order>,
}

impl OrderBook {
    /// Opens an order, or gives a fresh link for one with the same terms.
    pub fn place(&mut self, terms: Terms, now: i64) -> Result<String, ApiError> {
        let order = self.orders.entry(terms.out_trade_no.clone()).or_insert_with(|| Order {
            terms: terms.clone(),
            created_at: now,
            state: TradeState::NotPay,
            payment: None,
            notified: false,
            links: Vec::new(),
            refunds: Vec::new(),
        });
        match order.state {
            TradeState::Success => return Err(order_paid()),
            TradeState::Closed => return Err(order_closed()),
            TradeState::NotPay => {}
        }
        if let Some(field) = order.terms.first_difference(&terms) {
            return Err(ApiError::new(
                StatusCode::FORBIDDEN,
                "OUT_TRADE_NO_USED",
                format!("商户订单号重复：再次下单的参数必须一致（{field}）"),
            ));
        }
        let prepay = format!("wx{}", crypto::random_text(ALPHANUMERIC, 34));
        order.links.push(Link { prepay: prepay.clone(), valid_until: now + terms.product.link_life() });
        if order.links.len() > MAX_LINKS {
            order.links.remove(0);
        }
        Ok(prepay)
    }

    pub fn get(&self, out_trade_no: &str) -> Option<&Order> {
        self.orders.get(out_trade_no)
    }

    /// The order behind a cashier link, whether or not the link is still alive.
    pub fn by_link(&self, prepay: &str) -> Option<&Order> {
        self.orders.values().find(|order| order.links.iter().any(|link| link.prepay == prepay))
    }

    /// Whether the payer may pay through this link now.
    pub fn payable(&self, prepay: &str, now: i64) -> Result<&Order, PayRefusal> {
        let order = self.by_link(prepay).ok_or(PayRefusal::UnknownOrder)?;
        order.check_payable(now)?;
        let alive = |link: &Link| link.prepay == prepay && now <= link.valid_until;
        if order.links.iter().any(alive) { Ok(order) } else { Err(PayRefusal::LinkExpired) }
    }

    pub fn pay(&mut self, out_trade_no: &str, now: i64) -> Result<Order, PayRefusal> {
        let order = self.orders.get_mut(out_trade_no).ok_or(PayRefusal::UnknownOrder)?;
        order.check_payable(now)?;
        order.state = TradeState::Success;
        order.payment = Some(Payment {
            transaction_id: format!("4200{}", crypto::random_text(DIGITS, 24)),
            paid_at: now.div_euclid(1_000_000) * 1_000_000,
            event_id: format!("EV-{}", crypto::random_text(DIGITS, 24)),
        });
        Ok(order.clone())
    }

    pub fn close(&mut self, out_trade_no: &str) -> Result<(), ApiError> {
        let order = self.orders.get_mut(out_trade_no).ok_or_else(not_found)?;
        match order.state {
            TradeState::Success => Err(order_paid()),
            TradeState::Closed => Err(order_closed()),
            TradeState::NotPay => {
                order.state = TradeState::Closed;
                Ok(())
            }
        }
    }

    /// The order that this refund belongs to, and its place there.
    pub fn refund_at(&self, out_refund_no: &str) -> Option<(&Order, &Refund)> {
        self.orders.values().find_map(|order| {
            let refund = order.refunds.iter().find(|refund| refund.out_refund_no == out_refund_no)?;
            Some((order, refund))
        })
    }

    pub fn get_mut(&mut self, out_trade_no: &str) -> Option<&mut Order> {
        self.orders.get_mut(out_trade_no)
    }

    pub fn all(&self) -> impl Iterator<Item = &Order> {
        self.orders.values()
    }

    pub fn mark_notified(&mut self, out_trade_no: &str) {
        if let Some(order) = self.orders.get_mut(out_trade_no) {
            order.notified = true;
        }
    }

    /// Paid orders whose notification the merchant has not acknowledged.
    pub fn unacknowledged(&self) -> Vec<Order> {
        self.orders.values().filter(|order| order.payment.is_some() && !order.notified).cloned().collect()
    }
}

impl Terms {
    fn first_difference(&self, other: &Self) -> Option<&'static str> {
        let same = [
            ("trade_type", self.product == other.product),
            ("amount", self.total == other.total),
            ("description", self.description == other.description),
            ("notify_url", self.notify_url == other.notify_url),
            ("time_expire", self.expires_at == other.expires_at),
            ("appid", self.appid == other.appid),
        ];
        same.into_iter().find(|(_, same)| !same).map(|(name, _)| name)
    }
}

impl Order {
    fn check_payable(&self, now: i64) -> Result<(), PayRefusal> {
        match self.state {
            TradeState::Success => Err(PayRefusal::AlreadyPaid),
            TradeState::Closed => Err(PayRefusal::Closed),
            TradeState::NotPay if self.terms.expires_at.is_some_and(|end| now > end) => Err(PayRefusal::OrderExpired),
            TradeState::NotPay => Ok(()),
        }
    }

    /// The transaction as a query answers it and a notification carries it.
    pub fn transaction(&self) -> Value {
        let mut transaction = json!({
            "appid": self.terms.appid,
            "mchid": self.terms.mchid,
            "out_trade_no": self.terms.out_trade_no,
            "trade_state": if self.refunds.is_empty() { self.state.code() } else { "REFUND" },
            "trade_state_desc": if self.refunds.is_empty() { self.state.description() } else { "转入退款" },
        });
        if let Some(payment) = &self.payment {
            transaction["trade_type"] = json!(self.terms.product.trade_type());
            transaction["bank_type"] = json!("OTHERS");
            transaction["attach"] = json!("");
            transaction["transaction_id"] = json!(payment.transaction_id);
            transaction["success_time"] = json!(clock::rfc3339(payment.paid_at));
            transaction["payer"] = json!({ "openid": "oSandboxPayer" });
            transaction["amount"] = json!({
                "total": self.terms.total,
                "payer_total": self.terms.total,
                "currency": "CNY",
                "payer_currency": "CNY",
            });
        }
        transaction
    }
}

pub fn not_found() -> ApiError {
    ApiError::new(StatusCode::NOT_FOUND, "ORDER_NOT_EXIST", "订单不存在")
}

fn order_paid() -> ApiError {
    ApiError::new(StatusCode::BAD_REQUEST, "ORDERPAID", "该订单已支付")
}

fn order_closed() -> ApiError {
    ApiError::new(StatusCode::BAD_REQUEST, "ORDER_CLOSED", "该订单已关闭")
}

#[cfg(test)]
mod tests {
    use super::*;

    const MINUTE: i64 = 60_000_000;

    fn terms(total: i64) -> Terms {
        Terms {
            product: Product::H5,
            appid: "wx1".into(),
            mchid: "1900000001".into(),
            out_trade_no: "OV2026-0001".into(),
            description: "不动产登记费".into(),
            notify_url: "http://localhost/n".into(),
            total,
            expires_at: Some(30 * MINUTE),
        }
    }

    #[test]
    fn d5_a_closed_order_is_never_paid_and_a_paid_one_never_closed() {
        let mut book = OrderBook::default();
        book.place(terms(8000), 0).unwrap();
        book.close("OV2026-0001").unwrap();
        assert_eq!(book.pay("OV2026-0001", 1).unwrap_err(), PayRefusal::Closed);
        assert_eq!(book.close("OV2026-0001").unwrap_err().code, "ORDER_CLOSED");

        let mut book = OrderBook::default();
        book.place(terms(8000), 0).unwrap();
        book.pay("OV2026-0001", 1).unwrap();
        assert_eq!(book.close("OV2026-0001").unwrap_err().code, "ORDERPAID");
        assert_eq!(book.pay("OV2026-0001", 2).unwrap_err(), PayRefusal::AlreadyPaid);
        assert_eq!(book.place(terms(8000), 3).unwrap_err().code, "ORDERPAID");
    }

    #[test]
    fn d5_links_live_five_minutes_and_orders_until_their_expiry() {
        let mut book = OrderBook::default();
        let first = book.place(terms(8000), 0).unwrap();
        assert!(book.payable(&first, 5 * MINUTE).is_ok());
        assert_eq!(book.payable(&first, 5 * MINUTE + 1).unwrap_err(), PayRefusal::LinkExpired);
        let fresh = book.place(terms(8000), 29 * MINUTE).unwrap();
        assert_ne!(first, fresh);
        assert!(book.payable(&fresh, 30 * MINUTE).is_ok());
        assert_eq!(book.payable(&fresh, 30 * MINUTE + 1).unwrap_err(), PayRefusal::OrderExpired);
        assert_eq!(book.place(terms(8001), 1).unwrap_err().code, "OUT_TRADE_NO_USED");
    }

    #[test]
    fn d5_codes_live_two_hours_and_one_number_belongs_to_one_product() {
        let mut book = OrderBook::default();
        let native = Terms { product: Product::Native, expires_at: Some(200 * MINUTE), ..terms(8000) };
        let first = book.place(native.clone(), 0).unwrap();
        assert!(book.payable(&first, 120 * MINUTE).is_ok());
        assert_eq!(book.payable(&first, 120 * MINUTE + 1).unwrap_err(), PayRefusal::LinkExpired);
        let fresh = book.place(native.clone(), 119 * MINUTE).unwrap();
        assert!(book.payable(&fresh, 121 * MINUTE).is_ok());
        let other = Terms { product: Product::H5, ..native };
        assert_eq!(book.place(other, 1).unwrap_err().code, "OUT_TRADE_NO_USED");
        book.pay("OV2026-0001", 1).unwrap();
        assert_eq!(book.get("OV2026-0001").unwrap().transaction()["trade_type"], "NATIVE");
    }

    #[test]
    fn d5_books_from_before_there_were_codes_are_read() {
        let mut book = OrderBook::default();
        book.place(terms(8000), 0).unwrap();
        let mut json = serde_json::to_value(&book).unwrap();
        let old = json["orders"]["OV2026-0001"]["terms"].as_object_mut().unwrap();
        assert_eq!(old.remove("product"), Some(json!("MWEB")));
        let book: OrderBook = serde_json::from_value(json).unwrap();
        assert_eq!(book.get("OV2026-0001").unwrap().terms, terms(8000));
    }
}
