//! Server functions of the staff desk.

use crate::wire::{LiveWire, WireError};
use leptos::prelude::*;

/// Saves the cells of one group as they are typed; gives what is missing in it then.
#[server(prefix = "/api", endpoint = "live_rows")]
pub async fn live_rows(
    revision: String,
    group: String,
    lock: i64,
    #[server(default)] cells: String,
) -> Result<LiveWire, WireError> {
    use crate::backend::{backend, refuse};
    let backend = backend()?;
    let (editor, reader) =
        (backend.session.editor().map_err(refuse)?, backend.session.catalogue_reader().map_err(refuse)?);
    let id = revision.parse().map_err(|_| refuse(service::Failure::NotFound))?;
    let rows = service::revisions::typed_rows(&cells);
    backend.service.save_rows(&editor, id, lock, &group, rows).await.map_err(refuse)?;
    let view = backend.service.revision(&reader, id).await.map_err(refuse)?;
    let own = view.problems.iter().filter(|p| p.group == group);
    let problems = own.map(super::pages::revisions::sentence).collect();
    Ok(LiveWire { lock: view.lock, time: view.line.updated_at.hour_minute(), problems })
}
