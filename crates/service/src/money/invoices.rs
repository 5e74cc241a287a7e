//! 财政电子票据: after a payment the platform is asked for a number, after the whole was given back for the red
//! counter-entry (冲红); again and again until it answers, each once by the 缴款码.

use crate::ports::invoice::{EInvoicer, Invoice, InvoiceError, InvoiceItem, NewInvoice};
use crate::{Failure, Service};
use domain::ids::BillId;
use store::Tx;
use store::jobs::{self, NewJob};
use store::tables::bills::{self, Bill};
use store::tables::cases;
use store::tables::invoices::{self, Numbers};

/// Kind of the job; its payload is the bill's id.
pub(crate) const INVOICE: &str = "invoice";
/// Code of a job that the platform did not answer.
pub(crate) const UNREACHABLE: &str = "invoice.unreachable";

/// 票据代码、票据号码、校验码
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Numbered {
    pub code: String,
    pub number: String,
    pub check_code: String,
}

/// An invoice as its payer sees it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InvoiceView {
    /// None while the platform has not answered.
    pub numbers: Option<Numbered>,
    /// 已冲红
    pub reversed: bool,
}

impl Service {
    /// The platform is asked after the transaction, where one is connected.
    pub(crate) async fn plan_invoice(&self, tx: &mut Tx, bill: BillId) -> Result<(), Failure> {
        if self.invoicer.is_none() {
            return Ok(());
        }
        let (id, now, payload) = (self.new_id().to_string(), self.now().0, bill.to_string());
        let job = NewJob { id: &id, kind: INVOICE, key: Some(&id), payload: &payload, run_at: now };
        jobs::enqueue(tx, &job, now).await?;
        Ok(())
    }

    /// Job: whatever the bill's state asks for and is not there yet.
    pub(crate) async fn carry_invoice(&self, id: BillId) -> Result<(), Failure> {
        let Some(platform) = self.invoicer.clone() else { return Ok(()) };
        let bill = bills::find(&self.db, id).await?.ok_or(Failure::NotFound)?;
        let (known, refunded) = (invoices::find(&self.db, id).await?, bill.status == "refunded");
        if known.is_none() && bill.status != "paid" {
            // Nobody was ever asked, and there is nothing to have an invoice for.
            return Ok(());
        }
        let (issued, reversed) = known.map_or((None, None), |row| (row.issued, row.reversed));
        if issued.is_none() {
            // The answer may have been lost: the same again gives the same, also to have it reversed.
            self.issue_invoice(platform.as_ref(), &bill).await?;
        }
        if refunded && reversed.is_none() {
            let red = platform.reverse(&bill.number).await.map_err(invoice_failure)?;
            let mut tx = self.db.begin().await?;
            invoices::reversed(&mut tx, id, &numbers(red), self.now().0).await?;
            self.record(&mut tx, "system", "invoice_reversed", &id.to_string(), "").await?;
            tx.commit().await?;
        }
        Ok(())
    }

    async fn issue_invoice(&self, platform: &dyn EInvoicer, bill: &Bill) -> Result<(), Failure> {
        let case = cases::find(&self.db, &self.vault, bill.case_id).await?.ok_or(Failure::NotFound)?;
        let matter = self.matter_at(&case.case.matter).await?;
        let items = bill.lines.iter().filter(|line| line.amount.0 > 0).map(|line| InvoiceItem {
            code: line.item_code.clone(),
            name: line.name.clone(),
            amount_fen: line.amount.0,
        });
        let wanted = NewInvoice {
            bill_number: bill.number.clone(),
            body: self.body_name(&matter),
            payer: case.answers.get(&matter.applicant.name).cloned().unwrap_or_default(),
            items: items.collect(),
            total_fen: bill.amount_fen,
            paid_at: bill.paid_at.unwrap_or(bill.raised_at),
        };
        let mut tx = self.db.begin().await?;
        invoices::asked(&mut tx, bill.id, self.now().0).await?;
        tx.commit().await?;
        let invoice = platform.issue(&wanted).await.map_err(invoice_failure)?;
        let mut tx = self.db.begin().await?;
        invoices::issued(&mut tx, bill.id, &numbers(invoice), self.now().0).await?;
        self.record(&mut tx, "system", "invoice_issued", &bill.id.to_string(), "").await?;
        Ok(tx.commit().await?)
    }

    /// The invoice of a bill; none where nobody was asked for one.
    pub(crate) async fn invoice_view(&self, bill: BillId) -> Result<Option<InvoiceView>, Failure> {
        let row = invoices::find(&self.db, bill).await?;
        Ok(row.map(|row| InvoiceView { reversed: row.reversed.is_some(), numbers: row.issued.map(shown) }))
    }
}

fn shown(numbers: Numbers) -> Numbered {
    Numbered { code: numbers.code, number: numbers.number, check_code: numbers.check_code }
}

fn numbers(invoice: Invoice) -> Numbers {
    Numbers { code: invoice.code, number: invoice.number, check_code: invoice.check_code }
}

fn invoice_failure(error: InvoiceError) -> Failure {
    match error {
        InvoiceError::Unreachable => Failure::Rejected(UNREACHABLE),
        InvoiceError::Refused => Failure::Rejected("invoice.refused"),
    }
}
