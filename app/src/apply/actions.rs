//! Server functions of applying.

use crate::wire::{SavedWire, WireError};
use domain::rules::Answers;
use leptos::prelude::*;

/// Saves the answers typed so far; `version` is the one this page has seen. `page`, `number` and `after`
/// say which of its saves it is, for a line that brings them in another order.
#[server(prefix = "/api", endpoint = "save_answers")]
pub async fn save_answers(
    draft: String,
    version: i64,
    #[server(default)] answers: Answers,
    #[server(default)] page: String,
    #[server(default)] number: i64,
    #[server(default)] after: String,
) -> Result<SavedWire, WireError> {
    use crate::backend::{backend, refuse};
    let backend = backend()?;
    let owner = backend.session.owner().map_err(refuse)?;
    let id = draft.parse().map_err(|_| refuse(service::Failure::NotFound))?;
    let turn = service::turns::Turn::new(&page, number, &after);
    let saved = backend.service.save_in_turn(&owner, id, answers, Some(version), turn.as_ref()).await;
    let saved = saved.map_err(refuse)?;
    let (conflicts, theirs) = (saved.conflicts, saved.theirs);
    Ok(SavedWire { version: saved.version, time: saved.saved_at.hour_minute(), conflicts, theirs })
}

#[cfg(all(test, feature = "ssr"))]
mod tests {
    use super::SaveAnswers;
    use server_fn::ServerFn;

    /// Browsers encode brackets and spaces their own way: this is what `URLSearchParams` writes.
    #[test]
    fn reads_what_browsers_write() {
        let body = "draft=d&version=3&answers%5Bchild_name%5D=%E7%8E%8B+%26%3D%2B&answers%5Bwhy%5D=";
        let read: SaveAnswers = serde_qs::Config::new(5, false).deserialize_str(body).expect("readable");
        assert_eq!((read.draft.as_str(), read.version), ("d", 3));
        assert_eq!(read.answers["child_name"], "王 &=+");
        assert_eq!(read.answers["why"], "");
        assert_eq!((read.page.as_str(), read.number), ("", 0), "a page of before counts nothing");
    }

    #[test]
    fn is_registered_under_its_path() {
        assert_eq!(SaveAnswers::PATH, "/api/save_answers");
        let paths: Vec<&str> = server_fn::axum::server_fn_paths().map(|(path, _)| path).collect();
        for path in ["/api/save_answers", "/api/suggest", "/api/payment_state"] {
            assert!(paths.contains(&path), "{path}: {paths:?}");
        }
    }
}
