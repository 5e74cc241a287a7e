//! Scanner port (查毒). One call looks through one file; the content is streamed, never held whole.

use async_trait::async_trait;
use bytes::Bytes;
use futures_util::stream::BoxStream;

/// A file's content, part by part.
pub type Content = BoxStream<'static, std::io::Result<Bytes>>;

/// What the scanner says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verdict {
    Clean,
    /// Name of what was found, as the scanner knows it.
    Infected {
        name: String,
    },
}

#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ScanError {
    /// No answer, or one that says nothing: the file waits, the question is asked again.
    #[error("scanner unreachable: {0}")]
    Unreachable(String),
    /// Larger than the scanner is set up to take: asking again does not help until somebody changes that.
    #[error("larger than the scanner takes")]
    TooBig,
}

#[async_trait]
pub trait Scanner: Send + Sync {
    async fn scan(&self, content: Content) -> Result<Verdict, ScanError>;
}
