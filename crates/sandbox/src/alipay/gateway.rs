//! `/alipay/gateway.do`: every request verified, every answer signed.

use axum::{
    body::Bytes,
    extract::{OriginalUri, State},
    http::{StatusCode, header},
    response::{IntoResponse, Redirect, Response},
};
use serde_json::{Value, json};

use super::{
    bills,
    params::{self, Params},
    terms::{self, Content},
    trades::{Refusal, Status, Trade},
    yuan,
};
use crate::{
    app::{App, Shared},
    clock, crypto,
    faults::AnswerFault,
    page,
};

/// Requests may be this old or early (µs).
const MAX_SKEW: u64 = 24 * 60 * 60 * 1_000_000;

/// What a method decided: the members of its answer, or a refusal.
type Outcome = Result<Value, Refusal>;

/// `GET` and `POST /alipay/gateway.do`: parameters come in the address, in the body, or in both.
pub async fn call(State(app): State<Shared>, OriginalUri(uri): OriginalUri, body: Bytes) -> Response {
    let Some(params) = params::read(uri.query().unwrap_or_default(), &body) else {
        return unsigned(&Refusal::arguments("isv.invalid-parameter", "参数重复"));
    };
    let method = params.get("method").cloned().unwrap_or_default();
    let checked = check(&app, &params);
    if matches!(method.as_str(), "alipay.trade.wap.pay" | "alipay.trade.page.pay") {
        return match checked.and_then(|()| open_page(&app, &params, &method)) {
            Ok(address) => Redirect::to(&address).into_response(),
            Err(refusal) => refused_page(&refusal),
        };
    }
    if let Err(refusal) = checked {
        // Of whom the gateway does not know, it cannot say with which key to sign.
        let stranger = refusal.sub_code == "isv.invalid-app-id";
        return if stranger { unsigned(&refusal) } else { signed(&app, &method, Err(refusal)) };
    }
    // Taken into a variable so that the lock is not held while we wait.
    let fault = app.faults().take_answer();
    let outcome = match fault {
        None => act(&app, &method, &params),
        Some(AnswerFault::SlowMs(wait)) => {
            // It happens at once and only the answer is late: the merchant may have hung up.
            let outcome = act(&app, &method, &params);
            tokio::time::sleep(std::time::Duration::from_millis(wait)).await;
            outcome
        }
        Some(AnswerFault::Error500) => Err(Refusal::system()),
        Some(AnswerFault::UserPaying) => Err(Refusal::paying()),
    };
    signed(&app, &method, outcome)
}

/// The common parameters (公共请求参数) and the signature.
fn check(app: &App, params: &Params) -> Result<(), Refusal> {
    let of = |name: &str| params.get(name).map(String::as_str).unwrap_or_default();
    if of("app_id") != app.keys.alipay.app_id {
        return Err(Refusal::arguments("isv.invalid-app-id", "无效的AppID参数"));
    }
    if of("sign_type") != "RSA2" {
        return Err(Refusal::arguments("isv.invalid-signature-type", "无效的签名类型"));
    }
    if of("version") != "1.0"
        || !of("charset").eq_ignore_ascii_case("utf-8")
        || !matches!(of("format"), "" | "JSON" | "json")
    {
        return Err(Refusal::arguments("isv.invalid-parameter", "version、charset 或 format 不正确"));
    }
    let sent = clock::parse_for_people(of("timestamp"));
    if sent.is_none_or(|sent| clock::now().abs_diff(sent) > MAX_SKEW) {
        return Err(Refusal::arguments("isv.invalid-timestamp", "非法的时间戳参数"));
    }
    if params::is_signed(&app.keys.alipay, params) {
        Ok(())
    } else {
        Err(Refusal::arguments("isv.invalid-signature", "验签出错，建议检查签名字符串或签名私钥与应用公钥是否匹配"))
    }
}

/// The payer's browser brings an order: where its cashier is.
fn open_page(app: &App, params: &Params, method: &str) -> Result<String, Refusal> {
    let now = clock::now();
    let terms = terms::read(params, method, now)?;
    let token = app
        .change_trades(|trades| {
            let trade = trades.place(terms, now)?;
            trade.begun = true;
            Ok::<_, Refusal>(trade.token.clone())
        })
        .map_err(|_| Refusal::system())??;
    Ok(format!("{}/alipay/cashier?token={token}", app.settings.public_url))
}

