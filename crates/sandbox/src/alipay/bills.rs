//! 业务账单: a zip file of two GBK tables, the trades and their sums, under an address that lives 30 seconds.
//!
//! Unlike the real provider it offers the present day as well: demonstrations cannot wait until tomorrow.

use std::io::{Cursor, Write};

use axum::{
    extract::{Path, Query, State},
    http::{StatusCode, header},
    response::{IntoResponse, Response},
};
use encoding_rs::GBK;
use jiff::civil::Date;
use serde::Deserialize;
use serde_json::{Value, json};
use zip::{ZipWriter, write::SimpleFileOptions};

use super::{terms::Refusal, trades::Trade, yuan};
use crate::{
    app::{App, Shared},
    clock,
    faults::MoneyFault,
};

/// How long an address lives (µs).
const LIFE: i64 = 30 * 1_000_000;
const FAULTS: [MoneyFault; 4] =
    [MoneyFault::MissingLine, MoneyFault::ExtraLine, MoneyFault::WrongLine, MoneyFault::WrongDigest];
const HEAD: &str = "支付宝交易号,商户订单号,业务类型,商品名称,创建时间,完成时间,门店编号,门店名称,操作员,终端号,对方账户,订单金额（元）,商家实收（元）,支付宝红包（元）,集分宝（元）,支付宝优惠（元）,商家优惠（元）,券核销金额（元）,券名称,商家红包消费金额（元）,卡消费金额（元）,退款批次号/请求号,服务费（元）,分润（元）,备注";
const SUMS: &str = "门店编号,门店名称,交易订单总笔数,退款订单总笔数,订单金额（元）,商家实收（元）,支付宝优惠（元）,商家优惠（元）,卡消费金额（元）,服务费（元）,分润（元）,实收净额（元）";

struct Line {
    trade_no: String,
    out_trade_no: String,
    subject: String,
    created_at: i64,
    at: i64,
    /// Fen; negative when it goes back.
    amount: i64,
    /// Of a refund.
    request: Option<String>,
}

impl Line {
    fn paid(trade: &Trade, at: i64) -> Self {
        Self {
            trade_no: trade.trade_no.clone(),
            out_trade_no: trade.terms.out_trade_no.clone(),
            subject: trade.terms.subject.clone(),
            created_at: trade.created_at,
            at,
            amount: trade.terms.total,
            request: None,
        }
    }

    fn text(&self) -> String {
        let (amount, kind) = (signed(self.amount), if self.request.is_some() { "退款" } else { "交易" });
        let request = self.request.as_ref().map(|request| format!("{request}\t")).unwrap_or_default();
        let (created, at) = (clock::for_people(self.created_at), clock::for_people(self.at));
        let cells: [&str; 25] = [
            &format!("{}\t", self.trade_no),
            &format!("{}\t", self.out_trade_no),
            kind,
            &self.subject,
            &created,
            &at,
            "",
            "",
            "",
            "",
            "san***@sandbox.invalid",
            &amount,
            &amount,
            "0.00",
            "0.00",
            "0.00",
            "0.00",
            "0.00",
            "",
            "0.00",
            "0.00",
            &request,
            &signed(fee(self.amount)),
            "0.00",
            "",
        ];
        cells.join(",")
    }
}

/// Yuan with two decimals and a sign.
fn signed(fen: i64) -> String {
    if fen < 0 { format!("-{}", yuan(-fen)) } else { yuan(fen) }
}

/// 0.6 %, rounded to whole fen: taken of a payment, given back with a refund.
fn fee(amount: i64) -> i64 {
    let fee = (amount.abs() * 6 + 500) / 1000;
    if amount > 0 { -fee } else { fee }
}

fn code(fault: MoneyFault) -> &'static str {
    match fault {
        MoneyFault::MissingLine => "-missing",
        MoneyFault::ExtraLine => "-extra",
        MoneyFault::WrongLine => "-wrong",
        MoneyFault::WrongDigest => "-broken",
        _ => "",
    }
}

/// `alipay.data.dataservice.bill.downloadurl.query`.
pub fn offer(app: &App, day: &str) -> Result<Value, Refusal> {
    if day.parse::<Date>().is_err() {
        return Err(Refusal::parameter("bill_date 应为 yyyy-MM-dd"));
    }
    let fault = app.faults().take_bill();
    if lines(app, day, fault).is_empty() {
        return Err(Refusal::business("isp.bill_not_exist", "账单不存在"));
    }
    // The fault of this bill comes along, so that the file is the one that was offered.
    let (public_url, mark, until) = (&app.settings.public_url, fault.map_or("", code), clock::now() + LIFE);
    Ok(json!({ "bill_download_url": format!("{public_url}/alipay/bills/{day}{mark}.zip?until={until}") }))
}

