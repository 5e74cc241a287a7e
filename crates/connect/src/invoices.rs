//! 财政电子票据: the county's invoice platform over HTTPS, by our own profile. No name ever reaches a log.

use async_trait::async_trait;
use serde::{Deserialize, Serialize};
use service::ports::invoice::{EInvoicer, Invoice, InvoiceError, NewInvoice};

pub use crate::signed::SignedConfig as InvoiceConfig;
use crate::signed::{SignedClient, SignedError};
use crate::wechat::{Clock, ConfigError};

/// The platform behind the port.
pub struct CountyInvoices(SignedClient);

#[derive(Serialize)]
struct Item<'a> {
    code: &'a str,
    name: &'a str,
    amount_fen: i64,
}

#[derive(Serialize)]
struct IssueQuestion<'a> {
    bill_number: &'a str,
    body: &'a str,
    payer: &'a str,
    items: Vec<Item<'a>>,
    total_fen: i64,
    paid_at: i64,
}

#[derive(Serialize)]
struct ReverseQuestion<'a> {
    bill_number: &'a str,
}

#[derive(Deserialize)]
#[serde(tag = "result", rename_all = "snake_case")]
enum Answer {
    Issued { bill_number: String, code: String, number: String, check_code: String },
    Refused,
}

impl CountyInvoices {
    /// Refuses a configuration with which nobody could be asked. `sandbox` allows http.
    pub fn new(config: InvoiceConfig, sandbox: bool, clock: Clock) -> Result<Self, ConfigError> {
        SignedClient::new(config, "x-invoices", sandbox, clock).map(Self)
    }
}

fn failed(error: SignedError) -> InvoiceError {
    match error {
        SignedError::Unreachable => InvoiceError::Unreachable,
        SignedError::Refused => InvoiceError::Refused,
    }
}

/// An answer about another bill, or without a number, is none.
fn numbered(answer: Answer, asked: &str) -> Result<Invoice, InvoiceError> {
    match answer {
        Answer::Issued { bill_number, code, number, check_code }
            if bill_number == asked && !number.is_empty() && !check_code.is_empty() =>
        {
            Ok(Invoice { code, number, check_code })
        }
        Answer::Issued { .. } | Answer::Refused => Err(InvoiceError::Refused),
    }
}

#[async_trait]
impl EInvoicer for CountyInvoices {
    async fn issue(&self, wanted: &NewInvoice) -> Result<Invoice, InvoiceError> {
        let NewInvoice { bill_number, body, payer, items, total_fen, paid_at } = wanted;
        let items = items.iter().map(|i| Item { code: &i.code, name: &i.name, amount_fen: i.amount_fen }).collect();
        let (total_fen, paid_at) = (*total_fen, *paid_at);
        let asked = IssueQuestion { bill_number, body, payer, items, total_fen, paid_at };
        let answer = self.0.ask::<_, Answer>("/v1/invoices/issue", &asked, bill_number).await.map_err(failed)?;
        numbered(answer, bill_number)
    }

    async fn reverse(&self, bill_number: &str) -> Result<Invoice, InvoiceError> {
        let asked = ReverseQuestion { bill_number };
        let answer = self.0.ask::<_, Answer>("/v1/invoices/reverse", &asked, bill_number).await.map_err(failed)?;
        numbered(answer, bill_number)
    }
}