fn act(app: &App, method: &str, params: &Params) -> Outcome {
    let now = clock::now();
    if method == "alipay.trade.precreate" {
        let terms = terms::read(params, method, now)?;
        let number = terms.out_trade_no.clone();
        let token = app
            .change_trades(|trades| trades.place(terms, now).map(|trade| trade.token.clone()))
            .map_err(|_| Refusal::system())??;
        let code = format!("{}/alipay/code/{token}", app.settings.public_url);
        return Ok(json!({ "out_trade_no": number, "qr_code": code }));
    }
    let content = Content::read(params)?;
    match method {
        "alipay.trade.query" => {
            let number = Content::needed(content.out_trade_no.as_ref(), "out_trade_no")?;
            Ok(described(app.trades().begun(number)?, now))
        }
        "alipay.trade.close" => {
            let number = Content::needed(content.out_trade_no.as_ref(), "out_trade_no")?;
            let trade_no = app
                .change_trades(|trades| trades.close(number, now).map(|trade| trade.trade_no.clone()))
                .map_err(|_| Refusal::system())??;
            Ok(json!({ "out_trade_no": number, "trade_no": trade_no }))
        }
        "alipay.trade.refund" => refund(app, &content),
        "alipay.trade.fastpay.refund.query" => {
            let number = Content::needed(content.out_trade_no.as_ref(), "out_trade_no")?;
            let request = Content::needed(content.out_request_no.as_ref(), "out_request_no")?;
            let trades = app.trades();
            let trade = trades.begun(number)?;
            // What was never asked for is answered with nothing but success.
            let Some(part) = trade.refunds.iter().find(|refund| refund.out_request_no == request) else {
                return Ok(json!({}));
            };
            Ok(json!({
                "out_trade_no": number,
                "trade_no": trade.trade_no,
                "out_request_no": request,
                "total_amount": yuan(trade.terms.total),
                "refund_amount": yuan(part.amount),
                "refund_status": "REFUND_SUCCESS",
                "gmt_refund_pay": clock::for_people(part.at),
            }))
        }
        "alipay.data.dataservice.bill.downloadurl.query" => {
            let day = Content::needed(content.bill_date.as_ref(), "bill_date")?;
            if content.bill_type.as_deref() != Some("trade") {
                return Err(Refusal::parameter("bill_type 应为 trade"));
            }
            bills::offer(app, day)
        }
        _ => Err(Refusal::arguments("isv.invalid-method", "不存在的方法名")),
    }
}

fn refund(app: &App, content: &Content) -> Outcome {
    let number = Content::needed(content.out_trade_no.as_ref(), "out_trade_no")?;
    let amount = terms::amount(Content::needed(content.refund_amount.as_ref(), "refund_amount")?)?;
    // Without a number of its own it is the whole order's one refund.
    let request = content.out_request_no.as_deref().unwrap_or(number);
    let (trade, moved) = app
        .change_trades(|trades| trades.refund(number, request, amount, clock::now()))
        .map_err(|_| Refusal::system())??;
    Ok(json!({
        "out_trade_no": number,
        "trade_no": trade.trade_no,
        "buyer_logon_id": "san***@sandbox.invalid",
        "fund_change": if moved { "Y" } else { "N" },
        "refund_fee": yuan(trade.refunded()),
    }))
}

/// A trade as a query answers it.
pub fn described(trade: &Trade, now: i64) -> Value {
    let status: Status = trade.status_at(now);
    let mut answer = json!({
        "out_trade_no": trade.terms.out_trade_no,
        "trade_no": trade.trade_no,
        "trade_status": status.code(),
        "total_amount": yuan(trade.terms.total),
        "buyer_logon_id": "san***@sandbox.invalid",
    });
    if let Some(payment) = &trade.payment {
        answer["send_pay_date"] = json!(clock::for_people(payment.paid_at));
        answer["receipt_amount"] = json!(yuan(trade.terms.total));
        answer["buyer_pay_amount"] = json!(yuan(trade.terms.total));
    }
    answer
}

/// The member `…_response` as it is signed. The gateway writes a slash with a backslash before it, so whoever verifies
/// must take the text and not what it says.
fn response_text(outcome: Outcome) -> String {
    let members = match outcome {
        Ok(members) => {
            let mut answer = json!({ "code": "10000", "msg": "Success" });
            if let (Some(answer), Value::Object(members)) = (answer.as_object_mut(), members) {
                answer.extend(members);
            }
            answer
        }
        Err(refusal) => refusal_members(&refusal),
    };
    members.to_string().replace('/', "\\/")
}

fn refusal_members(refusal: &Refusal) -> Value {
    json!({
        "code": refusal.code, "msg": refusal.msg, "sub_code": refusal.sub_code, "sub_msg": refusal.sub_msg,
    })
}

fn signed(app: &App, method: &str, outcome: Outcome) -> Response {
    let text = response_text(outcome);
    let Ok(sign) = crypto::sign(&app.keys.alipay.platform, text.as_bytes()) else {
        return StatusCode::INTERNAL_SERVER_ERROR.into_response();
    };
    let name = format!("{}_response", method.replace('.', "_"));
    answer(format!("{{{}:{text},\"sign\":\"{sign}\"}}", json!(name)))
}

fn unsigned(refusal: &Refusal) -> Response {
    answer(json!({ "error_response": refusal_members(refusal) }).to_string())
}

fn answer(text: String) -> Response {
    ([(header::CONTENT_TYPE, "text/html;charset=utf-8")], text).into_response()
}

fn refused_page(refusal: &Refusal) -> Response {
    let main = format!("<p>{}（{}）</p>", page::escape(&refusal.sub_msg), refusal.sub_code);
    page::layout(StatusCode::BAD_REQUEST, "支付宝不能打开这笔订单", &main)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slashes_are_written_as_the_gateway_writes_them() {
        let text = response_text(Ok(json!({ "qr_code": "https://qr/x" })));
        assert!(text.contains(r#""qr_code":"https:\/\/qr\/x""#), "{text}");
        let read: Value = serde_json::from_str(&text).unwrap();
        assert_eq!((read["code"].as_str(), read["qr_code"].as_str()), (Some("10000"), Some("https://qr/x")));
    }
}
