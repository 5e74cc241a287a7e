//! Invoice port (财政电子票据). The platforms of the provinces publish no protocol: this is our own profile, and no
//! compatibility with any of them is claimed (财综〔2018〕72号 leaves the interfaces to the provinces).

use async_trait::async_trait;

/// One line of an invoice.
#[derive(Clone, PartialEq, Eq)]
pub struct InvoiceItem {
    /// 收费项目编码
    pub code: String,
    pub name: String,
    pub amount_fen: i64,
}

/// What an invoice is asked for. The payer's name is personal: this has no `Debug`, and nobody logs it.
#[derive(Clone, PartialEq, Eq)]
pub struct NewInvoice {
    /// 缴款码: the same again gives the same invoice.
    pub bill_number: String,
    /// 执收单位
    pub body: String,
    /// 交款人
    pub payer: String,
    pub items: Vec<InvoiceItem>,
    pub total_fen: i64,
    /// µs since the epoch.
    pub paid_at: i64,
}

/// An invoice as the platform numbered it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Invoice {
    /// 票据代码
    pub code: String,
    /// 票据号码
    pub number: String,
    /// 校验码
    pub check_code: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum InvoiceError {
    /// No answer in time; nothing is known, the same question again is safe.
    #[error("the invoice platform did not answer")]
    Unreachable,
    /// The question was refused, or the answer was not authentic.
    #[error("the invoice platform refused, or its answer was not authentic")]
    Refused,
}

#[async_trait]
pub trait EInvoicer: Send + Sync {
    /// 开具
    async fn issue(&self, wanted: &NewInvoice) -> Result<Invoice, InvoiceError>;
    /// 冲红: the red counter-entry of the invoice of this bill, over the whole amount; again gives the same.
    async fn reverse(&self, bill_number: &str) -> Result<Invoice, InvoiceError>;
}
