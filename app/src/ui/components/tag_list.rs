//! A row of badges or filter links.

use super::{Badge, Tone};
use leptos::prelude::*;

/// One entry of a [`TagList`].
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Tag {
    /// A few characters.
    pub text: String,
    /// Meaning; only for tags without `href`.
    pub tone: Tone,
    /// Makes the tag a link (a filter, a life event).
    pub href: Option<String>,
    /// The filter is on (`aria-current="true"`).
    pub active: bool,
}

impl Tag {
    /// A tag that only says something.
    pub fn new(text: impl Into<String>, tone: Tone) -> Self {
        Self { text: text.into(), tone, ..Self::default() }
    }

    /// A tag that leads somewhere; `active` when that filter is on.
    pub fn link(text: impl Into<String>, href: impl Into<String>, active: bool) -> Self {
        Self { text: text.into(), href: Some(href.into()), active, ..Self::default() }
    }
}

/// Tags in a wrapping row, as a list. A11y: linked tags are full touch targets; the active one is
/// marked by `aria-current` and by a filled ground, not by colour alone.
#[component]
pub fn TagList(
    /// The tags, most important first.
    tags: Vec<Tag>,
    /// Name of the list for screen readers.
    #[prop(optional, into)]
    label: super::Words,
) -> impl IntoView {
    let items = tags
        .into_iter()
        .map(|tag| {
            let body = match tag.href {
                Some(href) => view! {
                    <a class="ov-tag-list__link" href=href aria-current=tag.active.then_some("true")>
                        {tag.text}
                    </a>
                }
                .into_any(),
                None => view! { <Badge text=tag.text tone=tag.tone /> }.into_any(),
            };
            view! { <li class="ov-tag-list__item">{body}</li> }
        })
        .collect_view();
    view! { <ul class="ov-tag-list" role="list" aria-label=label.into_option()>{items}</ul> }
}
