//! A heading whose level is decided by the page, not by its looks.

use leptos::prelude::*;

/// `<h1>` … `<h6>`. Levels below 1 or above 6 are clamped. A11y: the page keeps levels without gaps;
/// looks come from `class`, never from the level.
#[component]
pub fn Heading(
    /// 1 to 6.
    level: u8,
    /// Text.
    #[prop(into)]
    text: String,
    /// Id, for `aria-labelledby`.
    #[prop(optional, into)]
    id: super::Words,
    /// CSS class.
    #[prop(optional)]
    class: &'static str,
) -> impl IntoView {
    let id = id.into_option();
    match level {
        0 | 1 => view! { <h1 id=id class=class>{text}</h1> }.into_any(),
        2 => view! { <h2 id=id class=class>{text}</h2> }.into_any(),
        3 => view! { <h3 id=id class=class>{text}</h3> }.into_any(),
        4 => view! { <h4 id=id class=class>{text}</h4> }.into_any(),
        5 => view! { <h5 id=id class=class>{text}</h5> }.into_any(),
        _ => view! { <h6 id=id class=class>{text}</h6> }.into_any(),
    }
}
