//! JSON of the trade interfaces and its meaning in the port's words.

use jiff::{Timestamp, civil::DateTime, tz::Offset};
use serde::Deserialize;
use service::ports::pay::{NewOrder, OrderState, PayError};

/// The smallest and the largest `total_amount`: 0.01 to 100000000 yuan, in fen.
const AMOUNTS: std::ops::RangeInclusive<i64> = 1..=10_000_000_000;
const TIME: &str = "%Y-%m-%d %H:%M:%S";

/// What every answer begins with.
#[derive(Deserialize, Default)]
#[serde(default)]
pub(super) struct Outcome {
    /// `10000` when it was done.
    pub code: String,
    pub sub_code: String,
    pub sub_msg: String,
}

impl Outcome {
    pub fn is_done(&self) -> bool {
        self.code == "10000"
    }

    /// The more exact one of the two codes.
    pub fn name(&self) -> &str {
        if self.sub_code.is_empty() { &self.code } else { &self.sub_code }
    }

    /// A refusal in the port's words. What the provider could not do just now leaves the outcome open.
    pub fn refusal(self) -> PayError {
        let passing = matches!(self.code.as_str(), "20000" | "10003")
            || matches!(self.sub_code.as_str(), "ACQ.SYSTEM_ERROR" | "SYSTEM_ERROR" | "isv.app-call-limited")
            || self.sub_code.starts_with("isp.");
        if passing {
            PayError::Unreachable(format!("answer {}", self.name()))
        } else if self.sub_code == "ACQ.TRADE_HAS_SUCCESS" {
            PayError::AlreadyPaid
        } else {
            PayError::Refused { code: self.name().to_owned(), message: self.sub_msg }
        }
    }
}

/// Answer of `alipay.trade.precreate`.
#[derive(Deserialize)]
pub(super) struct Precreated {
    pub out_trade_no: String,
    pub qr_code: String,
}

/// A trade, in the answer of a query and as a notification tells it.
#[derive(Deserialize)]
#[allow(clippy::struct_field_names, reason = "named as the provider does")]
pub(super) struct Trade {
    pub out_trade_no: String,
    pub trade_no: Option<String>,
    pub trade_status: String,
    pub total_amount: Option<String>,
    /// When the payer paid, Beijing time.
    #[serde(rename = "send_pay_date")]
    pub paid_at: Option<String>,
}

impl Trade {
    /// The state in the port's words, or what is missing from it.
    pub fn state(&self) -> Result<OrderState, &'static str> {
        Ok(match self.trade_status.as_str() {
            "TRADE_SUCCESS" | "TRADE_FINISHED" => return self.paid(),
            "WAIT_BUYER_PAY" => OrderState::Open,
            // Closed after it was paid: everything was given back.
            "TRADE_CLOSED" if self.paid_at.as_deref().is_some_and(|at| !at.is_empty()) => OrderState::Refunded,
            "TRADE_CLOSED" => OrderState::Closed,
            _ => return Err("unknown trade_status"),
        })
    }

    fn paid(&self) -> Result<OrderState, &'static str> {
        Ok(OrderState::Paid {
            transaction_id: self.trade_no.clone().ok_or("no trade_no")?,
            amount_fen: self.total_amount.as_deref().and_then(fen).ok_or("no total_amount")?,
            paid_at: self.paid_at.as_deref().and_then(instant).ok_or("no time of payment")?,
        })
    }
}

/// Fen as the yuan with two decimals that the provider takes; `None` outside of what it takes.
pub(super) fn yuan(fen: i64) -> Option<String> {
    AMOUNTS.contains(&fen).then(|| format!("{}.{:02}", fen / 100, fen % 100))
}

/// Yuan as the provider writes them (`80`, `80.5`, `80.00`) in fen; never through a floating point.
pub(super) fn fen(yuan: &str) -> Option<i64> {
    let (whole, part) = yuan.split_once('.').unwrap_or((yuan, "0"));
    let digits = |text: &str, longest: usize| {
        (1..=longest).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit())
    };
    if !digits(whole, 12) || !digits(part, 2) {
        return None;
    }
    let hundredths: i64 = part.parse().ok()?;
    let hundredths = if part.len() == 1 { hundredths * 10 } else { hundredths };
    whole.parse::<i64>().ok()?.checked_mul(100)?.checked_add(hundredths)
}

/// `2026-05-06 10:32:00` in Beijing; whole seconds.
pub(super) fn beijing_time(micros: i64) -> Option<String> {
    let instant = Timestamp::from_second(micros.div_euclid(1_000_000)).ok()?;
    Some(Offset::constant(8).to_datetime(instant).strftime(TIME).to_string())
}

/// The instant of such a text, µs since the epoch.
pub(super) fn instant(text: &str) -> Option<i64> {
    let wall = DateTime::strptime(TIME, text).ok()?;
    Some(Offset::constant(8).to_timestamp(wall).ok()?.as_microsecond())
}

/// 订单标题: at most 256 characters, and none of the signs that the provider does not take.
pub(super) fn subject(description: &str) -> String {
    let plain = |c: char| match c {
        '/' => '／',
        '=' => '＝',
        '&' => '＆',
        c if c.is_control() => ' ',
        c => c,
    };
    description.chars().map(plain).take(256).collect()
}

