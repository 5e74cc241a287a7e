//! The page tree (7.7.3).

use super::load::Loaded;
use lopdf::{Dictionary, Object};
use std::collections::BTreeSet;

/// Pages found and pages the tree promises but the file does not hold.
#[derive(Default)]
pub(super) struct Pages<'a> {
    pub found: Vec<Page<'a>>,
    pub lost: u32,
}

/// A page with what it inherits (7.7.3.4).
#[derive(Clone, Copy)]
pub(super) struct Page<'a> {
    pub dict: &'a Dictionary,
    pub resources: Option<&'a Object>,
    pub media_box: Option<&'a Object>,
}

/// Walks the tree without recursion; each node counts once, so a circle ends.
pub(super) fn collect<'a>(loaded: &'a Loaded, catalog: &'a Dictionary) -> Pages<'a> {
    let mut pages = Pages::default();
    let mut seen = BTreeSet::new();
    let mut open: Vec<(&Object, Option<&Object>, Option<&Object>)> =
        catalog.get(b"Pages").into_iter().map(|root| (root, None, None)).collect();
    while let Some((node, resources, media_box)) = open.pop() {
        if let Object::Reference((number, _)) = node
            && !seen.insert(*number)
        {
            continue;
        }
        let Ok(dict) = loaded.resolve(node).as_dict() else {
            pages.lost += 1;
            continue;
        };
        let resources = dict.get(b"Resources").ok().or(resources);
        let media_box = dict.get(b"MediaBox").ok().or(media_box);
        match dict.get(b"Kids").map(|kids| loaded.resolve(kids)) {
            Ok(Object::Array(kids)) => open.extend(kids.iter().rev().map(|kid| (kid, resources, media_box))),
            _ if dict.has_type(b"Pages") => {}
            _ => pages.found.push(Page { dict, resources, media_box }),
        }
    }
    pages
}
