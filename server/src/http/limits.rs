//! How often one address may ask and how much it may send.
//!
//! In memory and per process: it protects the server from floods. Limits that must hold across
//! restarts and servers (codes, passwords) count in the database instead.

use std::collections::HashMap;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::header::CONTENT_LENGTH;
use axum::http::{Method, StatusCode};
use axum::middleware::Next;
use axum::response::Response;
use futures_util::StreamExt;
use http_body_util::{BodyExt, LengthLimitError, Limited};

use super::address::ClientAddr;
use super::errors::{Asked, Problem, retry_after};
use super::{Shared, starts_with_any};

/// Largest body of an ordinary post, in bytes; files go to the upload routes.
pub const POST_LIMIT: usize = 256 * 1024;

/// A form has to arrive within this time, else slow senders could hold memory for ever.
const POST_TIME: Duration = Duration::from_mins(1);

/// How much of a body that is too big is still read, so that the browser shows our page
/// instead of “connection reset”.
const DRAIN_LIMIT: usize = 8 * 1024 * 1024;

/// Paths that monitors and browsers fetch on their own; they cost next to nothing.
const UNCOUNTED: [&str; 6] = ["/pkg/", "/sw.js", "/healthz", "/readyz", "/metrics", "/favicon"];

/// A bucket refills within this time; a bucket idle for so long is full and can be forgotten.
const WINDOW: Duration = Duration::from_mins(1);

/// Most buckets in one generation; two generations exist, about 5 MB together.
const MOST_BUCKETS: usize = 50_000;

/// What kind of request is counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum RateClass {
    /// Reading a page.
    Page,
    /// Sending a form.
    Post,
    /// A piece of a file.
    Upload,
    /// Trying to sign in.
    SignIn,
    /// A notice of a payment or message provider, whose few servers speak for everyone.
    Callback,
}

/// Allowed requests per minute and address; so many may also come at once.
///
/// Service halls and mobile networks put many people behind one address: raise the numbers with
/// [`Rates::scaled`] where that is so.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rates {
    /// [`RateClass::Page`]
    pub pages: u32,
    /// [`RateClass::Post`]
    pub posts: u32,
    /// [`RateClass::Upload`]
    pub uploads: u32,
    /// [`RateClass::SignIn`]
    pub sign_ins: u32,
    /// [`RateClass::Callback`]
    pub callbacks: u32,
}

impl Default for Rates {
    fn default() -> Self {
        Self { pages: 240, posts: 60, uploads: 120, sign_ins: 20, callbacks: 1_200 }
    }
}

impl Rates {
    /// Every number times `factor`, at least 1.
    #[must_use]
    pub fn scaled(self, factor: f64) -> Self {
        let by = |n: u32| {
            let scaled = (f64::from(n) * factor).clamp(1.0, f64::from(u32::MAX));
            // Clamped to the range of u32 just above.
            #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
            {
                scaled as u32
            }
        };
        Self {
            pages: by(self.pages),
            posts: by(self.posts),
            uploads: by(self.uploads),
            sign_ins: by(self.sign_ins),
            callbacks: by(self.callbacks),
        }
    }

    fn of(self, class: RateClass) -> u32 {
        match class {
            RateClass::Page => self.pages,
            RateClass::Post => self.posts,
            RateClass::Upload => self.uploads,
            RateClass::SignIn => self.sign_ins,
            RateClass::Callback => self.callbacks,
        }
    }
}

type Key = (RateClass, IpAddr);

#[derive(Clone, Copy, Debug)]
struct Bucket {
    tokens: f64,
    seen: Instant,
}

/// Two generations of buckets: a touched bucket moves to the young one, the old one is dropped
/// whole. So memory is bounded and forgetting costs nothing.
#[derive(Debug, Default)]
struct Buckets {
    young: HashMap<Key, Bucket>,
    old: HashMap<Key, Bucket>,
    turned: Option<Instant>,
}

/// Token buckets by class and address.
#[derive(Debug)]
pub struct RateLimiter {
    rates: Rates,
    most: usize,
    buckets: Mutex<Buckets>,
}

/// Too many requests; the next one is allowed after so many seconds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TooFast {
    /// Whole seconds, at least 1; goes out as `Retry-After`.
    pub wait_seconds: u64,
}

impl RateLimiter {
    /// An empty limiter.
    pub fn new(rates: Rates) -> Self {
        Self::bounded(rates, MOST_BUCKETS)
    }

    fn bounded(rates: Rates, most: usize) -> Self {
        Self { rates, most, buckets: Mutex::default() }
    }

