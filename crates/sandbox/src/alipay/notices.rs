//! 异步通知: what a payment looks like to the merchant.

use std::time::Duration;

use super::{
    params::{self, Params},
    trades::Trade,
    yuan,
};
use crate::{
    app::{App, Shared},
    clock,
    crypto::{self, DIGITS},
    faults::NotifyFault,
    notify::{self, Job, Provider},
};

/// Sends the notification of a payment, or does with it what the next fault says.
pub fn payment_made(app: &Shared, trade: &Trade) {
    let fault = app.faults().take_notify();
    let total = trade.terms.total + i64::from(fault == Some(NotifyFault::WrongAmount));
    let forged = fault == Some(NotifyFault::BadSignature);
    let Some(notify_id) = trade.payment.as_ref().map(|payment| payment.notify_id.clone()) else {
        return;
    };
    let Some(job) = job(app, trade, &trade.terms.out_trade_no, notify_id, total, forged) else {
        tracing::error!("notification could not be signed");
        return;
    };
    let stray = (fault == Some(NotifyFault::UnknownOrder)).then(|| {
        let number = format!("NOBODY{}", crypto::random_text(DIGITS, 16));
        let notify_id = format!("2026{}", crypto::random_text(DIGITS, 30));
        self::job(app, trade, &number, notify_id, total, false)
    });
    notify::go_out(app, fault, job, stray.flatten());
}

/// After a restart: the notification once more.
pub fn again(app: &App, trade: &Trade) -> Option<Job> {
    let notify_id = trade.payment.as_ref()?.notify_id.clone();
    job(app, trade, &trade.terms.out_trade_no, notify_id, trade.terms.total, false)
}

fn job(app: &App, trade: &Trade, number: &str, notify_id: String, total: i64, forged: bool) -> Option<Job> {
    let payment = trade.payment.as_ref()?;
    let keys = &app.keys.alipay;
    let members: [(&str, String); 21] = [
        ("app_id", keys.app_id.clone()),
        ("auth_app_id", keys.app_id.clone()),
        ("buyer_id", "2088000000000002".into()),
        ("buyer_pay_amount", yuan(total)),
        ("charset", "utf-8".into()),
        ("fund_bill_list", format!("[{{\"amount\":\"{}\",\"fundChannel\":\"ALIPAYACCOUNT\"}}]", yuan(total))),
        ("gmt_create", clock::for_people(trade.created_at)),
        ("gmt_payment", clock::for_people(payment.paid_at)),
        ("invoice_amount", yuan(total)),
        ("notify_id", notify_id.clone()),
        ("notify_time", clock::for_people(clock::now())),
        ("notify_type", "trade_status_sync".into()),
        ("out_trade_no", number.to_owned()),
        ("point_amount", yuan(0)),
        ("receipt_amount", yuan(total)),
        ("seller_id", keys.seller_id.clone()),
        ("subject", trade.terms.subject.clone()),
        ("total_amount", yuan(total)),
        ("trade_no", trade.trade_no.clone()),
        ("trade_status", "TRADE_SUCCESS".into()),
        ("version", "1.0".into()),
    ];
    let params: Params = members.into_iter().map(|(name, value)| (name.to_owned(), value)).collect();
    let signed = params::sign(keys, params, forged)?;
    Some(Job {
        provider: Provider::Alipay,
        event_id: notify_id,
        out_trade_no: number.to_owned(),
        notify_url: trade.terms.notify_url.clone(),
        body: params::encode(&signed),
        forged,
        wait: Duration::ZERO,
    })
}
