//! 交易账单: `/v3/bill/tradebill` offers a file, which is downloaded unsigned; every field begins with a backtick.
//!
//! Unlike the real provider it offers the present day as well: demonstrations cannot wait until tomorrow.

use aws_lc_rs::digest::{SHA1_FOR_LEGACY_USE_ONLY, digest};
use axum::{
    extract::{OriginalUri, Query, State},
    http::{HeaderMap, StatusCode},
    response::{IntoResponse, Response},
};
use serde::Deserialize;
use serde_json::json;

use crate::{
    api_error::ApiError,
    app::{App, Shared},
    clock,
    faults::MoneyFault,
    gateway, merchant,
    product::Product,
    refunds,
};

const HEAD: &str = "交易时间,公众账号ID,商户号,特约商户号,设备号,微信订单号,商户订单号,用户标识,交易类型,交易状态,付款银行,货币种类,应结订单金额,代金券金额,微信退款单号,商户退款单号,退款金额,充值券退款金额,退款类型,退款状态,商品名称,商户数据包,手续费,费率,订单金额,申请退款金额,费率备注";
const SUMMARY: &str = "总交易单数,应结订单总金额,退款总金额,充值券退款总金额,手续费总金额,订单总金额,申请退款总金额";

#[derive(Deserialize)]
pub struct Wanted {
    bill_date: Option<String>,
}

#[derive(Deserialize)]
pub struct Token {
    token: String,
}

/// `GET /v3/bill/tradebill?bill_date=` (申请交易账单).
pub async fn offer(
    State(app): State<Shared>,
    OriginalUri(uri): OriginalUri,
    Query(wanted): Query<Wanted>,
    headers: HeaderMap,
) -> Response {
    gateway::answer(&app, "GET", &uri, &headers, b"", || {
        let day = wanted.bill_date.ok_or_else(|| ApiError::parameter("缺少 bill_date"))?;
        let fault = app.faults().take_bill();
        let (text, lines) = bill(&app, &day, fault);
        if lines == 0 {
            return Err(ApiError::new(StatusCode::BAD_REQUEST, "NO_STATEMENT_EXIST", "账单文件不存在"));
        }
        let told = if fault == Some(MoneyFault::WrongDigest) { "other" } else { text.as_str() };
        let hash = hex::encode(digest(&SHA1_FOR_LEGACY_USE_ONLY, told.as_bytes()));
        // The fault of this bill comes along, so that the file is the one that was offered.
        let token = format!("{day}{}", fault.map_or("", code));
        let address = format!("{}/v3/billdownload/file?token={token}", app.settings.public_url);
        Ok((StatusCode::OK, Some(json!({ "hash_type": "SHA1", "hash_value": hash, "download_url": address }))))
    })
    .await
}

fn code(fault: MoneyFault) -> &'static str {
    match fault {
        MoneyFault::MissingLine => "-missing",
        MoneyFault::ExtraLine => "-extra",
        MoneyFault::WrongLine => "-wrong",
        _ => "",
    }
}

/// `GET /v3/billdownload/file?token=`: the request is signed, the answer is not.
pub async fn download(
    State(app): State<Shared>,
    OriginalUri(uri): OriginalUri,
    Query(token): Query<Token>,
    headers: HeaderMap,
) -> Response {
    let path = uri.path_and_query().map_or("/", |whole| whole.as_str());
    if let Err(error) = merchant::check(&app.keys, "GET", path, &headers, b"", clock::now()) {
        return (error.status, error.body().to_string()).into_response();
    }
    let (day, mark) = token.token.split_at_checked(10).unwrap_or((token.token.as_str(), ""));
    let faults = [MoneyFault::MissingLine, MoneyFault::ExtraLine, MoneyFault::WrongLine];
    let fault = faults.into_iter().find(|fault| code(*fault) == mark);
    let (text, _) = bill(&app, day, fault);
    ([("Content-Type", "text/plain; charset=utf-8")], text).into_response()
}

/// Yuan with two decimals.
fn yuan(fen: i64) -> String {
    let sign = if fen < 0 { "-" } else { "" };
    let fen = fen.unsigned_abs();
    format!("{sign}{}.{:02}", fen / 100, fen % 100)
}

