//! 交易账单: `GET /v3/bill/tradebill`, then a file behind a short-lived address. The file is not signed: its
//! SHA-1 stands in the signed answer. Every field begins with a backtick, amounts are yuan.

use std::collections::BTreeMap;

use aws_lc_rs::digest::{SHA1_FOR_LEGACY_USE_ONLY, digest};
use jiff::civil::{Date, DateTime};
use reqwest::{Method, StatusCode};
use serde::Deserialize;
use service::ports::pay::{PayError, TradeLine};

use super::{client, client::WechatPay};

/// Longest file, in bytes: a county's day is far below it.
pub(super) const LONGEST: usize = 32 * 1024 * 1024;

#[derive(Deserialize)]
struct Offered {
    hash_type: String,
    hash_value: String,
    download_url: String,
}

impl WechatPay {
    pub(super) async fn fetch_trade_bill(&self, day: Date) -> Result<Vec<TradeLine>, PayError> {
        let path = format!("/v3/bill/tradebill?bill_date={day}&bill_type=ALL");
        let answer = self.call(Method::GET, &path, None).await?;
        if answer.status != StatusCode::OK {
            let error = client::refusal(&answer);
            let empty = matches!(&error, PayError::Refused { code, .. } if code == "NO_STATEMENT_EXIST");
            return if empty { Ok(Vec::new()) } else { Err(error) };
        }
        let offered: Offered = client::decode(&answer.body)?;
        if offered.hash_type != "SHA1" {
            return Err(PayError::NotAuthentic("bill: unknown hash_type".into()));
        }
        let content = self.download(&offered.download_url).await?;
        let found = hex::encode(digest(&SHA1_FOR_LEGACY_USE_ONLY, &content));
        if !found.eq_ignore_ascii_case(&offered.hash_value) {
            return Err(PayError::NotAuthentic("bill: digest differs".into()));
        }
        let text = String::from_utf8(content).map_err(|_| PayError::NotAuthentic("bill: not UTF-8".into()))?;
        read(&text).map_err(|why| PayError::Unreachable(format!("bill: {why}")))
    }
}

/// The lines up to the summary. Columns are found by their names: the provider adds new ones.
fn read(text: &str) -> Result<Vec<TradeLine>, &'static str> {
    let text = text.trim_start_matches('\u{feff}');
    let mut rows = text.lines().filter(|line| !line.trim().is_empty());
    let head: Vec<&str> = rows.next().ok_or("no head")?.split(',').map(str::trim).collect();
    let mut lines = Vec::new();
    for row in rows {
        // The summary's own head begins without a backtick.
        let Some(row) = row.trim().strip_prefix('`') else { break };
        let cells: Vec<&str> = row.split(",`").collect();
        if cells.len() < head.len() {
            return Err("a line is too short");
        }
        let named: BTreeMap<&str, &str> = head.iter().copied().zip(cells.iter().map(|cell| cell.trim())).collect();
        lines.extend(line(&named)?);
    }
    Ok(lines)
}

/// A payment or a refund that has moved; none for a refund that has not.
fn line(cells: &BTreeMap<&str, &str>) -> Result<Option<TradeLine>, &'static str> {
    let cell = |name: &str| cells.get(name).copied().unwrap_or_default();
    let at: DateTime = cell("交易时间").parse().map_err(|_| "no time")?;
    let at = jiff::tz::Offset::constant(8).to_timestamp(at).map_err(|_| "no time")?.as_microsecond();
    let out_trade_no = cell("商户订单号").to_owned();
    let fee_fen = fen(cell("手续费")).ok_or("no fee")?;
    Ok(match (cell("交易状态"), cell("退款状态")) {
        ("SUCCESS", _) => Some(TradeLine {
            refund: false,
            number: out_trade_no.clone(),
            out_trade_no,
            provider_no: cell("微信订单号").to_owned(),
            amount_fen: fen(cell("订单金额")).ok_or("no amount")?,
            fee_fen,
            at,
        }),
        ("REFUND", "SUCCESS") => Some(TradeLine {
            refund: true,
            number: cell("商户退款单号").to_owned(),
            out_trade_no,
            provider_no: cell("微信退款单号").to_owned(),
            amount_fen: fen(cell("申请退款金额")).ok_or("no refund amount")?,
            fee_fen,
            at,
        }),
        ("REFUND" | "REVOKED", _) => None,
        _ => return Err("unknown state"),
    })
}

