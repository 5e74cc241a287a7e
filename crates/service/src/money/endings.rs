//! What a case's ending means for its bill: what is unpaid is cancelled, what was paid goes back or is kept,
//! as the matter says.

use super::book::Noted;
use crate::{Failure, Service};
use domain::bill::{BillEvent, Fact, RefundReason};
use domain::case::{Event, Outcome};
use domain::catalogue::{Ending, Matter};
use domain::ids::{BillId, CaseId};
use store::Tx;
use store::jobs::{self, NewJob};
use store::tables::bills;
use store::tables::cases::CaseRow;

/// Kind of the job that closes what is open at the channels for a bill that is not to be paid any more.
pub(crate) const CLOSE_ORDERS: &str = "close_orders";

/// What the event says about the bill; none while the case goes on, or was granted.
fn fact_of(matter: &Matter, event: &Event) -> Option<Fact> {
    let ending = match event {
        // As if it had never been submitted.
        Event::Undone { .. } => return Some(Fact::GivenBack { why: RefundReason::Undone }),
        Event::Withdrawn { .. } => Ending::Withdrawn,
        Event::AcceptanceRefused { .. } => Ending::AcceptanceRefused,
        Event::Decided { outcome: Outcome::Refused { .. }, .. } => Ending::Refused,
        Event::OwedLapsed { closes: true, .. } => Ending::NotSupplied,
        _ => return None,
    };
    Some(matter.gives_back_on(ending).map_or(Fact::Ended, |why| Fact::GivenBack { why }))
}

impl Service {
    /// After an event on a case: its bill follows, in the same transaction.
    pub(crate) async fn end_bill(
        &self,
        tx: &mut Tx,
        row: &CaseRow,
        matter: &Matter,
        event: &Event,
    ) -> Result<(), Failure> {
        let Some(fact) = fact_of(matter, event) else { return Ok(()) };
        let Some(bill) = bills::lock_of_case(tx, row.case.id).await? else { return Ok(()) };
        let noted = Noted::by_itself(self.now().0, "");
        for followed in self.note_fact(tx, &bill, &fact, noted).await? {
            match followed {
                BillEvent::Cancelled => self.plan_closing(tx, bill.id).await?,
                // Undoing has words of its own.
                BillEvent::RefundDue { order, refund } if refund.why != RefundReason::Undone => {
                    self.tell_going_back(tx, row, &matter.title, &order, &refund).await?;
                }
                _ => {}
            }
        }
        Ok(())
    }

    /// Locks the bill of a case before the case changes, as when money comes in: the two never wait for each
    /// other.
    pub(crate) async fn bill_first(&self, tx: &mut Tx, case: CaseId) -> Result<(), Failure> {
        bills::lock_of_case(tx, case).await?;
        Ok(())
    }

    /// The channels are told after the transaction.
    pub(crate) async fn plan_closing(&self, tx: &mut Tx, bill: BillId) -> Result<(), Failure> {
        let (id, now) = (self.new_id().to_string(), self.now().0);
        let payload = bill.to_string();
        let job = NewJob { id: &id, kind: CLOSE_ORDERS, key: Some(&payload), payload: &payload, run_at: now };
        jobs::enqueue(tx, &job, now).await?;
        Ok(())
    }
}
