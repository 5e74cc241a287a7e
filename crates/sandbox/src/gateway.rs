//! The payment gateway: `/v3/pay/transactions/…`, every request verified, every answer signed.

use axum::{
    body::Bytes,
    extract::{OriginalUri, Path, Query, State},
    http::{HeaderMap, StatusCode, Uri},
    response::{IntoResponse, Response},
};
use serde::Deserialize;
use serde_json::{Value, json};

use crate::{
    api_error::ApiError,
    app::{App, Shared},
    clock,
    crypto::{self, ALPHANUMERIC},
    faults::AnswerFault,
    merchant,
    orders::{self, Terms},
    product::Product,
};

/// What a handler decided: a status with a body, or a refusal.
pub(crate) type Outcome = Result<(StatusCode, Option<Value>), ApiError>;

/// `POST /v3/pay/transactions/h5` (H5 下单).
pub async fn create(
    State(app): State<Shared>,
    OriginalUri(uri): OriginalUri,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    answer(&app, "POST", &uri, &headers, &body, || {
        let prepay = place(&app, Product::H5, &body)?;
        let link = format!("{}/wechat/cashier?prepay={prepay}", app.settings.public_url);
        Ok((StatusCode::OK, Some(json!({ "h5_url": link }))))
    })
    .await
}

/// `POST /v3/pay/transactions/native` (Native 下单). The real code opens the app (`weixin://wxpay/bizpayurl?…`); this one
/// leads to the cashier's page, so that a browser can stand in for the phone.
pub async fn create_native(
    State(app): State<Shared>,
    OriginalUri(uri): OriginalUri,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    answer(&app, "POST", &uri, &headers, &body, || {
        let prepay = place(&app, Product::Native, &body)?;
        let code = format!("{}/wechat/code/{prepay}", app.settings.public_url);
        Ok((StatusCode::OK, Some(json!({ "code_url": code }))))
    })
    .await
}

/// Opens the order, or the same one again; gives the name of its fresh link.
fn place(app: &App, product: Product, body: &[u8]) -> Result<String, ApiError> {
    let terms = read_terms(app, product, body)?;
    app.change_orders(|orders| orders.place(terms, clock::now())).map_err(|_| ApiError::system("状态无法保存"))?
}

#[derive(Deserialize)]
pub struct QueryParams {
    mchid: Option<String>,
}

/// `GET /v3/pay/transactions/out-trade-no/{number}?mchid=` (查询订单).
pub async fn query(
    State(app): State<Shared>,
    OriginalUri(uri): OriginalUri,
    Path(number): Path<String>,
    Query(params): Query<QueryParams>,
    headers: HeaderMap,
) -> Response {
    answer(&app, "GET", &uri, &headers, b"", || {
        check_mchid(&app, params.mchid.as_deref())?;
        let orders = app.orders();
        let order = orders.get(&number).ok_or_else(orders::not_found)?;
        Ok((StatusCode::OK, Some(order.transaction())))
    })
    .await
}

#[derive(Deserialize)]
struct CloseBody {
    mchid: Option<String>,
}

/// `POST /v3/pay/transactions/out-trade-no/{number}/close` (关闭订单).
pub async fn close(
    State(app): State<Shared>,
    OriginalUri(uri): OriginalUri,
    Path(number): Path<String>,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    answer(&app, "POST", &uri, &headers, &body, || {
        let params: CloseBody = serde_json::from_slice(&body).map_err(|_| ApiError::parameter("请求体不是 JSON"))?;
        check_mchid(&app, params.mchid.as_deref())?;
        app.change_orders(|orders| orders.close(&number)).map_err(|_| ApiError::system("状态无法保存"))??;
        Ok((StatusCode::NO_CONTENT, None))
    })
    .await
}

/// Verifies, lets a waiting fault have its way, acts, signs.
pub(crate) async fn answer(
    app: &App,
    method: &str,
    uri: &Uri,
    headers: &HeaderMap,
    body: &[u8],
    act: impl FnOnce() -> Outcome + Send,
) -> Response {
    let path_and_query = uri.path_and_query().map_or("/", |whole| whole.as_str());
    let verified = merchant::check(&app.keys, method, path_and_query, headers, body, clock::now());
    if let Err(error) = verified {
        return signed(app, error.status, Some(error.body()));
    }
    // Taken into a variable so that the lock is not held while we wait.
    let fault = app.faults().take_answer();
    let outcome = match fault {
        None => act(),
        Some(AnswerFault::SlowMs(wait)) => {
            // It happens at once and only the answer is late: the merchant may have hung up.
            let outcome = act();
            tokio::time::sleep(std::time::Duration::from_millis(wait)).await;
            outcome
        }
        Some(AnswerFault::Error500) => Err(ApiError::system("系统异常，请用相同参数重新调用")),
        Some(AnswerFault::UserPaying) if method == "GET" => act().map(|(status, body)| {
            let body = body.map(|mut transaction| {
                transaction["trade_state"] = json!("USERPAYING");
                transaction["trade_state_desc"] = json!("用户支付中，需要输入密码");
                transaction
            });
            (status, body)
        }),
        Some(AnswerFault::UserPaying) => {
            Err(ApiError::new(StatusCode::ACCEPTED, "USERPAYING", "用户支付中，需要输入密码"))
        }
    };
    match outcome {
        Ok((status, body)) => signed(app, status, body),
        Err(error) => signed(app, error.status, Some(error.body())),
    }
}

