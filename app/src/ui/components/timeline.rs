//! What has happened and what comes next.

use super::{Icon, Symbol, Words, texts::texts};
use leptos::prelude::*;

/// Where an entry stands.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum TimelineState {
    /// Happened.
    #[default]
    Done,
    /// Being done now.
    Current,
    /// The clock stands still (补正, 特别程序).
    Paused,
    /// Refused or failed.
    Failed,
    /// Expected.
    Todo,
}

/// One entry of a [`Timeline`].
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TimelineEntry {
    /// Date and time as text; empty for what is to come without a date.
    pub time: String,
    /// Plain words (已受理).
    pub title: String,
    /// Who has it, why it pauses, what to do.
    pub body: Option<String>,
    /// Where it stands.
    pub state: TimelineState,
    /// A link that belongs to it (看受理通知书).
    pub link: Option<super::Link>,
}

/// A vertical timeline, newest or oldest first as the page decides. A11y: ordered list; state in words
/// and as icon.
#[component]
pub fn Timeline(
    /// The entries.
    entries: Vec<TimelineEntry>,
    /// Name of the list.
    #[prop(optional, into)]
    label: Words,
) -> impl IntoView {
    let items = entries.into_iter().map(entry).collect_view();
    view! {
        <ol class="ov-timeline" role="list" aria-label=label.into_option()>
            {items}
        </ol>
    }
}

fn entry(entry: TimelineEntry) -> impl IntoView {
    let words = texts();
    let (modifier, state, symbol) = match entry.state {
        TimelineState::Done => ("done", words.done, Some(Symbol::Check)),
        TimelineState::Current => ("current", words.current, None),
        TimelineState::Paused => ("paused", words.paused, Some(Symbol::Pause)),
        TimelineState::Failed => ("failed", words.failed, Some(Symbol::Close)),
        TimelineState::Todo => ("todo", words.todo, None),
    };
    view! {
        <li class=format!("ov-timeline__item ov-timeline__item--{modifier}")>
            <span class="ov-timeline__mark" aria-hidden="true">
                {symbol.map(|symbol| view! { <Icon symbol /> })}
            </span>
            <div class="ov-timeline__content">
                <p class="ov-timeline__title">
                    {entry.title} <span class="ov-vh">{format!("（{state}）")}</span>
                </p>
                {(!entry.time.is_empty())
                    .then(|| view! { <p class="ov-timeline__time">{entry.time}</p> })}
                {entry.body.map(|body| view! { <p class="ov-timeline__text">{body}</p> })}
                {entry
                    .link
                    .map(|link| {
                        view! { <p class="ov-timeline__text"><a href=link.href>{link.label}</a></p> }
                    })}
            </div>
        </li>
    }
}
