//! The SMS carrier: action `SendSms` behind an `ACS3-HMAC-SHA256` signature.

use std::collections::{BTreeMap, HashMap, VecDeque};

use axum::{
    Json,
    body::Bytes,
    extract::{OriginalUri, State},
    http::{HeaderMap, StatusCode, Uri},
    response::{IntoResponse, Response},
};
use reqwest::Url;
use serde_json::json;

use crate::{
    app::Shared,
    clock,
    crypto::{self, UPPER_HEX},
    faults::SmsFault,
    keys::{Keys, SIGN_NAME},
    messages::Message,
    templates,
};

/// A request's date may differ by this much (µs).
const MAX_SKEW: u64 = 15 * 60 * 1_000_000;
/// Request nonces remembered.
const NONCES: usize = 2000;
/// Headers that must be covered by the signature.
const SIGNED: [&str; 6] =
    ["host", "x-acs-action", "x-acs-content-sha256", "x-acs-date", "x-acs-signature-nonce", "x-acs-version"];

/// HTTP status, code, message.
type Refusal = (StatusCode, &'static str, String);

/// Nonces seen lately: a repeated request is refused.
#[derive(Default)]
pub struct Nonces(VecDeque<String>);

impl Nonces {
    /// Whether `nonce` is new; it is known from now on.
    pub fn first_use(&mut self, nonce: &str) -> bool {
        if self.0.iter().any(|known| known == nonce) {
            return false;
        }
        self.0.push_back(nonce.to_owned());
        if self.0.len() > NONCES {
            self.0.pop_front();
        }
        true
    }
}

/// `POST /sms/`.
pub async fn send(
    State(app): State<Shared>,
    OriginalUri(uri): OriginalUri,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let pairs = decode_pairs(uri.query().unwrap_or_default());
    let result = authenticate(&app.keys, &uri, &pairs, &headers, &body)
        .and_then(|nonce| {
            if app.nonces().first_use(&nonce) {
                Ok(())
            } else {
                let message = "Specified signature nonce was used already.";
                Err(gateway("SignatureNonceUsed", message))
            }
        })
        .and_then(|()| {
            let mut params: HashMap<String, String> = pairs.into_iter().collect();
            params.extend(decode_pairs(&String::from_utf8_lossy(&body)));
            accept(&app, &params)
        });
    let request_id = crypto::random_text(UPPER_HEX, 32);
    match result {
        Ok(biz_id) => Json(json!({
            "Code": "OK", "Message": "OK", "BizId": biz_id, "RequestId": request_id,
        }))
        .into_response(),
        Err((status, code, message)) => {
            let body = json!({ "Code": code, "Message": message, "RequestId": request_id });
            (status, Json(body)).into_response()
        }
    }
}

/// Keeps the message if it is in order; gives its receipt number.
fn accept(app: &Shared, params: &HashMap<String, String>) -> Result<String, Refusal> {
    let fault = app.faults().take_sms();
    match fault {
        Some(SmsFault::LimitControl) => {
            return Err(business("isv.BUSINESS_LIMIT_CONTROL", "触发分钟级流控"));
        }
        Some(SmsFault::BadNumber) => {
            return Err(business("isv.MOBILE_NUMBER_ILLEGAL", "手机号码格式错误"));
        }
        Some(SmsFault::Error500) => {
            return Err((
                StatusCode::SERVICE_UNAVAILABLE,
                "ServiceUnavailable",
                "The request has failed due to a temporary failure of the server.".into(),
            ));
        }
        None => {}
    }
    let get = |name: &'static str| {
        params.get(name).filter(|value| !value.is_empty()).ok_or_else(|| business("MissingParameter", name))
    };
    let phone = get("PhoneNumbers")?;
    if phone.len() != 11 || !phone.starts_with('1') || !phone.bytes().all(|b| b.is_ascii_digit()) {
        return Err(business("isv.MOBILE_NUMBER_ILLEGAL", "手机号码格式错误"));
    }
    if get("SignName")? != SIGN_NAME {
        return Err(business("isv.SMS_SIGNATURE_ILLEGAL", "该账号下找不到对应签名"));
    }
    let template_code = get("TemplateCode")?;
    let template =
        templates::find(template_code).ok_or_else(|| business("isv.SMS_TEMPLATE_ILLEGAL", "该账号下找不到对应模板"))?;
    let values: BTreeMap<String, String> = match params.get("TemplateParam") {
        None => BTreeMap::new(),
        Some(json) => serde_json::from_str(json)
            .map_err(|_| business("isv.INVALID_JSON_PARAM", "参数格式错误，应为字符串值的 JSON"))?,
    };
    let text = template
        .render(&values)
        .map_err(|name| business("isv.TEMPLATE_MISSING_PARAMETERS", &format!("缺少模板变量 {name}")))?;
    let message = Message {
        biz_id: String::new(),
        at: clock::now(),
        phone: phone.clone(),
        sign_name: SIGN_NAME.to_owned(),
        template: template.name.to_owned(),
        template_code: template_code.clone(),
        code: values.get("code").filter(|_| template.verification).cloned(),
        params: values,
        text,
        out_id: params.get("OutId").cloned(),
        requests: 1,
    };
    app.change_messages(|messages| messages.receive(message)).map_err(|_| business("isp.SYSTEM_ERROR", "状态无法保存"))
}

