//! The layers together, as `layers` stacks them.

use std::net::SocketAddr;
use std::sync::Mutex;

use axum::body::{Body, Bytes};
use axum::extract::ConnectInfo;
use axum::http::{HeaderMap, Method, Request, StatusCode};
use axum::response::{Html, IntoResponse, Response};
use axum::routing::{get, post};
use http_body_util::BodyExt;
use tower::ServiceExt;

use super::headers::LaunchesPayment;
use super::*;

const SITE: &str = "https://zwfw.example.gov.cn";

struct Answer {
    status: StatusCode,
    headers: HeaderMap,
    text: String,
}

impl Answer {
    fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |v| v.to_str().unwrap())
    }
}

async fn pay() -> Response {
    let mut response = Html("去支付").into_response();
    response.extensions_mut().insert(LaunchesPayment);
    response
}

fn app(rates: Rates) -> Router {
    let mut settings = HttpSettings::new(PublicUrl::parse(SITE).unwrap());
    settings.rates = rates;
    settings.form_targets = vec!["https://openapi.alipay.com".into()];
    settings.trusted_proxies = vec!["10.0.0.0/8".parse().unwrap()];
    let router = Router::new()
        .route("/page", get(async || "办事"))
        .route("/pay", get(pay))
        .route("/public", get(async || [("cache-control", "public, max-age=60")]))
        .route("/long", get(async || Html("办事指南".repeat(2_000))))
        .route("/panic", get(async || -> &'static str { panic!("张三 110101") }))
        .route("/cases/{id}", post(async |body: Bytes| body.len().to_string()))
        .route("/uploads/{id}", post(async |body: Bytes| body.len().to_string()))
        .route("/sign-in", post(async || "in"))
        .route("/callbacks/pay", post(async || "ok"));
    layers(router, &Shared::new(settings, "/pkg/main.abc.css"))
}

fn request(method: Method, path: &str, headers: &[(&str, &str)], body: Vec<u8>) -> Request<Body> {
    let mut request = Request::builder().method(method).uri(path);
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    let mut request = request.body(Body::from(body)).unwrap();
    let peer: SocketAddr = "203.0.113.7:4000".parse().unwrap();
    request.extensions_mut().insert(ConnectInfo(peer));
    request
}

async fn send(app: &Router, request: Request<Body>) -> Answer {
    let response = app.clone().oneshot(request).await.unwrap();
    let (parts, body) = response.into_parts();
    let bytes = body.collect().await.unwrap().to_bytes();
    Answer { status: parts.status, headers: parts.headers, text: String::from_utf8_lossy(&bytes).into_owned() }
}

async fn load(path: &str, headers: &[(&str, &str)]) -> Answer {
    let app = app(Rates::default());
    send(&app, request(Method::GET, path, headers, Vec::new())).await
}

const OWN_PAGE: (&str, &str) = ("sec-fetch-site", "same-origin");
const BROWSER: (&str, &str) = ("accept", "text/html,application/xhtml+xml,*/*;q=0.8");

#[tokio::test]
async fn policy_has_no_unsafe_inline_and_no_nonce() {
    let answer = load("/page", &[]).await;
    let policy = answer.header("content-security-policy");
    assert!(policy.starts_with("default-src 'none'; script-src 'self' 'wasm-unsafe-eval';"), "{policy}");
    assert!(!policy.contains("unsafe-inline") && !policy.contains("'unsafe-eval'") && !policy.contains("nonce"));
    assert!(policy.contains("form-action 'self' https://openapi.alipay.com;"), "{policy}");
}

#[tokio::test]
async fn every_answer_is_hardened_also_refusals() {
    let refused = send(&app(Rates::default()), request(Method::POST, "/cases/1", &[], Vec::new())).await;
    assert_eq!(refused.status, StatusCode::FORBIDDEN);
    for answer in [load("/page", &[]).await, load("/nowhere", &[]).await, refused] {
        assert_eq!(answer.header("x-content-type-options"), "nosniff");
        assert_eq!(answer.header("referrer-policy"), "same-origin");
        assert_eq!(answer.header("cache-control"), "no-store");
        assert_eq!(answer.header("strict-transport-security"), "max-age=31536000");
        assert_eq!(answer.header("cross-origin-opener-policy"), "same-origin");
        assert!(answer.header("permissions-policy").contains("camera=(self)"));
        assert!(answer.header("content-security-policy").contains("frame-ancestors 'none'"));
        assert_eq!(answer.header("x-request-id").len(), 16);
    }
}

#[tokio::test]
async fn handlers_choose_caching_and_payment_pages_show_our_origin() {
    let public = load("/public", &[]).await;
    assert_eq!(public.header("cache-control"), "public, max-age=60");
    let pay = load("/pay", &[]).await;
    assert_eq!(pay.header("referrer-policy"), "strict-origin-when-cross-origin");
}

#[tokio::test]
async fn request_numbers_from_outside_are_ignored() {
    let answer = load("/page", &[("x-request-id", "forged")]).await;
    assert_ne!(answer.header("x-request-id"), "forged");
}

#[tokio::test]
async fn cross_site_posts_are_refused_in_words_and_callbacks_pass() {
    let app = app(Rates::default());
    let evil = ("origin", "https://evil.cn");
    let post = |path, headers: &[(&str, &str)]| request(Method::POST, path, headers, Vec::new());
    let page = send(&app, post("/cases/1", &[evil, BROWSER])).await;
    assert_eq!(page.status, StatusCode::FORBIDDEN);
    assert!(page.text.contains("不是从本网站的页面发出"), "{}", page.text);
    assert!(page.text.contains("/pkg/main.abc.css") && page.text.contains("tel:12345"));
    let json = send(&app, post("/cases/1", &[evil])).await;
    let body: serde_json::Value = serde_json::from_str(&json.text).unwrap();
    assert_eq!(body["code"], "cross_site");
    assert_eq!(body["incident_id"], json.header("x-request-id"));
    assert_eq!(send(&app, post("/cases/1", &[OWN_PAGE])).await.status, StatusCode::OK);
    assert_eq!(send(&app, post("/callbacks/pay", &[])).await.text, "ok");
    assert_eq!(send(&app, post("/callbacks/pay", &[evil])).await.text, "ok");
    // Only the prefix is exempt, not whatever begins like it.
    let near = send(&app, post("/callbacksx/pay", &[evil])).await;
    assert_eq!(near.status, StatusCode::FORBIDDEN);
}

#[tokio::test]
async fn rate_limit_counts_by_class_and_real_client() {
    let rates = Rates { sign_ins: 2, ..Rates::default() };
    let app = app(rates);
    let sign_in = |headers: &[(&str, &str)]| {
        let mut all = vec![OWN_PAGE, BROWSER];
        all.extend_from_slice(headers);
        request(Method::POST, "/sign-in", &all, Vec::new())
    };
    // A forged header does not make a new caller.
    for forged in ["1.1.1.1", "2.2.2.2"] {
        let answer = send(&app, sign_in(&[("x-forwarded-for", forged)])).await;
        assert_eq!(answer.status, StatusCode::OK);
    }
    let refused = send(&app, sign_in(&[("x-forwarded-for", "3.3.3.3")])).await;
    assert_eq!(refused.status, StatusCode::TOO_MANY_REQUESTS);
    assert_eq!(refused.header("retry-after"), "30");
    assert!(refused.text.contains("请等 30 秒"), "{}", refused.text);
    let page = send(&app, request(Method::GET, "/page", &[], Vec::new())).await;
    assert_eq!(page.status, StatusCode::OK);
    // Another client behind our proxy is not punished.
    let mut other = sign_in(&[("x-forwarded-for", "198.51.100.4")]);
    let proxy: SocketAddr = "10.0.0.1:80".parse().unwrap();
    other.extensions_mut().insert(ConnectInfo(proxy));
    assert_eq!(send(&app, other).await.status, StatusCode::OK);
}

#[tokio::test]
async fn bodies_are_limited_with_and_without_announcement() {
    let app = app(Rates::default());
    let limit = limits::POST_LIMIT;
    let post = |path: &str, size: usize, headers: &[(&str, &str)]| {
        let mut all = vec![OWN_PAGE, BROWSER];
        all.extend_from_slice(headers);
        request(Method::POST, path, &all, vec![b'a'; size])
    };
    let fits = send(&app, post("/cases/1", limit, &[])).await;
    assert_eq!((fits.status, fits.text), (StatusCode::OK, limit.to_string()));
    let silent = send(&app, post("/cases/1", limit + 1, &[])).await;
    assert_eq!(silent.status, StatusCode::PAYLOAD_TOO_LARGE);
    assert!(silent.text.contains("提交的内容太大"), "{}", silent.text);
    let size = (limit + 1).to_string();
    let announced = post("/cases/1", limit + 1, &[("content-length", &size)]);
    let announced = send(&app, announced).await;
    assert_eq!(announced.status, StatusCode::PAYLOAD_TOO_LARGE);
    let upload = send(&app, post("/uploads/1", limit * 4, &[])).await;
    assert_eq!(upload.text, (limit * 4).to_string());
}

#[tokio::test]
async fn panics_become_a_page_with_the_incident_number() {
    let answer = load("/panic", &[BROWSER]).await;
    assert_eq!(answer.status, StatusCode::INTERNAL_SERVER_ERROR);
    let id = answer.header("x-request-id");
    assert!(answer.text.contains(id) && answer.text.contains("系统出了问题"));
    assert!(!answer.text.contains("张三"));
    assert!(answer.header("content-security-policy").contains("default-src 'none'"));
    let json = load("/panic", &[]).await;
    let body: serde_json::Value = serde_json::from_str(&json.text).unwrap();
    assert_eq!(body["code"], "internal");
    assert_eq!(body["incident_id"], json.header("x-request-id"));
}

#[tokio::test]
async fn bare_errors_get_words_for_people_and_codes_for_programs() {
    let page = load("/nowhere", &[BROWSER]).await;
    assert_eq!(page.status, StatusCode::NOT_FOUND);
    assert!(page.text.contains("没有找到这一页"));
    let page = load("/sign-in", &[BROWSER]).await;
    assert_eq!(page.status, StatusCode::METHOD_NOT_ALLOWED);
    assert_eq!(page.header("allow"), "POST");
    assert!(page.text.contains("回到首页"));
    let json = load("/nowhere", &[]).await;
    let body: serde_json::Value = serde_json::from_str(&json.text).unwrap();
    assert_eq!(body["code"], "not_found");
    assert_eq!(body["incident_id"], json.header("x-request-id"));
}

#[tokio::test]
async fn pages_are_compressed_for_those_who_can() {
    let plain = load("/long", &[]).await;
    assert_eq!(plain.header("content-encoding"), "");
    assert_eq!(plain.header("content-length"), "24000");
    let small = load("/long", &[("accept-encoding", "gzip, br")]).await;
    assert_eq!(small.header("content-encoding"), "br");
    assert!(small.header("vary").contains("accept-encoding"));
}

/// Collects what the log writes on this thread.
#[derive(Clone, Default)]
struct Sink(Arc<Mutex<Vec<u8>>>);

impl std::io::Write for Sink {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

#[tokio::test]
async fn one_log_line_without_path_query_body_or_address() {
    let sink = Sink::default();
    let target = sink.clone();
    let subscriber = tracing_subscriber::fmt()
        .json()
        .flatten_event(true)
        .with_max_level(tracing::Level::TRACE)
        .with_writer(move || target.clone())
        .finish();
    let guard = tracing::subscriber::set_default(subscriber);
    // While one subscriber alone exists, a log statement first met by another test's thread is
    // remembered as "nobody listens"; with a second one each statement asks both.
    let _second = tracing::Dispatch::new(tracing_subscriber::registry());
    let app = app(Rates::default());
    let path = "/cases/430102199001011234?name=%E5%BC%A0%E4%B8%89&q=secretword";
    let headers = [OWN_PAGE, ("cookie", "session=geheim"), ("user-agent", "agent47")];
    let answer = send(&app, request(Method::POST, path, &headers, b"secretbody".to_vec())).await;
    assert_eq!(answer.text, "10");
    let compressed = request(Method::GET, "/long", &[("accept-encoding", "br")], Vec::new());
    let compressed = app.clone().oneshot(compressed).await.unwrap();
    let sent = compressed.into_body().collect().await.unwrap().to_bytes().len();
    drop(guard);

    let log = String::from_utf8(sink.0.lock().unwrap().clone()).unwrap();
    for secret in ["430102", "secretword", "secretbody", "geheim", "agent47", "203.0.113", "%E5"] {
        assert!(!log.contains(secret), "{secret} in {log}");
    }
    let lines: Vec<serde_json::Value> = log
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .filter(|line: &serde_json::Value| line["target"] == "onevisit::request")
        .collect();
    assert_eq!(lines.len(), 2, "{log}");
    assert_eq!(lines[0]["route"], "/cases/{id}");
    assert_eq!((&lines[0]["method"], &lines[0]["status"]), (&"POST".into(), &200.into()));
    assert_eq!(lines[0]["request_id"], answer.header("x-request-id"));
    assert_eq!(lines[0]["bytes"], 2);
    assert!(lines[0]["ms"].is_u64());
    // The body of unknown length is counted as it leaves.
    assert_eq!(lines[1]["bytes"], sent);
}

#[test]
fn a_form_target_cannot_break_out_of_the_policy() {
    assert_eq!(headers::policy(&["https://a.cn\r\nx: y".to_owned()]), "default-src 'none'");
}
