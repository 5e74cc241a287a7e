//! 结算入库: what has been paid into the treasury account from an account at a provider; one person records it, another
//! confirms it.

use crate::identity::MoneyKeeper;
use crate::{Failure, Service, Treasurer};
use domain::bill::CounterMeans;
use domain::ledger::{Account, settlement};
use domain::money::Fen;
use domain::time::Instant;
use jiff::civil::Date;
use store::tables::ledger::{self, NewEntry};
use store::tables::recon;
pub use store::tables::recon::Settlement;

/// Balances as they are now.
#[derive(Debug, Clone)]
pub struct Balances {
    /// Accounts that are not even; debit balances are positive.
    pub accounts: Vec<(Account, Fen)>,
    pub settlements: Vec<Settlement>,
}

impl Service {
    pub async fn balances(&self, _: &Treasurer) -> Result<Balances, Failure> {
        let book = ledger::balances(&self.db).await?;
        Ok(Balances {
            accounts: book.open().map(|(account, fen)| (account.clone(), fen)).collect(),
            settlements: recon::settlements(&self.db).await?,
        })
    }

    /// Records a payment into the treasury account by its voucher number (入库凭证号), once.
    pub async fn record_settlement(
        &self,
        keeper: &MoneyKeeper,
        account: &str,
        day: Date,
        amount: &str,
        voucher: &str,
    ) -> Result<(), Failure> {
        // What windows take is brought to the treasury account by people.
        if CounterMeans::parse(account).is_none() {
            self.port_of_account(account)?;
        }
        let amount = Fen::from_yuan_text(amount).map_err(|_| Failure::Rejected("money.amount"))?;
        let voucher = super::needed(voucher)?;
        if amount.is_zero() || day > self.today() {
            return Err(Failure::Rejected("money.amount"));
        }
        let by = keeper.id().to_string();
        let row = Settlement {
            id: self.new_id().to_string(),
            provider: account.to_owned(),
            day: day.to_string(),
            amount_fen: amount.0,
            voucher: voucher.to_owned(),
            state: "asked".into(),
            asked_by: by.clone(),
            asked_at: self.now().0,
            agreed_by: None,
            agreed_at: None,
        };
        let mut tx = self.db.begin().await?;
        recon::insert_settlement(&mut tx, &row).await.map_err(|error| match error {
            store::StoreError::Unique(_) => Failure::Rejected("settlement.known"),
            other => other.into(),
        })?;
        self.record(&mut tx, &format!("staff:{by}"), "settlement_recorded", &row.id, &amount.0.to_string()).await?;
        Ok(tx.commit().await?)
    }

    /// Somebody else confirms it, and it is booked.
    pub async fn confirm_settlement(&self, keeper: &MoneyKeeper, id: &str) -> Result<(), Failure> {
        let (by, now) = (keeper.id().to_string(), self.now().0);
        let actor = format!("staff:{by}");
        let mut tx = self.db.begin().await?;
        let row = recon::settlement_in(&mut tx, id).await?.ok_or(Failure::NotFound)?;
        if row.asked_by == by {
            return Err(Failure::Rejected("money.same_person"));
        }
        recon::agree_settlement(&mut tx, id, &by, now).await?;
        let posting = settlement(&row.provider, Fen(row.amount_fen)).ok_or(Failure::Rejected("money.amount"))?;
        let day: Date = row.day.parse().map_err(Failure::internal)?;
        let at = Instant::start_of(day).0;
        let entry =
            NewEntry { posting: &posting, reference: &row.id, bill: None, at, actor: &actor, note: &row.voucher };
        ledger::append(&mut tx, &entry, now).await?;
        self.record(&mut tx, &actor, "settlement_confirmed", id, "").await?;
        Ok(tx.commit().await?)
    }

    /// Recorded wrongly, as whoever recorded it or anybody else finds before it is booked: nothing comes of it, and
    /// its voucher may be recorded anew.
    pub async fn refuse_settlement(&self, keeper: &MoneyKeeper, id: &str) -> Result<(), Failure> {
        let (by, now) = (keeper.id().to_string(), self.now().0);
        let mut tx = self.db.begin().await?;
        recon::settlement_in(&mut tx, id).await?.ok_or(Failure::NotFound)?;
        recon::refuse_settlement(&mut tx, id, &by, now).await?;
        self.record(&mut tx, &format!("staff:{by}"), "settlement_refused", id, "").await?;
        Ok(tx.commit().await?)
    }
}
