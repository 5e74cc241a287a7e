//! Binder port (合并 PDF): the pictures of a slot become one document.

pub use super::preview::{Arranged, Content, Kind};
use async_trait::async_trait;

/// One picture, in its place among the others.
pub struct Picture {
    pub kind: Kind,
    pub arranged: Arranged,
    pub content: Content,
}

/// Why there is no document. Nothing of the content is said.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum BindError {
    /// That page cannot be drawn, counted from 1.
    #[error("page {0} cannot be drawn")]
    Unreadable(usize),
    #[error("the pages cannot be put together")]
    Layout,
    /// Others are being bound, or it took too long.
    #[error("no time")]
    Late,
}

#[async_trait]
pub trait PageBinder: Send + Sync {
    /// PDF bytes, one A4 page for each picture; the same pictures give the same document.
    async fn bind(&self, title: &str, pictures: Vec<Picture>) -> Result<Vec<u8>, BindError>;
}
