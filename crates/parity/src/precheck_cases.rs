//! The pre-check's corpus.

use precheck::corpus::{self, SEED};

/// How many corpus files there are.
pub fn precheck_case_count() -> u32 {
    corpus::count()
}

/// The verdict on the corpus file of this index, as JSON; empty behind the end.
///
/// The report holds measured values (sharpness), so decoders that differ show up even where the
/// findings agree.
pub fn run_precheck_case(index: u32) -> String {
    let Some(case) = corpus::case(SEED, index) else {
        return String::new();
    };
    let report = precheck::check(&case.name, case.media_type, &case.bytes, &case.limits);
    serde_json::to_string(&report).unwrap_or_default()
}
