//! Search against queries that were written before the ranking was (`queries.toml`), and never changed to suit it.

#![allow(clippy::unwrap_used, reason = "tests")]

use serde::Deserialize;
use service::Catalogue;
use std::collections::BTreeMap;
use std::fmt::Write;
use std::path::Path;

#[derive(Deserialize)]
struct Queries {
    query: Vec<Query>,
}

#[derive(Deserialize)]
struct Query {
    text: String,
    kind: String,
    want: Vec<String>,
}

fn catalogue() -> Catalogue {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../catalogue");
    Catalogue::load(&folder).unwrap_or_else(|errors| panic!("{errors:#?}"))
}

fn queries() -> Vec<Query> {
    toml::from_str::<Queries>(include_str!("queries.toml")).unwrap().query
}

/// The right matter is first for at least 95 %, among the first three for 99 %.
#[test]
fn c1_the_right_matter_comes_first() {
    let catalogue = catalogue();
    let queries = queries();
    assert!(queries.len() >= 300, "{}", queries.len());
    let mut by_kind: BTreeMap<&str, [u32; 3]> = BTreeMap::new();
    let (mut first, mut three) = (0_u32, 0_u32);
    let mut missed = String::new();
    for query in &queries {
        let found: Vec<String> = catalogue.search(&query.text).iter().map(|m| m.slug.clone()).take(3).collect();
        let right = |slug: &String| query.want.contains(slug);
        let place = found.iter().position(right);
        let count = by_kind.entry(&query.kind).or_default();
        count[0] += 1;
        if place == Some(0) {
            first += 1;
            count[1] += 1;
        } else {
            writeln!(missed, "{} [{}] wants {:?}, found {found:?}", query.text, query.kind, query.want).unwrap();
        }
        if place.is_some() {
            three += 1;
            count[2] += 1;
        }
    }
    let all = u32::try_from(queries.len()).unwrap();
    println!("{missed}first {first}, among three {three} of {all}; by kind (all, first, three) {by_kind:?}");
    assert!(first * 100 >= all * 95, "first for {first} of {all}");
    assert!(three * 100 >= all * 99, "among three for {three} of {all}");
}

#[test]
fn c1_nonsense_finds_nothing_and_nothing_panics() {
    let catalogue = catalogue();
    for text in [
        "",
        " ",
        "。。。",
        "🙂🙂",
        "qqqqqqxxxx",
        "\u{0}",
        "鑫淼犇骉",
        &"长".repeat(10_000),
        "'; drop table matters; --",
    ] {
        assert!(catalogue.search(text).len() <= 30, "{text}");
    }
    assert!(catalogue.search("").is_empty() && catalogue.search("🙂🙂").is_empty());
}
