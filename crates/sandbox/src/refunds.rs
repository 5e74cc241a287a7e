//! 退款: `/v3/refund/domestic/refunds`, accepted at once; the money moves when nothing holds it up.

use axum::{
    Json,
    body::Bytes,
    extract::{OriginalUri, Path, State},
    http::{HeaderMap, StatusCode},
    response::Response,
};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::{
    api_error::ApiError,
    app::{App, Shared},
    clock,
    crypto::{self, DIGITS},
    faults::MoneyFault,
    gateway, notify,
    orders::{Order, OrderBook, TradeState},
};

/// Parts in which an order may be paid back.
const MOST_PARTS: usize = 50;

#[derive(Debug, Clone, Serialize, Deserialize)]
#[allow(clippy::struct_field_names, reason = "named as the provider does")]
pub struct Refund {
    pub out_refund_no: String,
    pub refund_id: String,
    /// Fen.
    pub amount: i64,
    /// `PROCESSING`, `SUCCESS`, `ABNORMAL`.
    pub status: String,
    pub created_at: i64,
    pub done_at: Option<i64>,
    notify_url: String,
}

#[derive(Deserialize)]
struct Wanted {
    out_trade_no: String,
    out_refund_no: String,
    notify_url: Option<String>,
    amount: WantedAmount,
}

#[derive(Deserialize)]
struct WantedAmount {
    refund: i64,
    total: i64,
    currency: String,
}

/// `POST /v3/refund/domestic/refunds` (申请退款).
pub async fn create(
    State(app): State<Shared>,
    OriginalUri(uri): OriginalUri,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let shared = app.clone();
    gateway::answer(&app, "POST", &uri, &headers, &body, || {
        let wanted: Wanted = serde_json::from_slice(&body).map_err(|_| ApiError::parameter("请求体不是规定的 JSON"))?;
        let known = shared.orders().refund_at(&wanted.out_refund_no).is_some();
        let fault = if known { None } else { shared.faults().take_refund() };
        if fault == Some(MoneyFault::NotEnough) {
            return Err(ApiError::new(StatusCode::FORBIDDEN, "NOT_ENOUGH", "基本账户余额不足"));
        }
        let answer = shared
            .change_orders(|orders| place(orders, &wanted, fault))
            .map_err(|_| ApiError::system("状态无法保存"))??;
        if !known {
            tell(&shared, &wanted.out_refund_no);
        }
        Ok((StatusCode::OK, Some(answer)))
    })
    .await
}

/// The same number again gives the same refund; more than was paid is never given back.
fn place(orders: &mut OrderBook, wanted: &Wanted, fault: Option<MoneyFault>) -> Result<Value, ApiError> {
    if let Some((order, refund)) = orders.refund_at(&wanted.out_refund_no) {
        if order.terms.out_trade_no != wanted.out_trade_no || refund.amount != wanted.amount.refund {
            return Err(ApiError::new(StatusCode::BAD_REQUEST, "INVALID_REQUEST", "退款单号重复，参数不一致"));
        }
        return Ok(shown(order, refund));
    }
    let missing = || ApiError::new(StatusCode::NOT_FOUND, "RESOURCE_NOT_EXISTS", "订单不存在");
    let order = orders.get_mut(&wanted.out_trade_no).ok_or_else(missing)?;
    if order.state != TradeState::Success {
        return Err(ApiError::new(StatusCode::BAD_REQUEST, "INVALID_REQUEST", "订单未支付"));
    }
    let before: i64 = order.refunds.iter().map(|refund| refund.amount).sum();
    let wrong = wanted.amount.currency != "CNY"
        || wanted.amount.total != order.terms.total
        || wanted.amount.refund <= 0
        || before + wanted.amount.refund > order.terms.total;
    if wrong {
        return Err(ApiError::new(StatusCode::BAD_REQUEST, "PARAM_ERROR", "退款金额不对"));
    }
    if order.refunds.len() >= MOST_PARTS {
        return Err(ApiError::new(StatusCode::FORBIDDEN, "INVALID_REQUEST", "部分退款超过 50 次"));
    }
    let now = clock::now();
    let status = match fault {
        Some(MoneyFault::Pending) => "PROCESSING",
        Some(MoneyFault::Abnormal) => "ABNORMAL",
        _ => "SUCCESS",
    };
    order.refunds.push(Refund {
        out_refund_no: wanted.out_refund_no.clone(),
        refund_id: format!("5030{}", crypto::random_text(DIGITS, 24)),
        amount: wanted.amount.refund,
        status: status.into(),
        created_at: now,
        done_at: (status == "SUCCESS").then(|| whole_second(now)),
        notify_url: wanted.notify_url.clone().unwrap_or_else(|| order.terms.notify_url.clone()),
    });
    let refund = order.refunds.last().ok_or_else(missing)?;
    // What was taken moves later, as at the real provider.
    let mut answer = shown(order, refund);
    if status == "SUCCESS" {
        answer["status"] = json!("PROCESSING");
    }
    Ok(answer)
}

