//! The pages people get when something outside a page goes wrong: refused, too fast, too big, broken.
//!
//! They are built without the page framework, so that they also work when that is what failed.

use std::any::Any;
use std::borrow::Cow;
use std::sync::Arc;

use app::t::problem as t;
use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::header::{ACCEPT, CONTENT_LENGTH, CONTENT_TYPE};
use axum::http::{HeaderMap, HeaderValue, StatusCode, request::Parts};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use tower::ServiceExt;
use tower_http::catch_panic::{CatchPanic, ResponseForPanic};

use super::Shared;
use super::request_log::RequestId;

/// One problem in words: a stable code for programs, a title, what happened and what to do next.
#[derive(Clone, Debug)]
pub struct Problem {
    /// HTTP status of the answer.
    pub status: StatusCode,
    /// Stable code for callers of JSON, e.g. `rate_limited`.
    pub code: &'static str,
    /// Heading of the page.
    pub title: Cow<'static, str>,
    /// What happened and what the person can do now, in plain sentences.
    pub body: Cow<'static, str>,
}

impl Problem {
    /// A problem with fixed texts.
    pub fn new(status: StatusCode, code: &'static str, title: &'static str, body: &'static str) -> Self {
        Self { status, code, title: Cow::Borrowed(title), body: Cow::Borrowed(body) }
    }

    /// The general texts for a status that came without words of its own.
    pub fn of(status: StatusCode) -> Self {
        let (code, title, body) = match status.as_u16() {
            401 => ("sign_in_required", t::sign_in(), t::sign_in_body()),
            403 => ("forbidden", t::forbidden(), t::forbidden_body()),
            404 => ("not_found", t::not_found(), t::not_found_body()),
            405 => ("method_not_allowed", t::method(), t::method_body()),
            408 => ("timeout", t::timeout(), t::timeout_body()),
            413 => ("too_large", t::too_large(), t::too_large_body()),
            400 | 415 | 422 => ("bad_request", t::unreadable(), t::unreadable_body()),
            429 => ("rate_limited", t::too_fast(), t::too_fast_body()),
            507 => ("storage.full", t::full(), t::full_body()),
            503 => ("unavailable", t::unavailable(), t::unavailable_body()),
            400..=499 => ("bad_request", t::failed(), t::failed_body()),
            _ => ("internal", t::internal(), t::internal_body()),
        };
        Self::new(status, code, title, body)
    }
}

/// What the caller wants back and under which number the request was logged.
#[derive(Clone, Debug)]
pub struct Asked {
    html: bool,
    incident: String,
}

impl Asked {
    /// Reads the wish from `Accept`: page loads of every browser name `text/html`, programs do not.
    pub fn of(parts: &Parts) -> Self {
        Self::read(&parts.headers, parts.extensions.get::<RequestId>())
    }

    /// The same from a whole request.
    pub fn of_request(request: &Request) -> Self {
        Self::read(request.headers(), request.extensions().get::<RequestId>())
    }

    /// Whether the caller is a browser that will show the answer to a person.
    pub fn wants_html(&self) -> bool {
        self.html
    }

    fn read(headers: &HeaderMap, id: Option<&RequestId>) -> Self {
        let html =
            headers.get_all(ACCEPT).iter().any(|value| value.to_str().is_ok_and(|text| text.contains("text/html")));
        Self { html, incident: id.map_or_else(|| "-".to_owned(), |id| id.0.clone()) }
    }
}

/// Builds problem answers; knows where the style sheet lies.
#[derive(Clone, Debug)]
pub struct ErrorPages {
    stylesheet: Arc<str>,
}

impl ErrorPages {
    /// `stylesheet` is the public path of `main.css`, see [`crate::site::SiteAssets::stylesheet`].
    pub fn new(stylesheet: &str) -> Self {
        Self { stylesheet: stylesheet.into() }
    }

