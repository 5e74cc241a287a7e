//! Payment notifications (支付通知) of all providers: sealed, signed, sent again on the provider's schedule.

use std::{sync::Arc, time::Duration};

use axum::{Json, extract::State};
use serde::Serialize;
use serde_json::{Value, json};

use crate::{
    alipay::notices,
    app::{App, Shared},
    clock,
    crypto::{self, ALPHANUMERIC, DIGITS},
    faults::NotifyFault,
    gateway,
    orders::Order,
    treasury,
};

/// Waits before the second and each later attempt at `WeChat` Pay and the treasury, in seconds; together about 24 hours.
const WECHAT_SECONDS: &[u32] = &[15, 15, 30, 180, 600, 1200, 1800, 1800, 1800, 3600, 10800, 10800, 10800, 21600, 21600];
/// The same at Alipay; together a good 24 hours.
const ALIPAY_SECONDS: &[u32] = &[240, 600, 600, 3600, 7200, 21600, 54000];
/// How long a `reordered` notification waits for another payment.
const HOLD: Duration = Duration::from_secs(30);
/// Attempts kept for [`list`].
const MAX_ATTEMPTS: usize = 500;

/// Who notifies.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Provider {
    Wechat,
    Alipay,
    Treasury,
}

/// One notification on its way.
#[derive(Clone)]
pub struct Job {
    pub provider: Provider,
    pub event_id: String,
    pub out_trade_no: String,
    pub notify_url: String,
    /// Made once, so that every attempt carries the same bytes.
    pub body: String,
    pub forged: bool,
    pub wait: Duration,
}

/// One attempt, for whoever looks for the reason of a missing payment.
#[derive(Clone, Serialize)]
pub struct Attempt {
    provider: Provider,
    /// µs since the epoch.
    at: i64,
    event_id: String,
    out_trade_no: String,
    /// Counted from 1.
    #[serde(rename = "attempt")]
    number: usize,
    /// The merchant's HTTP status, or null when none came within five seconds.
    status: Option<u16>,
    acknowledged: bool,
}

/// `GET /wechat/notifications`: newest first.
pub async fn list(State(app): State<Shared>) -> Json<Vec<Attempt>> {
    Json(app.attempts().iter().cloned().collect())
}

/// Sends the notification of a payment, or does with it what the next fault says.
pub fn payment_made(app: &Shared, order: &Order) {
    let fault = app.faults().take_notify();
    let mut transaction = order.transaction();
    if fault == Some(NotifyFault::WrongAmount) {
        let more = order.terms.total + 1;
        transaction["amount"]["total"] = json!(more);
        transaction["amount"]["payer_total"] = json!(more);
    }
    let Some(mut job) = Job::new(app, order, &transaction) else {
        tracing::error!("notification could not be sealed");
        return;
    };
    job.forged = fault == Some(NotifyFault::BadSignature);
    let stray = if fault == Some(NotifyFault::UnknownOrder) { stray(app, order, &mut transaction) } else { None };
    go_out(app, fault, job, stray);
}

/// Sends a notification as the fault says; `stray` is the one that goes before it where that is the fault.
pub fn go_out(app: &Shared, fault: Option<NotifyFault>, mut job: Job, stray: Option<Job>) {
    match fault {
        Some(NotifyFault::Silent) => return job.settle(app),
        Some(NotifyFault::Reordered) => return hold(app, job),
        Some(NotifyFault::Duplicate) => {
            tokio::spawn(deliver(Arc::clone(app), job.clone()));
        }
        Some(NotifyFault::LateMs(wait)) => job.wait = Duration::from_millis(wait),
        Some(NotifyFault::UnknownOrder) => {
            let app = Arc::clone(app);
            tokio::spawn(async move {
                if let Some(stray) = stray {
                    send(&app, &stray, 1).await;
                }
                deliver(app, job).await;
            });
            return;
        }
        Some(NotifyFault::WrongAmount | NotifyFault::BadSignature) | None => {}
    }
    let app = Arc::clone(app);
    tokio::spawn(async move {
        deliver(Arc::clone(&app), job).await;
        let held = std::mem::take(&mut *app.held());
        for job in held {
            tokio::spawn(deliver(Arc::clone(&app), job));
        }
    });
}

