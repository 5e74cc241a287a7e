//! What a merchant asks for in `biz_content`, and the documented rules on it.

use serde::{Deserialize, Serialize};

use super::params::Params;
use crate::clock;

const MINUTE: i64 = 60_000_000;

/// A refusal as the gateway writes it.
#[derive(Debug, PartialEq, Eq)]
pub struct Refusal {
    pub code: &'static str,
    pub msg: &'static str,
    pub sub_code: &'static str,
    pub sub_msg: String,
}

impl Refusal {
    /// 业务处理失败.
    pub fn business(sub_code: &'static str, sub_msg: impl Into<String>) -> Self {
        Self { code: "40004", msg: "Business Failed", sub_code, sub_msg: sub_msg.into() }
    }

    /// 非法的参数.
    pub fn arguments(sub_code: &'static str, sub_msg: impl Into<String>) -> Self {
        Self { code: "40002", msg: "Invalid Arguments", sub_code, sub_msg: sub_msg.into() }
    }

    pub fn parameter(sub_msg: impl Into<String>) -> Self {
        Self::business("ACQ.INVALID_PARAMETER", sub_msg)
    }

    pub fn system() -> Self {
        Self {
            code: "20000",
            msg: "Service Currently Unavailable",
            sub_code: "isp.unknow-error",
            sub_msg: "系统繁忙".into(),
        }
    }

    pub fn paying() -> Self {
        Self { code: "10003", msg: "order success pay inprocess", sub_code: "", sub_msg: String::new() }
    }

    pub fn not_found() -> Self {
        Self::business("ACQ.TRADE_NOT_EXIST", "交易不存在")
    }
}

/// What the merchant asked for; the same number again must ask for the same.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Terms {
    pub out_trade_no: String,
    pub subject: String,
    pub product_code: String,
    /// Fen.
    pub total: i64,
    pub notify_url: String,
    pub return_url: Option<String>,
    /// µs since the epoch.
    pub expires_at: Option<i64>,
}

/// `biz_content` of all interfaces.
#[derive(Deserialize, Default)]
#[serde(default)]
pub struct Content {
    pub out_trade_no: Option<String>,
    pub total_amount: Option<String>,
    pub subject: Option<String>,
    pub product_code: Option<String>,
    pub time_expire: Option<String>,
    pub timeout_express: Option<String>,
    pub quit_url: Option<String>,
    pub refund_amount: Option<String>,
    pub out_request_no: Option<String>,
    pub bill_type: Option<String>,
    pub bill_date: Option<String>,
}

impl Content {
    pub fn read(params: &Params) -> Result<Self, Refusal> {
        let text = params.get("biz_content").map(String::as_str).unwrap_or_default();
        serde_json::from_str(text).map_err(|error| Refusal::parameter(format!("biz_content 不是规定的 JSON：{error}")))
    }

    /// A field that must be there.
    pub fn needed<'a>(value: Option<&'a String>, name: &str) -> Result<&'a str, Refusal> {
        value
            .map(String::as_str)
            .filter(|value| !value.is_empty())
            .ok_or_else(|| Refusal::parameter(format!("缺少 {name}")))
    }
}

