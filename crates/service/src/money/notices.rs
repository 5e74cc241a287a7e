//! What a provider says of an order, told by itself or asked for: kept, then applied once.

use super::book::Noted;
use crate::payments::pay_failure;
use crate::ports::pay::OrderState;
use crate::{Failure, Service};
use domain::bill::{BillEvent, Fact, RefundReason};
use domain::case::{Actor, Command};
use domain::money::Fen;
use store::tables::bills::{self, Order};
use store::tables::cases;
use store::{Tx, jobs};

impl Service {
    /// Keeps a notification of an account, then lets a job apply it. Gives the provider its answer (the body
    /// that it wants to read) only after the notification is durable; the same one again is acknowledged and does
    /// nothing.
    pub async fn receive_notification(
        &self,
        provider: &str,
        header: &(dyn Fn(&str) -> Option<String> + Sync),
        body: &[u8],
    ) -> Result<&'static str, Failure> {
        let port = self.port_of_account(provider)?;
        let now = self.now().0;
        let opened = port.open_notification(&|name| header(name), body, now).map_err(pay_failure)?;
        let json = serde_json::to_string(&opened).map_err(Failure::internal)?;
        let mut tx = self.db.begin().await?;
        if bills::keep_event(&mut tx, provider, &opened.event_id, &opened.out_trade_no, &json, now).await? {
            let id = self.new_id().to_string();
            let key = format!("{provider}:{}", opened.event_id);
            let job = jobs::NewJob { id: &id, kind: "pay_event", key: Some(&key), payload: &key, run_at: now };
            jobs::enqueue(&mut tx, &job, now).await?;
        }
        tx.commit().await?;
        self.wake.notify_one();
        Ok(port.acknowledgement())
    }

    /// Works off a kept notification.
    pub(crate) async fn work_off_event(&self, provider: &str, event_id: &str) -> Result<(), Failure> {
        let mut tx = self.db.begin().await?;
        let Some((json, outcome)) = bills::find_event(&mut tx, provider, event_id).await? else {
            return Err(Failure::NotFound);
        };
        drop(tx);
        if outcome.is_some() {
            return Ok(());
        }
        let kept: crate::ports::pay::Notification = serde_json::from_str(&json).map_err(Failure::internal)?;
        let outcome = if self.names_another_bill(&kept).await? {
            // Nothing is booked on its word; what is true is asked for with the other open orders.
            let mut tx = self.db.begin().await?;
            self.record(&mut tx, "system", "pay_wrong_bill", &kept.out_trade_no, event_id).await?;
            tx.commit().await?;
            "wrong_bill"
        } else {
            let state = self.asked_again(&kept).await?;
            self.apply_with_retry(&kept.out_trade_no, &state).await?
        };
        let mut tx = self.db.begin().await?;
        bills::close_event(&mut tx, provider, event_id, outcome).await?;
        Ok(tx.commit().await?)
    }

    /// Whether a notification names a 缴款码 that is not the one of its order's bill.
    async fn names_another_bill(&self, kept: &crate::ports::pay::Notification) -> Result<bool, Failure> {
        let Some(named) = &kept.bill_number else { return Ok(false) };
        let mut tx = self.db.begin().await?;
        let order = bills::find_order(&mut tx, &kept.out_trade_no).await?;
        drop(tx);
        let Some(order) = order else { return Ok(false) };
        let bill = bills::find(&self.db, order.bill_id).await?.ok_or(Failure::NotFound)?;
        Ok(bill.number != *named)
    }

    /// What a notification says; where it names another amount than was asked for, what the provider says when
    /// it is asked: before money is booked as too much, and goes back.
    async fn asked_again(&self, kept: &crate::ports::pay::Notification) -> Result<OrderState, Failure> {
        let OrderState::Paid { amount_fen, .. } = &kept.state else { return Ok(kept.state.clone()) };
        let mut tx = self.db.begin().await?;
        let order = bills::find_order(&mut tx, &kept.out_trade_no).await?;
        drop(tx);
        let Some(order) = order.filter(|order| order.amount_fen != *amount_fen) else {
            return Ok(kept.state.clone());
        };
        self.provider(&order.provider)?.query(&kept.out_trade_no).await.map_err(pay_failure)
    }

    /// Applies what the provider was asked for elsewhere.
    pub(crate) async fn note_order(&self, out_trade_no: &str, state: &OrderState) -> Result<(), Failure> {
        self.apply_with_retry(out_trade_no, state).await.map(drop)
    }

    /// A case may change while its money arrives: the whole transaction again, a few times.
    pub(crate) async fn apply_with_retry(
        &self,
        out_trade_no: &str,
        state: &OrderState,
    ) -> Result<&'static str, Failure> {
        for _ in 0..5 {
            match self.apply_order_state(out_trade_no, state).await {
                Err(Failure::Conflict) => {}
                done => return done,
            }
        }
        Err(Failure::Conflict)
    }

    /// Applies the provider's word about an order, once. Gives a stable name of what came of it.
    async fn apply_order_state(&self, out_trade_no: &str, state: &OrderState) -> Result<&'static str, Failure> {
        let now = self.now().0;
        let mut tx = self.db.begin().await?;
        let Some(order) = bills::find_order(&mut tx, out_trade_no).await? else {
            self.record(&mut tx, "system", "pay_unknown_order", out_trade_no, "").await?;
            tx.commit().await?;
            return Ok("unknown_order");
        };
        let outcome = match state {
            OrderState::Paid { transaction_id, amount_fen, paid_at } => {
                let noted = Noted::by_itself(*paid_at, transaction_id);
                self.apply_paid(&mut tx, &order, *amount_fen, noted).await?
            }
            OrderState::Closed => {
                bills::settle_order(&mut tx, out_trade_no, "closed", None, now).await?;
                "closed"
            }
            OrderState::Refund { out_refund_no, state } => {
                drop(tx);
                return match self.apply_refund(out_refund_no, state).await {
                    Ok(()) => Ok("refund"),
                    // Made at the provider's own desk, not by us: reconciliation finds it.
                    Err(Failure::NotFound) => Ok("unknown_refund"),
                    Err(error) => Err(error),
                };
            }
            OrderState::Refunded if order.state == "open" => {
                // Paid and given back at the provider's own desk before anybody here heard of it.
                self.record(&mut tx, "system", "pay_refunded_elsewhere", out_trade_no, "").await?;
                bills::settle_order(&mut tx, out_trade_no, "closed", None, now).await?;
                "refunded_elsewhere"
            }
            OrderState::Unknown | OrderState::Open | OrderState::Paying | OrderState::Refunded => "open",
        };
        tx.commit().await?;
        self.wake.notify_one();
        Ok(outcome)
    }

    /// Money has come in through an order: the bill, the book and the case follow, or it goes back.
    pub(crate) async fn apply_paid(
        &self,
        tx: &mut Tx,
        order: &Order,
        amount: i64,
        noted: Noted<'_>,
    ) -> Result<&'static str, Failure> {
        let bill = bills::lock(tx, order.bill_id).await?.ok_or(Failure::NotFound)?;
        if amount <= 0 {
            self.record(tx, noted.actor, "pay_wrong_amount", &order.out_trade_no, &amount.to_string()).await?;
            return Ok("wrong_amount");
        }
        let fact = Fact::Captured { order: order.out_trade_no.clone(), amount: Fen(amount) };
        let events = self.note_fact(tx, &bill, &fact, noted).await?;
        if events.is_empty() {
            return Ok("repeated");
        }
        let surplus = events.iter().find_map(|event| match event {
            BillEvent::RefundDue { refund, .. } => Some(refund.why),
            _ => None,
        });
        if let Some(why) = surplus {
            // Taken by the provider all the same: it goes back by itself and is never income.
            let (action, outcome, detail) = match why {
                RefundReason::WrongAmount => ("pay_wrong_amount", "wrong_amount", amount.to_string()),
                RefundReason::BillClosed => ("pay_closed", "bill_closed", String::new()),
                _ => ("pay_twice", "paid_twice", String::new()),
            };
            self.record(tx, noted.actor, action, &order.out_trade_no, &detail).await?;
            self.tell_of_surplus(tx, &bill, &events).await?;
            return Ok(outcome);
        }
        let mut row = cases::find_in(tx, &self.vault, bill.case_id).await?.ok_or(Failure::NotFound)?;
        self.carry_out(tx, &mut row, &Command::RecordPayment, Actor::System, false).await?;
        self.issue_slip(tx, &row, &bill, order, &noted).await?;
        self.plan_invoice(tx, bill.id).await?;
        Ok("paid")
    }
}