    /// Takes one token of `client`'s bucket, or says how long to wait for one.
    pub fn take(&self, class: RateClass, client: IpAddr, now: Instant) -> Result<(), TooFast> {
        let rate = f64::from(self.rates.of(class));
        let per_second = rate / WINDOW.as_secs_f64();
        let key = (class, network_of(client));
        // A panic while the lock is held cannot leave a bucket half-written.
        let mut buckets = self.buckets.lock().unwrap_or_else(PoisonError::into_inner);
        buckets.turn(now, self.most);
        let known = buckets.young.get(&key).or_else(|| buckets.old.get(&key));
        let tokens = known.map_or(rate, |bucket| {
            let idle = now.saturating_duration_since(bucket.seen).as_secs_f64();
            (bucket.tokens + idle * per_second).min(rate)
        });
        let (tokens, answer) = if tokens >= 1.0 {
            (tokens - 1.0, Ok(()))
        } else {
            let seconds = Duration::from_secs_f64((1.0 - tokens) / per_second);
            let wait_seconds = seconds.as_secs() + u64::from(seconds.subsec_nanos() > 0);
            let wait_seconds = wait_seconds.max(1);
            (tokens, Err(TooFast { wait_seconds }))
        };
        buckets.young.insert(key, Bucket { tokens, seen: now });
        answer
    }

    #[cfg(test)]
    fn remembered(&self) -> usize {
        let buckets = self.buckets.lock().unwrap();
        buckets.young.len() + buckets.old.len()
    }
}

impl Buckets {
    /// Forgets the old generation when all of it is idle for a window, or when the young one is full.
    fn turn(&mut self, now: Instant, most: usize) {
        let since = *self.turned.get_or_insert(now);
        let due = now.saturating_duration_since(since) >= WINDOW;
        if due || self.young.len() >= most {
            self.old = std::mem::take(&mut self.young);
            self.turned = Some(now);
        }
    }
}

/// An IPv6 caller owns a whole /64 and could change address with each request.
fn network_of(client: IpAddr) -> IpAddr {
    match client.to_canonical() {
        IpAddr::V4(addr) => IpAddr::V4(addr),
        IpAddr::V6(addr) => IpAddr::V6(Ipv6Addr::from_bits(addr.to_bits() & (u128::MAX << 64))),
    }
}

fn is_reading(method: &Method) -> bool {
    matches!(*method, Method::GET | Method::HEAD | Method::OPTIONS)
}

fn class_of(shared: &Shared, request: &Request) -> Option<RateClass> {
    let path = request.uri().path();
    if UNCOUNTED.iter().any(|prefix| path.starts_with(prefix)) {
        return None;
    }
    let class = if shared.is_callback(path) {
        RateClass::Callback
    } else if shared.is_upload(path) {
        RateClass::Upload
    } else if is_reading(request.method()) {
        RateClass::Page
    } else if starts_with_any(path, &shared.settings.sign_in_prefixes) {
        RateClass::SignIn
    } else {
        RateClass::Post
    };
    Some(class)
}

/// Layer: the rate limit. 429 with `Retry-After` and a page that says how long to wait.
pub async fn rate(State(shared): State<Arc<Shared>>, request: Request, next: Next) -> Response {
    let client = request.extensions().get::<ClientAddr>().map_or(IpAddr::V4(Ipv4Addr::UNSPECIFIED), |client| client.0);
    let verdict =
        class_of(&shared, &request).map_or(Ok(()), |class| shared.limiter.take(class, client, Instant::now()));
    let Err(TooFast { wait_seconds }) = verdict else {
        return next.run(request).await;
    };
    metrics::counter!("http_rate_limited_total").increment(1);
    let mut problem = Problem::of(StatusCode::TOO_MANY_REQUESTS);
    problem.body = app::t::problem::too_many_body(wait_seconds).into();
    let answer = shared.pages.problem(&Asked::of_request(&request), &problem);
    retry_after(answer, wait_seconds)
}

