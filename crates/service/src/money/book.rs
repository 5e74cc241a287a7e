//! A fact about a bill: decided by the machine, kept in its rows and booked, in the caller's transaction.

use super::refunds::REFUND;
use crate::{Failure, Service};
use domain::bill::{
    Attempt, AttemptState, BillEvent, BillRefusal, BillStatus, Billing, Fact, Refund, Standing, decide,
};
use domain::ids::BillId;
use domain::ledger::{posting, raised};
use domain::money::Fen;
use store::Tx;
use store::jobs::{self, NewJob};
use store::tables::bills::{self, Bill, Order};
use store::tables::ledger::{self, NewEntry};
use store::tables::refunds::{self, RefundRow};

/// What goes with a fact into the rows and the book.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Noted<'a> {
    /// When it happened, µs since the epoch.
    pub at: i64,
    /// Role and id, no personal data.
    pub actor: &'a str,
    /// The channel's own number: of the transaction, of the refund.
    pub outside: &'a str,
    /// Why; for a refund that failed the channel's code.
    pub note: &'a str,
}

impl<'a> Noted<'a> {
    /// Noted by the system itself.
    pub fn by_itself(at: i64, outside: &'a str) -> Self {
        Self { at, actor: "system", outside, note: "" }
    }
}

/// The rows of a bill as the machine sees them.
pub(crate) fn billing(bill: &Bill, orders: &[Order], rows: &[RefundRow]) -> Billing {
    let attempts = orders.iter().map(|order| attempt(order, rows)).collect();
    let standing = match bill.status.as_str() {
        "closed" => Standing::Cancelled,
        "expired" => Standing::Expired,
        _ => Standing::Payable,
    };
    Billing { amount: Fen(bill.amount_fen), standing, attempts }
}

fn attempt(order: &Order, rows: &[RefundRow]) -> Attempt {
    let own = rows.iter().filter(|row| row.out_trade_no == order.out_trade_no);
    let refunds: Vec<Refund> = own
        .map(|row| Refund {
            number: row.number.clone(),
            amount: Fen(row.amount_fen),
            why: row.reason,
            state: row.state,
        })
        .collect();
    let state = match order.state.as_str() {
        "paid" => AttemptState::Won,
        "disputed" => AttemptState::Surplus { captured: Fen(order.captured_fen.unwrap_or_default()) },
        "closed" => AttemptState::Closed,
        _ => AttemptState::Open,
    };
    Attempt {
        order: order.out_trade_no.clone(),
        channel: order.provider.clone(),
        amount: Fen(order.amount_fen),
        state,
        refunds,
    }
}

/// The column that says where a bill stands.
fn status_text(billing: &Billing) -> &'static str {
    let Some(won) = billing.winner() else {
        return match billing.standing {
            Standing::Payable => "open",
            Standing::Expired => "expired",
            Standing::Cancelled => "closed",
        };
    };
    match billing.status() {
        BillStatus::Refunded => "refunded",
        _ if won.given_back() >= won.amount => "refund_due",
        _ => "paid",
    }
}

/// What an event is about: with the kind of its booking it is booked once.
fn reference(bill: BillId, event: &BillEvent, noted: &Noted<'_>) -> String {
    match event {
        BillEvent::Opened { order, .. }
        | BillEvent::OrderClosed { order }
        | BillEvent::Won { order }
        | BillEvent::Surplus { order, .. } => order.clone(),
        BillEvent::RefundDue { refund, .. } => refund.number.clone(),
        BillEvent::RefundSent { number }
        | BillEvent::RefundDone { number }
        | BillEvent::RefundFailed { number }
        | BillEvent::RefundRetried { number } => number.clone(),
        BillEvent::Expired | BillEvent::Cancelled => bill.to_string(),
        // There may be several of one bill; what came with it names each.
        BillEvent::Reduced { .. } => format!("{bill}:{}", noted.outside),
    }
}

fn refused(refusal: BillRefusal) -> Failure {
    match refusal {
        BillRefusal::NotPayable => Failure::Rejected("bill.paid"),
        BillRefusal::Amount => Failure::Rejected("money.amount"),
        BillRefusal::UnknownOrder | BillRefusal::UnknownRefund => Failure::NotFound,
    }
}

impl Service {
    /// Books a bill that was just raised.
    pub(crate) async fn book_raised(&self, tx: &mut Tx, bill: &Bill) -> Result<(), Failure> {
        let Some(posting) = raised(Fen(bill.amount_fen)) else { return Ok(()) };
        let reference = bill.id.to_string();
        let entry = NewEntry {
            posting: &posting,
            reference: &reference,
            bill: Some(bill.id),
            at: bill.raised_at,
            actor: "system",
            note: "",
        };
        ledger::append(tx, &entry, self.now().0).await?;
        Ok(())
    }

