//! The catalogue's editor: revisions on their way, from a draft to being offered.

mod compare;
mod edit;
mod import;
mod list;
mod one;
mod preview;

pub use compare::compare;
pub use edit::{Seen, edit};
pub use import::failed as import_failed;
pub use list::{SUGGESTED, list};
pub use one::one;
pub use preview::preview;

use crate::t::revision as t;
use crate::ui::{Notification, Tone};
use domain::catalogue::RevisionStatus;
use leptos::prelude::*;
use service::revisions::{Problem, RevisionView, schema};

/// What came of the last act, by stable code.
pub fn message(code: Option<&str>) -> AnyView {
    let Some(code) = code else { return ().into_any() };
    let tone = match code {
        "saved" | "proposed" | "returned" | "approved" | "discarded" | "imported" => Tone::Success,
        "conflict" => Tone::Warning,
        _ => Tone::Danger,
    };
    let text = t::by_key(&format!("message.{code}")).unwrap_or_else(t::message_failed);
    view! { <Notification tone=tone title=text live=true /> }.into_any()
}

fn tone(status: RevisionStatus) -> Tone {
    match status {
        RevisionStatus::Draft => Tone::Info,
        RevisionStatus::Proposed => Tone::Warning,
        RevisionStatus::Reviewed | RevisionStatus::Published => Tone::Success,
        RevisionStatus::Superseded => Tone::Neutral,
    }
}

/// Where a problem is, in words.
pub fn place(problem: &Problem) -> String {
    let Some(group) = schema::group(problem.group) else { return String::new() };
    if group.single() { group.title.to_owned() } else { format!("{} {}", group.title, t::problem_row(problem.row + 1)) }
}

/// A problem with its place.
pub fn sentence(problem: &Problem) -> String {
    format!("{}：{}", place(problem), problem.text)
}

/// Only what is still being drafted can be written in.
fn is_open(view: &RevisionView) -> bool {
    view.line.status == RevisionStatus::Draft
}
