//! What every request passes before and after its handler.

pub mod address;
pub mod compress;
pub mod errors;
pub mod headers;
pub mod limits;
pub mod origin;
pub mod random;
pub mod request_log;

use std::sync::Arc;

use axum::Router;
use axum::http::HeaderValue;
use axum::middleware::from_fn_with_state;

use crate::config::PublicUrl;
use address::Cidr;
use errors::ErrorPages;
use limits::{RateLimiter, Rates};

/// What the layers need to know; a plain value, so that tests set it without a configuration.
#[derive(Clone, Debug)]
pub struct HttpSettings {
    /// Where people reach us; its scheme decides HSTS.
    pub public_url: PublicUrl,
    /// Origins a form may post to besides ourselves: the payment providers' pages.
    pub form_targets: Vec<String>,
    /// Reverse proxies whose `X-Forwarded-For` is believed.
    pub trusted_proxies: Vec<Cidr>,
    /// Requests per minute and address.
    pub rates: Rates,
    /// Path prefixes whose bodies have a limit of their own (resumable uploads).
    pub upload_prefixes: Vec<String>,
    /// Path prefixes counted as attempts to sign in.
    pub sign_in_prefixes: Vec<String>,
    /// Path prefixes called by other organisations' servers; they prove themselves by signature.
    pub callback_prefixes: Vec<String>,
}

impl HttpSettings {
    /// Settings with the usual prefixes and rates.
    pub fn new(public_url: PublicUrl) -> Self {
        let list = |items: &[&str]| items.iter().map(ToString::to_string).collect();
        Self {
            public_url,
            form_targets: Vec::new(),
            trusted_proxies: Vec::new(),
            rates: Rates::default(),
            upload_prefixes: list(&["/uploads/", "/tus/", "/desk/catalogue/import"]),
            sign_in_prefixes: list(&["/sign-in", "/api/sign_in"]),
            callback_prefixes: list(&["/callbacks/"]),
        }
    }
}

/// State of the layers, shared by all requests.
#[derive(Debug)]
pub struct Shared {
    /// Fixed settings.
    pub settings: HttpSettings,
    /// Problem pages, also for handlers outside the page framework.
    pub pages: ErrorPages,
    /// The content security policy of every answer that has none of its own.
    pub policy: HeaderValue,
    /// Buckets of the rate limit.
    pub limiter: RateLimiter,
}

impl Shared {
    /// `stylesheet` is the public path of `main.css`.
    pub fn new(settings: HttpSettings, stylesheet: &str) -> Arc<Self> {
        Arc::new(Self {
            policy: headers::policy(&settings.form_targets),
            limiter: RateLimiter::new(settings.rates),
            pages: ErrorPages::new(stylesheet),
            settings,
        })
    }

    fn is_callback(&self, path: &str) -> bool {
        starts_with_any(path, &self.settings.callback_prefixes)
    }

    fn is_upload(&self, path: &str) -> bool {
        starts_with_any(path, &self.settings.upload_prefixes)
    }
}

fn starts_with_any(path: &str, prefixes: &[String]) -> bool {
    prefixes.iter().any(|prefix| path.starts_with(prefix.as_str()))
}

/// Wraps all routes and fallbacks added so far; call it last.
///
/// In the order in which a request meets them:
/// 1. `request_log` first, so that every answer, also a refusal or a panic, is numbered and counted.
/// 2. `headers` next, so that no answer leaves without its policy;
/// 3. `compress` outside of all that writes bodies.
/// 4. `errors::explain` catches panics of everything below and words bare errors.
/// 5. rate limit before any work is done for the caller;
/// 6. origin check before the body is read;
/// 7. body limit last: it is the first that costs memory.
pub fn layers<S>(router: Router<S>, shared: &Arc<Shared>) -> Router<S>
where
    S: Clone + Send + Sync + 'static,
{
    // `Router::layer` puts each new layer around the earlier ones, hence the reverse order here.
    router
        .layer(from_fn_with_state(shared.clone(), limits::body))
        .layer(from_fn_with_state(shared.clone(), origin::guard))
        .layer(from_fn_with_state(shared.clone(), limits::rate))
        .layer(from_fn_with_state(shared.clone(), errors::explain))
        .layer(compress::layer())
        .layer(from_fn_with_state(shared.clone(), headers::apply))
        .layer(from_fn_with_state(shared.clone(), request_log::record))
}

#[cfg(test)]
mod tests;
