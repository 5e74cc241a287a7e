//! Short-lived addresses of files, for the page that is being rendered.
//!
//! A link to a file's content carries a proof that it was made for this session, and until when it
//! holds. Pages do not know sessions; the server hands the maker of proofs in as a context. Without one
//! (in tests) the address is plain, and leads to the page about the file.

use crate::paths;
use domain::ids::{CaseId, FileId};
use leptos::prelude::use_context;
use std::fmt;
use std::sync::Arc;

/// End of life in seconds since 1970, and the keyed digest.
type Proof = (i64, String);

/// Makes proofs for one session.
#[derive(Clone)]
pub struct FileLinks(Arc<dyn Fn(FileId) -> Option<Proof> + Send + Sync>);

impl FileLinks {
    pub fn new(prove: impl Fn(FileId) -> Option<Proof> + Send + Sync + 'static) -> Self {
        Self(Arc::new(prove))
    }
}

impl fmt::Debug for FileLinks {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("FileLinks(…)")
    }
}

/// The file itself, as a download.
pub fn file(id: FileId) -> String {
    address(paths::file(id), id, Vec::new())
}

/// A file of an earlier case, for who has the case in which it serves again.
pub fn file_through(case: CaseId, id: FileId) -> String {
    address(paths::file(id), id, vec![format!("case={case}")])
}

/// A page as a picture; pages count from 1, `quarters` are turns clockwise.
pub fn picture(id: FileId, page: u32, quarters: u8) -> String {
    let turn = (quarters > 0).then(|| format!("turn={}", u16::from(quarters) * 90));
    address(paths::preview(id, page), id, turn.into_iter().collect())
}

/// The first page, small.
pub fn small_picture(id: FileId) -> String {
    address(paths::preview(id, 1), id, vec!["size=small".to_owned()])
}

/// A picture turned as its owner has turned it, but whole: to be cut.
pub fn uncut_picture(id: FileId) -> String {
    address(paths::preview(id, 1), id, vec!["cut=none".to_owned()])
}

fn address(path: String, id: FileId, more: Vec<String>) -> String {
    let proof = use_context::<FileLinks>().and_then(|links| (links.0)(id));
    let proof = proof.map(|(until, sig)| format!("until={until}&sig={sig}"));
    let query: Vec<String> = proof.into_iter().chain(more).collect();
    if query.is_empty() { path } else { format!("{path}?{}", query.join("&")) }
}
