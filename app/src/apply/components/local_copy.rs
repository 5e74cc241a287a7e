//! 本机副本: what was typed and the server has not acknowledged, kept on this device. `local.js` seals
//! and keeps it: the databases and ciphers of browsers need few lines there and many here.

use crate::browser::{FromJs, get, window};
use js_sys::{Array, Function, Promise};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;

/// One answer that the server has not acknowledged.
#[derive(Clone)]
pub(super) struct Unsent {
    pub(super) name: String,
    pub(super) label: String,
    /// What the server held when it was typed, as far as this device knew.
    pub(super) before: String,
    pub(super) typed: String,
}

/// What this device kept of one section.
pub(super) struct Kept {
    /// State of the draft over which it was typed.
    pub(super) version: i64,
    pub(super) answers: Vec<Unsent>,
    /// The saves that hold no more than this: `page:number …`.
    pub(super) after: String,
}

/// The page that keeps: a save of it, or of what it kept, may still be on its way when it has gone.
pub(super) struct Page<'a> {
    pub(super) name: &'a str,
    /// Its last save.
    pub(super) sent: i64,
    /// How often it kept something.
    pub(super) kept: i64,
}

/// What this device kept, nothing included; none when that cannot be known now: no key, because the
/// session has ended, the line is broken, or the computer is a shared one.
pub(super) async fn find(draft: &str, section: &str) -> Option<Kept> {
    let flat = Vec::<String>::from_js(&ask("find", &[draft, section]).await?)?;
    let Some((version, rest)) = flat.split_first() else {
        return Some(Kept { version: 0, answers: Vec::new(), after: String::new() });
    };
    // What was kept before pages counted does not name one.
    let (after, rest) = match rest {
        [page, sent, kept, rest @ ..] if rest.len().is_multiple_of(4) => {
            (format!("{page}:{sent} {page}k:{kept}"), rest)
        }
        _ => (String::new(), rest),
    };
    let (parts, _) = rest.as_chunks::<4>();
    let answers =
        parts.iter().cloned().map(|[name, label, before, typed]| Unsent { name, label, before, typed }).collect();
    Some(Kept { version: version.parse().ok()?, answers, after })
}

/// Keeps these instead of what was kept before; false when this device keeps nothing.
pub(super) async fn keep(draft: &str, section: &str, version: i64, page: &Page<'_>, answers: &[Unsent]) -> bool {
    let (version, sent, kept) = (version.to_string(), page.sent.to_string(), page.kept.to_string());
    let mut flat = vec![draft, section, version.as_str(), page.name, sent.as_str(), kept.as_str()];
    for answer in answers {
        flat.extend([answer.name.as_str(), answer.label.as_str(), answer.before.as_str(), answer.typed.as_str()]);
    }
    ask("keep", &flat).await.is_some_and(|kept| kept.is_truthy())
}

/// Removes what was kept: the server has it.
pub(super) async fn forget(draft: &str, section: &str) {
    ask("forget", &[draft, section]).await;
}

/// Calls a function of `local.js`, which `boot.js` has put there.
async fn ask(name: &str, arguments: &[&str]) -> Option<JsValue> {
    let place = get(&window(), "ovLocal")?;
    let function = get(&place, name)?.dyn_into::<Function>().ok()?;
    let list: Array = arguments.iter().map(|text| JsValue::from_str(text)).collect();
    let answer = function.apply(&place, &list).ok()?.dyn_into::<Promise>().ok()?;
    JsFuture::from(answer).await.ok()
}
