//! Document port (文书): turns a composed document into a PDF.

/// A one- or few-page official document. The service composes it, the port lays it out.
#[derive(Debug, Clone)]
pub struct Document {
    /// e.g. 收件凭证, 受理通知书, 补正告知书, 不予受理决定书, 准予许可决定书.
    pub title: String,
    /// Document number, e.g. `示市监补〔2026〕12号`.
    pub number: String,
    /// Issuing body's full name, printed at the top and beside the seal area.
    pub issuer: String,
    /// Long Chinese date, e.g. 2026年11月22日.
    pub date: String,
    pub blocks: Vec<Block>,
    /// Absolute address of the verification page, drawn as a QR code with the short code below it.
    pub verify_url: String,
    /// Short verification code printed under the QR code.
    pub verify_code: String,
    /// Line printed small at the foot of every page (contact, how to complain).
    pub footer: String,
}

#[derive(Debug, Clone)]
pub enum Block {
    /// Salutation or free text; wrapped, first line indented by two characters when `indent`.
    Paragraph {
        text: String,
        indent: bool,
    },
    Heading(String),
    /// Numbered list.
    Numbered(Vec<String>),
    /// Label–value rows with hairlines.
    Rows(Vec<(String, String)>),
    /// PNG bytes (handwritten signature), with a caption.
    Picture {
        png: Vec<u8>,
        caption: String,
    },
}

#[derive(Debug, thiserror::Error)]
pub enum DocumentError {
    #[error("no usable font: {0}")]
    Font(String),
    #[error("layout failed: {0}")]
    Layout(String),
}

pub trait DocumentMaker: Send + Sync {
    /// PDF bytes; the same input gives the same text content.
    fn render(&self, document: &Document) -> Result<Vec<u8>, DocumentError>;
}
