//! Giving money back (退款), and where the day's bill lies (对账单).

use jiff::civil::Date;
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

#[derive(Deserialize)]
struct RefundAnswer {
    out_trade_no: String,
    fund_change: Option<String>,
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct RefundFound {
    out_request_no: Option<String>,
    refund_amount: Option<String>,
    refund_status: Option<String>,
}

#[derive(Deserialize)]
struct BillPlace {
    bill_download_url: String,
}

impl Alipay {
    /// `alipay.trade.refund`. After [`PayError::Unreachable`] the same part again is harmless.
    pub async fn refund(&self, part: &RefundPart) -> Result<Refunded, PayError> {
        wire::check_number(&part.out_trade_no)?;
        wire::check_number(&part.out_request_no)?;
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

    /// `alipay.trade.fastpay.refund.query`: the fen that this part has given back; `None` when it has not.
    pub async fn query_refund(&self, out_trade_no: &str, out_request_no: &str) -> Result<Option<i64>, PayError> {
        wire::check_number(out_trade_no)?;
        wire::check_number(out_request_no)?;
        let content = json!({ "out_trade_no": out_trade_no, "out_request_no": out_request_no });
        let answer = self.call("alipay.trade.fastpay.refund.query", &content, &[]).await?;
        if answer.outcome.sub_code == "ACQ.TRADE_NOT_EXIST" {
            return Ok(None);
        }
        let found: RefundFound = answer.read()?;
        if found.refund_status.as_deref() != Some("REFUND_SUCCESS") {
            return Ok(None);
        }
        if found.out_request_no.as_deref() != Some(out_request_no) {
            return Err(PayError::NotAuthentic("answer is for another refund".into()));
        }
        let amount = found.refund_amount.as_deref().and_then(wire::fen);
        amount.map(Some).ok_or_else(|| PayError::Unreachable("answer: no refund_amount".into()))
    }

    /// `alipay.data.dataservice.bill.downloadurl.query`: where the trades of a past day lie, a zip of GBK tables; there
    /// from 10:00 on the next day, under an address that lives 30 seconds.
    pub async fn bill_address(&self, day: Date) -> Result<String, PayError> {
        let content = json!({ "bill_type": "trade", "bill_date": day.to_string() });
        let place: BillPlace =
            self.call("alipay.data.dataservice.bill.downloadurl.query", &content, &[]).await?.read()?;
        Ok(place.bill_download_url)
    }
}
