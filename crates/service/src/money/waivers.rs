//! 减免 of a single bill: nobody waives a fee alone, or without a basis.

use super::book::Noted;
use super::{needed, words};
use crate::identity::MoneyKeeper;
use crate::{Failure, Service, Treasurer};
use domain::bill::{BillEvent, Fact};
use domain::case::{Actor, Command};
use domain::catalogue::FeeLine;
use domain::codes::bill_number::BillNumber;
use domain::money::Fen;
use domain::time::Instant;
use store::Tx;
use store::tables::bills::{self, Bill};
use store::tables::waivers::{self, Waiver};
use store::tables::{cases, counter_entries};

/// A waiver as the treasurer sees it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WaiverView {
    pub id: String,
    pub bill_number: String,
    /// What is to be paid now.
    pub amount: Fen,
    pub to: Fen,
    pub basis: String,
    pub reason: String,
    /// `asked`, `agreed`, `refused`.
    pub state: String,
    pub asked_at: Instant,
}

impl Service {
    /// Those that wait for an answer first.
    pub async fn waivers(&self, _: &Treasurer) -> Result<Vec<WaiverView>, Failure> {
        let mut list = Vec::new();
        for row in waivers::list(&self.db).await? {
            let bill = bills::find(&self.db, row.bill_id).await?.ok_or(Failure::NotFound)?;
            list.push(WaiverView {
                id: row.id,
                bill_number: bill.number,
                amount: Fen(bill.amount_fen),
                to: Fen(row.to_fen),
                basis: row.basis,
                reason: row.reason,
                state: row.state,
                asked_at: Instant(row.asked_at),
            });
        }
        Ok(list)
    }

    /// Asks to lower a bill to `to` (yuan; 0 for 免缴), with the rule that allows it and why it fits here.
    pub async fn ask_waiver(
        &self,
        keeper: &MoneyKeeper,
        bill_number: &str,
        to: &str,
        basis: &str,
        reason: &str,
    ) -> Result<(), Failure> {
        let (basis, reason) = (needed(basis)?, needed(reason)?);
        let to = Fen::from_yuan_text(to).map_err(|_| Failure::Rejected("money.amount"))?;
        let number = BillNumber::parse(bill_number).map_err(|_| Failure::Rejected("waiver.no_bill"))?;
        let bill = bills::by_number(&self.db, number.as_str()).await?.ok_or(Failure::Rejected("waiver.no_bill"))?;
        if to.0 >= bill.amount_fen || !matches!(bill.status.as_str(), "open" | "paid") {
            return Err(Failure::Rejected("money.amount"));
        }
        let by = keeper.id().to_string();
        let row = Waiver {
            id: self.new_id().to_string(),
            bill_id: bill.id,
            to_fen: to.0,
            basis: basis.to_owned(),
            reason: reason.to_owned(),
            state: "asked".into(),
            asked_by: by.clone(),
            asked_at: self.now().0,
            answered_by: None,
            answered_at: None,
        };
        let mut tx = self.db.begin().await?;
        bills::lock(&mut tx, bill.id).await?;
        if waivers::is_asked(&mut tx, bill.id).await? {
            return Err(Failure::Conflict);
        }
        waivers::insert(&mut tx, &row).await?;
        self.record(&mut tx, &format!("staff:{by}"), "waiver_asked", &row.id, basis).await?;
        Ok(tx.commit().await?)
    }

    /// Somebody else agrees, and it takes effect at once; or does not.
    pub async fn answer_waiver(&self, keeper: &MoneyKeeper, id: &str, agree: bool) -> Result<(), Failure> {
        let (by, now) = (keeper.id().to_string(), self.now().0);
        let actor = format!("staff:{by}");
        let mut tx = self.db.begin().await?;
        let waiver = waivers::find_in(&mut tx, id).await?.ok_or(Failure::NotFound)?;
        if waiver.asked_by == by {
            return Err(Failure::Rejected("money.same_person"));
        }
        let bill = bills::lock(&mut tx, waiver.bill_id).await?.ok_or(Failure::NotFound)?;
        if agree && counter_entries::waiting_in(&mut tx, bill.id).await?.is_some() {
            // It was taken over the old amount: confirmed after this it would be no income, and go back whole.
            return Err(Failure::Rejected("waiver.at_window"));
        }
        waivers::answer(&mut tx, id, if agree { "agreed" } else { "refused" }, &by, now).await?;
        self.record(&mut tx, &actor, if agree { "waiver_agreed" } else { "waiver_refused" }, id, "").await?;
        if agree {
            self.apply_waiver(&mut tx, &bill, &waiver, &actor).await?;
        }
        tx.commit().await?;
        self.wake.notify_one();
        if agree {
            // Orders over the old amount: whoever pays one all the same gets it back.
            self.close_orders(bill.id).await;
        }
        Ok(())
    }

    async fn apply_waiver(&self, tx: &mut Tx, bill: &Bill, waiver: &Waiver, actor: &str) -> Result<(), Failure> {
        let fact = Fact::Reduced { to: Fen(waiver.to_fen) };
        let noted = Noted { at: self.now().0, actor, outside: &waiver.id, note: &waiver.basis };
        let events = self.note_fact(tx, bill, &fact, noted).await?;
        let mut row = cases::find_in(tx, &self.vault, bill.case_id).await?.ok_or(Failure::NotFound)?;
        let matter = self.matter_at_in(tx, &row.case.matter).await?;
        for event in &events {
            match event {
                BillEvent::Cancelled => {
                    self.carry_out(tx, &mut row, &Command::WaiveBill, Actor::System, false).await?;
                }
                BillEvent::Reduced { .. } => {
                    let lines = lowered(&bill.lines, waiver);
                    bills::reduce(tx, bill.id, waiver.to_fen, &lines).await?;
                    let text = words::waived(&matter.title, Fen(waiver.to_fen));
                    self.tell_applicant(tx, &row, &text).await?;
                }
                BillEvent::RefundDue { order, refund } => {
                    self.tell_going_back(tx, &row, &matter.title, order, refund).await?;
                }
                _ => {}
            }
        }
        Ok(())
    }
}

/// The lines with what is waived taken off, from the last one on; they say why.
fn lowered(lines: &[FeeLine], waiver: &Waiver) -> Vec<FeeLine> {
    let total: i64 = lines.iter().map(|line| line.amount.0).sum();
    let mut off = total - waiver.to_fen;
    let mut lines = lines.to_vec();
    for line in lines.iter_mut().rev() {
        let take = off.min(line.amount.0);
        if take > 0 {
            line.amount = Fen(line.amount.0 - take);
            line.reduction = Some(format!("减免（{}）", waiver.basis));
            off -= take;
        }
    }
    lines
}
