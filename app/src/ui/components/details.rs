//! More words for those who want them.

use leptos::prelude::*;

/// Native `<details>`: works without scripts, findable in the page by browsers that open it on
/// search. Never hides something one must read. A11y: the summary is a full touch target.
#[component]
pub fn Details(
    /// What is inside, as a question or noun.
    #[prop(into)]
    summary: String,
    /// Open from the start.
    #[prop(optional)]
    open: bool,
    /// Content.
    children: Children,
) -> impl IntoView {
    view! {
        <details class="ov-details" open=open>
            <summary class="ov-details__summary">{summary}</summary>
            <div class="ov-details__body ov-stack ov-stack--tight">{children()}</div>
        </details>
    }
}
