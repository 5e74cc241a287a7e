//! 收银台: the page where a payer would confirm in the app, and its short cut for tests.

use axum::{
    Form, Json,
    extract::{Path, Query, State},
    http::{HeaderMap, StatusCode},
    response::{IntoResponse, Redirect, Response},
};
use reqwest::Url;
use serde::Deserialize;
use serde_json::json;

use crate::{
    app::Shared,
    clock, notify,
    orders::{Order, PayRefusal},
    page::{escape, layout},
    product::Product,
};

/// What a cashier link carries, and the forms on its page carry on.
#[derive(Deserialize)]
pub struct Visit {
    prepay: String,
    redirect_url: Option<String>,
}

impl Visit {
    /// The way back, if it is a web address.
    fn back(&self) -> Option<String> {
        let url = Url::parse(self.redirect_url.as_deref()?).ok()?;
        matches!(url.scheme(), "http" | "https").then(|| url.to_string())
    }
}

/// `GET /wechat/cashier`.
pub async fn show(State(app): State<Shared>, Query(visit): Query<Visit>, headers: HeaderMap) -> Response {
    let orders = app.orders();
    match orders.payable(&visit.prepay, clock::now()) {
        Ok(order) => {
            let from_merchant = headers.contains_key("referer");
            confirmation(&app.settings.merchant_name, order, &visit, from_merchant)
        }
        Err(refusal) => refused(refusal, &visit),
    }
}

/// `GET /wechat/code/{prepay}`: what scanning the code opens on the payer's phone.
pub async fn scanned(State(app): State<Shared>, Path(prepay): Path<String>) -> Response {
    let visit = Visit { prepay, redirect_url: None };
    let orders = app.orders();
    match orders.payable(&visit.prepay, clock::now()) {
        Ok(order) if order.terms.product == Product::Native => {
            confirmation(&app.settings.merchant_name, order, &visit, true)
        }
        Ok(_) => refused(PayRefusal::UnknownOrder, &visit),
        Err(refusal) => refused(refusal, &visit),
    }
}

/// `POST /wechat/cashier/pay`.
pub async fn pay(State(app): State<Shared>, Form(visit): Form<Visit>) -> Response {
    let now = clock::now();
    let paid = app.change_orders(|orders| {
        let number = orders.payable(&visit.prepay, now)?.terms.out_trade_no.clone();
        orders.pay(&number, now)
    });
    match paid {
        Ok(Ok(order)) => {
            notify::payment_made(&app, &order);
            match visit.back() {
                Some(back) => Redirect::to(&back).into_response(),
                None => layout(StatusCode::OK, "支付成功", &summary(&order)),
            }
        }
        Ok(Err(refusal)) => refused(refusal, &visit),
        Err(error) => {
            tracing::error!(%error, "state could not be saved");
            let main = "<p>系统繁忙，没有扣款。请返回后重试。</p>";
            layout(StatusCode::INTERNAL_SERVER_ERROR, "支付没有完成", main)
        }
    }
}

/// `POST /wechat/cashier/cancel`: the order stays open.
pub async fn cancel(Form(visit): Form<Visit>) -> Response {
    match visit.back() {
        Some(back) => Redirect::to(&back).into_response(),
        None => layout(StatusCode::OK, "已取消支付", "<p>没有扣款。可以关闭本页。</p>"),
    }
}

#[derive(Deserialize)]
pub struct Directly {
    out_trade_no: String,
}

/// `POST /wechat/pay-directly`: pays without a browser, for tests.
pub async fn pay_directly(State(app): State<Shared>, Json(wish): Json<Directly>) -> Response {
    match app.change_orders(|orders| orders.pay(&wish.out_trade_no, clock::now())) {
        Ok(Ok(order)) => {
            notify::payment_made(&app, &order);
            Json(order.transaction()).into_response()
        }
        Ok(Err(refusal)) => {
            let status = match refusal {
                PayRefusal::UnknownOrder => StatusCode::NOT_FOUND,
                _ => StatusCode::CONFLICT,
            };
            let body = json!({ "message": refusal.sentence() });
            (status, Json(body)).into_response()
        }
        Err(_) => StatusCode::INTERNAL_SERVER_ERROR.into_response(),
    }
}

