//! Runs one corpus of cases natively and in the browser; the answers must be equal.

pub mod domain_cases;
pub mod precheck_cases;
mod rule_cases;

use wasm_bindgen::prelude::wasm_bindgen;

/// The pre-check's verdict on the corpus file of this index, as JSON; empty behind the end.
#[wasm_bindgen]
pub fn run_precheck_case(index: u32) -> String {
    precheck_cases::run_precheck_case(index)
}

/// How many corpus files there are.
#[wasm_bindgen]
pub fn precheck_case_count() -> u32 {
    precheck_cases::precheck_case_count()
}

/// The domain's verdict on the case of this index, as JSON; empty behind the end.
#[wasm_bindgen]
pub fn run_domain_case(index: u32) -> String {
    domain_cases::run(index)
}

/// How many domain cases there are.
#[wasm_bindgen]
pub fn domain_case_count() -> u32 {
    domain_cases::count()
}
