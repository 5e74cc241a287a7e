//! The outermost layer: gives each request its number, notes the client's address, and writes
//! exactly one log line and one set of metrics per request.
//!
//! The line holds the route pattern, never the path or the query: those carry case numbers and
//! search words, which are personal data (个人信息保护法 §6, least data).

use std::sync::Arc;
use std::time::{Duration, Instant};

use axum::body::{Body, HttpBody};
use axum::extract::{MatchedPath, Request, State};
use axum::http::{HeaderValue, Method, StatusCode};
use axum::middleware::Next;
use axum::response::Response;
use http_body_util::BodyExt;

use super::{Shared, address, random};
use crate::ops::metrics;

/// The number of one request: 16 hex digits, short enough to be read out on the telephone.
///
/// Always our own; a number sent from outside is ignored, else strangers could write our log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RequestId(pub String);

/// Name of the answer's header with the request's number.
pub const REQUEST_ID_HEADER: &str = "x-request-id";

/// One finished request as it is logged.
struct Line {
    method: &'static str,
    route: String,
    status: StatusCode,
    request_id: String,
    started: Instant,
    bytes: u64,
}

/// Layer, see the module.
pub async fn record(State(shared): State<Arc<Shared>>, mut request: Request, next: Next) -> Response {
    let started = Instant::now();
    let id = RequestId(hex::encode(random::bytes::<8>()));
    let client = address::client_addr(request.headers(), request.extensions(), &shared.settings.trusted_proxies);
    request.extensions_mut().insert(id.clone());
    request.extensions_mut().insert(client);
    let method = method_name(request.method());
    let route =
        request.extensions().get::<MatchedPath>().map_or_else(|| "-".to_owned(), |path| path.as_str().to_owned());

    let mut response = next.run(request).await;
    // Hex digits are always a valid header value.
    if let Ok(value) = HeaderValue::from_str(&id.0) {
        response.headers_mut().insert(REQUEST_ID_HEADER, value);
    }
    let line = Line { method, route, status: response.status(), request_id: id.0, started, bytes: 0 };
    finish(response, line)
}

/// Logs at once when the length is known, else when the last byte has left (or the client went away).
fn finish(response: Response, line: Line) -> Response {
    if let Some(exact) = response.body().size_hint().exact() {
        line.write(exact);
        return response;
    }
    let mut guard = OnDrop(Some(line));
    response.map(|body| {
        Body::new(body.map_frame(move |frame| {
            if let (Some(data), Some(line)) = (frame.data_ref(), guard.0.as_mut()) {
                line.bytes += data.len() as u64;
            }
            frame
        }))
    })
}

struct OnDrop(Option<Line>);

impl Drop for OnDrop {
    fn drop(&mut self) {
        if let Some(line) = self.0.take() {
            let bytes = line.bytes;
            line.write(bytes);
        }
    }
}

impl Line {
    fn write(self, bytes: u64) {
        let took: Duration = self.started.elapsed();
        metrics::record_request(self.method, &self.route, self.status, took);
        let ms = u64::try_from(took.as_millis()).unwrap_or(u64::MAX);
        tracing::info!(
            target: "onevisit::request",
            method = self.method,
            route = self.route,
            status = self.status.as_u16(),
            ms,
            bytes,
            request_id = self.request_id,
            "request"
        );
    }
}

/// Known methods only: the name becomes a metrics label, and a caller may invent names.
fn method_name(method: &Method) -> &'static str {
    match method.as_str() {
        "GET" => "GET",
        "HEAD" => "HEAD",
        "POST" => "POST",
        "PUT" => "PUT",
        "PATCH" => "PATCH",
        "DELETE" => "DELETE",
        "OPTIONS" => "OPTIONS",
        _ => "OTHER",
    }
}
