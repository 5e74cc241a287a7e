//! Faults on demand: what goes wrong at real providers, a stated number of times.

use axum::{
    Json,
    extract::State,
    http::StatusCode,
    response::{IntoResponse, Response},
};
use serde::Deserialize;
use serde_json::{Value, json};

use crate::app::Shared;

/// What happens to the notification of one payment, on each of its attempts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NotifyFault {
    /// It never comes.
    Silent,
    /// It comes twice at once, with one event id.
    Duplicate,
    LateMs(u64),
    /// Rightly signed, one fen too much.
    WrongAmount,
    /// Signed over another text.
    BadSignature,
    /// One for an order that nobody placed comes first, rightly signed.
    UnknownOrder,
    /// It waits until the next payment's notification has gone out (at most 30 s).
    Reordered,
}

/// What happens to one answer of the payment gateway.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AnswerFault {
    /// The request takes effect, the answer comes late.
    SlowMs(u64),
    /// `SYSTEM_ERROR` without effect.
    Error500,
    /// The payer is typing the password.
    UserPaying,
}

/// What happens to one refund, or to one bill of a day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MoneyFault {
    /// The refund is taken, and nothing moves until it is settled (`POST /wechat/refunds/settle`, or `/treasury/…`).
    Pending,
    /// The payer's account takes nothing back.
    Abnormal,
    /// The merchant's balance is too low.
    NotEnough,
    /// The bill lacks its first line.
    MissingLine,
    /// The bill has a line of an order that nobody placed.
    ExtraLine,
    /// The first line is one fen dearer.
    WrongLine,
    /// The file is not the one whose digest was told; where no digest is told, it breaks off in the middle, or its
    /// signature is over another text.
    WrongDigest,
}

/// What happens to one message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SmsFault {
    /// `isv.BUSINESS_LIMIT_CONTROL`.
    LimitControl,
    /// HTTP 503 without effect.
    Error500,
    /// `isv.MOBILE_NUMBER_ILLEGAL`.
    BadNumber,
}

/// What happens to one answer of the register of persons, the licence store or the invoice platform.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SignedFault {
    /// The answer comes late.
    SlowMs(u64),
    /// HTTP 503.
    Error500,
    /// Signed over another text.
    BadSignature,
}

/// What happens to one scan for viruses.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ScanFault {
    /// The connection ends without a word.
    Down,
    /// The answer comes late.
    SlowMs(u64),
    /// The content is said to be too big.
    SizeLimit,
    /// An answer that means nothing.
    Garbage,
    /// The scanner could not look.
    Error,
}

/// A fault that waits for its turn.
struct Waiting<F> {
    fault: F,
    text: String,
    left: u32,
}

#[derive(Default)]
pub struct Faults {
    notify: Option<Waiting<NotifyFault>>,
    answer: Option<Waiting<AnswerFault>>,
    sms: Option<Waiting<SmsFault>>,
    refund: Option<Waiting<MoneyFault>>,
    bill: Option<Waiting<MoneyFault>>,
    register: Option<Waiting<SignedFault>>,
    licences: Option<Waiting<SignedFault>>,
    invoices: Option<Waiting<SignedFault>>,
    scan: Option<Waiting<ScanFault>>,
}

impl Faults {
    pub fn take_notify(&mut self) -> Option<NotifyFault> {
        take(&mut self.notify)
    }

    pub fn take_answer(&mut self) -> Option<AnswerFault> {
        take(&mut self.answer)
    }

    pub fn take_sms(&mut self) -> Option<SmsFault> {
        take(&mut self.sms)
    }

    pub fn take_refund(&mut self) -> Option<MoneyFault> {
        take(&mut self.refund)
    }

    pub fn take_bill(&mut self) -> Option<MoneyFault> {
        take(&mut self.bill)
    }

    pub fn take_register(&mut self) -> Option<SignedFault> {
        take(&mut self.register)
    }

    pub fn take_scan(&mut self) -> Option<ScanFault> {
        take(&mut self.scan)
    }

    pub fn take_licences(&mut self) -> Option<SignedFault> {
        take(&mut self.licences)
    }

    pub fn take_invoices(&mut self) -> Option<SignedFault> {
        take(&mut self.invoices)
    }

    fn describe(&self) -> Value {
        json!({
            "notify": describe(self.notify.as_ref()),
            "answer": describe(self.answer.as_ref()),
            "sms": describe(self.sms.as_ref()),
            "refund": describe(self.refund.as_ref()),
            "bill": describe(self.bill.as_ref()),
            "register": describe(self.register.as_ref()),
            "scan": describe(self.scan.as_ref()),
            "licences": describe(self.licences.as_ref()),
            "invoices": describe(self.invoices.as_ref()),
        })
    }
}

fn take<F: Copy>(slot: &mut Option<Waiting<F>>) -> Option<F> {
    let waiting = slot.as_mut()?;
    let fault = waiting.fault;
    waiting.left -= 1;
    if waiting.left == 0 {
        *slot = None;
    }
    Some(fault)
}

fn describe<F>(slot: Option<&Waiting<F>>) -> Value {
    slot.map_or(Value::Null, |waiting| json!({ "fault": waiting.text, "left": waiting.left }))
}

