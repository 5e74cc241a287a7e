//! 请别人代付: somebody else pays by a link. It lets whoever holds it pay this one bill and shows nothing of
//! whose it is (个人信息保护法第六条).

use crate::identity::Applicant;
use crate::payments::{BillStatus, payable, status};
use crate::{Denied, Failure, Service};
use domain::ids::BillId;
use domain::money::Fen;
use jiff::civil::Date;
use store::tables::bills::{self, Bill};
use store::tables::cases::{self, CaseRow};
use store::tables::{counter_entries, pay_links};
use store::vault;

/// Orders and questions to the providers that one address may cause in an hour: the link needs no account.
const LIMIT: u32 = 60;
const HOUR: i64 = 3_600_000_000;

/// What whoever pays for somebody else is shown: enough to know what for, no more.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LinkedBill {
    /// 收款单位
    pub body: String,
    /// 收费项目, with the amount of each.
    pub items: Vec<(String, Fen)>,
    pub total: Fen,
    pub status: BillStatus,
    pub pay_by: Date,
    /// An order is open at the provider: somebody may be in the middle of paying.
    pub pending: bool,
    /// A window has taken the money, and nobody has confirmed it yet.
    pub at_window: bool,
}

impl Service {
    /// The token of the bill's link, for its owner.
    pub async fn my_pay_link(&self, applicant: &Applicant, id: BillId) -> Result<Option<String>, Failure> {
        let (bill, case) = self.own_bill_and_case(applicant, id).await?;
        Ok(pay_links::find(&self.db, &case.key, bill.id).await?)
    }

    /// Makes the link; where there is one it stays, for it may have been sent already.
    pub async fn make_pay_link(&self, applicant: &Applicant, id: BillId) -> Result<(), Failure> {
        if applicant.filed_by.is_some() {
            // Nobody could withdraw it after the visit.
            return Err(Denied::Forbidden.into());
        }
        let (bill, case) = self.own_bill_and_case(applicant, id).await?;
        payable(&bill, &case)?;
        let token = hex::encode(vault::random::<16>()?);
        let mut tx = self.db.begin().await?;
        pay_links::insert(&mut tx, &self.vault, &case.key, bill.id, &token, self.now().0).await?;
        self.record(&mut tx, &applicant.chain_name(), "pay_link_made", &bill.id.to_string(), "").await?;
        Ok(tx.commit().await?)
    }

    /// The link opens nothing from now on. An order that somebody has open already may still be paid: it pays
    /// the same bill.
    pub async fn withdraw_pay_link(&self, applicant: &Applicant, id: BillId) -> Result<(), Failure> {
        let (bill, _) = self.own_bill_and_case(applicant, id).await?;
        let mut tx = self.db.begin().await?;
        pay_links::remove(&mut tx, bill.id).await?;
        self.record(&mut tx, &applicant.chain_name(), "pay_link_withdrawn", &bill.id.to_string(), "").await?;
        Ok(tx.commit().await?)
    }

    async fn own_bill_and_case(&self, applicant: &Applicant, id: BillId) -> Result<(Bill, CaseRow), Failure> {
        let bill = bills::find(&self.db, id).await?.ok_or(Failure::NotFound)?;
        let case = self.own_case(applicant, bill.case_id).await?;
        Ok((bill, case))
    }

    async fn behind_link(&self, token: &str) -> Result<(Bill, CaseRow), Failure> {
        let id = pay_links::bill_of(&self.db, &self.vault, token).await?.ok_or(Failure::NotFound)?;
        let bill = bills::find(&self.db, id).await?.ok_or(Failure::NotFound)?;
        let case = cases::find(&self.db, &self.vault, bill.case_id).await?.ok_or(Failure::NotFound)?;
        Ok((bill, case))
    }

    pub async fn linked_bill(&self, token: &str) -> Result<LinkedBill, Failure> {
        let (bill, case) = self.behind_link(token).await?;
        let matter = self.matter_at(&case.case.matter).await?;
        let now = self.now().0;
        let orders = bills::orders(&self.db, bill.id).await?;
        let at_window = counter_entries::waiting(&self.db, bill.id).await?.is_some();
        Ok(LinkedBill {
            body: self.body_name(&matter),
            // A reduction says something about whoever gets it: not shown.
            items: bill.lines.iter().map(|line| (line.name.clone(), line.amount)).collect(),
            total: Fen(bill.amount_fen),
            status: status(&bill.status),
            pay_by: bill.pay_by.parse().map_err(Failure::internal)?,
            pending: orders.iter().any(|order| order.state == "open" && order.expires_at > now),
            at_window,
        })
    }

    /// Opens an order as its owner would, and gives the cashier's address, who leads back to the link.
    pub async fn pay_by_link(&self, token: &str, provider: &str, address: &str) -> Result<String, Failure> {
        let (bill, case) = self.behind_link(token).await?;
        self.count_link(address).await?;
        let (port, order) = self.order_at(&bill, &case, provider).await?;
        self.checkout(&port, &case, &order, address, self.back_to_link(token)).await
    }

    /// The content of the code to be scanned; none where nothing is to be scanned.
    pub async fn code_by_link(&self, token: &str, provider: &str, address: &str) -> Result<Option<String>, Failure> {
        let (bill, case) = self.behind_link(token).await?;
        self.count_link(address).await?;
        self.open_code(&bill, &case, provider, address, self.back_to_link(token)).await
    }

    /// “我已支付，重新查询” of whoever pays by the link.
    pub async fn check_by_link(&self, token: &str, address: &str) -> Result<(), Failure> {
        let (bill, _) = self.behind_link(token).await?;
        self.count_link(address).await?;
        self.ask_open_orders(bill.id).await
    }

    /// The whole address of a link, as it is sent to whoever pays.
    pub fn pay_link_address(&self, token: &str) -> String {
        format!("{}/pay/{token}", self.settings.public_url)
    }

    fn back_to_link(&self, token: &str) -> String {
        format!("{}?back=1", self.pay_link_address(token))
    }

    async fn count_link(&self, address: &str) -> Result<(), Failure> {
        let mut tx = self.db.begin().await?;
        self.count_address(&mut tx, "pay-link", address, HOUR, LIMIT).await?;
        Ok(tx.commit().await?)
    }
}