/// Sends the notification of a refund that has come to its end (`REFUND.SUCCESS`, `REFUND.ABNORMAL`, `REFUND.CLOSED`).
pub fn refund_ended(app: &Shared, notify_url: &str, out_trade_no: &str, status: &str, refund: &Value) {
    let event_id = format!("EV-{}", crypto::random_text(DIGITS, 24));
    let event = format!("REFUND.{status}");
    let Some(body) = sealed_as(app, &event_id, [&event, "退款通知", "refund"], refund) else {
        tracing::error!("notification could not be sealed");
        return;
    };
    let (out_trade_no, notify_url) = (out_trade_no.to_owned(), notify_url.to_owned());
    let provider = Provider::Wechat;
    let job = Job { provider, event_id, out_trade_no, notify_url, body, forged: false, wait: Duration::ZERO };
    tokio::spawn(deliver(Arc::clone(app), job));
}

/// After a restart: what the merchant has not acknowledged goes out again.
pub fn resume(app: &Shared) {
    let waiting = app.orders().unacknowledged();
    for order in waiting {
        if let Some(job) = Job::new(app, &order, &order.transaction()) {
            tokio::spawn(deliver(Arc::clone(app), job));
        }
    }
    let waiting = app.trades().unacknowledged();
    for trade in waiting {
        if let Some(job) = notices::again(app, &trade) {
            tokio::spawn(deliver(Arc::clone(app), job));
        }
    }
    let waiting = app.treasury().unacknowledged();
    for order in waiting {
        if let Some(job) = treasury::notices::again(&order) {
            tokio::spawn(deliver(Arc::clone(app), job));
        }
    }
}

fn hold(app: &Shared, job: Job) {
    let event_id = job.event_id.clone();
    app.held().push(job);
    let app = Arc::clone(app);
    tokio::spawn(async move {
        tokio::time::sleep(HOLD).await;
        let overdue: Vec<Job> = app.held().extract_if(.., |job| job.event_id == event_id).collect();
        for job in overdue {
            deliver(Arc::clone(&app), job).await;
        }
    });
}

/// A notification like `order`'s, for a number that was never placed.
fn stray(app: &App, order: &Order, transaction: &mut Value) -> Option<Job> {
    let number = format!("NOBODY{}", crypto::random_text(DIGITS, 16));
    transaction["out_trade_no"] = json!(number);
    let event_id = format!("EV-{}", crypto::random_text(DIGITS, 24));
    Some(Job {
        provider: Provider::Wechat,
        body: sealed(app, &event_id, transaction)?,
        event_id,
        out_trade_no: number,
        notify_url: order.terms.notify_url.clone(),
        forged: false,
        wait: Duration::ZERO,
    })
}

impl Job {
    fn new(app: &App, order: &Order, transaction: &Value) -> Option<Self> {
        let event_id = order.payment.as_ref()?.event_id.clone();
        Some(Self {
            provider: Provider::Wechat,
            body: sealed(app, &event_id, transaction)?,
            event_id,
            out_trade_no: order.terms.out_trade_no.clone(),
            notify_url: order.terms.notify_url.clone(),
            forged: false,
            wait: Duration::ZERO,
        })
    }

    /// The merchant has acknowledged it, or it is not to be sent.
    fn settle(&self, app: &App) {
        let saved = match self.provider {
            Provider::Wechat => app.change_orders(|orders| orders.mark_notified(&self.out_trade_no)),
            Provider::Alipay => app.change_trades(|trades| trades.mark_notified(&self.out_trade_no)),
            Provider::Treasury => app.change_treasury(|book| book.mark_notified(&self.out_trade_no)),
        };
        if let Err(error) = saved {
            tracing::error!(%error, "state could not be saved");
        }
    }
}

