//! Providers' notifications: kept first, answered, then worked off as a job.

use super::Table;
use crate::page::Web;
use axum::Json;
use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use service::Failure;

pub fn add(table: Table) -> Table {
    table.post("/callbacks/{provider}", notified)
}

async fn notified(State(web): State<Web>, Path(provider): Path<String>, headers: HeaderMap, body: Bytes) -> Response {
    let header = |name: &str| headers.get(name).and_then(|v| v.to_str().ok()).map(str::to_owned);
    match web.service.receive_notification(&provider, &header, &body).await {
        Ok("") => StatusCode::NO_CONTENT.into_response(),
        Ok(acknowledged) => (StatusCode::OK, acknowledged).into_response(),
        Err(failure) => {
            tracing::warn!(provider, code = %failure.code(), "a payment notification was not taken");
            let status = match failure {
                Failure::Rejected("pay.provider") => StatusCode::NOT_FOUND,
                Failure::Rejected(_) => StatusCode::UNAUTHORIZED,
                _ => StatusCode::SERVICE_UNAVAILABLE,
            };
            (status, Json(serde_json::json!({ "code": "FAIL", "message": failure.code() }))).into_response()
        }
    }
}
