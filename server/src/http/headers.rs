//! Security headers of every answer, the content security policy first.

use std::sync::Arc;

use axum::extract::{Request, State};
use axum::http::header::{CACHE_CONTROL, HeaderName, REFERRER_POLICY};
use axum::http::{HeaderMap, HeaderValue};
use axum::middleware::Next;
use axum::response::Response;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use super::{HttpSettings, Shared, random};

/// The nonce of this answer, in the request extensions: an inline script carries it or does not run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CspNonce(pub String);

/// Put into the extensions of an answer that launches a payment: the provider has to see which
/// site the payer comes from, so the referrer is our origin (never the path) instead of nothing.
#[derive(Clone, Copy, Debug)]
pub struct LaunchesPayment;

/// Internal answer header by which a page renderer that makes its own nonce announces it;
/// it takes the place of [`CspNonce`] and does not leave the server.
pub const NONCE_HEADER: &str = "x-csp-nonce";

/// One year, the shortest time browsers' preload rules accept; no subdomains, they are not ours.
const HSTS: HeaderValue = HeaderValue::from_static("max-age=31536000");

/// The camera is used for photographing materials, passkeys for signing in; the rest is refused.
const PERMISSIONS: &str = "accelerometer=(), autoplay=(), browsing-topics=(), camera=(self), \
     display-capture=(), encrypted-media=(), fullscreen=(self), geolocation=(), gyroscope=(), \
     hid=(), magnetometer=(), microphone=(), midi=(), payment=(), \
     publickey-credentials-create=(self), publickey-credentials-get=(self), \
     screen-wake-lock=(), serial=(), usb=(), xr-spatial-tracking=()";

/// Layer: makes the nonce, runs the rest, sets the headers.
pub async fn apply(State(shared): State<Arc<Shared>>, mut request: Request, next: Next) -> Response {
    let nonce = CspNonce(STANDARD.encode(random::bytes::<16>()));
    request.extensions_mut().insert(nonce.clone());
    let mut response = next.run(request).await;
    let launches_payment = response.extensions().get::<LaunchesPayment>().is_some();
    set(response.headers_mut(), &shared.settings, nonce, launches_payment);
    response
}

fn set(headers: &mut HeaderMap, settings: &HttpSettings, nonce: CspNonce, payment: bool) {
    let nonce = headers
        .remove(NONCE_HEADER)
        .and_then(|own| own.to_str().map(str::to_owned).ok())
        .filter(|own| is_nonce(own))
        .map_or(nonce, CspNonce);
    let policy = policy(&nonce, &settings.form_targets);
    // A form target with a line break would make the value invalid; then nothing may run at all.
    let policy = HeaderValue::from_str(&policy).unwrap_or_else(|_| HeaderValue::from_static("default-src 'none'"));
    headers.insert("content-security-policy", policy);

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
    if settings.public_url.https() {
        headers.insert("strict-transport-security", HSTS);
    }
    let referrer = if payment { "strict-origin-when-cross-origin" } else { "same-origin" };
    // What a handler chose stands: it knows whether its answer is public.
    headers.entry(REFERRER_POLICY).or_insert(HeaderValue::from_static(referrer));
    headers.entry(CACHE_CONTROL).or_insert(HeaderValue::from_static("no-store"));
}

/// The policy: nothing but our own files, WASM, and scripts with this answer's nonce.
///
/// Inline `style=` attributes are blocked as well: pages use classes and SVG attributes.
pub fn policy(nonce: &CspNonce, form_targets: &[String]) -> String {
    let mut forms = String::from("'self'");
    for target in form_targets {
        forms.push(' ');
        forms.push_str(target);
    }
    format!(
        "default-src 'none'; script-src 'self' 'wasm-unsafe-eval' 'nonce-{}'; style-src 'self'; \
         img-src 'self' data: blob:; font-src 'self'; connect-src 'self'; worker-src 'self'; \
         manifest-src 'self'; form-action {forms}; base-uri 'none'; frame-ancestors 'none'",
        nonce.0
    )
}

/// At least 96 bits in base64, and no character that could end the policy's source expression.
fn is_nonce(text: &str) -> bool {
    (16..=64).contains(&text.len())
        && text.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'+' | b'/' | b'-' | b'_' | b'='))
}
