//! 收银台: the platform's page, found by the order's token, and its short cut for tests.

use axum::{
    Form, Json,
    extract::{Query, State},
    http::StatusCode,
    response::{IntoResponse, Redirect, Response},
};
use reqwest::Url;
use serde::Deserialize;

use super::{
    book::{self, Order, State as Stage},
    notices,
};
use crate::{
    app::{App, Shared},
    clock,
    page::{escape, layout},
};

/// What the cashier's address and the forms on its page carry.
#[derive(Deserialize)]
pub struct Visit {
    token: String,
}

/// `GET /treasury/cashier?token=`.
pub async fn show(State(app): State<Shared>, Query(visit): Query<Visit>) -> Response {
    visited(&app, &visit.token)
}

fn visited(app: &App, token: &str) -> Response {
    let Some(order) = app.treasury().by_token(token).cloned() else {
        return layout(StatusCode::NOT_FOUND, "现在不能支付", "<p>没有找到这张缴款书。</p>");
    };
    match order.state_at(clock::now()) {
        Stage::Open => confirmation(&order),
        Stage::Paid => said(&order, StatusCode::OK, "已经支付", "这张缴款书已经缴清，不会重复扣款。"),
        Stage::Closed => {
            let sentence = "这笔订单已经关闭或过期，请回到缴费页面重新发起。";
            said(&order, StatusCode::GONE, "现在不能支付", sentence)
        }
    }
}

/// `POST /treasury/cashier/pay`.
pub async fn pay(State(app): State<Shared>, Form(visit): Form<Visit>) -> Response {
    let now = clock::now();
    let paid = app.change_treasury(|book| {
        let number = book.by_token(&visit.token).ok_or_else(book::unknown)?.terms.order_number.clone();
        book.pay(&number, now)
    });
    match paid {
        Ok(Ok(order)) => {
            notices::payment_made(&app, &order);
            match way_back(&order) {
                Some(back) => Redirect::to(back.as_str()).into_response(),
                None => said(&order, StatusCode::OK, "支付成功", "可以关闭本页，回到缴费页面查看结果。"),
            }
        }
        Ok(Err(_)) => visited(&app, &visit.token),
        Err(error) => {
            tracing::error!(%error, "state could not be saved");
            let main = "<p>系统繁忙，没有扣款。请返回后重试。</p>";
            layout(StatusCode::INTERNAL_SERVER_ERROR, "支付没有完成", main)
        }
    }
}

/// `POST /treasury/cashier/cancel`: the order stays open.
pub async fn cancel(State(app): State<Shared>, Form(visit): Form<Visit>) -> Response {
    let order = app.treasury().by_token(&visit.token).cloned();
    match order.as_ref().and_then(way_back) {
        Some(back) => Redirect::to(back.as_str()).into_response(),
        None => layout(StatusCode::OK, "已取消支付", "<p>没有扣款。可以关闭本页。</p>"),
    }
}

#[derive(Deserialize)]
pub struct Directly {
    out_trade_no: String,
}

/// `POST /treasury/pay-directly`: pays without a browser, for tests.
pub async fn pay_directly(State(app): State<Shared>, Json(wish): Json<Directly>) -> Response {
    let now = clock::now();
    match app.change_treasury(|book| book.pay(&wish.out_trade_no, now)) {
        Ok(Ok(order)) => {
            notices::payment_made(&app, &order);
            Json(order.shown(now)).into_response()
        }
        Ok(Err(refusal)) if refusal == book::unknown() => (StatusCode::NOT_FOUND, Json(refusal)).into_response(),
        Ok(Err(refusal)) => (StatusCode::CONFLICT, Json(refusal)).into_response(),
        Err(_) => StatusCode::INTERNAL_SERVER_ERROR.into_response(),
    }
}

/// The way back, if it is a web address.
fn way_back(order: &Order) -> Option<Url> {
    let url = Url::parse(&order.terms.return_url).ok()?;
    matches!(url.scheme(), "http" | "https").then_some(url)
}

fn confirmation(order: &Order) -> Response {
    let hidden = format!("<input type=\"hidden\" name=\"token\" value=\"{}\">", escape(&order.token));
    let main = format!(
        "<dl>\n{rows}</dl>\n\
         <form method=\"post\" action=\"/treasury/cashier/pay\">{hidden}\
         <button class=\"primary\" type=\"submit\">确认支付</button></form>\n\
         <form method=\"post\" action=\"/treasury/cashier/cancel\">{hidden}\
         <button type=\"submit\">取消</button></form>",
        rows = rows(order),
    );
    layout(StatusCode::OK, "财政统一支付平台", &main)
}

fn said(order: &Order, status: StatusCode, title: &str, sentence: &str) -> Response {
    let back = way_back(order).map_or(String::new(), |back| {
        format!("<p><a class=\"button\" href=\"{}\">返回缴费页面</a></p>", escape(back.as_str()))
    });
    layout(status, title, &format!("<dl>\n{}</dl>\n<p>{sentence}</p>\n{back}", rows(order)))
}

fn rows(order: &Order) -> String {
    let terms = &order.terms;
    let items = terms.items.iter().fold(String::new(), |rows, item| {
        rows + &format!("<dt>{}</dt><dd>{} 元</dd>\n", escape(&item.name), yuan(item.amount_fen))
    });
    format!(
        "<dt>缴款码</dt><dd data-bill-number=\"{number}\">{number}</dd>\n<dt>执收单位</dt><dd>{body}</dd>\n\
         <dt>事项</dt><dd>{description}</dd>\n{items}\
         <dt>金额</dt><dd class=\"amount\" data-amount-fen=\"{fen}\">{total} 元</dd>\n",
        number = escape(&terms.bill_number),
        body = escape(&terms.body),
        description = escape(&terms.description),
        fen = terms.amount_fen,
        total = yuan(terms.amount_fen),
    )
}

/// Fen → yuan with two decimals.
fn yuan(fen: i64) -> String {
    format!("{}.{:02}", fen / 100, fen % 100)
}
