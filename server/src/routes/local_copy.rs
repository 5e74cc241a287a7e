//! What devices keep (本机副本): the key for it.

use super::{Table, id};
use crate::page::Page;
use axum::Json;
use axum::extract::Query;
use axum::response::{IntoResponse, Response};
use serde::Deserialize;

pub fn add(table: Table) -> Table {
    table.get("/api/local_key", key)
}

#[derive(Deserialize)]
struct Wanted {
    #[serde(default)]
    draft: String,
}

/// Asked for by `local.js`; the page that shows the draft does not hold it.
async fn key(page: Page, Query(wanted): Query<Wanted>) -> Response {
    let key = async { page.service.local_key(&page.session, id(&wanted.draft)?).await };
    match key.await {
        Ok(key) => Json(serde_json::json!({ "key": key })).into_response(),
        Err(failure) => page.fail(failure),
    }
}
