//! `/treasury/v1/…`: every question verified, every answer signed, refusals included.

use axum::{
    Json,
    body::Bytes,
    extract::{OriginalUri, Path, State},
    http::{HeaderMap, StatusCode},
    response::{IntoResponse, Response},
};
use serde::{Deserialize, de::DeserializeOwned};
use serde_json::{Value, json};

use super::{
    book::{self, Order, Terms, Wanted},
    notices,
};
use crate::{
    app::{App, Shared},
    clock,
    faults::{AnswerFault, MoneyFault, SignedFault},
    signed::{Keeper, bad_request},
};

/// Lines of one page of a day's bill.
const LINES: usize = 500;

#[derive(Deserialize)]
struct OrderQuestion {
    order_number: String,
}

#[derive(Deserialize)]
struct RefundQuestion {
    order_number: String,
    refund_number: String,
}

#[derive(Deserialize)]
struct DayQuestion {
    day: String,
    page: usize,
}

/// Why there is no answer that could be signed.
enum Broken {
    Question,
    Unsaved,
}

pub fn keeper(app: &App) -> Keeper<'_> {
    Keeper { prefix: "x-treasury", app_id: &app.keys.treasury_app_id, key: &app.keys.treasury_key }
}

/// `POST /treasury/v1/{thing}/{action}`.
pub async fn call(
    State(app): State<Shared>,
    OriginalUri(uri): OriginalUri,
    Path((thing, action)): Path<(String, String)>,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let nonce = match keeper(&app).authenticate(&app, uri.path(), &headers, &body) {
        Ok(nonce) => nonce,
        Err(refusal) => return *refusal,
    };
    let asked = format!("{thing}/{action}");
    // Taken into variables so that the lock is not held while we wait.
    let fault = app.faults().take_answer();
    let bill_fault = if asked == "bills/day" { app.faults().take_bill() } else { None };
    let outcome = match fault {
        Some(AnswerFault::Error500) => return StatusCode::SERVICE_UNAVAILABLE.into_response(),
        Some(AnswerFault::UserPaying) => Ok(json!({ "result": "paying" })),
        _ => act(&app, &asked, &body, bill_fault),
    };
    if let Some(AnswerFault::SlowMs(wait)) = fault {
        // It has happened and only the answer is late: the portal may have hung up.
        tokio::time::sleep(std::time::Duration::from_millis(wait)).await;
    }
    let forged = (bill_fault == Some(MoneyFault::WrongDigest)).then_some(SignedFault::BadSignature);
    match outcome {
        Ok(answer) => keeper(&app).answer(uri.path(), nonce, answer.to_string(), forged),
        Err(Broken::Question) => bad_request("question"),
        Err(Broken::Unsaved) => StatusCode::INTERNAL_SERVER_ERROR.into_response(),
    }
}

fn read<T: DeserializeOwned>(body: &[u8]) -> Result<T, Broken> {
    serde_json::from_slice(body).map_err(|_| Broken::Question)
}

fn act(app: &Shared, asked: &str, body: &[u8], bill_fault: Option<MoneyFault>) -> Result<Value, Broken> {
    let now = clock::now();
    match asked {
        "orders/register" => register(app, read(body)?, now),
        "orders/query" => {
            let question: OrderQuestion = read(body)?;
            let order = app.treasury().get(&question.order_number).map(|order| order.shown(now));
            Ok(order.map_or_else(book::unknown, |order| said("order", order)))
        }
        "orders/close" => {
            let question: OrderQuestion = read(body)?;
            let closed = app.change_treasury(|book| book.close(&question.order_number));
            let closed = closed.map_err(|_| Broken::Unsaved)?;
            Ok(closed.map_or_else(|refusal| refusal, |()| json!({ "result": "closed" })))
        }
        "refunds/ask" => refund(app, &read(body)?, now),
        "refunds/query" => {
            let question: RefundQuestion = read(body)?;
            let book = app.treasury();
            let found = book.refund_at(&question.refund_number);
            let found = found.filter(|(order, _)| order.terms.order_number == question.order_number);
            Ok(found.map_or_else(book::unknown, |(order, refund)| said("refund", order.refund_shown(refund))))
        }
        "bills/day" => Ok(day(app, &read(body)?, bill_fault)),
        _ => Err(Broken::Question),
    }
}

