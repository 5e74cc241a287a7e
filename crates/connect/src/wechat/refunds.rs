//! 退款: `POST /v3/refund/domestic/refunds`, its query, and its notification. An accepted refund has moved
//! nothing yet: only the status says so.

use jiff::Timestamp;
use reqwest::{Method, StatusCode};
use serde::{Deserialize, Serialize};
use service::ports::pay::{NewRefund, OrderState, PayError, RefundState};

use super::{client, client::WechatPay, transport, wire};

#[derive(Serialize)]
struct Wanted<'a> {
    out_trade_no: &'a str,
    out_refund_no: &'a str,
    reason: &'a str,
    notify_url: &'a str,
    amount: WantedAmount,
}

#[derive(Serialize)]
struct WantedAmount {
    refund: i64,
    total: i64,
    currency: &'static str,
}

/// A refund, in answers (`status`) and inside a notification (`refund_status`).
#[derive(Deserialize)]
#[allow(clippy::struct_field_names, reason = "named as the provider does")]
pub(super) struct Refund {
    #[serde(default)]
    mchid: Option<String>,
    pub out_trade_no: String,
    pub out_refund_no: String,
    refund_id: String,
    #[serde(alias = "refund_status")]
    status: String,
    success_time: Option<String>,
    amount: Amount,
}

#[derive(Deserialize)]
struct Amount {
    total: i64,
    refund: i64,
}

impl Refund {
    /// The state in the port's words, or what is missing from it.
    fn state(&self) -> Result<RefundState, &'static str> {
        Ok(match self.status.as_str() {
            "PROCESSING" => RefundState::Processing,
            "CLOSED" => RefundState::Closed,
            "ABNORMAL" => RefundState::Abnormal,
            "SUCCESS" => {
                let time: Option<Timestamp> = self.success_time.as_deref().and_then(|text| text.parse().ok());
                RefundState::Success {
                    refund_id: self.refund_id.clone(),
                    amount_fen: self.amount.refund,
                    total_fen: self.amount.total,
                    done_at: time.ok_or("no success_time")?.as_microsecond(),
                }
            }
            _ => return Err("unknown refund status"),
        })
    }

    /// As a word about its order.
    pub fn as_order_state(&self, mchid: &str) -> Result<OrderState, PayError> {
        if self.mchid.as_deref() != Some(mchid) {
            return Err(PayError::NotAuthentic("mchid is not ours".into()));
        }
        let state = self.state().map_err(|why| PayError::NotAuthentic(format!("refund: {why}")))?;
        Ok(OrderState::Refund { out_refund_no: self.out_refund_no.clone(), state })
    }
}

/// 商户退款单号: at most 64 of `[0-9A-Za-z_\-|*@]`.
fn check_number(number: &str) -> Result<(), PayError> {
    let allowed = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'|' | b'*' | b'@');
    if (1..=64).contains(&number.len()) && number.bytes().all(allowed) {
        Ok(())
    } else {
        Err(PayError::Refused { code: "PARAM_ERROR".into(), message: "out_refund_no is not allowed".into() })
    }
}

impl WechatPay {
    pub(super) async fn ask_refund(&self, refund: &NewRefund) -> Result<RefundState, PayError> {
        wire::check_number(&refund.out_trade_no)?;
        check_number(&refund.out_refund_no)?;
        let wanted = Wanted {
            out_trade_no: &refund.out_trade_no,
            out_refund_no: &refund.out_refund_no,
            reason: &refund.reason,
            notify_url: self.notify_url(),
            amount: WantedAmount { refund: refund.amount_fen, total: refund.total_fen, currency: "CNY" },
        };
        let body =
            serde_json::to_string(&wanted).map_err(|_| PayError::Unreachable("request cannot be written".into()))?;
        let answer = self.call(Method::POST, "/v3/refund/domestic/refunds", Some(body)).await?;
        if answer.status != StatusCode::OK {
            return Err(client::refusal(&answer));
        }
        told(&client::decode(&answer.body)?, &refund.out_trade_no, &refund.out_refund_no)
    }

    pub(super) async fn ask_about_refund(
        &self,
        out_trade_no: &str,
        out_refund_no: &str,
    ) -> Result<RefundState, PayError> {
        check_number(out_refund_no)?;
        let path = format!("/v3/refund/domestic/refunds/{}", transport::percent_encode(out_refund_no));
        let answer = self.call(Method::GET, &path, None).await?;
        if answer.status != StatusCode::OK {
            let error = client::refusal(&answer);
            let unknown = matches!(&error, PayError::Refused { code, .. } if code == "RESOURCE_NOT_EXISTS");
            return if unknown { Ok(RefundState::Unknown) } else { Err(error) };
        }
        told(&client::decode(&answer.body)?, out_trade_no, out_refund_no)
    }
}

/// The answer is about what was asked for.
fn told(refund: &Refund, out_trade_no: &str, out_refund_no: &str) -> Result<RefundState, PayError> {
    if refund.out_refund_no != out_refund_no || refund.out_trade_no != out_trade_no {
        return Err(PayError::NotAuthentic("answer is for another refund".into()));
    }
    refund.state().map_err(|why| PayError::Unreachable(format!("answer: {why}")))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refund(key: &str, status: &str) -> Refund {
        serde_json::from_value(serde_json::json!({
            "mchid": "1900000001", "out_trade_no": "OV2026-1", "out_refund_no": "OV2026-1R1", "refund_id": "5030",
            key: status, "success_time": "2018-06-08T10:34:56+08:00", "amount": {"total": 8000, "refund": 3000}
        }))
        .unwrap()
    }

    #[test]
    fn d5_every_documented_refund_status_has_one_meaning() {
        let done = RefundState::Success {
            refund_id: "5030".into(),
            amount_fen: 3000,
            total_fen: 8000,
            done_at: 1_528_425_296_000_000,
        };
        let states = [
            ("PROCESSING", RefundState::Processing),
            ("CLOSED", RefundState::Closed),
            ("ABNORMAL", RefundState::Abnormal),
            ("SUCCESS", done),
        ];
        for (text, state) in states {
            assert_eq!(refund("status", text).state(), Ok(state.clone()), "{text} in an answer");
            assert_eq!(refund("refund_status", text).state(), Ok(state), "{text} in a notification");
        }
        assert!(refund("status", "SOMETHING_NEW").state().is_err());
        assert!(refund("refund_status", "SUCCESS").as_order_state("another").is_err());
    }

    #[test]
    fn d5_refund_numbers_are_checked_before_sending() {
        assert!(check_number(&format!("{}R1", "a".repeat(32))).is_ok());
        for bad in ["", "has space", "a/b", &"9".repeat(65)] {
            assert!(check_number(bad).is_err(), "{bad}");
        }
    }
}
