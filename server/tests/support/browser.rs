//! A browser without scripts: keeps cookies, follows nothing by itself.

use axum::Router;
use axum::body::Body;
use axum::extract::ConnectInfo;
use axum::http::header::{ACCEPT, CONTENT_TYPE, COOKIE, LOCATION, SET_COOKIE};
use axum::http::{HeaderMap, Request, StatusCode};
use http_body_util::BodyExt;
use std::collections::BTreeMap;
use std::net::SocketAddr;
use tower::ServiceExt;

/// A form as browsers send it.
const FORM: &str = "application/x-www-form-urlencoded";
const PAGE: &str = "text/html,application/xhtml+xml;q=0.9,*/*;q=0.8";

#[derive(Clone)]
pub struct Browser {
    router: Router,
    pub cookies: BTreeMap<String, String>,
    /// Asks for JSON as a script does, instead of a page.
    pub json: bool,
    /// Where it sits.
    pub address: SocketAddr,
}

pub struct Answer {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub body: Vec<u8>,
}

impl Answer {
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).and_then(|v| v.to_str().ok()).unwrap_or("")
    }

    /// Where a redirect leads; empty for other answers.
    pub fn location(&self) -> &str {
        self.header(LOCATION.as_str())
    }

    pub fn json(&self) -> serde_json::Value {
        serde_json::from_slice(&self.body).unwrap_or_else(|e| panic!("no JSON ({e}): {}", self.text()))
    }
}

impl Browser {
    pub fn new(router: Router) -> Self {
        let address = SocketAddr::from(([203, 0, 113, 7], 40_000));
        Self { router, cookies: BTreeMap::new(), json: false, address }
    }

    pub async fn get(&mut self, path: &str) -> Answer {
        self.send("GET", path, None, Vec::new()).await
    }

    pub async fn post(&mut self, path: &str, form: &[(&str, &str)]) -> Answer {
        let body: Vec<String> = form.iter().map(|(k, v)| format!("{}={}", encode(k), encode(v))).collect();
        self.send("POST", path, Some(FORM), body.join("&").into_bytes()).await
    }

    /// A form that is encoded already.
    pub async fn post_raw(&mut self, path: &str, body: impl Into<Vec<u8>>) -> Answer {
        self.send("POST", path, Some(FORM), body.into()).await
    }

    /// An upload form.
    pub async fn upload(&mut self, path: &str, form: (String, Vec<u8>)) -> Answer {
        self.send("POST", path, Some(&form.0), form.1).await
    }

    pub async fn send(&mut self, method: &str, path: &str, content_type: Option<&str>, body: Vec<u8>) -> Answer {
        let mut request = Request::builder().method(method).uri(path).header("sec-fetch-site", "same-origin");
        request = request.header(ACCEPT, if self.json { "application/json" } else { PAGE });
        if let Some(kind) = content_type {
            request = request.header(CONTENT_TYPE, kind);
        }
        self.call(request.body(Body::from(body)).expect("a well-formed request")).await
    }

    /// The short-lived address of a file's content, as the page about it gives it.
    pub async fn file_link(&mut self, file: impl std::fmt::Display) -> String {
        let page = self.get(&format!("/files/{file}/view")).await;
        link_on(&page.text(), &format!("/files/{file}?")).unwrap_or_else(|| panic!("no link: {}", page.text()))
    }

    /// Sends any request, with this browser's cookies and address.
    pub async fn call(&mut self, mut request: Request<Body>) -> Answer {
        if !self.cookies.is_empty() {
            let pairs: Vec<String> = self.cookies.iter().map(|(k, v)| format!("{k}={v}")).collect();
            request.headers_mut().insert(COOKIE, pairs.join("; ").parse().expect("cookies are plain"));
        }
        request.extensions_mut().insert(ConnectInfo(self.address));
        let response = self.router.clone().oneshot(request).await.expect("the router never fails");
        let (parts, body) = response.into_parts();
        let body = body.collect().await.expect("the body ends").to_bytes().to_vec();
        let answer = Answer { status: parts.status, headers: parts.headers, body };
        self.take_cookies(&answer.headers);
        answer
    }

    fn take_cookies(&mut self, headers: &HeaderMap) {
        for cookie in headers.get_all(SET_COOKIE) {
            let text = cookie.to_str().expect("cookies are plain");
            let (pair, attributes) = text.split_once(';').unwrap_or((text, ""));
            let (name, value) = pair.split_once('=').expect("a cookie has a name");
            if attributes.contains("Max-Age=0") {
                self.cookies.remove(name);
            } else {
                self.cookies.insert(name.to_owned(), value.to_owned());
            }
        }
    }
}

/// The first link of a page that begins so.
pub fn link_on(page: &str, beginning: &str) -> Option<String> {
    let at = page.find(&format!("\"{beginning}"))? + 1;
    Some(page[at..].split('"').next()?.replace("&amp;", "&"))
}

/// Percent-encodes everything but letters, digits and a few safe marks.
pub fn encode(text: &str) -> String {
    app::paths::encode(text).replace('/', "%2F")
}