/// An order or a refund as an answer.
fn said(result: &str, mut shown: Value) -> Value {
    shown["result"] = json!(result);
    shown
}

fn register(app: &Shared, terms: Terms, now: i64) -> Result<Value, Broken> {
    let registered = app.change_treasury(|book| {
        book.register(terms, now).map(|order| {
            json!({
                "result": "registered",
                "order_number": order.terms.order_number,
                "bill_number": order.terms.bill_number,
                "cashier_url": format!("{}/treasury/cashier?token={}", app.settings.public_url, order.token),
            })
        })
    });
    Ok(registered.map_err(|_| Broken::Unsaved)?.unwrap_or_else(|refusal| refusal))
}

fn refund(app: &Shared, wanted: &Wanted, now: i64) -> Result<Value, Broken> {
    let known = app.treasury().refund_at(&wanted.refund_number).is_some();
    let fault = if known { None } else { app.faults().take_refund() };
    let taken = app.change_treasury(|book| book.refund(wanted, fault, now)).map_err(|_| Broken::Unsaved)?;
    match taken {
        Ok(shown) => {
            if !known {
                notices::refund_ended(app, &wanted.refund_number);
            }
            Ok(said("refund", shown))
        }
        Err(refusal) => Ok(refusal),
    }
}

/// `POST /treasury/refunds/settle`: what is pending moves; gives how many.
pub async fn settle(State(app): State<Shared>) -> Json<Value> {
    let now = clock::now();
    let moved = app.change_treasury(|book| book.settle(now)).unwrap_or_default();
    for number in &moved {
        notices::refund_ended(&app, number);
    }
    Json(json!({ "settled": moved.len() }))
}

fn line(order: &Order, refund: bool, number: &str, provider_number: &str, amount_fen: i64, at: i64) -> Value {
    json!({
        "refund": refund,
        "number": number,
        "order_number": order.terms.order_number,
        "provider_number": provider_number,
        "amount_fen": amount_fen,
        "fee_fen": 0,
        "at": at,
    })
}

/// One page of what moved on a day. The present day is there as well: demonstrations cannot wait until tomorrow.
fn day(app: &App, question: &DayQuestion, fault: Option<MoneyFault>) -> Value {
    let on_day = |at: i64| clock::for_people(at).starts_with(&question.day);
    let mut lines: Vec<(i64, Value)> = Vec::new();
    for order in app.treasury().all() {
        if let Some(paid) = order.payment.as_ref().filter(|payment| on_day(payment.paid_at)) {
            let (number, amount) = (&order.terms.order_number, order.terms.amount_fen);
            lines.push((paid.paid_at, line(order, false, number, &paid.transaction_id, amount, paid.paid_at)));
        }
        for refund in &order.refunds {
            if let Some(at) = refund.done_at.filter(|at| on_day(*at)) {
                let (number, id) = (&refund.refund_number, &refund.refund_id);
                lines.push((at, line(order, true, number, id, refund.amount_fen, at)));
            }
        }
    }
    lines.sort_by_key(|(at, _)| *at);
    let mut lines: Vec<Value> = lines.into_iter().map(|(_, line)| line).collect();
    match fault {
        Some(MoneyFault::MissingLine) if !lines.is_empty() => drop(lines.remove(0)),
        Some(MoneyFault::WrongLine) => {
            if let Some(line) = lines.first_mut() {
                line["amount_fen"] = json!(line["amount_fen"].as_i64().unwrap_or_default() + 1);
            }
        }
        Some(MoneyFault::ExtraLine) => lines.push(json!({
            "refund": false, "number": "NOBODY0000000000", "order_number": "NOBODY0000000000",
            "provider_number": "CZ0000000000000000000000", "amount_fen": 100, "fee_fen": 0,
            "at": lines.first().map_or_else(clock::now, |line| line["at"].as_i64().unwrap_or_default()),
        })),
        _ => {}
    }
    let pages = lines.len().div_ceil(LINES);
    let page: Vec<Value> = lines.into_iter().skip(question.page.saturating_sub(1) * LINES).take(LINES).collect();
    json!({ "result": "bill", "day": question.day, "page": question.page, "pages": pages, "lines": page })
}