/// The terms of an order; `now` is µs since the epoch.
pub fn read(params: &Params, method: &str, now: i64) -> Result<Terms, Refusal> {
    let content = Content::read(params)?;
    let product_code = match method {
        "alipay.trade.wap.pay" => "QUICK_WAP_WAY",
        "alipay.trade.page.pay" => "FAST_INSTANT_TRADE_PAY",
        _ => "FACE_TO_FACE_PAYMENT",
    };
    match content.product_code.as_deref() {
        // A code may leave it out.
        None if method == "alipay.trade.precreate" => {}
        Some(code) if code == product_code => {}
        _ => return Err(Refusal::parameter(format!("product_code 应为 {product_code}"))),
    }
    if method == "alipay.trade.wap.pay" {
        Content::needed(content.quit_url.as_ref(), "quit_url")?;
    }
    let out_trade_no = Content::needed(content.out_trade_no.as_ref(), "out_trade_no")?;
    let allowed = |c: char| c.is_ascii_alphanumeric() || c == '_';
    if out_trade_no.len() > 64 || !out_trade_no.chars().all(allowed) {
        return Err(Refusal::parameter("out_trade_no 应为 64 个以内的字母、数字或下划线"));
    }
    let subject = Content::needed(content.subject.as_ref(), "subject")?;
    if subject.chars().count() > 256 || subject.contains(['/', '=', '&']) {
        return Err(Refusal::parameter("subject 不超过 256 个字符，不能有 / = &"));
    }
    let total = amount(Content::needed(content.total_amount.as_ref(), "total_amount")?)?;
    let notify_url = params.get("notify_url").cloned().unwrap_or_default();
    if !notify_url.is_empty() && reqwest::Url::parse(&notify_url).is_err() {
        return Err(Refusal::parameter("notify_url 不是可用的地址"));
    }
    Ok(Terms {
        out_trade_no: out_trade_no.to_owned(),
        subject: subject.to_owned(),
        product_code: product_code.to_owned(),
        total,
        notify_url,
        return_url: params.get("return_url").filter(|url| !url.is_empty()).cloned(),
        expires_at: expiry(&content, now)?,
    })
}

fn expiry(content: &Content, now: i64) -> Result<Option<i64>, Refusal> {
    let instant = match (content.time_expire.as_deref(), content.timeout_express.as_deref()) {
        (None, None) => return Ok(None),
        (Some(text), _) => {
            clock::parse_for_people(text).ok_or_else(|| Refusal::parameter("time_expire 应为 yyyy-MM-dd HH:mm:ss"))?
        }
        (None, Some(text)) => {
            let life = timeout(text).ok_or_else(|| Refusal::parameter("timeout_express 应为 1m 至 15d"))?;
            now + life
        }
    };
    if instant <= now {
        return Err(Refusal::parameter("time_expire 已经过去"));
    }
    Ok(Some(instant))
}

/// `1m` to `15d`: minutes, hours, days; µs.
fn timeout(text: &str) -> Option<i64> {
    let number = text.strip_suffix(['m', 'h', 'd'])?;
    let unit = match text.as_bytes().last()? {
        b'm' => 1,
        b'h' => 60,
        _ => 24 * 60,
    };
    let minutes = number.parse::<u32>().ok().map(i64::from)? * unit;
    (1..=15 * 24 * 60).contains(&minutes).then_some(minutes * MINUTE)
}

/// 0.01 to 100000000 yuan, two decimals at most; fen.
pub fn amount(text: &str) -> Result<i64, Refusal> {
    let refuse = || Refusal::parameter("金额应为 0.01 至 100000000 元，最多两位小数");
    let (yuan, rest) = text.split_once('.').unwrap_or((text, ""));
    let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    if yuan.is_empty() || yuan.len() > 9 || rest.len() > 2 || !digits(yuan) || !digits(rest) {
        return Err(refuse());
    }
    let fen: i64 = format!("{yuan}{rest:0<2}").parse().map_err(|_| refuse())?;
    if (1..=10_000_000_000).contains(&fen) { Ok(fen) } else { Err(refuse()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_are_read_as_they_are_written() {
        assert_eq!(amount("80.00"), Ok(8000));
        assert_eq!(amount("0.1"), Ok(10));
        assert_eq!(amount("100000000"), Ok(10_000_000_000));
        for bad in ["", "0", "0.001", "-1", "1e2", ".5", "100000000.01", "1,0"] {
            assert!(amount(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn an_order_lives_from_a_minute_to_fifteen_days() {
        assert_eq!(timeout("1m"), Some(MINUTE));
        assert_eq!(timeout("2h"), Some(120 * MINUTE));
        assert_eq!(timeout("15d"), Some(15 * 24 * 60 * MINUTE));
        for bad in ["", "0m", "16d", "1.5h", "90", "-1m"] {
            assert_eq!(timeout(bad), None, "{bad}");
        }
    }
}
