//! Figures for Prometheus at `/metrics`: requests by route pattern, and what the hook measures
//! (waiting jobs, dead jobs). Labels never hold a path, a number or a name of a person.

use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::extract::{Request, State};
use axum::http::StatusCode;
use axum::http::header::CONTENT_TYPE;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use futures_util::future::BoxFuture;
use metrics_exporter_prometheus::{BuildError, Matcher, PrometheusBuilder, PrometheusHandle};

use super::shutdown::ShutdownSignal;
use crate::http::address::{Cidr, ClientAddr, was_forwarded};

const REQUESTS: &str = "http_requests_total";
const DURATION: &str = "http_request_duration_seconds";

/// Upper bounds of the duration histogram, in seconds; 0.1 and 1 are where people notice.
const BUCKETS: [f64; 10] = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 10.0];

/// How often collected durations are folded into the buckets.
const UPKEEP: Duration = Duration::from_secs(5);

/// Called before each rendering to set gauges that only the database knows, e.g.
/// `metrics::gauge!("jobs_waiting", "kind" => "outbox").set(3.0)`.
pub type GaugeHook = Arc<dyn Fn() -> BoxFuture<'static, ()> + Send + Sync>;

/// The recorder's reading side.
#[derive(Clone, Debug)]
pub struct Metrics {
    handle: PrometheusHandle,
}

impl Metrics {
    /// Makes the process-wide recorder; fails when there is one already.
    pub fn install() -> Result<Self, BuildError> {
        let handle = builder()?.install_recorder()?;
        metrics::describe_counter!(REQUESTS, "Requests by method, route pattern and status class");
        metrics::describe_histogram!(
            DURATION,
            metrics::Unit::Seconds,
            "Time from the request's head to the answer's last byte"
        );
        Ok(Self { handle })
    }

    /// Folds measurements until the end; without it memory grows with each request.
    pub async fn upkeep(self, signal: ShutdownSignal) {
        let mut beat = tokio::time::interval(UPKEEP);
        loop {
            tokio::select! {
                _ = beat.tick() => self.handle.run_upkeep(),
                () = signal.clone().wait() => return,
            }
        }
    }

    /// The route `/metrics`, open to this machine and to `allowed`, 404 for everyone else.
    pub fn routes<S>(&self, allowed: Vec<Cidr>, hook: Option<GaugeHook>) -> Router<S>
    where
        S: Clone + Send + Sync + 'static,
    {
        let page = MetricsPage { handle: self.handle.clone(), allowed: allowed.into(), hook };
        Router::new().route("/metrics", get(show)).with_state(page)
    }
}

fn builder() -> Result<PrometheusBuilder, BuildError> {
    PrometheusBuilder::new().set_buckets_for_metric(Matcher::Full(DURATION.into()), &BUCKETS)
}

#[derive(Clone)]
struct MetricsPage {
    handle: PrometheusHandle,
    allowed: Arc<[Cidr]>,
    hook: Option<GaugeHook>,
}

async fn show(State(page): State<MetricsPage>, request: Request) -> Response {
    // Behind a proxy on this machine every visitor of a careless set-up would look local:
    // whoever came through any proxy is not let in.
    let known = request
        .extensions()
        .get::<ClientAddr>()
        .is_some_and(|addr| addr.0.is_loopback() || page.allowed.iter().any(|block| block.contains(addr.0)));
    if !known || was_forwarded(request.headers()) {
        return StatusCode::NOT_FOUND.into_response();
    }
    if let Some(hook) = &page.hook
        && tokio::time::timeout(Duration::from_secs(2), hook()).await.is_err()
    {
        tracing::warn!("job gauges were not measured in time");
    }
    let kind = [(CONTENT_TYPE, "text/plain; version=0.0.4")];
    (kind, page.handle.render()).into_response()
}

/// Counts one finished request; `route` is the pattern, `-` where none matched.
pub fn record_request(method: &'static str, route: &str, status: StatusCode, took: Duration) {
    let class = match status.as_u16() / 100 {
        1 => "1xx",
        2 => "2xx",
        3 => "3xx",
        4 => "4xx",
        _ => "5xx",
    };
    let route = route.to_owned();
    metrics::counter!(REQUESTS, "method" => method, "route" => route.clone(), "status" => class).increment(1);
    metrics::histogram!(DURATION, "route" => route, "status" => class).record(took.as_secs_f64());
}

#[cfg(test)]
mod tests {
    use super::*;

    use std::net::IpAddr;

    use axum::body::Body;
    use http_body_util::BodyExt;
    use tower::ServiceExt;

    async fn fetch(client: Option<&str>, forwarded: bool) -> (StatusCode, String) {
        let recorder = builder().unwrap().build_recorder();
        let metrics = Metrics { handle: recorder.handle() };
        metrics::with_local_recorder(&recorder, || {
            let took = Duration::from_millis(30);
            record_request("GET", "/cases/{id}", StatusCode::OK, took);
            metrics::gauge!("jobs_waiting").set(4.0);
        });
        let allowed = vec!["10.0.0.0/8".parse().unwrap()];
        let mut request = axum::http::Request::get("/metrics");
        if forwarded {
            request = request.header("x-forwarded-for", "127.0.0.1");
        }
        let mut request = request.body(Body::empty()).unwrap();
        if let Some(client) = client {
            let addr: IpAddr = client.parse().unwrap();
            request.extensions_mut().insert(ClientAddr(addr));
        }
        let router = metrics.routes::<()>(allowed, None);
        let response = router.oneshot(request).await.unwrap();
        let status = response.status();
        let body = response.into_body().collect().await.unwrap().to_bytes();
        (status, String::from_utf8(body.to_vec()).unwrap())
    }

    #[tokio::test]
    async fn figures_by_route_pattern() {
        let (status, body) = fetch(Some("127.0.0.1"), false).await;
        assert_eq!(status, StatusCode::OK);
        let line = "http_requests_total{method=\"GET\",route=\"/cases/{id}\",status=\"2xx\"} 1";
        assert!(body.contains(line), "{body}");
        assert!(body.contains("http_request_duration_seconds_bucket"), "{body}");
        assert!(body.contains("jobs_waiting 4"), "{body}");
    }

    #[tokio::test]
    async fn strangers_and_proxied_callers_find_nothing() {
        assert_eq!(fetch(Some("10.2.3.4"), false).await.0, StatusCode::OK);
        for (client, forwarded) in
            [(Some("203.0.113.1"), false), (Some("127.0.0.1"), true), (Some("0.0.0.0"), false), (None, false)]
        {
            let (status, body) = fetch(client, forwarded).await;
            assert_eq!(status, StatusCode::NOT_FOUND, "{client:?}");
            assert!(body.is_empty());
        }
    }
}
