//! Refunds (退款): asked of the channel, followed until the money has moved, told to the payer.

use super::book::Noted;
use super::{needed, words};
use crate::identity::MoneyKeeper;
use crate::payments::pay_failure;
use crate::ports::pay::{NewRefund, PayError, RefundState as Told};
use crate::{Failure, Service, Treasurer};
use domain::bill::{BillEvent, CounterMeans, Fact, Refund, RefundReason, RefundState};
use domain::ids::BillId;
use domain::money::Fen;
use domain::time::Instant;
use store::Tx;
use store::tables::bills::{self, Bill};
use store::tables::cases::{self, CaseRow};
use store::tables::refunds::{self, RefundRow};

/// Kind of the job that asks for a refund and follows it; its payload is the refund's number.
pub(crate) const REFUND: &str = "refund";
/// Code of a job that has to be run again because the money has not moved yet.
pub(crate) const PENDING: &str = "refund.pending";

/// What the channel says again and again until something changes on its side: the merchant's balance is too
/// low, too many requests.
const PASSING: [&str; 4] = ["NOT_ENOUGH", "FREQUENCY_LIMITED", "RATELIMIT_EXCEED", "ACQ.SELLER_BALANCE_NOT_ENOUGH"];

/// A refund as its payer sees it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RefundView {
    pub amount: Fen,
    pub why: RefundReason,
    pub state: RefundState,
    pub asked_at: Instant,
    pub done_at: Option<Instant>,
    /// Taken at a window, and handed back there by a person.
    pub by_hand: Option<CounterMeans>,
}

/// A refund as the treasurer sees it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OpenRefund {
    pub number: String,
    pub bill_number: String,
    pub case_number: String,
    pub provider: String,
    pub out_trade_no: String,
    pub amount: Fen,
    pub why: RefundReason,
    pub state: RefundState,
    /// The channel's code of what went wrong last.
    pub problem: Option<String>,
    pub asked_at: Instant,
}

pub(crate) fn view(row: RefundRow) -> RefundView {
    RefundView {
        amount: Fen(row.amount_fen),
        why: row.reason,
        state: row.state,
        asked_at: Instant(row.created_at),
        done_at: row.done_at.map(Instant),
        by_hand: CounterMeans::parse(&row.provider),
    }
}

impl Service {
    /// Job: asks for the refund, or asks how far it is. Runs again, with growing pauses, until the money has
    /// moved or the channel has refused for good.
    pub(crate) async fn carry_refund(&self, number: &str) -> Result<(), Failure> {
        let row = refunds::find(&self.db, number).await?.ok_or(Failure::NotFound)?;
        if CounterMeans::parse(&row.provider).is_some() {
            // No channel can be asked: people hand it back and say so.
            return Ok(());
        }
        let port = self.provider(&row.provider)?.clone();
        let wanted = NewRefund {
            out_refund_no: row.number.clone(),
            out_trade_no: row.out_trade_no.clone(),
            amount_fen: row.amount_fen,
            total_fen: row.total_fen,
            reason: row.reason.code().into(),
        };
        let answer = match row.state {
            RefundState::Done | RefundState::Failed => return Ok(()),
            RefundState::Due => port.refund(&wanted).await,
            RefundState::Sent => match port.query_refund(&row.out_trade_no, &row.number).await {
                // It never arrived there: the same number again pays back once.
                Ok(Told::Unknown) => port.refund(&wanted).await,
                other => other,
            },
        };
        match answer {
            Ok(told) => {
                self.apply_refund(number, &told).await?;
                match told {
                    Told::Unknown | Told::Processing => Err(Failure::Rejected(PENDING)),
                    Told::Success { .. } | Told::Closed | Told::Abnormal => Ok(()),
                }
            }
            Err(PayError::Refused { code, .. }) if PASSING.contains(&code.as_str()) => {
                let mut tx = self.db.begin().await?;
                refunds::note_problem(&mut tx, number, &code).await?;
                tx.commit().await?;
                Err(Failure::Rejected(PENDING))
            }
            Err(PayError::Refused { code, .. }) => self.refund_failed(number, &code).await,
            Err(error) => Err(pay_failure(error)),
        }
    }

    async fn refund_failed(&self, number: &str, code: &str) -> Result<(), Failure> {
        let fact = Fact::RefundFailed { number: number.to_owned() };
        let noted = Noted { at: self.now().0, actor: "system", outside: "", note: code };
        self.note_refund(number, &fact, noted).await
    }

    /// Applies the channel's word about a refund, once. The amounts have to be those that were asked for.
    pub(crate) async fn apply_refund(&self, number: &str, told: &Told) -> Result<(), Failure> {
        let row = refunds::find(&self.db, number).await?.ok_or(Failure::NotFound)?;
        let number = row.number.as_str();
        match told {
            Told::Unknown => Ok(()),
            Told::Processing => {
                let fact = Fact::RefundSent { number: number.to_owned() };
                self.note_refund(number, &fact, Noted::by_itself(self.now().0, "")).await
            }
            Told::Success { total_fen, .. } if *total_fen != row.total_fen => {
                self.refund_failed(number, "total differs").await
            }
            Told::Success { refund_id, amount_fen, done_at, .. } => {
                let fact = Fact::RefundDone { number: number.to_owned(), amount: Fen(*amount_fen) };
                let noted = Noted { at: *done_at, actor: "system", outside: refund_id, note: "amount differs" };
                self.note_refund(number, &fact, noted).await
            }
            Told::Closed => self.refund_failed(number, "CLOSED").await,
            Told::Abnormal => self.refund_failed(number, "ABNORMAL").await,
        }
    }

