//! Bills from before there was a book are taken into it at start, from their rows.

use crate::{Failure, Service};
use domain::bill::{BillEvent, Fact, RefundReason};
use domain::ids::BillId;
use domain::money::Fen;
use store::Tx;
use store::tables::bills::{self, Bill, Order};
use store::tables::cases::CaseRow;
use store::tables::{audit, cases, ledger};

use super::book::Noted;

/// Why a refund from before there was a book waits for a person: it may have been given back by hand already, and
/// money goes back once.
const BEFORE_BOOK: &str = "BEFORE_BOOK";

impl Service {
    /// Books every bill that is not in the book yet; gives how many there were. What was captured and is no
    /// income is booked as due, and waits for a person. Safe to run again and beside other servers.
    pub async fn backfill_ledger(&self) -> Result<usize, Failure> {
        let mut number = 0;
        loop {
            let ids = bills::unbooked(&self.db).await?;
            let mut booked = 0;
            for id in &ids {
                booked += usize::from(self.backfill(*id).await?);
            }
            number += booked;
            if booked == 0 {
                return Ok(number);
            }
        }
    }

    async fn backfill(&self, id: BillId) -> Result<bool, Failure> {
        let mut tx = self.db.begin().await?;
        let bill = bills::lock(&mut tx, id).await?.ok_or(Failure::NotFound)?;
        let Some(case) = cases::find_in(&mut tx, &self.vault, bill.case_id).await? else { return Ok(false) };
        // Booked already: another server was faster.
        if bill.amount_fen <= 0 || ledger::is_booked(&mut tx, id).await? {
            return Ok(false);
        }
        self.book_raised(&mut tx, &bill).await?;
        let orders = bills::orders_in(&mut tx, id).await?;
        // Told to the machine as if it happened now, in the order in which it did.
        let mut fresh = Bill { status: "open".into(), ..bill.clone() };
        let mut events = Vec::new();
        if let Some(won) = orders.iter().find(|o| o.state == "paid") {
            events.extend(self.replay_captured(&mut tx, &fresh, won, bill.amount_fen, bill.paid_at).await?);
        }
        if let Some(fact) = ending_before(&bill, &case) {
            events.extend(self.note_fact(&mut tx, &fresh, &fact, Noted::by_itself(self.now().0, "")).await?);
        }
        if events.contains(&BillEvent::Cancelled) {
            fresh.status = "closed".into();
        }
        for order in orders.iter().filter(|o| o.state == "disputed") {
            let captured = self.captured_before(order).await?;
            events.extend(self.replay_captured(&mut tx, &fresh, order, captured, None).await?);
        }
        self.leave_for_a_person(&mut tx, &fresh, &events).await?;
        tx.commit().await?;
        Ok(true)
    }

    /// Nothing goes back by itself: staff may have given it back by hand before there was a book.
    async fn leave_for_a_person(&self, tx: &mut Tx, bill: &Bill, events: &[BillEvent]) -> Result<(), Failure> {
        for event in events {
            let BillEvent::RefundDue { refund, .. } = event else { continue };
            let fact = Fact::RefundFailed { number: refund.number.clone() };
            let noted = Noted { at: self.now().0, actor: "system", outside: "", note: BEFORE_BOOK };
            self.note_fact(tx, bill, &fact, noted).await?;
        }
        Ok(())
    }

    /// The row says already that it was captured: it is opened again, so that the machine can say what follows.
    async fn replay_captured(
        &self,
        tx: &mut Tx,
        bill: &Bill,
        order: &Order,
        captured: i64,
        paid_at: Option<i64>,
    ) -> Result<Vec<BillEvent>, Failure> {
        bills::reopen_order(tx, &order.out_trade_no).await?;
        let fact = Fact::Captured { order: order.out_trade_no.clone(), amount: Fen(captured) };
        let outside = order.transaction_id.as_deref().unwrap_or_default();
        let at = paid_at.unwrap_or(order.created_at);
        self.note_fact(tx, bill, &fact, Noted::by_itself(at, outside)).await
    }

    /// A payment of another amount left it in the audit; every other one was of the order's.
    async fn captured_before(&self, order: &Order) -> Result<i64, Failure> {
        let seen = audit::of_subject(&self.db, &order.out_trade_no).await?;
        let wrong = seen.iter().filter(|entry| entry.action == "pay_wrong_amount");
        let mut amounts = wrong.filter_map(|entry| entry.detail.parse::<i64>().ok()).filter(|amount| *amount > 0);
        Ok(amounts.next_back().unwrap_or(order.amount_fen))
    }
}

/// What had become of the bill before there was a book. One that was left open when its case ended is cancelled.
fn ending_before(bill: &Bill, case: &CaseRow) -> Option<Fact> {
    match bill.status.as_str() {
        "closed" => Some(Fact::Ended),
        "refund_due" => Some(Fact::GivenBack { why: RefundReason::Undone }),
        "open" if case.case.status().is_final() => Some(Fact::Ended),
        _ => None,
    }
}