#[derive(Deserialize)]
pub struct Link {
    until: i64,
}

/// `GET /alipay/bills/{file}?until=`: neither the request nor the file is signed.
pub async fn download(State(app): State<Shared>, Path(file): Path<String>, Query(link): Query<Link>) -> Response {
    if clock::now() > link.until {
        return (StatusCode::FORBIDDEN, "the address has expired").into_response();
    }
    let name = file.strip_suffix(".zip").unwrap_or(&file);
    let (day, mark) = name.split_at_checked(10).unwrap_or((name, ""));
    let fault = FAULTS.into_iter().find(|fault| code(*fault) == mark);
    let Ok(mut content) = pack(&app, day, &lines(&app, day, fault)) else {
        return StatusCode::INTERNAL_SERVER_ERROR.into_response();
    };
    if fault == Some(MoneyFault::WrongDigest) {
        content.truncate(content.len() / 2);
    }
    ([(header::CONTENT_TYPE, "application/zip")], content).into_response()
}

/// What moved on a day, in that order.
fn lines(app: &App, day: &str, fault: Option<MoneyFault>) -> Vec<Line> {
    let on_day = |at: i64| clock::for_people(at).starts_with(day);
    let mut lines: Vec<Line> = Vec::new();
    for trade in app.trades().all() {
        let Some(payment) = &trade.payment else { continue };
        if on_day(payment.paid_at) {
            lines.push(Line::paid(trade, payment.paid_at));
        }
        for refund in trade.refunds.iter().filter(|refund| on_day(refund.at)) {
            let request = Some(refund.out_request_no.clone());
            lines.push(Line { amount: -refund.amount, request, ..Line::paid(trade, refund.at) });
        }
    }
    lines.sort_by_key(|line| line.at);
    match fault {
        Some(MoneyFault::MissingLine) if !lines.is_empty() => drop(lines.remove(0)),
        Some(MoneyFault::WrongLine) => {
            if let Some(line) = lines.first_mut() {
                line.amount += 1;
            }
        }
        Some(MoneyFault::ExtraLine) => {
            let at = lines.first().map_or_else(clock::now, |line| line.at);
            lines.push(Line {
                trade_no: "2026000000000000000000000000".into(),
                out_trade_no: "NOBODY0000000000".into(),
                subject: "没有人下过的订单".into(),
                created_at: at,
                at,
                amount: 100,
                request: None,
            });
        }
        _ => {}
    }
    lines
}

/// The two tables of a day as the provider packs them.
fn pack(app: &App, day: &str, lines: &[Line]) -> Result<Vec<u8>, Box<dyn std::error::Error>> {
    let seller = &app.keys.alipay.seller_id;
    let about = |title: &str, table: &str| {
        format!(
            "#支付宝业务{title}查询\r\n#账号：[{seller}0156]\r\n#起始日期：[{day} 00:00:00]   终止日期：[{day} 24:00:00]\r\n\
             #-----------------------------------------业务{title}列表----------------------------------------\r\n\
             {table}#-----------------------------------------业务{title}列表结束------------------------------------\r\n\
             #导出时间：[{}]\r\n",
            clock::for_people(clock::now())
        )
    };
    let rows = lines.iter().fold(String::new(), |text, line| text + &line.text() + "\r\n");
    let details = about("明细", &format!("{HEAD}\r\n{rows}"));
    let (amount, fees) = lines.iter().fold((0, 0), |(all, fees), line| (all + line.amount, fees + fee(line.amount)));
    let refunds = lines.iter().filter(|line| line.request.is_some()).count();
    let sums = [
        "合计".to_owned(),
        String::new(),
        (lines.len() - refunds).to_string(),
        refunds.to_string(),
        signed(amount),
        signed(amount),
        yuan(0),
        yuan(0),
        yuan(0),
        signed(fees),
        yuan(0),
        signed(amount + fees),
    ];
    let sums = about("汇总", &format!("{SUMS}\r\n{}\r\n", sums.join(",")));
    let name = format!("{seller}0156_{}_业务明细", day.replace('-', ""));
    let mut out = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, text) in [(format!("{name}.csv"), details), (format!("{name}(汇总).csv"), sums)] {
        out.start_file(name, SimpleFileOptions::default())?;
        out.write_all(&GBK.encode(&text).0)?;
    }
    Ok(out.finish()?.into_inner())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn d5_what_leaves_the_account_is_negative() {
        assert_eq!([signed(8000), signed(-3001), signed(0)], ["80.00", "-30.01", "0.00"]);
        assert_eq!([fee(8000), fee(-3000)], [-48, 18]);
        assert_eq!(FAULTS.map(code), ["-missing", "-extra", "-wrong", "-broken"]);
    }
}
