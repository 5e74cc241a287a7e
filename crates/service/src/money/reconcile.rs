//! 对账: an account's bill of a day, with the movements of all its channels, is fetched, compared with the book, and
//! each difference repaired by an entry that one person proposes and another agrees to.

use super::needed;
use crate::identity::MoneyKeeper;
use crate::payments::pay_failure;
use crate::ports::pay::{OrderState, PayError, TradeLine};
use crate::{Failure, Service, Treasurer};
use domain::bill::RefundState;
use domain::ledger::fee;
use domain::money::Fen;
use domain::reconcile::{Difference, DifferenceKind, Movement, Ours, Repair, Theirs, compare};
use domain::time::Instant;
use jiff::civil::{Date, time};
use std::collections::BTreeSet;
use store::jobs::{self, NewJob};
use store::tables::bills::{self, Order};
use store::tables::ledger::{self, NewEntry};
use store::tables::recon;
pub use store::tables::recon::{FoundDifference, ReconDay};
use store::tables::refunds::{self, RefundRow};

/// Kind of the job that fetches an account's bill; its payload is `account:YYYY-MM-DD`.
pub(crate) const TRADE_BILL: &str = "trade_bill";
/// So many days are made up for when nothing ran here; jobs that are done are known for longer.
const DAYS_BACK: i64 = 7;

/// What the treasurer sees of reconciliation.
#[derive(Debug, Clone)]
pub struct Reconciliation {
    /// Accounts (收款账户), by id.
    pub accounts: Vec<String>,
    /// Newest first.
    pub days: Vec<ReconDay>,
    /// What is open first.
    pub differences: Vec<FoundDifference>,
}

fn ours_of_order(order: &Order) -> Ours {
    Ours {
        movement: Movement::Payment,
        number: order.out_trade_no.clone(),
        amount: Fen(order.captured_fen.unwrap_or(order.amount_fen)),
        moved: matches!(order.state.as_str(), "paid" | "disputed"),
    }
}

fn ours_of_refund(row: &RefundRow) -> Ours {
    Ours {
        movement: Movement::Refund,
        number: row.number.clone(),
        amount: Fen(row.amount_fen),
        moved: row.state == RefundState::Done,
    }
}

fn movement(line: &TradeLine) -> Movement {
    if line.refund { Movement::Refund } else { Movement::Payment }
}

impl Service {
    /// Plans the bills of the last days of every account, each once, from 10:00 on (T+1): also of days after which
    /// nothing ran here.
    pub(crate) async fn plan_reconciliation(&self) -> Result<(), Failure> {
        let today = self.today();
        if self.now() < Instant::at_china(today, time(10, 0, 0, 0)) {
            return Ok(());
        }
        let began = ledger::began(&self.db).await?.map(|at| Instant(at).date_in_china());
        for back in 1..=DAYS_BACK {
            let day = today.saturating_sub(jiff::Span::new().days(back));
            let missed = back > 1;
            if missed && began.is_none_or(|first| day < first) {
                // What the accounts did before there was a book is none of ours.
                break;
            }
            for account in self.accounts() {
                self.plan_day(&account, day, missed).await?;
            }
        }
        Ok(())
    }

    /// A day that was missed is not planned where somebody has fetched it by hand.
    async fn plan_day(&self, account: &str, day: Date, missed: bool) -> Result<(), Failure> {
        let key = format!("{account}:{day}");
        if jobs::state_of(&self.db, TRADE_BILL, &key).await?.is_some() {
            return Ok(());
        }
        let (id, now) = (self.new_id().to_string(), self.now().0);
        let mut tx = self.db.begin().await?;
        if missed && recon::is_fetched(&mut tx, account, &day.to_string()).await? {
            return Ok(());
        }
        let job = NewJob { id: &id, kind: TRADE_BILL, key: Some(&key), payload: &key, run_at: now };
        jobs::enqueue(&mut tx, &job, now).await?;
        Ok(tx.commit().await?)
    }

    /// Job: fetches a day. An account that offers no bill is reconciled by hand.
    pub(crate) async fn fetch_day(&self, payload: &str) -> Result<(), Failure> {
        let (account, day) = payload.split_once(':').ok_or_else(|| Failure::Internal("payload".into()))?;
        let day: Date = day.parse().map_err(Failure::internal)?;
        match self.reconcile_day(account, day).await {
            Ok(_) | Err(Failure::Rejected("recon.not_offered")) => Ok(()),
            Err(error) => Err(error),
        }
    }

