//! What came of the last act, by stable code.

use crate::t::desk as t;
use crate::ui::{Notification, Tone};
use leptos::prelude::*;

/// `saved`, `done`, `retried`, or the code of a failure (`Failure::code`); nothing without a code.
pub fn message(code: Option<&str>) -> AnyView {
    let Some(code) = code else { return ().into_any() };
    let tone = match code {
        "saved" | "done" | "retried" => Tone::Success,
        "conflict" => Tone::Warning,
        _ => Tone::Danger,
    };
    view! { <Notification tone=tone title=text(code) live=true /> }.into_any()
}

/// An unknown code gets a sentence that is true for all.
pub(super) fn text(code: &str) -> &'static str {
    let key = format!("message.{code}");
    t::by_key(&key)
        .or_else(|| crate::t::counter::by_key(&key))
        .or_else(|| crate::t::post::by_key(&key))
        .unwrap_or_else(t::message_failed)
}
