//! The `<h1>` of a page.

use super::Words;
use leptos::prelude::*;

/// Title of the page with a caption above (matter, section) and one sentence below. Exactly one per
/// page. Children (badges) follow the title.
#[component]
pub fn PageHeading(
    /// Title.
    #[prop(into)]
    title: String,
    /// What the page belongs to.
    #[prop(optional, into)]
    caption: Words,
    /// One sentence.
    #[prop(optional, into)]
    lead: Words,
    /// Badges.
    #[prop(optional)]
    children: Option<Children>,
) -> impl IntoView {
    view! {
        <div class="ov-page-heading">
            {caption.map_view(|text| view! { <p class="ov-page-heading__caption">{text}</p> })}
            <h1 class="ov-page-heading__title">{title}</h1>
            {lead.map_view(|text| view! { <p class="ov-page-heading__lead">{text}</p> })}
            {children.map(|children| children())}
        </div>
    }
}
