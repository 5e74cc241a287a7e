//! Bad input at every door of the real router: no crash, no half-done thing, no foreign language,
//! nothing personal where it does not belong.

#![allow(clippy::unwrap_used, reason = "tests")]

mod files;
mod forms;
mod hostile;
mod kept;
mod leaks;
mod local_copy;
mod mutated;
mod pages;
mod pictures;
mod repeats;
mod shared_list;
#[path = "../support/mod.rs"]
mod support;
mod tus;

use support::Answer;

/// What each problem page for people holds: plain Chinese, a way on, and the number to quote.
pub fn assert_problem_page(answer: &Answer, status: u16, what: &str) {
    let text = answer.text();
    assert_eq!(answer.status.as_u16(), status, "{what}: {text}");
    assert!(answer.header("content-type").starts_with("text/html"), "{what}: {}", answer.header("content-type"));
    assert!(text.contains("lang=\"zh-CN\""), "{what}");
    let id = answer.header("x-request-id");
    assert!(id.len() == 16 && text.contains(id), "{what}: the page names the request");
    let heading = text.split("<h1").nth(1).and_then(|t| t.split("</h1>").next()).unwrap_or("");
    assert!(is_chinese(heading), "{what}: {heading}");
    assert!(text.contains("href=\"/\"") && text.contains("tel:"), "{what}: a way on");
    assert!(!text.contains("Failed to") && !text.contains("panicked"), "{what}: {text}");
}

/// The same for scripts.
pub fn assert_problem_json(answer: &Answer, status: u16, what: &str) {
    assert_eq!(answer.status.as_u16(), status, "{what}: {}", answer.text());
    assert!(answer.header("content-type").starts_with("application/json"), "{what}: {}", answer.header("content-type"));
    let json = answer.json();
    assert!(json["code"].as_str().is_some_and(|c| !c.is_empty()), "{what}: {json}");
    assert_eq!(json["incident_id"], answer.header("x-request-id"), "{what}");
}

pub fn is_chinese(text: &str) -> bool {
    text.chars().any(|c| ('\u{4e00}'..='\u{9fff}').contains(&c))
}

/// An ordinary page: right status, Chinese, numbered.
pub fn assert_page(answer: &Answer, status: u16, what: &str) {
    let text = answer.text();
    assert_eq!(answer.status.as_u16(), status, "{what}: {} {text}", answer.location());
    assert!(text.contains("lang=\"zh-CN\"") && is_chinese(&text), "{what}");
    assert_eq!(answer.header("x-request-id").len(), 16, "{what}");
}
