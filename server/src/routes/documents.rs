//! Downloads: documents as PDF, uploaded files. Authorised each time, never cached.

use super::{Table, id};
use crate::page::Page;
use app::paths::encode;
use axum::body::Body;
use axum::extract::{Path, Query};
use axum::http::header::{CONTENT_DISPOSITION, CONTENT_LENGTH, CONTENT_SECURITY_POLICY, CONTENT_TYPE};
use axum::http::{HeaderName, HeaderValue};
use axum::response::{AppendHeaders, IntoResponse, Response};
use serde::Deserialize;

pub fn add(table: Table) -> Table {
    table.get("/documents/{document}", document).get("/files/{file}", file)
}

/// A download; names beyond ASCII as RFC 6266 asks. Types that a browser might run are attachments.
fn download(name: &str, media_type: &str, content: impl Into<Body>) -> Response {
    let shown = matches!(media_type, "application/pdf" | "image/jpeg" | "image/png");
    let kind = if shown { "inline" } else { "attachment" };
    let disposition = format!("{kind}; filename=\"file\"; filename*=UTF-8''{}", encode(name).replace('/', "%2F"));
    let header = |text: &str| HeaderValue::from_str(text).unwrap_or_else(|_| HeaderValue::from_static("attachment"));
    // Chromium's reader of documents does not start in a sandbox; the page's own policy holds there.
    let sandbox = (media_type != "application/pdf")
        .then(|| [(CONTENT_SECURITY_POLICY, HeaderValue::from_static("default-src 'none'; sandbox"))]);
    let headers: [(HeaderName, HeaderValue); 2] = [
        (CONTENT_TYPE, if shown { header(media_type) } else { HeaderValue::from_static("application/octet-stream") }),
        (CONTENT_DISPOSITION, header(&disposition)),
    ];
    (headers, sandbox.map(AppendHeaders), content.into()).into_response()
}

async fn document(page: Page, Path(document): Path<String>) -> Response {
    let loaded = async { page.service.document_pdf(&page.session, id(&document)?).await };
    match loaded.await {
        Ok(pdf) => download(&pdf.file_name, "application/pdf", pdf.bytes),
        Err(failure) => page.fail(failure),
    }
}

#[derive(Deserialize)]
struct Through {
    /// The case that the file serves in again.
    case: Option<String>,
}

async fn file(page: Page, Path(file): Path<String>, Query(through): Query<Through>) -> Response {
    let loaded = async {
        match &through.case {
            Some(case) => page.service.file_through(&page.session, id(case)?, id(&file)?).await,
            None => page.service.file_for(&page.session, id(&file)?).await,
        }
    };
    match loaded.await {
        Ok(file) => {
            let size = file.content.size();
            let mut response = download(&file.name, &file.media_type, Body::from_stream(file.content.stream()));
            response.headers_mut().insert(CONTENT_LENGTH, HeaderValue::from(size));
            response
        }
        Err(failure) => page.fail(failure),
    }
}