    /// Fetches an account's bill of a day and compares it with the book; gives the number of differences. Fetched
    /// again, what has come right by itself is settled, also where its repair was proposed; what else somebody is at
    /// stays as it is.
    async fn reconcile_day(&self, account: &str, day: Date) -> Result<usize, Failure> {
        let port = self.port_of_account(account)?.clone();
        let lines = match port.trade_bill(day).await {
            Ok(lines) => lines,
            Err(PayError::Refused { code, .. }) if code == "NOT_OFFERED" => {
                return Err(Failure::Rejected("recon.not_offered"));
            }
            Err(error) => return Err(pay_failure(error)),
        };
        let ours = self.ours(account, day, &lines).await?;
        let theirs: Vec<Theirs> = lines
            .iter()
            .map(|line| Theirs { movement: movement(line), number: line.number.clone(), amount: Fen(line.amount_fen) })
            .collect();
        let differences = compare(&ours, &theirs);
        self.keep_day(account, day, &lines, &differences).await?;
        Ok(differences.len())
    }

    /// What the book says has moved on the day by any channel of the account, and every number of the bill that is
    /// known.
    async fn ours(&self, account: &str, day: Date, lines: &[TradeLine]) -> Result<Vec<Ours>, Failure> {
        let (from, to) = (Instant::start_of(day).0, Instant::start_of(day.tomorrow().map_err(Failure::internal)?).0);
        let mut ours: Vec<Ours> = Vec::new();
        let own = self.providers.iter().filter(|p| p.account() == account);
        let channels: Vec<&str> = own.map(|p| p.id()).collect();
        for channel in channels {
            let orders = bills::captured_between(&self.db, channel, from, to).await?;
            let paid_back = refunds::done_between(&self.db, channel, from, to).await?;
            ours.extend(orders.iter().map(ours_of_order).chain(paid_back.iter().map(ours_of_refund)));
        }
        let mut known: BTreeSet<(Movement, String)> = ours.iter().map(|o| (o.movement, o.number.clone())).collect();
        for line in lines {
            if !known.insert((movement(line), line.number.clone())) {
                continue;
            }
            let own = match movement(line) {
                Movement::Payment => {
                    let order = bills::order_by_number(&self.db, &line.number).await?;
                    order.filter(|order| self.account_of(&order.provider) == account).as_ref().map(ours_of_order)
                }
                Movement::Refund => {
                    let row = refunds::find(&self.db, &line.number).await?;
                    row.filter(|row| self.account_of(&row.provider) == account).as_ref().map(ours_of_refund)
                }
            };
            ours.extend(own);
        }
        Ok(ours)
    }

    async fn keep_day(
        &self,
        account: &str,
        day: Date,
        lines: &[TradeLine],
        differences: &[Difference],
    ) -> Result<(), Failure> {
        let now = self.now().0;
        let sum = |refund: bool| lines.iter().filter(|l| l.refund == refund).map(|l| l.amount_fen).sum::<i64>();
        let text = day.to_string();
        let kept = ReconDay {
            provider: account.to_owned(),
            day: text.clone(),
            lines: i64::try_from(lines.len()).unwrap_or(i64::MAX),
            paid_fen: sum(false),
            refunded_fen: sum(true),
            fee_fen: lines.iter().map(|l| l.fee_fen).sum(),
            fetched_at: now,
        };
        let mut tx = self.db.begin().await?;
        recon::keep_day(&mut tx, &kept).await?;
        let is_open = |d: &FoundDifference| {
            differences.iter().any(|n| n.movement == d.what.movement && n.number == d.what.number)
        };
        for old in recon::open_of_day(&mut tx, account, &text).await? {
            if !is_open(&old) {
                recon::vanished(&mut tx, &old.id, now).await?;
            }
        }
        for difference in differences {
            let missed = difference.kind == DifferenceKind::OnlyHere;
            if missed && recon::is_elsewhere(&mut tx, account, &text, difference).await? {
                continue;
            }
            let id = self.new_id().to_string();
            recon::found(&mut tx, &id, account, &text, difference).await?;
        }
        for line in lines {
            // Also with another amount: that is a difference of this day.
            recon::found_on_another_day(&mut tx, account, movement(line), &line.number, &text, now).await?;
            let Some(posting) = fee(account, Fen(line.fee_fen)) else { continue };
            let reference = format!("{account}:{}:{}", movement(line).code(), line.number);
            let entry = NewEntry {
                posting: &posting,
                reference: &reference,
                bill: None,
                at: line.at,
                actor: "system",
                note: "",
            };
            ledger::append(&mut tx, &entry, now).await?;
        }
        tx.commit().await?;
        Ok(())
    }

    /// Days that were fetched and what was found in them.
    pub async fn reconciliation(&self, _: &Treasurer) -> Result<Reconciliation, Failure> {
        Ok(Reconciliation {
            accounts: self.accounts(),
            days: recon::days(&self.db).await?,
            differences: recon::differences(&self.db).await?,
        })
    }

