//! Security headers of every answer, the content security policy first.

use std::sync::Arc;

use axum::extract::{Request, State};
use axum::http::header::{CACHE_CONTROL, CONTENT_SECURITY_POLICY, HeaderName, REFERRER_POLICY};
use axum::http::{HeaderMap, HeaderValue};
use axum::middleware::Next;
use axum::response::Response;

use super::Shared;

/// Put into the extensions of an answer that launches a payment: the provider has to see which
/// site the payer comes from, so the referrer is our origin (never the path) instead of nothing.
#[derive(Clone, Copy, Debug)]
pub struct LaunchesPayment;

/// One year, the shortest time browsers' preload rules accept; no subdomains, they are not ours.
const HSTS: HeaderValue = HeaderValue::from_static("max-age=31536000");

/// The camera is used for photographing materials, passkeys for signing in; the rest is refused.
const PERMISSIONS: &str = "accelerometer=(), autoplay=(), browsing-topics=(), camera=(self), \
     display-capture=(), encrypted-media=(), fullscreen=(self), geolocation=(), gyroscope=(), \
     hid=(), magnetometer=(), microphone=(), midi=(), payment=(), \
     publickey-credentials-create=(self), publickey-credentials-get=(self), \
     screen-wake-lock=(), serial=(), usb=(), xr-spatial-tracking=()";

/// Layer: runs the rest, sets the headers.
pub async fn apply(State(shared): State<Arc<Shared>>, request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    let launches_payment = response.extensions().get::<LaunchesPayment>().is_some();
    set(response.headers_mut(), &shared, launches_payment);
    response
}

fn set(headers: &mut HeaderMap, shared: &Shared, payment: bool) {
    // Downloads bring a stricter one of their own.
    headers.entry(CONTENT_SECURITY_POLICY).or_insert_with(|| shared.policy.clone());
    let fixed = [
        ("x-content-type-options", "nosniff"),
        ("permissions-policy", PERMISSIONS),
        ("cross-origin-opener-policy", "same-origin"),
        ("cross-origin-resource-policy", "same-origin"),
        ("x-frame-options", "DENY"),
    ];
    for (name, value) in fixed {
        headers.insert(HeaderName::from_static(name), HeaderValue::from_static(value));
    }
    if shared.settings.public_url.https() {
        headers.insert("strict-transport-security", HSTS);
    }
    let referrer = if payment { "strict-origin-when-cross-origin" } else { "same-origin" };
    // What a handler chose stands: it knows whether its answer is public.
    headers.entry(REFERRER_POLICY).or_insert(HeaderValue::from_static(referrer));
    headers.entry(CACHE_CONTROL).or_insert(HeaderValue::from_static("no-store"));
}

/// The policy: nothing but our own files and WASM. It is the same for every page, for pages hold
/// no inline script and no inline style, so neither nonce nor hash is needed.
///
/// Inline `style=` attributes are blocked as well: pages use classes and SVG attributes.
pub fn policy(form_targets: &[String]) -> HeaderValue {
    let mut forms = String::from("'self'");
    for target in form_targets {
        forms.push(' ');
        forms.push_str(target);
    }
    let policy = format!(
        "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'; img-src 'self' data: blob:; \
         font-src 'self'; connect-src 'self'; worker-src 'self'; manifest-src 'self'; form-action {forms}; \
         base-uri 'none'; frame-ancestors 'none'"
    );
    // A form target with a line break would make the value invalid; then nothing may run at all.
    HeaderValue::from_str(&policy).unwrap_or_else(|_| HeaderValue::from_static("default-src 'none'"))
}
