//! Server functions of finding.

use crate::wire::{Suggestion, WireError};
use leptos::prelude::*;

/// Matters close to what is being typed, at most six.
#[server(prefix = "/api", endpoint = "suggest")]
pub async fn suggest(#[server(default)] q: String) -> Result<Vec<Suggestion>, WireError> {
    let backend = crate::backend::backend()?;
    let found = backend.service.catalogue().search(&q);
    let suggestion = |m: &std::sync::Arc<domain::catalogue::Card>| Suggestion {
        title: m.title.clone(),
        slug: m.slug.clone(),
        note: super::words::badges(m).join(" · "),
    };
    Ok(found.iter().take(6).map(suggestion).collect())
}
