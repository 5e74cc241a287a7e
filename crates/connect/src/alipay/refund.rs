//! Giving money back (退款).

use serde::Deserialize;
use serde_json::json;
use service::ports::pay::PayError;

use super::{Alipay, wire};

/// One part of a refund (退款).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RefundPart {
    pub out_trade_no: String,
    /// 退款请求号: names this part of an order's refunds; the same again gives back nothing more.
    pub out_request_no: String,
    pub amount_fen: i64,
    /// Shown to the payer.
    pub reason: String,
}

/// What came of a refund.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Refunded {
    /// The money went back.
    Done,
    /// This request has moved nothing: ask with [`Alipay::query_refund`] whether an earlier one has.
    NotMoved,
}

/// A part that has gone back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RefundFound {
    pub amount_fen: i64,
    /// What the order had taken in all.
    pub total_fen: i64,
    /// When the money moved, µs since the epoch, where the provider says so.
    pub done_at: Option<i64>,
}

#[derive(Deserialize)]
struct RefundAnswer {
    out_trade_no: String,
    fund_change: Option<String>,
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct FoundAnswer {
    out_request_no: Option<String>,
    total_amount: Option<String>,
    gmt_refund_pay: Option<String>,
    refund_amount: Option<String>,
    refund_status: Option<String>,
}

impl Alipay {
    /// `alipay.trade.refund`. After [`PayError::Unreachable`] the same part again is harmless.
    pub async fn refund(&self, part: &RefundPart) -> Result<Refunded, PayError> {
        wire::check_number(&part.out_trade_no)?;
        check_request(&part.out_request_no)?;
        let content = json!({
            "out_trade_no": part.out_trade_no,
            "out_request_no": part.out_request_no,
            "refund_amount": wire::yuan(part.amount_fen).ok_or_else(|| wire::parameter("refund_amount"))?,
            "refund_reason": wire::subject(&part.reason),
        });
        let answer: RefundAnswer = self.call("alipay.trade.refund", &content, &[]).await?.read()?;
        if answer.out_trade_no != part.out_trade_no {
            return Err(PayError::NotAuthentic("answer is for another order".into()));
        }
        Ok(if answer.fund_change.as_deref() == Some("Y") { Refunded::Done } else { Refunded::NotMoved })
    }

    /// `alipay.trade.fastpay.refund.query`: what this part has given back; `None` when it has not.
    pub async fn query_refund(
        &self,
        out_trade_no: &str,
        out_request_no: &str,
    ) -> Result<Option<RefundFound>, PayError> {
        wire::check_number(out_trade_no)?;
        check_request(out_request_no)?;
        let content = json!({
            "out_trade_no": out_trade_no,
            "out_request_no": out_request_no,
            "query_options": ["gmt_refund_pay"],
        });
        let answer = self.call("alipay.trade.fastpay.refund.query", &content, &[]).await?;
        if answer.outcome.sub_code == "ACQ.TRADE_NOT_EXIST" {
            return Ok(None);
        }
        let found: FoundAnswer = answer.read()?;
        if found.refund_status.as_deref() != Some("REFUND_SUCCESS") {
            return Ok(None);
        }
        if found.out_request_no.as_deref() != Some(out_request_no) {
            return Err(PayError::NotAuthentic("answer is for another refund".into()));
        }
        let fen = |yuan: Option<String>| {
            yuan.as_deref().and_then(wire::fen).ok_or_else(|| PayError::Unreachable("answer: no amount".into()))
        };
        Ok(Some(RefundFound {
            amount_fen: fen(found.refund_amount)?,
            total_fen: fen(found.total_amount)?,
            done_at: found.gmt_refund_pay.as_deref().and_then(wire::instant),
        }))
    }
}

/// 退款请求号: at most 64 letters, digits, hyphens and underscores.
fn check_request(out_request_no: &str) -> Result<(), PayError> {
    let allowed = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-');
    if (1..=64).contains(&out_request_no.len()) && out_request_no.bytes().all(allowed) {
        Ok(())
    } else {
        Err(wire::parameter("out_request_no must be 1 to 64 of 0-9A-Za-z_-"))
    }
}