/// Body of `POST /faults`; it replaces all of them, so `{}` clears them.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Wish {
    notify: Option<String>,
    answer: Option<String>,
    sms: Option<String>,
    refund: Option<String>,
    bill: Option<String>,
    register: Option<String>,
    scan: Option<String>,
    licences: Option<String>,
    invoices: Option<String>,
    times: Option<u32>,
}

pub async fn show(State(app): State<Shared>) -> Json<Value> {
    Json(app.faults().describe())
}

pub async fn set(State(app): State<Shared>, Json(wish): Json<Wish>) -> Response {
    match wish.read() {
        Ok(faults) => {
            let description = faults.describe();
            *app.faults() = faults;
            Json(description).into_response()
        }
        Err(unknown) => {
            let body = json!({ "message": format!("unknown fault: {unknown}") });
            (StatusCode::BAD_REQUEST, Json(body)).into_response()
        }
    }
}

impl Wish {
    fn read(self) -> Result<Faults, String> {
        let times = self.times.unwrap_or(1);
        Ok(Faults {
            notify: waiting(self.notify, times, notify_fault)?,
            answer: waiting(self.answer, times, answer_fault)?,
            sms: waiting(self.sms, times, sms_fault)?,
            refund: waiting(self.refund, times, refund_fault)?,
            bill: waiting(self.bill, times, bill_fault)?,
            register: waiting(self.register, times, signed_fault)?,
            licences: waiting(self.licences, times, signed_fault)?,
            invoices: waiting(self.invoices, times, signed_fault)?,
            scan: waiting(self.scan, times, scan_fault)?,
        })
    }
}

fn waiting<F>(text: Option<String>, times: u32, read: fn(&str) -> Option<F>) -> Result<Option<Waiting<F>>, String> {
    let Some(text) = text else { return Ok(None) };
    let Some(fault) = read(&text) else {
        return Err(text);
    };
    Ok((times > 0).then_some(Waiting { fault, text, left: times }))
}

fn notify_fault(text: &str) -> Option<NotifyFault> {
    Some(match text {
        "none" => NotifyFault::Silent,
        "duplicate" => NotifyFault::Duplicate,
        "wrong_amount" => NotifyFault::WrongAmount,
        "bad_signature" => NotifyFault::BadSignature,
        "unknown_order" => NotifyFault::UnknownOrder,
        "reordered" => NotifyFault::Reordered,
        _ => NotifyFault::LateMs(text.strip_prefix("late_ms:")?.parse().ok()?),
    })
}

fn answer_fault(text: &str) -> Option<AnswerFault> {
    Some(match text {
        "error_500" => AnswerFault::Error500,
        "userpaying" => AnswerFault::UserPaying,
        _ => AnswerFault::SlowMs(text.strip_prefix("slow_ms:")?.parse().ok()?),
    })
}

fn sms_fault(text: &str) -> Option<SmsFault> {
    Some(match text {
        "limit_control" => SmsFault::LimitControl,
        "error_500" => SmsFault::Error500,
        "bad_number" => SmsFault::BadNumber,
        _ => return None,
    })
}

fn refund_fault(text: &str) -> Option<MoneyFault> {
    Some(match text {
        "pending" => MoneyFault::Pending,
        "abnormal" => MoneyFault::Abnormal,
        "not_enough" => MoneyFault::NotEnough,
        _ => return None,
    })
}

fn bill_fault(text: &str) -> Option<MoneyFault> {
    Some(match text {
        "missing_line" => MoneyFault::MissingLine,
        "extra_line" => MoneyFault::ExtraLine,
        "wrong_line" => MoneyFault::WrongLine,
        "wrong_digest" => MoneyFault::WrongDigest,
        _ => return None,
    })
}

fn signed_fault(text: &str) -> Option<SignedFault> {
    Some(match text {
        "error_500" => SignedFault::Error500,
        "bad_signature" => SignedFault::BadSignature,
        _ => SignedFault::SlowMs(text.strip_prefix("slow_ms:")?.parse().ok()?),
    })
}

fn scan_fault(text: &str) -> Option<ScanFault> {
    Some(match text {
        "down" => ScanFault::Down,
        "size_limit" => ScanFault::SizeLimit,
        "garbage" => ScanFault::Garbage,
        "error" => ScanFault::Error,
        _ => ScanFault::SlowMs(text.strip_prefix("slow_ms:")?.parse().ok()?),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wish(json: Value) -> Result<Faults, String> {
        serde_json::from_value::<Wish>(json).unwrap().read()
    }

    #[test]
    fn a_fault_happens_as_often_as_stated() {
        let mut faults = wish(json!({ "notify": "late_ms:250", "times": 2 })).unwrap();
        assert_eq!(faults.take_notify(), Some(NotifyFault::LateMs(250)));
        assert_eq!(faults.describe()["notify"]["left"], 1);
        assert_eq!(faults.take_notify(), Some(NotifyFault::LateMs(250)));
        assert_eq!(faults.take_notify(), None);
        assert_eq!(faults.take_answer(), None);
    }

    #[test]
    fn unknown_faults_are_refused_and_zero_times_means_none() {
        assert!(wish(json!({ "answer": "explode" })).is_err());
        assert!(wish(json!({ "notify": "late_ms:soon" })).is_err());
        let mut faults = wish(json!({ "answer": "error_500", "times": 0 })).unwrap();
        assert_eq!(faults.take_answer(), None);
    }
}
