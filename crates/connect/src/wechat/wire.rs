//! JSON of API v3 and its meaning in the port's words.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use service::ports::pay::{NewOrder, OrderState, PayError};

use super::resource::Resource;

/// Body of `POST /v3/pay/transactions/{h5,native}`.
#[derive(Serialize)]
pub(super) struct CreateOrder<'a> {
    pub appid: &'a str,
    pub mchid: &'a str,
    pub description: &'a str,
    pub out_trade_no: &'a str,
    pub time_expire: String,
    pub notify_url: &'a str,
    pub amount: CreateAmount,
    /// H5 only.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub scene_info: Option<SceneInfo<'a>>,
}

#[derive(Serialize)]
pub(super) struct CreateAmount {
    /// Fen.
    pub total: i64,
    pub currency: &'static str,
}

#[derive(Serialize)]
pub(super) struct SceneInfo<'a> {
    pub payer_client_ip: &'a str,
    pub h5_info: H5Info,
}

#[derive(Serialize)]
pub(super) struct H5Info {
    #[serde(rename = "type")]
    pub kind: &'static str,
}

/// Answer of `POST /v3/pay/transactions/h5`.
#[derive(Deserialize)]
pub(super) struct CreatedH5 {
    pub h5_url: String,
}

/// Answer of `POST /v3/pay/transactions/native`.
#[derive(Deserialize)]
pub(super) struct CreatedNative {
    pub code_url: String,
}

/// Body of a refusal.
#[derive(Deserialize, Default)]
pub(super) struct ApiError {
    #[serde(default)]
    pub code: String,
    #[serde(default)]
    pub message: String,
}

/// A transaction, in the answer of a query and inside a notification.
#[derive(Deserialize)]
pub(super) struct Transaction {
    pub appid: String,
    pub mchid: String,
    pub out_trade_no: String,
    pub trade_state: String,
    #[serde(rename = "transaction_id")]
    id: Option<String>,
    success_time: Option<String>,
    amount: Option<Amount>,
}

#[derive(Deserialize)]
struct Amount {
    total: Option<i64>,
    currency: Option<String>,
}

impl Transaction {
    /// The state in the port's words, or what is missing from it.
    pub fn state(&self) -> Result<OrderState, &'static str> {
        Ok(match self.trade_state.as_str() {
            "SUCCESS" => return self.paid(),
            "REFUND" => OrderState::Refunded,
            "NOTPAY" | "PAYERROR" => OrderState::Open,
            "CLOSED" | "REVOKED" => OrderState::Closed,
            "USERPAYING" | "ACCEPTED" => OrderState::Paying,
            _ => return Err("unknown trade_state"),
        })
    }

    fn paid(&self) -> Result<OrderState, &'static str> {
        let amount = self.amount.as_ref().ok_or("no amount")?;
        if amount.currency.as_deref().unwrap_or("CNY") != "CNY" {
            return Err("currency is not CNY");
        }
        let paid_at: Timestamp =
            self.success_time.as_deref().and_then(|text| text.parse().ok()).ok_or("no success_time")?;
        Ok(OrderState::Paid {
            transaction_id: self.id.clone().ok_or("no transaction_id")?,
            amount_fen: amount.total.ok_or("no amount.total")?,
            paid_at: paid_at.as_microsecond(),
        })
    }
}

/// A notification around its encrypted resource.
#[derive(Deserialize)]
pub(super) struct Envelope {
    pub id: String,
    pub event_type: String,
    pub resource: Resource,
}

/// Instant in RFC 3339 with Beijing's offset and whole seconds, as `time_expire` wants it.
pub(super) fn beijing_time(micros: i64) -> Option<String> {
    let instant = Timestamp::from_second(micros.div_euclid(1_000_000)).ok()?;
    let offset = jiff::tz::Offset::constant(8);
    Some(instant.display_with_offset(offset).to_string())
}

/// What the provider would refuse anyway, refused before a request is spent on it.
pub(super) fn check_order(order: &NewOrder) -> Result<(), PayError> {
    check_number(&order.out_trade_no)?;
    let length = order.description.chars().count();
    if !(1..=127).contains(&length) {
        return Err(parameter("description must have 1 to 127 characters"));
    }
    if order.amount_fen <= 0 {
        return Err(parameter("amount must be positive"));
    }
    if order.payer_ip.parse::<std::net::IpAddr>().is_err() {
        return Err(parameter("payer_ip is not an IP address"));
    }
    Ok(())
}

/// 商户订单号: 6–32 of `[0-9A-Za-z_\-|*]`.
pub(super) fn check_number(out_trade_no: &str) -> Result<(), PayError> {
    let allowed = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'|' | b'*');
    if (6..=32).contains(&out_trade_no.len()) && out_trade_no.bytes().all(allowed) {
        Ok(())
    } else {
        Err(parameter("out_trade_no must be 6 to 32 of 0-9A-Za-z_-|*"))
    }
}

fn parameter(message: &str) -> PayError {
    PayError::Refused { code: "PARAM_ERROR".into(), message: message.into() }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn transaction(state: &str) -> Transaction {
        serde_json::from_value(serde_json::json!({
            "appid": "wx1", "mchid": "1900000001", "out_trade_no": "OV2026-1",
            "trade_state": state, "transaction_id": "4200", "success_time": "2018-06-08T10:34:56+08:00",
            "amount": {"total": 8000, "payer_total": 7900, "currency": "CNY"}
        }))
        .unwrap()
    }

    #[test]
    fn d5_every_documented_trade_state_has_one_meaning() {
        let states = [
            ("REFUND", OrderState::Refunded),
            ("NOTPAY", OrderState::Open),
            ("PAYERROR", OrderState::Open),
            ("CLOSED", OrderState::Closed),
            ("REVOKED", OrderState::Closed),
            ("USERPAYING", OrderState::Paying),
            ("ACCEPTED", OrderState::Paying),
        ];
        for (text, state) in states {
            assert_eq!(transaction(text).state(), Ok(state), "{text}");
        }
        // The bill's amount counts, not what a voucher left for the payer.
        assert_eq!(
            transaction("SUCCESS").state(),
            Ok(OrderState::Paid { transaction_id: "4200".into(), amount_fen: 8000, paid_at: 1_528_425_296_000_000 })
        );
        assert!(transaction("SOMETHING_NEW").state().is_err());
    }

    #[test]
    fn d5_order_numbers_are_checked_before_sending() {
        for good in ["OV2026", "a_-|*0", &"9".repeat(32)] {
            assert!(check_number(good).is_ok(), "{good}");
        }
        for bad in ["", "short", "has space", "中文订单号码", "a/bcdef", &"9".repeat(33)] {
            assert!(check_number(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn expiry_is_written_in_beijing_time() {
        assert_eq!(beijing_time(1_528_425_296_999_999).as_deref(), Some("2018-06-08T10:34:56+08:00"));
    }
}
