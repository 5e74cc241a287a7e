//! Nothing here, and what to do about it.

use super::{Heading, Icon, Symbol, Words};
use leptos::prelude::*;

/// Icon, one sentence, the next step as children (a [`LinkButton`](super::LinkButton)). Also for
/// errors with a way out and for being offline.
#[component]
pub fn EmptyState(
    /// Picture.
    #[prop(default = Symbol::Case)]
    symbol: Symbol,
    /// The sentence.
    #[prop(into)]
    title: String,
    /// Level of the sentence as a heading.
    #[prop(default = 2)]
    heading_level: u8,
    /// More words.
    #[prop(optional, into)]
    body: Words,
    /// The next step.
    #[prop(optional)]
    children: Option<Children>,
) -> impl IntoView {
    view! {
        <div class="ov-empty-state">
            <span class="ov-empty-state__symbol"><Icon symbol /></span>
            <Heading level=heading_level text=title class="ov-empty-state__title" />
            {body.map_view(|text| view! { <p class="ov-empty-state__body">{text}</p> })}
            {children
                .map(|children| view! { <div class="ov-empty-state__actions">{children()}</div> })}
        </div>
    }
}
