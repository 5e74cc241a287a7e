//! Runs every case natively, checks that the corpus says something, and leaves the answers for
//! `end2end/parity.test.mjs`, which runs the same cases in WebAssembly.

use std::collections::BTreeSet;
use std::path::Path;

#[test]
fn m3_native_answers_are_written_for_the_comparison() {
    let precheck: Vec<String> = (0..parity::precheck_case_count()).map(parity::run_precheck_case).collect();
    let domain: Vec<String> = (0..parity::domain_case_count()).map(parity::run_domain_case).collect();
    assert!(precheck.len() >= 400 && domain.len() >= 200);
    let unreadable = domain.iter().filter(|v| v.contains("unreadable") || v.is_empty()).count();
    assert_eq!(unreadable, 0, "every matter must be readable");
    // A corpus in which everything is alike would prove nothing.
    let different: BTreeSet<&String> = domain.iter().collect();
    assert!(different.len() * 10 >= domain.len() * 9, "{} different of {}", different.len(), domain.len());
    for eligibility in ["eligible", "maybe", "not_eligible"] {
        let wanted = format!("\"eligibility\":\"{eligibility}\"");
        assert!(domain.iter().any(|v| v.contains(&wanted)), "no case is {eligibility}");
    }
    for outcome in ["yes", "no", "unknown"] {
        let wanted = format!("\"{outcome}\"");
        let rules = domain.iter().filter(|v| v.contains("\"outcomes\"") && v.contains(&wanted)).count();
        assert!(rules >= 50, "{rules} rules come out {outcome}");
    }
    assert!(domain.iter().filter(|v| v.contains("\"outcomes\"")).count() >= 200);
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../target/parity");
    std::fs::create_dir_all(&folder).expect("target folder");
    let text = serde_json::json!({ "precheck": precheck, "domain": domain }).to_string();
    std::fs::write(folder.join("native.json"), text).expect("native.json");
}
