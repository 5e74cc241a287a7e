//! Documents (文书) as PDF. Authorised each time, never cached.

use super::{Table, id};
use crate::page::Page;
use app::paths::encode;
use axum::extract::Path;
use axum::http::HeaderValue;
use axum::http::header::{CACHE_CONTROL, CONTENT_DISPOSITION, CONTENT_TYPE};
use axum::response::{IntoResponse, Response};

/// Kept by nobody between us and the reader, nor by the reader's browser.
pub(super) const NOT_KEPT: &str = "no-store, private";

pub fn add(table: Table) -> Table {
    table.get("/documents/{document}", document)
}

/// `Content-Disposition` with any name: RFC 6266, the name as RFC 8187 asks, and a plain one for readers
/// that know only that.
pub(super) fn disposition(kind: &str, plain: &str, name: &str) -> HeaderValue {
    let name = encode(name).replace('/', "%2F");
    let text = format!("{kind}; filename=\"{plain}\"; filename*=UTF-8''{name}");
    HeaderValue::from_str(&text).unwrap_or_else(|_| HeaderValue::from_static("attachment"))
}

async fn document(page: Page, Path(document): Path<String>) -> Response {
    let loaded = async { page.service.document_pdf(&page.session, id(&document)?).await };
    match loaded.await {
        Ok(pdf) => {
            // Ours, so it may open in place. Chromium's reader of documents does not start in a sandbox;
            // the page's own policy holds there.
            let headers = [
                (CONTENT_TYPE, HeaderValue::from_static("application/pdf")),
                (CONTENT_DISPOSITION, disposition("inline", "document.pdf", &pdf.file_name)),
                (CACHE_CONTROL, HeaderValue::from_static(NOT_KEPT)),
            ];
            (headers, pdf.bytes).into_response()
        }
        Err(failure) => page.fail(failure),
    }
}
