//! Preview port (预览): a page of a file as a plain picture, so that nobody opens what a stranger sent.

use async_trait::async_trait;
pub use domain::materials::{Arranged, Crop};
pub use precheck::Kind;

/// The content, read where the drawing happens: few at a time, outside of the async threads.
pub type Content = Box<dyn FnOnce() -> std::io::Result<Vec<u8>> + Send>;

/// Which picture is wanted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Wanted {
    pub kind: Kind,
    /// From 1; pictures have one page.
    pub page: u32,
    /// Longest side, in pixels.
    pub edge: u32,
    /// How its owner has turned and cut it; pages of a PDF stay as they are.
    pub arranged: Arranged,
    /// Turned clockwise by so many quarters more, for whoever looks.
    pub quarters: u8,
}

/// Why there is no picture. Nothing of the file's content is said.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum PreviewError {
    #[error("no such page")]
    NoPage,
    /// Broken, too big, or beyond what the drawing knows.
    #[error("cannot be drawn")]
    Unreadable,
    /// Everybody who draws is at work, or it took too long.
    #[error("no time")]
    Late,
}

#[async_trait]
pub trait PreviewMaker: Send + Sync {
    /// A JPEG without any metadata.
    async fn picture(&self, wanted: Wanted, content: Content) -> Result<Vec<u8>, PreviewError>;

    /// Where the document lies in a picture that is turned clockwise by so many quarters: what can be cut off
    /// at its edges. None where it does not stand out from what it lies on.
    async fn edges(&self, kind: Kind, turn: u8, content: Content) -> Result<Option<Crop>, PreviewError>;
}