/// 0.6 %, rounded to whole fen.
fn fee(amount: i64) -> i64 {
    (amount * 6 + 500).div_euclid(1000)
}

struct Line {
    at: i64,
    transaction: String,
    out_trade_no: String,
    amount: i64,
    /// The refund's two numbers.
    refund: Option<(String, String)>,
    goods: String,
    product: Product,
}

impl Line {
    fn text(&self, app: &App) -> String {
        let time = clock::rfc3339(self.at).replace('T', " ");
        let time = time.split('+').next().unwrap_or_default();
        let (amount, zero) = (yuan(self.amount), yuan(0));
        let paid = self.refund.is_none();
        let (refund_id, out_refund_no) = self.refund.clone().unwrap_or_else(|| ("0".into(), "0".into()));
        let fee = yuan(if paid { fee(self.amount) } else { -fee(self.amount) });
        let cells: [&str; 27] = [
            time,
            &app.keys.appid,
            &app.keys.mchid,
            "0",
            "",
            &self.transaction,
            &self.out_trade_no,
            "oSandboxPayer",
            self.product.trade_type(),
            if paid { "SUCCESS" } else { "REFUND" },
            "OTHERS",
            "CNY",
            if paid { &amount } else { &zero },
            &zero,
            &refund_id,
            &out_refund_no,
            if paid { &zero } else { &amount },
            &zero,
            if paid { "" } else { "ORIGINAL" },
            if paid { "" } else { "SUCCESS" },
            &self.goods,
            "",
            &fee,
            "0.60%",
            if paid { &amount } else { &zero },
            if paid { &zero } else { &amount },
            "",
        ];
        cells.map(|cell| format!("`{cell}")).join(",")
    }
}

/// The file of a day, and how many lines it has.
fn bill(app: &App, day: &str, fault: Option<MoneyFault>) -> (String, usize) {
    let mut lines: Vec<Line> = Vec::new();
    for order in app.orders().all() {
        let Some(payment) = &order.payment else { continue };
        if clock::rfc3339(payment.paid_at).starts_with(day) {
            lines.push(Line {
                at: payment.paid_at,
                transaction: payment.transaction_id.clone(),
                out_trade_no: order.terms.out_trade_no.clone(),
                amount: order.terms.total,
                refund: None,
                goods: order.terms.description.clone(),
                product: order.terms.product,
            });
        }
    }
    for (order, refund) in refunds::of_day(app, day) {
        lines.push(Line {
            at: refund.done_at.unwrap_or(refund.created_at),
            transaction: order.payment.map(|payment| payment.transaction_id).unwrap_or_default(),
            out_trade_no: order.terms.out_trade_no,
            amount: refund.amount,
            refund: Some((refund.refund_id, refund.out_refund_no)),
            goods: order.terms.description,
            product: order.terms.product,
        });
    }
    lines.sort_by_key(|line| line.at);
    match fault {
        Some(MoneyFault::MissingLine) if !lines.is_empty() => drop(lines.remove(0)),
        Some(MoneyFault::WrongLine) => {
            if let Some(line) = lines.first_mut() {
                line.amount += 1;
            }
        }
        Some(MoneyFault::ExtraLine) => lines.push(Line {
            at: lines.first().map_or_else(clock::now, |line| line.at),
            transaction: "4200000000000000000000000000".into(),
            out_trade_no: "NOBODY0000000000".into(),
            amount: 100,
            refund: None,
            goods: "没有人下过的订单".into(),
            product: Product::H5,
        }),
        _ => {}
    }
    let paid: i64 = lines.iter().filter(|l| l.refund.is_none()).map(|l| l.amount).sum();
    let returned: i64 = lines.iter().filter(|l| l.refund.is_some()).map(|l| l.amount).sum();
    let rows: Vec<String> = lines.iter().map(|line| line.text(app)).collect();
    let sums = [
        lines.len().to_string(),
        yuan(paid),
        yuan(returned),
        yuan(0),
        yuan(fee(paid) - fee(returned)),
        yuan(paid),
        yuan(returned),
    ];
    let sums = sums.map(|sum| format!("`{sum}")).join(",");
    let body = rows.iter().fold(String::new(), |text, row| text + row + "\r\n");
    (format!("\u{feff}{HEAD}\r\n{body}{SUMMARY}\r\n{sums}\r\n"), lines.len())
}