    /// Decides on a fact about a bill whose row is locked, keeps what follows in its rows, books it, and plans
    /// the refunds. A fact that is told again gives no events.
    pub(crate) async fn note_fact(
        &self,
        tx: &mut Tx,
        bill: &Bill,
        fact: &Fact,
        noted: Noted<'_>,
    ) -> Result<Vec<BillEvent>, Failure> {
        let orders = bills::orders_in(tx, bill.id).await?;
        let rows = refunds::of_bill_in(tx, bill.id).await?;
        let mut billing = billing(bill, &orders, &rows);
        let events = decide(&billing, fact).map_err(refused)?;
        for event in &events {
            self.book(tx, bill.id, &billing, event, &noted).await?;
            self.keep_event(tx, bill.id, &billing, event, &noted).await?;
            billing.apply(event);
        }
        if !events.is_empty() {
            bills::set_status(tx, bill.id, status_text(&billing)).await?;
        }
        Ok(events)
    }

    async fn book(
        &self,
        tx: &mut Tx,
        bill: BillId,
        before: &Billing,
        event: &BillEvent,
        noted: &Noted<'_>,
    ) -> Result<(), Failure> {
        let Some(posting) = posting(before, event) else { return Ok(()) };
        let reference = reference(bill, event, noted);
        let entry = NewEntry {
            posting: &posting,
            reference: &reference,
            bill: Some(bill),
            at: noted.at,
            actor: noted.actor,
            note: noted.note,
        };
        if ledger::append(tx, &entry, self.now().0).await? {
            return Ok(());
        }
        // The rows say that it is new, the book knows it: never book around that.
        Err(Failure::Internal(format!("{} {reference} is booked already", posting.kind().code())))
    }

    async fn keep_event(
        &self,
        tx: &mut Tx,
        bill: BillId,
        before: &Billing,
        event: &BillEvent,
        noted: &Noted<'_>,
    ) -> Result<(), Failure> {
        let now = self.now().0;
        match event {
            BillEvent::Won { order } => {
                let amount = before.attempt(order).map_or(Fen::ZERO, |attempt| attempt.amount);
                bills::pay(tx, bill, noted.at, order).await?;
                bills::capture_order(tx, order, "paid", noted.outside, amount.0, now).await?;
            }
            BillEvent::Surplus { order, captured } => {
                bills::capture_order(tx, order, "disputed", noted.outside, captured.0, now).await?;
            }
            BillEvent::RefundDue { order, refund } => self.plan_refund(tx, bill, before, order, refund).await?,
            BillEvent::RefundSent { number } => refunds::sent(tx, number, now).await?,
            BillEvent::RefundDone { number } => refunds::done(tx, number, noted.at, noted.outside).await?,
            BillEvent::RefundFailed { number } => refunds::failed(tx, number, noted.note).await?,
            BillEvent::RefundRetried { number } => {
                refunds::retry(tx, number).await?;
                self.enqueue_refund(tx, number, &format!("{number}:{now}")).await?;
            }
            // The order's own row is its opener's and closer's; what a bill stands at is kept by the caller.
            BillEvent::Opened { .. }
            | BillEvent::OrderClosed { .. }
            | BillEvent::Expired
            | BillEvent::Cancelled
            | BillEvent::Reduced { .. } => {}
        }
        Ok(())
    }

    async fn plan_refund(
        &self,
        tx: &mut Tx,
        bill: BillId,
        before: &Billing,
        order: &str,
        refund: &Refund,
    ) -> Result<(), Failure> {
        let attempt = before.attempt(order).ok_or(Failure::NotFound)?;
        let row = RefundRow {
            number: refund.number.clone(),
            out_trade_no: order.to_owned(),
            bill_id: bill,
            provider: attempt.channel.clone(),
            amount_fen: refund.amount.0,
            total_fen: attempt.captured().0,
            reason: refund.why,
            state: refund.state,
            refund_id: None,
            problem: None,
            created_at: self.now().0,
            sent_at: None,
            done_at: None,
        };
        refunds::insert(tx, &row).await?;
        self.enqueue_refund(tx, &row.number, &row.number).await
    }

    async fn enqueue_refund(&self, tx: &mut Tx, number: &str, key: &str) -> Result<(), Failure> {
        let (id, now) = (self.new_id().to_string(), self.now().0);
        let job = NewJob { id: &id, kind: REFUND, key: Some(key), payload: number, run_at: now };
        jobs::enqueue(tx, &job, now).await?;
        Ok(())
    }
}