    async fn note_refund(&self, number: &str, fact: &Fact, noted: Noted<'_>) -> Result<(), Failure> {
        let row = refunds::find(&self.db, number).await?.ok_or(Failure::NotFound)?;
        let mut tx = self.db.begin().await?;
        self.note_refund_in(&mut tx, &row, fact, noted).await?;
        tx.commit().await?;
        self.wake.notify_one();
        Ok(())
    }

    /// The same in the caller's transaction.
    pub(super) async fn note_refund_in(
        &self,
        tx: &mut Tx,
        row: &RefundRow,
        fact: &Fact,
        noted: Noted<'_>,
    ) -> Result<(), Failure> {
        let bill = bills::lock(tx, row.bill_id).await?.ok_or(Failure::NotFound)?;
        // A booking has no note of a problem that there is none of.
        let told = if matches!(fact, Fact::RefundDone { amount, .. } if amount.0 == row.amount_fen) {
            Noted { note: "", ..noted }
        } else {
            noted
        };
        let events = self.note_fact(tx, &bill, fact, told).await?;
        if events.iter().any(|event| matches!(event, BillEvent::RefundDone { .. })) {
            // Where it was the last of it, the invoice gets its counter-entry.
            self.plan_invoice(tx, bill.id).await?;
        }
        self.tell_of_refunds(tx, &bill, &events, row).await
    }

    /// Tells the payer what the events mean for their money; `refund` is the one that has moved on.
    async fn tell_of_refunds(
        &self,
        tx: &mut Tx,
        bill: &Bill,
        events: &[BillEvent],
        refund: &RefundRow,
    ) -> Result<(), Failure> {
        let moved = events.iter().any(|e| matches!(e, BillEvent::RefundDone { .. }));
        let failed = events.iter().any(|e| matches!(e, BillEvent::RefundFailed { .. }));
        if !moved && !failed {
            return Ok(());
        }
        let row = cases::find_in(tx, &self.vault, bill.case_id).await?.ok_or(Failure::NotFound)?;
        let matter = self.matter_at_in(tx, &row.case.matter).await?;
        let amount = Fen(refund.amount_fen);
        let text = match CounterMeans::parse(&refund.provider) {
            _ if !moved => words::stuck(&matter.title, amount),
            Some(_) => words::handed_back(&matter.title, amount),
            None => words::gone_back(&matter.title, amount),
        };
        self.tell_applicant(tx, &row, &text).await
    }

    /// Explains to the payer that money which came in is no income and goes back by itself.
    pub(crate) async fn tell_of_surplus(&self, tx: &mut Tx, bill: &Bill, events: &[BillEvent]) -> Result<(), Failure> {
        for event in events {
            let BillEvent::RefundDue { order, refund } = event else { continue };
            let row = cases::find_in(tx, &self.vault, bill.case_id).await?.ok_or(Failure::NotFound)?;
            let matter = self.matter_at_in(tx, &row.case.matter).await?;
            self.tell_going_back(tx, &row, &matter.title, order, refund).await?;
        }
        Ok(())
    }

    /// Tells the payer that money of this order will go back, and how.
    pub(super) async fn tell_going_back(
        &self,
        tx: &mut Tx,
        row: &CaseRow,
        title: &str,
        order: &str,
        refund: &Refund,
    ) -> Result<(), Failure> {
        let order = bills::find_order(tx, order).await?.ok_or(Failure::NotFound)?;
        let text = match CounterMeans::parse(&order.provider) {
            Some(means) => words::to_hand_back(title, refund.amount, refund.why, means),
            None => words::going_back(title, refund.amount, refund.why),
        };
        self.tell_applicant(tx, row, &text).await
    }

    /// What goes back of a bill, as its payer sees it.
    pub(crate) async fn refund_views(&self, bill: BillId) -> Result<Vec<RefundView>, Failure> {
        Ok(refunds::of_bill(&self.db, bill).await?.into_iter().map(view).collect())
    }

    /// Refunds whose money has not moved yet, the oldest first.
    pub async fn open_refunds(&self, _: &Treasurer) -> Result<Vec<OpenRefund>, Failure> {
        let mut list = Vec::new();
        for row in refunds::open(&self.db).await? {
            let bill = bills::find(&self.db, row.bill_id).await?.ok_or(Failure::NotFound)?;
            let case = cases::find(&self.db, &self.vault, bill.case_id).await?.ok_or(Failure::NotFound)?;
            list.push(OpenRefund {
                number: row.number,
                bill_number: bill.number,
                case_number: case.case.number,
                provider: row.provider,
                out_trade_no: row.out_trade_no,
                amount: Fen(row.amount_fen),
                why: row.reason,
                state: row.state,
                problem: row.problem,
                asked_at: Instant(row.created_at),
            });
        }
        Ok(list)
    }

    /// A refund that the channel refused is asked for again; `reason` says what has changed.
    pub async fn retry_refund(&self, keeper: &MoneyKeeper, number: &str, reason: &str) -> Result<(), Failure> {
        let reason = needed(reason)?;
        let row = refunds::find(&self.db, number).await?.ok_or(Failure::NotFound)?;
        let actor = format!("staff:{}", keeper.id());
        let mut tx = self.db.begin().await?;
        let bill = bills::lock(&mut tx, row.bill_id).await?.ok_or(Failure::NotFound)?;
        let fact = Fact::RefundRetried { number: row.number.clone() };
        let noted = Noted { at: self.now().0, actor: &actor, outside: "", note: reason };
        if self.note_fact(&mut tx, &bill, &fact, noted).await?.is_empty() {
            return Err(Failure::Conflict);
        }
        self.record(&mut tx, &actor, "refund_retried", &row.number, reason).await?;
        tx.commit().await?;
        self.wake.notify_one();
        Ok(())
    }
}