/// What the provider would refuse anyway, refused before a request is spent on it.
pub(super) fn check_order(order: &NewOrder) -> Result<(), PayError> {
    check_number(&order.out_trade_no)?;
    if order.description.trim().is_empty() {
        return Err(parameter("subject must not be empty"));
    }
    if !AMOUNTS.contains(&order.amount_fen) {
        return Err(parameter("total_amount must be 0.01 to 100000000"));
    }
    Ok(())
}

/// 商户订单号: at most 64 letters, digits and underscores.
pub(super) fn check_number(out_trade_no: &str) -> Result<(), PayError> {
    let allowed = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_';
    if (1..=64).contains(&out_trade_no.len()) && out_trade_no.bytes().all(allowed) {
        Ok(())
    } else {
        Err(parameter("out_trade_no must be 1 to 64 of 0-9A-Za-z_"))
    }
}

pub(super) fn parameter(message: &str) -> PayError {
    PayError::Refused { code: "ACQ.INVALID_PARAMETER".into(), message: message.into() }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn trade(status: &str, paid_at: Option<&str>) -> Trade {
        Trade {
            out_trade_no: "OV20260001".into(),
            trade_no: Some("2026050622001400000000000001".into()),
            trade_status: status.into(),
            total_amount: Some("80.00".into()),
            paid_at: paid_at.map(Into::into),
        }
    }

    #[test]
    fn d5_every_trade_status_has_one_meaning() {
        let at = Some("2018-06-08 10:34:56");
        assert_eq!(trade("WAIT_BUYER_PAY", None).state(), Ok(OrderState::Open));
        assert_eq!(trade("TRADE_CLOSED", None).state(), Ok(OrderState::Closed));
        assert_eq!(trade("TRADE_CLOSED", Some("")).state(), Ok(OrderState::Closed));
        assert_eq!(trade("TRADE_CLOSED", at).state(), Ok(OrderState::Refunded));
        for status in ["TRADE_SUCCESS", "TRADE_FINISHED"] {
            assert_eq!(
                trade(status, at).state(),
                Ok(OrderState::Paid {
                    transaction_id: "2026050622001400000000000001".into(),
                    amount_fen: 8000,
                    paid_at: 1_528_425_296_000_000,
                })
            );
        }
        assert!(trade("TRADE_SUCCESS", None).state().is_err());
        assert!(trade("SOMETHING_NEW", at).state().is_err());
    }

    #[test]
    fn d5_yuan_are_written_and_read_without_rounding() {
        for (whole, text) in
            [(1, "0.01"), (10, "0.10"), (99, "0.99"), (100, "1.00"), (1990, "19.90"), (10_000_000_000, "100000000.00")]
        {
            assert_eq!(yuan(whole).as_deref(), Some(text));
            assert_eq!(fen(text), Some(whole));
        }
        assert_eq!([fen("80"), fen("80.5"), fen("0")], [Some(8000), Some(8050), Some(0)]);
        for bad in
            ["", ".", "1.", ".5", "1.234", "-1.00", "+1", "1,000.00", "1e3", " 1", "１", "1.0.0", "9999999999999"]
        {
            assert_eq!(fen(bad), None, "{bad}");
        }
        assert_eq!([yuan(0), yuan(-1), yuan(10_000_000_001)], [None, None, None]);
    }

    #[test]
    fn times_are_beijing_s() {
        assert_eq!(beijing_time(1_528_425_296_999_999).as_deref(), Some("2018-06-08 10:34:56"));
        assert_eq!(instant("2018-06-08 10:34:56"), Some(1_528_425_296_000_000));
        assert_eq!(instant("2018-06-08T10:34"), None);
    }

    #[test]
    fn subjects_hold_no_sign_that_the_provider_refuses() {
        assert_eq!(subject("登记/换证 a=b&c"), "登记／换证 a＝b＆c");
        assert_eq!(subject(&"长".repeat(300)).chars().count(), 256);
    }

    #[test]
    fn d5_only_passing_troubles_leave_the_outcome_open() {
        let verdict = |code: &str, sub_code: &str| {
            let outcome = Outcome { code: code.into(), sub_code: sub_code.into(), sub_msg: String::new() };
            match outcome.refusal() {
                PayError::Unreachable(_) => "open",
                PayError::AlreadyPaid => "paid",
                PayError::Refused { .. } => "refused",
                PayError::NotAuthentic(_) => "not authentic",
            }
        };
        assert_eq!(verdict("20000", "isp.unknow-error"), "open");
        assert_eq!(verdict("40004", "ACQ.SYSTEM_ERROR"), "open");
        assert_eq!(verdict("10003", ""), "open");
        assert_eq!(verdict("40004", "ACQ.TRADE_HAS_SUCCESS"), "paid");
        assert_eq!(verdict("40004", "ACQ.TRADE_NOT_EXIST"), "refused");
        assert_eq!(verdict("40002", "isv.invalid-signature"), "refused");
    }
}
