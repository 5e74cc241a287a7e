//! The page tree (7.7.3).

use super::load::Loaded;
use lopdf::{Dictionary, Object};
use std::collections::BTreeSet;

/// Pages found and pages the tree promises but the file does not hold.
#[derive(Debug, Default)]
pub(super) struct Pages {
    pub found: u32,
    pub lost: u32,
}

/// Walks the tree without recursion; each node counts once, so a circle ends.
pub(super) fn count(loaded: &Loaded, catalog: &Dictionary) -> Pages {
    let mut pages = Pages::default();
    let mut seen = BTreeSet::new();
    let mut open: Vec<&Object> = catalog.get(b"Pages").into_iter().collect();
    while let Some(node) = open.pop() {
        if let Object::Reference((number, _)) = node
            && !seen.insert(*number)
        {
            continue;
        }
        let Ok(dict) = loaded.resolve(node).as_dict() else {
            pages.lost += 1;
            continue;
        };
        match dict.get(b"Kids").map(|kids| loaded.resolve(kids)) {
            Ok(Object::Array(kids)) => open.extend(kids),
            _ if dict.has_type(b"Pages") => {}
            _ => pages.found += 1,
        }
    }
    pages
}