/// The platform's signature over an answer or a notification: the five headers.
pub fn signature_headers(app: &App, body: &[u8]) -> Option<[(&'static str, String); 5]> {
    let timestamp = clock::now().div_euclid(1_000_000).to_string();
    let nonce = crypto::random_text(ALPHANUMERIC, 32);
    let mut message = format!("{timestamp}\n{nonce}\n").into_bytes();
    message.extend_from_slice(body);
    message.push(b'\n');
    let signature = crypto::sign(&app.keys.platform, &message).ok()?;
    Some([
        ("Wechatpay-Timestamp", timestamp),
        ("Wechatpay-Nonce", nonce),
        ("Wechatpay-Signature", signature),
        ("Wechatpay-Serial", app.keys.platform_serial.clone()),
        ("Wechatpay-Signature-Type", "WECHATPAY2-SHA256-RSA2048".into()),
    ])
}

fn signed(app: &App, status: StatusCode, body: Option<Value>) -> Response {
    let text = body.map(|body| body.to_string()).unwrap_or_default();
    let Some(headers) = signature_headers(app, text.as_bytes()) else {
        return StatusCode::INTERNAL_SERVER_ERROR.into_response();
    };
    let kind = [("Content-Type", "application/json; charset=utf-8")];
    if text.is_empty() { (status, headers).into_response() } else { (status, headers, kind, text).into_response() }
}

fn check_mchid(app: &App, mchid: Option<&str>) -> Result<(), ApiError> {
    if mchid == Some(app.keys.mchid.as_str()) {
        Ok(())
    } else {
        Err(ApiError::parameter("mchid 与签名的商户号不一致"))
    }
}

#[derive(Deserialize)]
struct CreateBody {
    appid: Option<String>,
    mchid: Option<String>,
    description: Option<String>,
    out_trade_no: Option<String>,
    time_expire: Option<String>,
    notify_url: Option<String>,
    amount: Option<AmountBody>,
    scene_info: Option<SceneBody>,
}

#[derive(Deserialize)]
struct AmountBody {
    total: Option<i64>,
    currency: Option<String>,
}

#[derive(Deserialize)]
struct SceneBody {
    payer_client_ip: Option<String>,
    h5_info: Option<H5Body>,
}

#[derive(Deserialize)]
struct H5Body {
    #[serde(rename = "type")]
    kind: Option<String>,
}

/// The documented rules on the parameters.
fn read_terms(app: &App, product: Product, body: &[u8]) -> Result<Terms, ApiError> {
    let body: CreateBody =
        serde_json::from_slice(body).map_err(|error| ApiError::parameter(format!("请求体不是规定的 JSON：{error}")))?;
    let appid = needed(body.appid, "appid")?;
    let mchid = needed(body.mchid, "mchid")?;
    check_mchid(app, Some(&mchid))?;
    if appid != app.keys.appid {
        return Err(ApiError::new(StatusCode::BAD_REQUEST, "APPID_MCHID_NOT_MATCH", "appid 与 mchid 不匹配"));
    }
    let description = needed(body.description, "description")?;
    if description.chars().count() > 127 {
        return Err(ApiError::parameter("description 超过 127 个字符"));
    }
    let out_trade_no = needed(body.out_trade_no, "out_trade_no")?;
    let allowed = |c: char| c.is_ascii_alphanumeric() || "_-|*".contains(c);
    if !(6..=32).contains(&out_trade_no.len()) || !out_trade_no.chars().all(allowed) {
        return Err(ApiError::parameter("out_trade_no 应为 6 至 32 个数字、字母或 _-|*"));
    }
    let notify_url = needed(body.notify_url, "notify_url")?;
    if !reqwest::Url::parse(&notify_url)
        .is_ok_and(|url| matches!(url.scheme(), "http" | "https") && url.query().is_none())
    {
        return Err(ApiError::parameter("notify_url 不是可用的地址，或带有参数"));
    }
    let expires_at = match body.time_expire {
        None => None,
        Some(text) => {
            let instant = clock::parse(&text).ok_or_else(|| ApiError::parameter("time_expire 应为 RFC 3339 时间"))?;
            if instant <= clock::now() {
                return Err(ApiError::parameter("time_expire 已经过去"));
            }
            Some(instant)
        }
    };
    check_scene(product, body.scene_info)?;
    let total = read_total(body.amount)?;
    Ok(Terms { product, appid, mchid, out_trade_no, description, notify_url, total, expires_at })
}

fn needed(value: Option<String>, name: &str) -> Result<String, ApiError> {
    value.filter(|value| !value.is_empty()).ok_or_else(|| ApiError::parameter(format!("缺少 {name}")))
}

/// 场景信息: on a phone it must be told; with a code it may be left out, and is right where it is not.
fn check_scene(product: Product, scene: Option<SceneBody>) -> Result<(), ApiError> {
    let scene = match (scene, product) {
        (Some(scene), _) => scene,
        (None, Product::Native) => return Ok(()),
        (None, Product::H5) => return Err(ApiError::parameter("缺少 scene_info")),
    };
    let address = needed(scene.payer_client_ip, "scene_info.payer_client_ip")?;
    if address.parse::<std::net::IpAddr>().is_err() {
        return Err(ApiError::parameter("payer_client_ip 不是 IP 地址"));
    }
    if product == Product::H5 {
        needed(scene.h5_info.and_then(|info| info.kind), "scene_info.h5_info.type")?;
    }
    Ok(())
}

fn read_total(amount: Option<AmountBody>) -> Result<i64, ApiError> {
    let amount = amount.ok_or_else(|| ApiError::parameter("缺少 amount"))?;
    if amount.currency.as_deref().unwrap_or("CNY") != "CNY" {
        return Err(ApiError::parameter("amount.currency 只支持 CNY"));
    }
    amount
        .total
        .filter(|total| *total > 0)
        .ok_or_else(|| ApiError::parameter("amount.total 应为大于 0 的整数，单位为分"))
}