    /// The answer: a page for people, `{code, incident_id}` for programs.
    pub fn problem(&self, asked: &Asked, problem: &Problem) -> Response {
        let (kind, text) = if asked.html {
            ("text/html; charset=utf-8", self.page(asked, problem))
        } else {
            let body = serde_json::json!({"code": problem.code, "incident_id": asked.incident});
            ("application/json", body.to_string())
        };
        (problem.status, [(CONTENT_TYPE, kind)], text).into_response()
    }

    fn page(&self, asked: &Asked, problem: &Problem) -> String {
        let (css, title, body, id) =
            (escape(&self.stylesheet), escape(&problem.title), escape(&problem.body), escape(&asked.incident));
        let (product, home, call, quote) = (app::t::shell::product(), t::home(), t::call(), t::quote());
        format!(
            "<!DOCTYPE html>\n<html lang=\"zh-CN\"><head><meta charset=\"utf-8\">\
             <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\
             <meta name=\"robots\" content=\"noindex\"><title>{title} · {product}</title>\
             <link rel=\"icon\" href=\"/favicon.svg\"><link rel=\"stylesheet\" href=\"{css}\"></head>\
             <body><main id=\"main\" class=\"problem\"><h1>{title}</h1><p>{body}</p>\
             <ul><li><a href=\"/\">{home}</a></li>\
             <li><a href=\"tel:12345\">{call}</a></li></ul>\
             <p>{quote}<code>{id}</code></p></main></body></html>\n"
        )
    }
}

/// Escapes text for HTML content and double-quoted attributes.
fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            other => out.push(other),
        }
    }
    out
}

/// Words the answer to a request whose handler panicked.
#[derive(Clone)]
struct OnPanic {
    pages: ErrorPages,
    asked: Asked,
}

impl ResponseForPanic for OnPanic {
    type ResponseBody = Body;

    /// The panic's text may quote what a person typed, so only the number is logged here;
    /// the place in the code is logged by the hook of `ops::logging`.
    fn response_for_panic(&mut self, _: Box<dyn Any + Send + 'static>) -> Response {
        tracing::error!(request_id = %self.asked.incident, "request handler panicked");
        self.pages.problem(&self.asked, &Problem::of(StatusCode::INTERNAL_SERVER_ERROR))
    }
}

/// Layer: turns a panic into a 500 page with the incident id, and gives bare error answers
/// (an extractor's plain text, an empty 404 or 405) a page that says what to do.
pub async fn explain(State(shared): State<Arc<Shared>>, request: Request, next: Next) -> Response {
    let server_function = request.uri().path().starts_with("/api/");
    let asked = Asked::of_request(&request);
    let pages = shared.pages.clone();
    let on_panic = OnPanic { pages: pages.clone(), asked: asked.clone() };
    let answer = CatchPanic::custom(next, on_panic).oneshot(request).await;
    let response = match answer {
        Ok(response) => response.into_response(),
        Err(never) => match never {},
    };
    // Server functions word their own failures for the islands that called them.
    if !server_function && is_bare_error(&response) { dress(&pages, &asked, response) } else { response }
}

fn is_bare_error(response: &Response) -> bool {
    let failed = response.status().is_client_error() || response.status().is_server_error();
    let plain = response.headers().get(CONTENT_TYPE).is_none_or(|kind| kind.as_bytes().starts_with(b"text/plain"));
    failed && plain
}

/// Replaces the body, keeps every other header (`Allow`, `Retry-After`, cookies).
fn dress(pages: &ErrorPages, asked: &Asked, bare: Response) -> Response {
    let mut page = pages.problem(asked, &Problem::of(bare.status()));
    let (parts, _) = bare.into_parts();
    for (name, value) in &parts.headers {
        if name != CONTENT_TYPE && name != CONTENT_LENGTH {
            page.headers_mut().append(name, value.clone());
        }
    }
    page
}

/// Adds `Retry-After` in whole seconds.
pub fn retry_after(mut response: Response, seconds: u64) -> Response {
    response.headers_mut().insert("retry-after", HeaderValue::from(seconds));
    response
}