fn whole_second(at: i64) -> i64 {
    at.div_euclid(1_000_000) * 1_000_000
}

fn shown(order: &Order, refund: &Refund) -> Value {
    let mut value = json!({
        "refund_id": refund.refund_id,
        "out_refund_no": refund.out_refund_no,
        "transaction_id": order.payment.as_ref().map(|payment| payment.transaction_id.as_str()),
        "out_trade_no": order.terms.out_trade_no,
        "channel": "ORIGINAL",
        "user_received_account": "支付用户零钱",
        "create_time": clock::rfc3339(refund.created_at),
        "status": refund.status,
        "funds_account": "AVAILABLE",
        "amount": {
            "total": order.terms.total,
            "refund": refund.amount,
            "payer_total": order.terms.total,
            "payer_refund": refund.amount,
            "currency": "CNY",
        },
    });
    if let Some(at) = refund.done_at {
        value["success_time"] = json!(clock::rfc3339(at));
    }
    value
}

/// Sends what came of a refund, if anything did.
fn tell(app: &Shared, out_refund_no: &str) {
    let orders = app.orders();
    let Some((order, refund)) = orders.refund_at(out_refund_no) else { return };
    if refund.status == "PROCESSING" {
        return;
    }
    let mut resource = shown(order, refund);
    resource["mchid"] = json!(order.terms.mchid);
    resource["refund_status"] = resource["status"].take();
    if let Some(fields) = resource.as_object_mut() {
        fields.remove("status");
    }
    notify::refund_ended(app, &refund.notify_url, &order.terms.out_trade_no, &refund.status, &resource);
}

/// `GET /v3/refund/domestic/refunds/{number}` (查询单笔退款).
pub async fn query(
    State(app): State<Shared>,
    OriginalUri(uri): OriginalUri,
    Path(number): Path<String>,
    headers: HeaderMap,
) -> Response {
    gateway::answer(&app, "GET", &uri, &headers, b"", || {
        let orders = app.orders();
        let missing = || ApiError::new(StatusCode::NOT_FOUND, "RESOURCE_NOT_EXISTS", "退款单不存在");
        let (order, refund) = orders.refund_at(&number).ok_or_else(missing)?;
        Ok((StatusCode::OK, Some(shown(order, refund))))
    })
    .await
}

/// `POST /wechat/refunds/settle`: what is pending moves; gives how many.
pub async fn settle(State(app): State<Shared>) -> Json<Value> {
    let now = whole_second(clock::now());
    let moved = app.change_orders(|orders| move_pending(orders, now)).unwrap_or_default();
    for number in &moved {
        tell(&app, number);
    }
    Json(json!({ "settled": moved.len() }))
}

fn move_pending(orders: &mut OrderBook, now: i64) -> Vec<String> {
    let numbers: Vec<String> = orders.all().map(|order| order.terms.out_trade_no.clone()).collect();
    let mut moved = Vec::new();
    for number in numbers {
        let Some(order) = orders.get_mut(&number) else { continue };
        for refund in order.refunds.iter_mut().filter(|refund| refund.status == "PROCESSING") {
            refund.status = "SUCCESS".into();
            refund.done_at = Some(now);
            moved.push(refund.out_refund_no.clone());
        }
    }
    moved
}

/// For the trade bill.
pub fn of_day(app: &App, day: &str) -> Vec<(Order, Refund)> {
    let on_day = |refund: &Refund| refund.done_at.is_some_and(|at| clock::rfc3339(at).starts_with(day));
    app.orders()
        .all()
        .flat_map(|order| {
            order.refunds.iter().filter(|r| on_day(r)).map(|r| (order.clone(), r.clone())).collect::<Vec<_>>()
        })
        .collect()
}
