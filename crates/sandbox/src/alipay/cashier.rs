//! 收银台: the page where a payer would confirm in the app, and its short cut for tests.

use axum::{
    Form, Json,
    extract::{Path, Query, State},
    http::StatusCode,
    response::{IntoResponse, Redirect, Response},
};
use reqwest::Url;
use serde::Deserialize;
use serde_json::json;

use super::{
    gateway, notices,
    params::{self, Params},
    trades::{Refusal, Status, Trade},
    yuan,
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

/// `GET /alipay/cashier?token=`: from a page of the merchant's.
pub async fn show(State(app): State<Shared>, Query(visit): Query<Visit>) -> Response {
    visited(&app, &visit.token)
}

/// `GET /alipay/code/{token}`: what scanning the code opens on the payer's phone.
pub async fn scanned(State(app): State<Shared>, Path(token): Path<String>) -> Response {
    visited(&app, &token)
}

fn visited(app: &App, token: &str) -> Response {
    match app.change_trades(|trades| trades.visit(token).cloned()) {
        Ok(Some(trade)) => match trade.status_at(clock::now()) {
            Status::WaitBuyerPay => confirmation(&app.settings.merchant_name, &trade),
            Status::TradeSuccess => said(&trade, "已经支付", "这笔订单已经支付，不会重复扣款。"),
            Status::TradeClosed => said(&trade, "现在不能支付", "这笔订单已经关闭或过期，请回到缴费页面重新发起。"),
        },
        Ok(None) => layout(StatusCode::NOT_FOUND, "现在不能支付", "<p>没有找到这笔订单。</p>"),
        Err(error) => failed(&error),
    }
}

/// `POST /alipay/cashier/pay`.
pub async fn pay(State(app): State<Shared>, Form(visit): Form<Visit>) -> Response {
    let now = clock::now();
    let paid = app.change_trades(|trades| {
        let number = trades.visit(&visit.token).ok_or_else(Refusal::not_found)?.terms.out_trade_no.clone();
        trades.pay(&number, now)
    });
    match paid {
        Ok(Ok(trade)) => {
            notices::payment_made(&app, &trade);
            match back(&app, &trade) {
                Some(back) => Redirect::to(&back).into_response(),
                None => layout(StatusCode::OK, "支付成功", &summary(&trade)),
            }
        }
        Ok(Err(_)) => visited(&app, &visit.token),
        Err(error) => failed(&error),
    }
}

/// `POST /alipay/cashier/cancel`: the trade stays open.
pub async fn cancel(State(app): State<Shared>, Form(visit): Form<Visit>) -> Response {
    let trade = app.change_trades(|trades| trades.visit(&visit.token).cloned());
    match trade.ok().flatten().as_ref().and_then(way_back) {
        Some(back) => Redirect::to(back.as_str()).into_response(),
        None => layout(StatusCode::OK, "已取消支付", "<p>没有扣款。可以关闭本页。</p>"),
    }
}

#[derive(Deserialize)]
pub struct Directly {
    out_trade_no: String,
}

/// `POST /alipay/pay-directly`: pays without a browser, for tests.
pub async fn pay_directly(State(app): State<Shared>, Json(wish): Json<Directly>) -> Response {
    let now = clock::now();
    match app.change_trades(|trades| trades.pay(&wish.out_trade_no, now)) {
        Ok(Ok(trade)) => {
            notices::payment_made(&app, &trade);
            Json(gateway::described(&trade, now)).into_response()
        }
        Ok(Err(refusal)) => {
            let known = refusal.sub_code != "ACQ.TRADE_NOT_EXIST";
            let status = if known { StatusCode::CONFLICT } else { StatusCode::NOT_FOUND };
            (status, Json(json!({ "message": refusal.sub_msg }))).into_response()
        }
        Err(_) => StatusCode::INTERNAL_SERVER_ERROR.into_response(),
    }
}

/// The way back, if it is a web address.
fn way_back(trade: &Trade) -> Option<Url> {
    let url = Url::parse(trade.terms.return_url.as_deref()?).ok()?;
    matches!(url.scheme(), "http" | "https").then_some(url)
}

/// The way back with what the provider says in the address (同步返回); signed, and yet no proof of payment.
fn back(app: &App, trade: &Trade) -> Option<String> {
    let mut url = way_back(trade)?;
    let keys = &app.keys.alipay;
    let said = [
        ("app_id", keys.app_id.clone()),
        ("charset", "utf-8".to_owned()),
        ("out_trade_no", trade.terms.out_trade_no.clone()),
        ("seller_id", keys.seller_id.clone()),
        ("timestamp", clock::for_people(clock::now())),
        ("total_amount", yuan(trade.terms.total)),
        ("trade_no", trade.trade_no.clone()),
        ("version", "1.0".to_owned()),
    ];
    let said: Params = said.into_iter().map(|(name, value)| (name.to_owned(), value)).collect();
    url.query_pairs_mut().extend_pairs(&params::sign(keys, said, false)?);
    Some(url.into())
}

fn confirmation(merchant: &str, trade: &Trade) -> Response {
    let token = escape(&trade.token);
    let hidden = format!("<input type=\"hidden\" name=\"token\" value=\"{token}\">");
    let main = format!(
        "<dl>\n<dt>收款方</dt><dd>{merchant}</dd>\n{rows}</dl>\n\
         <form method=\"post\" action=\"/alipay/cashier/pay\">{hidden}\
         <button class=\"primary\" type=\"submit\">确认支付</button></form>\n\
         <form method=\"post\" action=\"/alipay/cashier/cancel\">{hidden}\
         <button type=\"submit\">取消</button></form>",
        merchant = escape(merchant),
        rows = rows(trade),
    );
    layout(StatusCode::OK, "支付宝收银台", &main)
}

fn said(trade: &Trade, title: &str, sentence: &str) -> Response {
    let status = if trade.payment.is_some() { StatusCode::OK } else { StatusCode::GONE };
    let back = way_back(trade).map_or(String::new(), |back| {
        format!("<p><a class=\"button\" href=\"{}\">返回商户</a></p>", escape(back.as_str()))
    });
    layout(status, title, &format!("<p>{sentence}</p>\n{back}"))
}

fn summary(trade: &Trade) -> String {
    format!("<dl>{}</dl>\n<p>可以关闭本页，回到缴费页面查看结果。</p>", rows(trade))
}

fn rows(trade: &Trade) -> String {
    format!(
        "<dt>项目</dt><dd>{subject}</dd>\n<dt>商户订单号</dt><dd>{number}</dd>\n\
         <dt>金额</dt><dd class=\"amount\" data-amount-fen=\"{fen}\">{yuan} 元</dd>\n",
        subject = escape(&trade.terms.subject),
        number = escape(&trade.terms.out_trade_no),
        fen = trade.terms.total,
        yuan = yuan(trade.terms.total),
    )
}

fn failed(error: &std::io::Error) -> Response {
    tracing::error!(%error, "state could not be saved");
    let main = "<p>系统繁忙，没有扣款。请返回后重试。</p>";
    layout(StatusCode::INTERNAL_SERVER_ERROR, "支付没有完成", main)
}