/// The notification's JSON around the sealed transaction.
fn sealed(app: &App, event_id: &str, transaction: &Value) -> Option<String> {
    sealed_as(app, event_id, ["TRANSACTION.SUCCESS", "支付成功", "transaction"], transaction)
}

/// The same for any event: its type, its summary, and what is sealed.
fn sealed_as(app: &App, event_id: &str, [event_type, summary, original]: [&str; 3], plain: &Value) -> Option<String> {
    let nonce = crypto::random_text(ALPHANUMERIC, 12);
    let plain = plain.to_string();
    let key = app.keys.api_v3_key.as_bytes();
    let ciphertext = crypto::seal(key, &nonce, original, plain.as_bytes()).ok()?;
    let body = json!({
        "id": event_id,
        "create_time": clock::rfc3339(clock::now()),
        "resource_type": "encrypt-resource",
        "event_type": event_type,
        "summary": summary,
        "resource": {
            "original_type": original,
            "algorithm": "AEAD_AES_256_GCM",
            "ciphertext": ciphertext,
            "associated_data": original,
            "nonce": nonce,
        },
    });
    Some(body.to_string())
}

/// Attempts until the merchant acknowledges or the schedule ends.
async fn deliver(app: Shared, job: Job) {
    tokio::time::sleep(job.wait).await;
    let schedule = match job.provider {
        Provider::Wechat | Provider::Treasury => WECHAT_SECONDS,
        Provider::Alipay => ALIPAY_SECONDS,
    };
    let waits = schedule.iter().map(|seconds| {
        Duration::try_from_secs_f64(f64::from(*seconds) * app.settings.retry_scale).unwrap_or(Duration::MAX)
    });
    for (index, wait) in std::iter::once(Duration::ZERO).chain(waits).enumerate() {
        tokio::time::sleep(wait).await;
        if send(&app, &job, index + 1).await {
            return job.settle(&app);
        }
    }
}

/// One attempt; whether the merchant acknowledged it within five seconds: `WeChat` Pay and the treasury want 200 or 204,
/// Alipay the one word `success`.
async fn send(app: &App, job: &Job, attempt: usize) -> bool {
    let request = app.http.post(&job.notify_url).body(job.body.clone());
    let (status, acknowledged) = match job.provider {
        Provider::Wechat => {
            let signed_text = if job.forged { format!("{} ", job.body) } else { job.body.clone() };
            let Some(headers) = gateway::signature_headers(app, signed_text.as_bytes()) else {
                return false;
            };
            let mut request = request.header("Content-Type", "application/json");
            for (name, value) in headers {
                request = request.header(name, value);
            }
            let status = request.send().await.ok().map(|answer| answer.status().as_u16());
            (status, matches!(status, Some(200 | 204)))
        }
        Provider::Treasury => {
            let Some(headers) = treasury::notices::headers(app, job) else {
                return false;
            };
            let mut request = request.header("Content-Type", "application/json");
            for (name, value) in headers {
                request = request.header(name, value);
            }
            let status = request.send().await.ok().map(|answer| answer.status().as_u16());
            (status, matches!(status, Some(200 | 204)))
        }
        Provider::Alipay => {
            let kind = "application/x-www-form-urlencoded; charset=utf-8";
            match request.header("Content-Type", kind).send().await {
                Ok(answer) => {
                    let status = answer.status().as_u16();
                    let said = answer.text().await.unwrap_or_default();
                    (Some(status), status == 200 && said == "success")
                }
                Err(_) => (None, false),
            }
        }
    };
    let mut attempts = app.attempts();
    attempts.push_front(Attempt {
        provider: job.provider,
        at: clock::now(),
        event_id: job.event_id.clone(),
        out_trade_no: job.out_trade_no.clone(),
        number: attempt,
        status,
        acknowledged,
    });
    attempts.truncate(MAX_ATTEMPTS);
    acknowledged
}
