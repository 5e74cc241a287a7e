//! Brotli for what is made per request (pages, JSON); files come precompressed from the asset build.
//!
//! Quality 4 costs about as much time as gzip and gives smaller pages. No secret that lives
//! longer than one answer may stand on a page beside text a stranger chose (the BREACH attack);
//! our cookies are not on pages, and cross-site posts are refused by `origin`.

use axum::http::header::CONTENT_TYPE;
use axum::http::{Extensions, HeaderMap, StatusCode, Version};
use tower_http::CompressionLevel;
use tower_http::compression::CompressionLayer;
use tower_http::compression::predicate::{And, Predicate, SizeAbove};

/// Below one network packet compression saves nothing.
const SMALLEST: u16 = 1_024;

type Texts = fn(StatusCode, Version, &HeaderMap, &Extensions) -> bool;

/// The layer; answers that are encoded already pass untouched.
pub fn layer() -> CompressionLayer<And<SizeAbove, Texts>> {
    let texts: Texts = is_text;
    CompressionLayer::new().quality(CompressionLevel::Precise(4)).compress_when(SizeAbove::new(SMALLEST).and(texts))
}

fn is_text(_: StatusCode, _: Version, headers: &HeaderMap, _: &Extensions) -> bool {
    let kind = headers.get(CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or("");
    let kind = kind.split(';').next().unwrap_or("").trim();
    matches!(kind, "text/html" | "application/json" | "text/csv" | "text/plain" | "image/svg+xml")
}