/// Layer: the body limit. Ordinary posts are read whole here, so that a handler never meets a
/// body that is too long or never ends; uploads pass, their routes stream with their own limits.
pub async fn body(State(shared): State<Arc<Shared>>, request: Request, next: Next) -> Response {
    if is_reading(request.method()) || shared.is_upload(request.uri().path()) {
        return next.run(request).await;
    }
    let asked = Asked::of_request(&request);
    let refuse = |status| shared.pages.problem(&asked, &Problem::of(status));
    let (parts, body) = request.into_parts();
    let announced = parts.headers.get(CONTENT_LENGTH).and_then(|value| value.to_str().ok()?.parse::<usize>().ok());
    if announced.is_some_and(|length| length > POST_LIMIT) {
        drain(body).await;
        return refuse(StatusCode::PAYLOAD_TOO_LARGE);
    }
    let whole = Limited::new(body, POST_LIMIT).collect();
    match tokio::time::timeout(POST_TIME, whole).await {
        Ok(Ok(bytes)) => {
            let body = Body::from(bytes.to_bytes());
            next.run(Request::from_parts(parts, body)).await
        }
        Ok(Err(error)) if error.is::<LengthLimitError>() => refuse(StatusCode::PAYLOAD_TOO_LARGE),
        Ok(Err(_)) => refuse(StatusCode::BAD_REQUEST),
        Err(_) => refuse(StatusCode::REQUEST_TIMEOUT),
    }
}

/// Reads and forgets the rest of a body, within bounds of size and time.
async fn drain(body: Body) {
    let mut rest = body.into_data_stream();
    let reading = async {
        let mut seen = 0_usize;
        while let Some(Ok(piece)) = rest.next().await {
            seen = seen.saturating_add(piece.len());
            if seen > DRAIN_LIMIT {
                break;
            }
        }
    };
    // Whether it finished does not matter: the answer is the same.
    let _ = tokio::time::timeout(Duration::from_secs(10), reading).await;
}

#[cfg(test)]
mod tests {
    use super::*;

    fn few() -> Rates {
        Rates { posts: 3, ..Rates::default() }
    }

    #[test]
    fn bucket_empties_says_how_long_to_wait_and_refills() {
        let limiter = RateLimiter::new(few());
        let (who, start) = ("203.0.113.5".parse().unwrap(), Instant::now());
        for _ in 0..3 {
            assert_eq!(limiter.take(RateClass::Post, who, start), Ok(()));
        }
        let refused = limiter.take(RateClass::Post, who, start);
        assert_eq!(refused, Err(TooFast { wait_seconds: 20 }));
        // Another class and another address are not touched.
        assert!(limiter.take(RateClass::Page, who, start).is_ok());
        let other = "203.0.113.6".parse().unwrap();
        assert!(limiter.take(RateClass::Post, other, start).is_ok());
        let early = start + Duration::from_secs(19);
        assert_eq!(limiter.take(RateClass::Post, who, early), Err(TooFast { wait_seconds: 1 }));
        // The refused attempt cost nothing: one token is there after 20 seconds.
        let later = start + Duration::from_millis(20_100);
        assert!(limiter.take(RateClass::Post, who, later).is_ok());
        assert!(limiter.take(RateClass::Post, who, later).is_err());
    }

    #[test]
    fn ipv6_is_counted_by_network() {
        let limiter = RateLimiter::new(few());
        let now = Instant::now();
        let mut answers = (0..4).map(|host| {
            let addr = format!("2001:db8:0:1::{host}").parse().unwrap();
            limiter.take(RateClass::Post, addr, now).is_ok()
        });
        assert_eq!(answers.by_ref().take(3).collect::<Vec<_>>(), [true; 3]);
        assert_eq!(answers.next(), Some(false));
        let neighbour = "2001:db8:0:2::1".parse().unwrap();
        assert!(limiter.take(RateClass::Post, neighbour, now).is_ok());
    }

    #[test]
    fn turning_generations_does_not_give_tokens_back_early() {
        let limiter = RateLimiter::new(few());
        let (who, start) = ("203.0.113.5".parse().unwrap(), Instant::now());
        assert!(limiter.take(RateClass::Page, who, start).is_ok());
        let late = start + Duration::from_secs(59);
        for _ in 0..3 {
            assert!(limiter.take(RateClass::Post, who, late).is_ok());
        }
        // The generation turns here, and again one window later.
        let turned = start + Duration::from_secs(61);
        assert!(limiter.take(RateClass::Post, who, turned).is_err());
    }

    #[test]
    fn memory_is_bounded() {
        let limiter = RateLimiter::bounded(few(), 100);
        let now = Instant::now();
        for n in 0..10_000_u32 {
            let addr = IpAddr::V4(Ipv4Addr::from_bits(n));
            assert!(limiter.take(RateClass::Page, addr, now).is_ok());
        }
        assert!(limiter.remembered() <= 200, "{}", limiter.remembered());
    }

    #[test]
    fn scaling_never_reaches_zero() {
        let tiny = Rates::default().scaled(0.000_1);
        assert_eq!((tiny.pages, tiny.sign_ins), (1, 1));
        assert_eq!(Rates::default().scaled(10.0).posts, 600);
    }
}
