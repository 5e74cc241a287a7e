//! Server functions of applying.

use crate::wire::{SavedWire, WireError};
use domain::rules::Answers;
use leptos::prelude::*;

/// Saves the answers typed so far; `version` is the one this page has seen.
#[server(prefix = "/api", endpoint = "save_answers")]
pub async fn save_answers(draft: String, version: i64, #[server(default)] answers: Answers) -> Result<SavedWire, WireError> {
    use crate::backend::{backend, refuse};
    let backend = backend()?;
    let owner = backend.session.owner().map_err(refuse)?;
    let id = draft.parse().map_err(|_| refuse(service::Failure::NotFound))?;
    let saved = backend.service.save_answers(&owner, id, answers, Some(version)).await.map_err(refuse)?;
    Ok(SavedWire { version: saved.version, time: saved.saved_at.hour_minute(), conflicts: saved.conflicts })
}
