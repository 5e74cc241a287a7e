//! The trades (交易) and the moves between their states.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

pub use super::terms::{Refusal, Terms};
use crate::crypto::{self, ALPHANUMERIC, DIGITS};

/// 交易状态.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Status {
    WaitBuyerPay,
    TradeClosed,
    TradeSuccess,
}

impl Status {
    pub fn code(self) -> &'static str {
        match self {
            Self::WaitBuyerPay => "WAIT_BUYER_PAY",
            Self::TradeClosed => "TRADE_CLOSED",
            Self::TradeSuccess => "TRADE_SUCCESS",
        }
    }
}

#[derive(Debug, Clone, Serialize, Deserialize)]
#[allow(clippy::struct_field_names, reason = "named as the provider does")]
pub struct Trade {
    pub terms: Terms,
    pub trade_no: String,
    /// Part of the cashier's address.
    pub token: String,
    pub created_at: i64,
    /// The payer has come: only from then on is there a trade to be queried or closed.
    pub begun: bool,
    pub status: Status,
    pub payment: Option<Payment>,
    pub refunds: Vec<Refund>,
    /// Whether the merchant has acknowledged the notification, or none is to be sent.
    pub notified: bool,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Payment {
    pub paid_at: i64,
    /// Every attempt of the notification carries the same.
    pub notify_id: String,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Refund {
    pub out_request_no: String,
    /// Fen.
    pub amount: i64,
    pub at: i64,
}

impl Trade {
    /// The state at an instant: what nobody paid in time is closed.
    pub fn status_at(&self, now: i64) -> Status {
        let late = self.terms.expires_at.is_some_and(|end| now > end);
        if self.status == Status::WaitBuyerPay && late { Status::TradeClosed } else { self.status }
    }

    /// Fen given back so far.
    pub fn refunded(&self) -> i64 {
        self.refunds.iter().map(|refund| refund.amount).sum()
    }
}

/// By the merchant's number.
#[derive(Default, Serialize, Deserialize)]
pub struct TradeBook {
    trades: BTreeMap<String, Trade>,
}

impl TradeBook {
    /// Takes an order, or finds the one with the same terms.
    pub fn place(&mut self, terms: Terms, now: i64) -> Result<&mut Trade, Refusal> {
        let trade = self.trades.entry(terms.out_trade_no.clone()).or_insert_with(|| Trade {
            terms: terms.clone(),
            trade_no: format!("2026{}", crypto::random_text(DIGITS, 24)),
            token: crypto::random_text(ALPHANUMERIC, 32),
            created_at: now,
            begun: false,
            status: Status::WaitBuyerPay,
            payment: None,
            refunds: Vec::new(),
            notified: false,
        });
        match trade.status_at(now) {
            Status::TradeSuccess => return Err(Refusal::business("ACQ.TRADE_HAS_SUCCESS", "交易已被支付")),
            Status::TradeClosed => return Err(Refusal::business("ACQ.TRADE_HAS_CLOSE", "交易已经关闭")),
            Status::WaitBuyerPay => {}
        }
        let same = trade.terms.total == terms.total
            && trade.terms.subject == terms.subject
            && trade.terms.product_code == terms.product_code;
        if same { Ok(trade) } else { Err(Refusal::business("ACQ.CONTEXT_INCONSISTENT", "交易信息被篡改")) }
    }

    /// A trade that the payer has come to.
    pub fn begun(&self, out_trade_no: &str) -> Result<&Trade, Refusal> {
        self.trades.get(out_trade_no).filter(|trade| trade.begun).ok_or_else(Refusal::not_found)
    }

    /// The trade behind a cashier's address; the payer is there now.
    pub fn visit(&mut self, token: &str) -> Option<&Trade> {
        let trade = self.trades.values_mut().find(|trade| trade.token == token)?;
        trade.begun = true;
        Some(trade)
    }

    pub fn pay(&mut self, out_trade_no: &str, now: i64) -> Result<Trade, Refusal> {
        let trade = self.trades.get_mut(out_trade_no).ok_or_else(Refusal::not_found)?;
        match trade.status_at(now) {
            Status::TradeSuccess => return Err(Refusal::business("ACQ.TRADE_HAS_SUCCESS", "交易已被支付")),
            Status::TradeClosed => return Err(Refusal::business("ACQ.TRADE_HAS_CLOSE", "交易已经关闭")),
            Status::WaitBuyerPay => {}
        }
        trade.begun = true;
        trade.status = Status::TradeSuccess;
        trade.payment = Some(Payment {
            paid_at: now.div_euclid(1_000_000) * 1_000_000,
            notify_id: format!("2026{}", crypto::random_text(DIGITS, 30)),
        });
        Ok(trade.clone())
    }

    pub fn close(&mut self, out_trade_no: &str, now: i64) -> Result<&Trade, Refusal> {
        let trade = self.trades.get_mut(out_trade_no).filter(|trade| trade.begun).ok_or_else(Refusal::not_found)?;
        if trade.status_at(now) != Status::WaitBuyerPay {
            return Err(Refusal::business("ACQ.TRADE_STATUS_ERROR", "交易状态不合法"));
        }
        trade.status = Status::TradeClosed;
        Ok(trade)
    }

    /// Gives a part back; whether money moved now.
    pub fn refund(
        &mut self,
        out_trade_no: &str,
        request: &str,
        amount: i64,
        now: i64,
    ) -> Result<(Trade, bool), Refusal> {
        let trade = self.trades.get_mut(out_trade_no).filter(|trade| trade.begun).ok_or_else(Refusal::not_found)?;
        if let Some(done) = trade.refunds.iter().find(|refund| refund.out_request_no == request) {
            return if done.amount == amount {
                Ok((trade.clone(), false))
            } else {
                Err(Refusal::business("ACQ.DISCORDANT_REPEAT_REQUEST", "请求信息不一致"))
            };
        }
        if trade.status != Status::TradeSuccess {
            return Err(Refusal::business("ACQ.TRADE_STATUS_ERROR", "交易状态不合法"));
        }
        if trade.refunded() + amount > trade.terms.total {
            return Err(Refusal::business("ACQ.REFUND_AMT_NOT_EQUAL_TOTAL", "退款金额超限"));
        }
        trade.refunds.push(Refund { out_request_no: request.to_owned(), amount, at: now });
        if trade.refunded() == trade.terms.total {
            trade.status = Status::TradeClosed;
        }
        Ok((trade.clone(), true))
    }

    pub fn mark_notified(&mut self, out_trade_no: &str) {
        if let Some(trade) = self.trades.get_mut(out_trade_no) {
            trade.notified = true;
        }
    }

    /// Paid trades whose notification the merchant has not acknowledged.
    pub fn unacknowledged(&self) -> Vec<Trade> {
        self.trades.values().filter(|trade| trade.payment.is_some() && !trade.notified).cloned().collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn terms(total: i64) -> Terms {
        Terms {
            out_trade_no: "OV20260001".into(),
            subject: "不动产登记费".into(),
            product_code: "QUICK_WAP_WAY".into(),
            total,
            notify_url: "http://localhost/n".into(),
            return_url: None,
            expires_at: Some(1_000),
        }
    }

    #[test]
    fn d5_a_trade_begins_with_its_payer_and_is_paid_once() {
        let mut book = TradeBook::default();
        let token = book.place(terms(8000), 0).unwrap().token.clone();
        assert_eq!(book.begun("OV20260001").unwrap_err().sub_code, "ACQ.TRADE_NOT_EXIST");
        assert_eq!(book.close("OV20260001", 0).unwrap_err().sub_code, "ACQ.TRADE_NOT_EXIST");
        assert_eq!(book.place(terms(8000), 1).unwrap().token, token, "the same order");
        assert_eq!(book.place(terms(8001), 1).unwrap_err().sub_code, "ACQ.CONTEXT_INCONSISTENT");
        book.visit(&token).unwrap();
        assert_eq!(book.begun("OV20260001").unwrap().status_at(0), Status::WaitBuyerPay);
        book.pay("OV20260001", 2).unwrap();
        assert_eq!(book.pay("OV20260001", 3).unwrap_err().sub_code, "ACQ.TRADE_HAS_SUCCESS");
        assert_eq!(book.close("OV20260001", 3).unwrap_err().sub_code, "ACQ.TRADE_STATUS_ERROR");
        assert_eq!(book.place(terms(8000), 3).unwrap_err().sub_code, "ACQ.TRADE_HAS_SUCCESS");
    }

    #[test]
    fn d5_what_is_closed_or_late_is_never_paid() {
        let mut book = TradeBook::default();
        let token = book.place(terms(8000), 0).unwrap().token.clone();
        book.visit(&token).unwrap();
        assert_eq!(book.pay("OV20260001", 1_001).unwrap_err().sub_code, "ACQ.TRADE_HAS_CLOSE");
        book.close("OV20260001", 5).unwrap();
        assert_eq!(book.pay("OV20260001", 6).unwrap_err().sub_code, "ACQ.TRADE_HAS_CLOSE");
        assert_eq!(book.close("OV20260001", 6).unwrap_err().sub_code, "ACQ.TRADE_STATUS_ERROR");
    }

    #[test]
    fn d5_a_part_is_given_back_once_and_no_more_than_was_paid() {
        let mut book = TradeBook::default();
        book.place(terms(8000), 0).unwrap();
        assert_eq!(book.refund("OV20260001", "R1", 1, 9).unwrap_err().sub_code, "ACQ.TRADE_NOT_EXIST");
        book.pay("OV20260001", 1).unwrap();
        assert!(book.refund("OV20260001", "R1", 3000, 9).unwrap().1);
        assert!(!book.refund("OV20260001", "R1", 3000, 9).unwrap().1, "the same again moves nothing");
        let refused = |outcome: Result<(Trade, bool), Refusal>| outcome.unwrap_err().sub_code;
        assert_eq!(refused(book.refund("OV20260001", "R1", 1, 9)), "ACQ.DISCORDANT_REPEAT_REQUEST");
        assert_eq!(refused(book.refund("OV20260001", "R2", 5001, 9)), "ACQ.REFUND_AMT_NOT_EQUAL_TOTAL");
        let (trade, moved) = book.refund("OV20260001", "R2", 5000, 9).unwrap();
        assert!(moved && trade.status == Status::TradeClosed);
    }
}