    /// Fetches a day now, also one that was missed; gives the number of differences.
    pub async fn reconcile(&self, keeper: &MoneyKeeper, account: &str, day: Date) -> Result<usize, Failure> {
        if day >= self.today() {
            return Err(Failure::Rejected("recon.too_early"));
        }
        let found = self.reconcile_day(account, day).await?;
        let mut tx = self.db.begin().await?;
        let subject = format!("{account}:{day}");
        self.record(&mut tx, &format!("staff:{}", keeper.id()), "reconciled", &subject, &found.to_string()).await?;
        tx.commit().await?;
        Ok(found)
    }

    /// Somebody proposes the repair of a difference and says what is behind it.
    pub async fn propose_correction(&self, keeper: &MoneyKeeper, id: &str, reason: &str) -> Result<(), Failure> {
        let reason = needed(reason)?;
        let by = keeper.id().to_string();
        let mut tx = self.db.begin().await?;
        recon::find_in(&mut tx, id).await?.ok_or(Failure::NotFound)?;
        recon::ask(&mut tx, id, reason, &by, self.now().0).await?;
        self.record(&mut tx, &format!("staff:{by}"), "repair_proposed", id, reason).await?;
        Ok(tx.commit().await?)
    }

    /// Somebody else agrees, and the repair is booked; or it is not agreed to, and stays open.
    pub async fn answer_correction(&self, keeper: &MoneyKeeper, id: &str, agree: bool) -> Result<(), Failure> {
        let by = keeper.id().to_string();
        let actor = format!("staff:{by}");
        let mut tx = self.db.begin().await?;
        let found = recon::find_in(&mut tx, id).await?.ok_or(Failure::NotFound)?;
        if found.state != "asked" {
            return Err(Failure::Conflict);
        }
        if !agree {
            recon::take_back(&mut tx, id).await?;
            self.record(&mut tx, &actor, "repair_refused", id, "").await?;
            return Ok(tx.commit().await?);
        }
        if found.asked_by.as_deref() == Some(by.as_str()) {
            return Err(Failure::Rejected("money.same_person"));
        }
        let mut repair = found.what.repair(&found.provider).ok_or(Failure::Rejected("money.amount"))?;
        if repair == Repair::Note {
            drop(tx);
            // A fact of the channel's is noted whoever agrees; the difference is closed only once it is.
            let here = self.note_from_channel(&found).await?;
            // Its bill may name another amount than it does when it is asked.
            let rest = Difference { kind: DifferenceKind::Amount, here, ..found.what.clone() };
            repair = rest.repair(&found.provider).unwrap_or(Repair::Note);
            tx = self.db.begin().await?;
        }
        recon::agree(&mut tx, id, &by, self.now().0).await?;
        if let Repair::Book(posting) = &repair {
            let day: Date = found.day.parse().map_err(Failure::internal)?;
            let entry = NewEntry {
                posting,
                reference: &found.id,
                bill: None,
                at: Instant::start_of(day).0,
                actor: &actor,
                note: &found.reason,
            };
            ledger::append(&mut tx, &entry, self.now().0).await?;
        }
        self.record(&mut tx, &actor, "repair_agreed", id, found.what.kind.code()).await?;
        tx.commit().await?;
        self.wake.notify_one();
        Ok(())
    }

    /// The channel is asked itself: its bill alone moves nothing. Gives what the book says now.
    async fn note_from_channel(&self, found: &FoundDifference) -> Result<Fen, Failure> {
        let number = &found.what.number;
        let own = match found.what.movement {
            Movement::Payment => {
                let order = bills::order_by_number(&self.db, number).await?.ok_or(Failure::NotFound)?;
                let port = self.provider(&order.provider)?.clone();
                let state = port.query(&order.out_trade_no).await.map_err(pay_failure)?;
                if matches!(state, OrderState::Paid { .. }) {
                    self.note_order(&order.out_trade_no, &state).await?;
                }
                bills::order_by_number(&self.db, number).await?.as_ref().map(ours_of_order)
            }
            Movement::Refund => {
                let row = refunds::find(&self.db, number).await?.ok_or(Failure::NotFound)?;
                let port = self.provider(&row.provider)?.clone();
                let told = port.query_refund(&row.out_trade_no, &row.number).await.map_err(pay_failure)?;
                self.apply_refund(&row.number, &told).await?;
                refunds::find(&self.db, number).await?.as_ref().map(ours_of_refund)
            }
        };
        own.filter(|own| own.moved).map(|own| own.amount).ok_or(Failure::Rejected("recon.not_confirmed"))
    }
}
