//! Whether a request to the payment gateway really comes from the merchant.

use std::collections::HashMap;

use axum::http::HeaderMap;

use crate::{api_error::ApiError, crypto, keys::Keys};

/// Requests may be this many seconds old or early.
const MAX_SKEW_SECONDS: u64 = 300;

/// Checks `Authorization: WECHATPAY2-SHA256-RSA2048 …` over the request line, the time, the
/// nonce and the body; `now` is µs since the epoch.
pub fn check(
    keys: &Keys,
    method: &str,
    path_and_query: &str,
    headers: &HeaderMap,
    body: &[u8],
    now: i64,
) -> Result<(), ApiError> {
    let value = headers
        .get("authorization")
        .and_then(|value| value.to_str().ok())
        .ok_or_else(|| ApiError::signature("缺少 Authorization"))?;
    let fields = parse(value).ok_or_else(|| ApiError::signature("Authorization 格式不正确"))?;
    let field =
        |name: &str| fields.get(name).copied().ok_or_else(|| ApiError::signature(format!("Authorization 缺少 {name}")));
    if field("mchid")? != keys.mchid {
        return Err(ApiError::signature("商户号与签名不匹配"));
    }
    if field("serial_no")? != keys.merchant_serial {
        return Err(ApiError::signature("证书序列号不正确"));
    }
    let timestamp = field("timestamp")?;
    let seconds: i64 = timestamp.parse().map_err(|_| ApiError::signature("timestamp 不是数字"))?;
    if now.div_euclid(1_000_000).abs_diff(seconds) > MAX_SKEW_SECONDS {
        return Err(ApiError::signature("时间戳与服务器相差超过 5 分钟"));
    }
    let mut message = format!("{method}\n{path_and_query}\n{timestamp}\n{}\n", field("nonce_str")?).into_bytes();
    message.extend_from_slice(body);
    message.push(b'\n');
    if crypto::verifies(&keys.merchant_public, &message, field("signature")?) {
        Ok(())
    } else {
        Err(ApiError::signature("签名错误，请检查后再试"))
    }
}

/// The quoted fields of the header.
fn parse(value: &str) -> Option<HashMap<&str, &str>> {
    let fields = value.strip_prefix("WECHATPAY2-SHA256-RSA2048 ")?;
    fields
        .split(',')
        .map(|field| {
            let (name, quoted) = field.trim().split_once('=')?;
            let value = quoted.strip_prefix('"')?.strip_suffix('"')?;
            Some((name, value))
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::parse;

    #[test]
    fn fields_are_read_whatever_their_order() {
        let fields = parse("WECHATPAY2-SHA256-RSA2048 signature=\"a+/=\",mchid=\"1\", timestamp=\"2\"").unwrap();
        assert_eq!(fields["signature"], "a+/=");
        assert_eq!(fields["timestamp"], "2");
        assert!(parse("Basic abc").is_none());
        assert!(parse("WECHATPAY2-SHA256-RSA2048 mchid=1").is_none());
    }
}