/// Checks the signature; gives the request's nonce.
fn authenticate(
    keys: &Keys,
    uri: &Uri,
    pairs: &[(String, String)],
    headers: &HeaderMap,
    body: &[u8],
) -> Result<String, Refusal> {
    let header = |name: &str| {
        headers
            .get(name)
            .and_then(|value| value.to_str().ok())
            .map(str::trim)
            .ok_or_else(|| gateway("MissingParameter", &format!("{name} is mandatory.")))
    };
    if header("x-acs-action")? != "SendSms" || header("x-acs-version")? != "2017-05-25" {
        let message = "Specified api is not found.";
        return Err((StatusCode::NOT_FOUND, "InvalidAction.NotFound", message.into()));
    }
    let date = clock::parse(header("x-acs-date")?)
        .ok_or_else(|| gateway("InvalidTimeStamp.Format", "x-acs-date is not ISO 8601."))?;
    if clock::now().abs_diff(date) > MAX_SKEW {
        return Err(gateway("InvalidTimeStamp.Expired", "x-acs-date is expired."));
    }
    let payload = crypto::sha256_hex(body);
    if header("x-acs-content-sha256")? != payload {
        return Err(mismatch("x-acs-content-sha256 is not the body's hash."));
    }
    let authorization = header("authorization")?;
    let fields: HashMap<&str, &str> = authorization
        .strip_prefix("ACS3-HMAC-SHA256 ")
        .unwrap_or_default()
        .split(',')
        .filter_map(|field| field.trim().split_once('='))
        .collect();
    let field = |name: &str| fields.get(name).copied().unwrap_or_default();
    if field("Credential") != keys.access_key_id {
        let message = "Specified access key is not found.";
        return Err((StatusCode::NOT_FOUND, "InvalidAccessKeyId.NotFound", message.into()));
    }
    let signed_headers = field("SignedHeaders");
    let names: Vec<&str> = signed_headers.split(';').collect();
    if !SIGNED.iter().all(|name| names.contains(name)) || !names.is_sorted() {
        return Err(mismatch("SignedHeaders is not complete or not sorted."));
    }
    let mut lines = String::new();
    for name in &names {
        lines.extend([*name, ":", header(name)?, "\n"]);
    }
    let canonical = format!("POST\n{}\n{}\n{lines}\n{signed_headers}\n{payload}", uri.path(), canonical_query(pairs));
    let hashed = crypto::sha256_hex(canonical.as_bytes());
    let string_to_sign = format!("ACS3-HMAC-SHA256\n{hashed}");
    let secret = &keys.access_key_secret;
    if crypto::hmac_verifies(secret, string_to_sign.as_bytes(), field("Signature")) {
        header("x-acs-signature-nonce").map(ToOwned::to_owned)
    } else {
        Err(mismatch("Specified signature is not matched with our calculation."))
    }
}

fn decode_pairs(query: &str) -> Vec<(String, String)> {
    let mut url = Url::parse("http://localhost/").expect("a constant address");
    url.set_query(Some(query));
    url.query_pairs().into_owned().collect()
}

/// Sorted by name, everything outside RFC 3986's unreserved set percent-encoded.
fn canonical_query(pairs: &[(String, String)]) -> String {
    let mut encoded: Vec<(String, String)> = pairs.iter().map(|(name, value)| (encode(name), encode(value))).collect();
    encoded.sort();
    let joined: Vec<String> = encoded.iter().map(|(name, value)| format!("{name}={value}")).collect();
    joined.join("&")
}

fn encode(text: &str) -> String {
    let mut encoded = String::new();
    for byte in text.bytes() {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'_' | b'.' | b'~' => {
                encoded.push(char::from(byte));
            }
            _ => {
                encoded.push('%');
                encoded.push_str(&hex::encode_upper([byte]));
            }
        }
    }
    encoded
}

/// A refusal by the gateway, before the message is looked at.
fn gateway(code: &'static str, message: &str) -> Refusal {
    (StatusCode::BAD_REQUEST, code, message.to_owned())
}

fn mismatch(message: &str) -> Refusal {
    gateway("SignatureDoesNotMatch", message)
}

/// A refusal by the product comes with status 200.
fn business(code: &'static str, message: &str) -> Refusal {
    (StatusCode::OK, code, message.to_owned())
}