fn confirmation(merchant: &str, order: &Order, visit: &Visit, from_merchant: bool) -> Response {
    let hidden = hidden_fields(visit);
    let note = if from_merchant {
        ""
    } else {
        "<p class=\"note\" data-referer-missing>来源页没有送出 Referer：真实的微信支付会拒绝打开。</p>\n"
    };
    let main = format!(
        "{note}<dl>\n<dt>收款方</dt><dd>{merchant}</dd>\n{order}</dl>\n\
         <form method=\"post\" action=\"/wechat/cashier/pay\">{hidden}\
         <button class=\"primary\" type=\"submit\">确认支付</button></form>\n\
         <form method=\"post\" action=\"/wechat/cashier/cancel\">{hidden}\
         <button type=\"submit\">取消</button></form>",
        merchant = escape(merchant),
        order = order_rows(order),
    );
    layout(StatusCode::OK, "微信支付收银台", &main)
}

fn refused(refusal: PayRefusal, visit: &Visit) -> Response {
    let status = match refusal {
        PayRefusal::UnknownOrder => StatusCode::NOT_FOUND,
        PayRefusal::AlreadyPaid => StatusCode::OK,
        PayRefusal::LinkExpired | PayRefusal::OrderExpired | PayRefusal::Closed => StatusCode::GONE,
    };
    let title = match refusal {
        PayRefusal::AlreadyPaid => "已经支付",
        _ => "现在不能支付",
    };
    let back = visit
        .back()
        .map_or(String::new(), |back| format!("<p><a class=\"button\" href=\"{}\">返回商户</a></p>", escape(&back)));
    let main = format!("<p>{}</p>\n{back}", refusal.sentence());
    layout(status, title, &main)
}

fn summary(order: &Order) -> String {
    format!("<dl>{}</dl>\n<p>可以关闭本页，回到缴费页面查看结果。</p>", order_rows(order))
}

fn order_rows(order: &Order) -> String {
    format!(
        "<dt>项目</dt><dd>{description}</dd>\n<dt>商户订单号</dt><dd>{number}</dd>\n\
         <dt>金额</dt><dd class=\"amount\" data-amount-fen=\"{fen}\">{yuan} 元</dd>\n",
        description = escape(&order.terms.description),
        number = escape(&order.terms.out_trade_no),
        fen = order.terms.total,
        yuan = yuan(order.terms.total),
    )
}

fn hidden_fields(visit: &Visit) -> String {
    let mut fields = format!("<input type=\"hidden\" name=\"prepay\" value=\"{}\">", escape(&visit.prepay));
    if let Some(back) = visit.back() {
        fields.push_str("<input type=\"hidden\" name=\"redirect_url\" value=\"");
        fields.push_str(&escape(&back));
        fields.push_str("\">");
    }
    fields
}

/// Fen → yuan with two decimals.
fn yuan(fen: i64) -> String {
    format!("{}.{:02}", fen / 100, fen % 100)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_are_shown_in_yuan() {
        assert_eq!(yuan(1), "0.01");
        assert_eq!(yuan(8000), "80.00");
        assert_eq!(yuan(123_456_789), "1234567.89");
    }

    #[test]
    fn the_way_back_is_a_web_address_or_nothing() {
        let back = |url: &str| Visit { prepay: "x".into(), redirect_url: Some(url.into()) }.back();
        assert_eq!(
            back("http://localhost:3000/pay/1?x=中").as_deref(),
            Some("http://localhost:3000/pay/1?x=%E4%B8%AD")
        );
        assert_eq!(back("javascript:alert(1)"), None);
        assert_eq!(back("/relative"), None);
    }
}
