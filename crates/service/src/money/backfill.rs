//! Bills from before there was a book are taken into it at start, from their rows.

use crate::{Failure, Service};
use domain::bill::{BillEvent, Fact, RefundReason};
use domain::ids::BillId;
use domain::money::Fen;
use store::Tx;
use store::tables::bills::{self, Bill, Order};
use store::tables::{audit, cases};

use super::book::Noted;

impl Service {
    /// Books every bill that is not in the book yet; gives how many there were. What was captured and is no
    /// income is planned to go back, as it would be now. Safe to run again and beside other servers.
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
        if bill.amount_fen <= 0 || cases::find_in(&mut tx, &self.vault, bill.case_id).await?.is_none() {
            return Ok(false);
        }
        if !store::tables::ledger::of_bill(&self.db, id).await?.is_even() {
            // Another server was faster.
            return Ok(false);
        }
        self.book_raised(&mut tx, &bill).await?;
        let orders = bills::orders_in(&mut tx, id).await?;
        // Told to the machine as if it happened now, in the order in which it did.
        let mut fresh = Bill { status: "open".into(), ..bill.clone() };
        if let Some(won) = orders.iter().find(|o| o.state == "paid") {
            self.replay_captured(&mut tx, &fresh, won, bill.amount_fen, bill.paid_at).await?;
        }
        let fact = match bill.status.as_str() {
            "closed" => Some(Fact::Ended),
            "refund_due" => Some(Fact::GivenBack { why: RefundReason::Undone }),
            _ => None,
        };
        if let Some(fact) = fact {
            let events = self.note_fact(&mut tx, &fresh, &fact, Noted::by_itself(self.now().0, "")).await?;
            if events.contains(&BillEvent::Cancelled) {
                fresh.status = "closed".into();
            }
        }
        for order in orders.iter().filter(|o| o.state == "disputed") {
            let captured = self.captured_before(order).await?;
            self.replay_captured(&mut tx, &fresh, order, captured, None).await?;
        }
        tx.commit().await?;
        Ok(true)
    }

    /// The row says already that it was captured: it is opened again, so that the machine can say what follows.
    async fn replay_captured(
        &self,
        tx: &mut Tx,
        bill: &Bill,
        order: &Order,
        captured: i64,
        paid_at: Option<i64>,
    ) -> Result<(), Failure> {
        bills::reopen_order(tx, &order.out_trade_no).await?;
        let fact = Fact::Captured { order: order.out_trade_no.clone(), amount: Fen(captured) };
        let outside = order.transaction_id.as_deref().unwrap_or_default();
        let at = paid_at.unwrap_or(order.created_at);
        self.note_fact(tx, bill, &fact, Noted::by_itself(at, outside)).await?;
        Ok(())
    }

    /// A payment of another amount left it in the audit; every other one was of the order's.
    async fn captured_before(&self, order: &Order) -> Result<i64, Failure> {
        let seen = audit::of_subject(&self.db, &order.out_trade_no).await?;
        let wrong = seen.iter().filter(|entry| entry.action == "pay_wrong_amount");
        let mut amounts = wrong.filter_map(|entry| entry.detail.parse::<i64>().ok()).filter(|amount| *amount > 0);
        Ok(amounts.next_back().unwrap_or(order.amount_fen))
    }
}