/// Yuan with at most five decimals, of which those after the second are zero; a sign is allowed.
fn fen(text: &str) -> Option<i64> {
    if !text.is_ascii() {
        return None;
    }
    let (sign, text) = text.strip_prefix('-').map_or((1, text), |rest| (-1, rest));
    let (yuan, decimals) = text.split_once('.').unwrap_or((text, ""));
    let (decimals, rest) = decimals.split_at(decimals.len().min(2));
    let digits = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
    if yuan.is_empty() || !digits(yuan) || !digits(decimals) || rest.bytes().any(|byte| byte != b'0') {
        return None;
    }
    let decimals: i64 = format!("{decimals:0<2}").parse().ok()?;
    yuan.parse::<i64>().ok()?.checked_mul(100)?.checked_add(decimals)?.checked_mul(sign)
}

#[cfg(test)]
mod tests {
    use super::*;

    const BILL: &str = "\u{feff}交易时间,公众账号ID,商户号,微信订单号,商户订单号,交易状态,应结订单金额,微信退款单号,商户退款单号,退款金额,退款状态,商品名称,手续费,费率,订单金额,申请退款金额\r\n\
        `2026-03-02 09:30:00,`wx1,`1900000001,`4200,`OV2026-1,`SUCCESS,`80.00,`0,`0,`0.00,`,`登记费, 住宅,`0.48000,`0.60%,`80.00,`0.00\r\n\
        `2026-03-02 10:30:00,`wx1,`1900000001,`4200,`OV2026-1,`REFUND,`0.00,`5030,`OV2026-1R1,`30.00,`SUCCESS,`登记费,`-0.18000,`0.60%,`0.00,`30.00\r\n\
        `2026-03-02 10:31:00,`wx1,`1900000001,`4200,`OV2026-1,`REFUND,`0.00,`5031,`OV2026-1R2,`1.00,`PROCESSING,`登记费,`0.00000,`0.60%,`0.00,`1.00\r\n\
        总交易单数,应结订单总金额,退款总金额,充值券退款总金额,手续费总金额,订单总金额,申请退款总金额\r\n\
        `3,`80.00,`31.00,`0.00,`0.30000,`80.00,`31.00\r\n";

    #[test]
    fn d5_a_trade_bill_is_read_by_the_names_of_its_columns() {
        let lines = read(BILL).unwrap();
        let seen: Vec<_> = lines.iter().map(|l| (l.refund, l.number.as_str(), l.amount_fen, l.fee_fen)).collect();
        assert_eq!(seen, [(false, "OV2026-1", 8_000, 48), (true, "OV2026-1R1", 3_000, -18)]);
        assert_eq!((lines[1].provider_no.as_str(), lines[1].out_trade_no.as_str()), ("5030", "OV2026-1"));
        assert_eq!(lines[0].at, 1_772_415_000_000_000);
        assert!(read("").is_err());
        assert!(read("交易时间,手续费\r\n`2026-03-02 09:30:00\r\n").is_err());
    }

    #[test]
    fn d5_amounts_of_a_bill_are_never_guessed() {
        for (text, amount) in [("0.00", 0), ("80", 8_000), ("80.5", 8_050), ("-0.18000", -18), ("0.01", 1)] {
            assert_eq!(fen(text), Some(amount), "{text}");
        }
        for bad in ["", ".", "1.234", "1,000.00", "--1", "¥1", "1e3"] {
            assert_eq!(fen(bad), None, "{bad}");
        }
    }
}
