//! 通知: what a payment or a refund looks like to the portal.

use std::time::Duration;

use reqwest::Url;
use serde_json::{Value, json};

use super::{book::Order, gateway};
use crate::{
    app::{App, Shared},
    clock,
    crypto::{self, DIGITS},
    faults::NotifyFault,
    notify::{self, Job, Provider},
};

/// Sends the notification of a payment, or does with it what the next fault says.
pub fn payment_made(app: &Shared, order: &Order) {
    let fault = app.faults().take_notify();
    let Some(notice_id) = order.payment.as_ref().map(|payment| payment.notice_id.clone()) else {
        return;
    };
    let mut shown = order.shown(clock::now());
    if fault == Some(NotifyFault::WrongAmount) {
        shown["amount_fen"] = json!(order.terms.amount_fen + 1);
    }
    let stray = (fault == Some(NotifyFault::UnknownOrder)).then(|| {
        let number = format!("NOBODY{}", crypto::random_text(DIGITS, 16));
        let mut other = shown.clone();
        other["order_number"] = json!(number);
        job(order, &number, fresh_id(), &json!({ "order": other }))
    });
    let mut job = job(order, &order.terms.order_number, notice_id, &json!({ "order": shown }));
    job.forged = fault == Some(NotifyFault::BadSignature);
    notify::go_out(app, fault, job, stray);
}

/// After a restart: the notification once more.
pub fn again(order: &Order) -> Option<Job> {
    let notice_id = order.payment.as_ref()?.notice_id.clone();
    Some(job(order, &order.terms.order_number, notice_id, &json!({ "order": order.shown(clock::now()) })))
}

/// Sends what came of a refund, if anything did.
pub fn refund_ended(app: &Shared, refund_number: &str) {
    let found = app.treasury().refund_at(refund_number).map(|(order, refund)| (order.clone(), refund.clone()));
    let Some((order, refund)) = found else { return };
    if refund.state == "processing" {
        return;
    }
    let about = json!({ "refund": order.refund_shown(&refund) });
    notify::go_out(app, None, job(&order, &order.terms.order_number, fresh_id(), &about), None);
}

/// The headers of one attempt: each is signed anew, since its time is.
pub fn headers(app: &App, job: &Job) -> Option<[(String, String); 4]> {
    let url = Url::parse(&job.notify_url).ok()?;
    Some(gateway::keeper(app).notification(url.path(), &job.body, job.forged))
}

fn fresh_id() -> String {
    format!("TZ{}", crypto::random_text(DIGITS, 22))
}

fn job(order: &Order, number: &str, notice_id: String, about: &Value) -> Job {
    let mut body = about.clone();
    body["id"] = json!(notice_id);
    Job {
        provider: Provider::Treasury,
        event_id: notice_id,
        out_trade_no: number.to_owned(),
        notify_url: order.terms.notify_url.clone(),
        body: body.to_string(),
        forged: false,
        wait: Duration::ZERO,
    }
}
