//! What a PDF would do by itself, and what it carries inside.

use super::load::Loaded;
use lopdf::{Dictionary, Object};
use std::collections::BTreeSet;

/// Result of the search.
#[derive(Debug, Default)]
pub(super) struct Active {
    /// Kind of hostile action: `javascript` or `launch`.
    pub hostile: Option<&'static str>,
    /// An embedded file. Harmless as such: Chinese electronic invoices carry their data so.
    pub attachment: bool,
}

/// Searches everything that can be reached from the trailer; what old versions left behind
/// cannot run and is not counted.
pub(super) fn search(loaded: &Loaded) -> Active {
    let mut active = Active::default();
    let mut seen = BTreeSet::new();
    let mut open: Vec<&Object> = loaded.trailer.get(b"Root").into_iter().collect();
    while let Some(object) = open.pop() {
        match object {
            Object::Reference((number, _)) => {
                if seen.insert(*number)
                    && let Some(target) = loaded.get(*number)
                {
                    open.push(target);
                }
            }
            Object::Array(items) => open.extend(items),
            Object::Dictionary(dict) => {
                look(loaded, dict, &mut active);
                open.extend(dict.iter().map(|(_, value)| value));
            }
            _ => {}
        }
    }
    active
}

fn look(loaded: &Loaded, dict: &Dictionary, active: &mut Active) {
    let action = dict.get(b"S").map(|value| loaded.resolve(value));
    match action {
        Ok(Object::Name(name)) if name == b"JavaScript" => active.hostile = Some("javascript"),
        Ok(Object::Name(name)) if name == b"Launch" && active.hostile.is_none() => {
            active.hostile = Some("launch");
        }
        _ => {}
    }
    // `/EF` belongs to a file specification, `/EmbeddedFiles` to the name tree.
    if dict.has(b"EF") || dict.has_type(b"EmbeddedFile") || dict.has(b"EmbeddedFiles") {
        active.attachment = true;
    }
}
