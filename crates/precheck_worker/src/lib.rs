//! The pre-check as a WebAssembly module; `public/precheck-worker.js` calls it off the main thread.

use precheck::{Limits, Report};
use wasm_bindgen::prelude::wasm_bindgen;

/// Checks one file. `limits_json` is [`Limits`] as JSON; the default limits serve when it cannot be
/// read, for the server checks again anyway. Returns the [`Report`] as JSON.
#[wasm_bindgen]
pub fn check(name: &str, media_type: Option<String>, bytes: &[u8], limits_json: &str) -> String {
    to_json(&precheck::check(name, media_type.as_deref(), bytes, &limits(limits_json)))
}

/// The verdict after [`check`] trapped on this file. The worker calls it on a fresh instance; it is
/// the answer the server gives for the same file.
#[wasm_bindgen]
pub fn crashed(name: &str, bytes: &[u8], limits_json: &str) -> String {
    to_json(&precheck::crashed(name, bytes, bytes.len() as u64, &limits(limits_json)))
}

fn limits(json: &str) -> Limits {
    serde_json::from_str(json).unwrap_or_default()
}

fn to_json(report: &Report) -> String {
    serde_json::to_string(report).unwrap_or_default()
}
