//! `/healthz`: the process lives. `/readyz`: it can work (database, files, catalogue).

use std::fmt;
use std::sync::Arc;
use std::time::{Duration, Instant};

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use axum::{Json, Router};
use futures_util::future::{BoxFuture, join_all};
use serde_json::json;
use tokio::sync::Mutex;

/// A check that has not answered by then counts as failed.
const PATIENCE: Duration = Duration::from_secs(2);

type Ask = Arc<dyn Fn() -> BoxFuture<'static, Result<(), String>> + Send + Sync>;

/// A verdict and when it was given.
type Known = (Instant, Result<(), String>);

/// One thing the server needs, and how to ask for it. The reason of a failure goes to the log;
/// callers see only name and verdict.
#[derive(Clone)]
pub struct Check {
    name: &'static str,
    ask: Ask,
}

impl fmt::Debug for Check {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Check({})", self.name)
    }
}

impl Check {
    /// `ask` is called for each request of `/readyz`; keep it cheap.
    pub fn new<F, Fut>(name: &'static str, ask: F) -> Self
    where
        F: Fn() -> Fut + Send + Sync + 'static,
        Fut: Future<Output = Result<(), String>> + Send + 'static,
    {
        Self { name, ask: Arc::new(move || Box::pin(ask())) }
    }

    /// The same, asked at most once in `span`: for a check that costs something.
    pub fn kept<F, Fut>(name: &'static str, span: Duration, ask: F) -> Self
    where
        F: Fn() -> Fut + Send + Sync + 'static,
        Fut: Future<Output = Result<(), String>> + Send + 'static,
    {
        let last: Arc<Mutex<Option<Known>>> = Arc::default();
        let ask = Arc::new(ask);
        Self::new(name, move || {
            let (last, ask) = (last.clone(), ask.clone());
            async move {
                let mut last = last.lock().await;
                if let Some((at, verdict)) = &*last
                    && at.elapsed() < span
                {
                    return verdict.clone();
                }
                let verdict = ask().await;
                *last = Some((Instant::now(), verdict.clone()));
                verdict
            }
        })
    }

    async fn run(&self) -> bool {
        let outcome = tokio::time::timeout(PATIENCE, (self.ask)()).await;
        let outcome = outcome.unwrap_or_else(|_| Err("no answer in time".to_owned()));
        if let Err(reason) = &outcome {
            tracing::warn!(check = self.name, reason, "not ready");
        }
        outcome.is_ok()
    }
}

/// The two routes.
pub fn routes<S>(checks: Vec<Check>) -> Router<S>
where
    S: Clone + Send + Sync + 'static,
{
    Router::new()
        .route("/healthz", get(async || Json(json!({"ok": true}))))
        .route("/readyz", get(ready))
        .with_state(Arc::<[Check]>::from(checks))
}

async fn ready(State(checks): State<Arc<[Check]>>) -> Response {
    let verdicts = join_all(checks.iter().map(Check::run)).await;
    let all = verdicts.iter().all(|ok| *ok);
    let list: Vec<_> = checks.iter().zip(&verdicts).map(|(check, ok)| json!({"name": check.name, "ok": ok})).collect();
    let status = if all { StatusCode::OK } else { StatusCode::SERVICE_UNAVAILABLE };
    (status, Json(json!({"ok": all, "checks": list}))).into_response()
}

#[cfg(test)]
mod tests {
    use super::*;

    use axum::body::Body;
    use axum::http::Request;
    use http_body_util::BodyExt;
    use tower::ServiceExt;

    async fn ask(path: &str, checks: Vec<Check>) -> (StatusCode, String) {
        let request = Request::get(path).body(Body::empty()).unwrap();
        let response = routes::<()>(checks).oneshot(request).await.unwrap();
        let status = response.status();
        let body = response.into_body().collect().await.unwrap().to_bytes();
        (status, String::from_utf8(body.to_vec()).unwrap())
    }

    #[tokio::test]
    async fn ready_names_each_check_and_hides_reasons() {
        let good = Check::new("files", async || Ok(()));
        let bad = Check::new("database", async || Err("password geheim wrong".into()));
        let (status, body) = ask("/readyz", vec![good.clone(), bad.clone()]).await;
        assert_eq!(status, StatusCode::SERVICE_UNAVAILABLE);
        assert!(!body.contains("geheim"), "{body}");
        let body: serde_json::Value = serde_json::from_str(&body).unwrap();
        assert_eq!(body["checks"], json!([{"name": "files", "ok": true}, {"name": "database", "ok": false}]));
        assert_eq!(ask("/readyz", vec![good]).await.0, StatusCode::OK);
        assert_eq!(ask("/healthz", vec![bad]).await.0, StatusCode::OK);
    }

    #[tokio::test]
    async fn a_costly_check_is_asked_once_in_a_while() {
        let count = Arc::new(std::sync::atomic::AtomicU32::new(0));
        let seen = count.clone();
        let check = Check::kept("files", Duration::from_mins(1), move || {
            seen.fetch_add(1, std::sync::atomic::Ordering::SeqCst);
            async { Ok(()) }
        });
        for _ in 0..3 {
            assert_eq!(ask("/readyz", vec![check.clone()]).await.0, StatusCode::OK);
        }
        assert_eq!(count.load(std::sync::atomic::Ordering::SeqCst), 1);
    }

    #[tokio::test]
    async fn a_check_that_hangs_fails() {
        let stuck = Check::new("database", std::future::pending);
        assert_eq!(ask("/readyz", vec![stuck]).await.0, StatusCode::SERVICE_UNAVAILABLE);
    }
}
