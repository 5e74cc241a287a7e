//! What `onevisit verify` asks of the book: the chain holds, every entry balances, and each bill's accounts
//! come to what its rows say.

use super::book::billing;
use crate::integrity::Findings;
use crate::{Failure, Service};
use domain::ids::BillId;
use domain::ledger::{Account, Posting, expected};
use domain::money::Fen;
use store::chain;
use store::tables::{bills, ledger, refunds};

/// Entries read at once.
const PAGE: i64 = 500;

impl Service {
    pub(crate) async fn verify_book(&self, found: &mut Findings) {
        if let Err(error) = self.verify_entries(found).await {
            found.problems.push(format!("ledger: {error}"));
        }
        let ids = match bills::all_ids(&self.db).await {
            Ok(ids) => ids,
            Err(error) => return found.problems.push(format!("bills: {error}")),
        };
        for id in ids {
            if let Err(error) = self.verify_bill(id, found).await {
                found.problems.push(format!("bill {id}: {error}"));
            }
        }
    }

    async fn verify_entries(&self, found: &mut Findings) -> Result<(), Failure> {
        let (mut last, mut after, mut total) = (None, 0, 0_i64);
        loop {
            let page = ledger::page(&self.db, after, PAGE).await?;
            let Some(end) = page.last() else { break };
            after = end.seq;
            found.entries += page.len();
            let mut links = Vec::with_capacity(page.len());
            for entry in &page {
                links.push(entry.link()?);
                total += entry.lines.iter().map(|(_, fen)| fen.0).sum::<i64>();
                if Posting::new(entry.kind, entry.lines.clone()).is_err() {
                    found.problems.push(format!("ledger entry {}: it does not balance", entry.seq));
                }
            }
            match chain::verify_after(last, links) {
                Ok(newest) => last = newest,
                Err(broken) => {
                    found.problems.push(broken.to_string());
                    return Ok(());
                }
            }
        }
        if total != 0 {
            found.problems.push("ledger: debits and credits differ".into());
        }
        Ok(())
    }

    /// What happened to the bill, by its rows, gives what the book says. So an entry that is missing at the
    /// end of the chain is seen as well.
    async fn verify_bill(&self, id: BillId, found: &mut Findings) -> Result<(), Failure> {
        let bill = bills::find(&self.db, id).await?.ok_or(Failure::NotFound)?;
        let orders = bills::orders(&self.db, id).await?;
        let rows = refunds::of_bill(&self.db, id).await?;
        let billing = billing(&bill, &orders, &rows);
        let book = ledger::of_bill(&self.db, id).await?;
        for (account, booked, due) in book.differences(&expected(&self.by_account(&billing))) {
            found.problems.push(difference(id, &account, booked, due));
        }
        if billing.attempts.iter().any(|attempt| attempt.given_back() > attempt.captured()) {
            found.problems.push(format!("bill {id}: more goes back than was taken"));
        }
        Ok(())
    }
}

fn difference(bill: BillId, account: &Account, booked: Fen, due: Fen) -> String {
    format!("bill {bill}: {account} is {} fen, by its payments {} fen", booked.0, due.0)
}
