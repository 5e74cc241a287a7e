//! One figure.

use super::Words;
use leptos::prelude::*;

/// A figure with its definition; with `href` it leads to the cases behind it. Put several into a
/// [`CardGrid`](super::CardGrid) with `dense`. A11y: read as label, value, unit; the link names both.
#[component]
pub fn Stat(
    /// What is counted.
    #[prop(into)]
    label: String,
    /// The figure, formatted.
    #[prop(into)]
    value: String,
    /// Unit.
    #[prop(optional, into)]
    unit: Words,
    /// Definition or comparison.
    #[prop(optional, into)]
    note: Words,
    /// The cases behind the figure.
    #[prop(optional, into)]
    href: Words,
) -> impl IntoView {
    let body = view! {
        <span class="ov-stat__label">{label}</span>
        <span class="ov-stat__figure">
            <span class="ov-stat__value">{value}</span>
            {unit.map_view(|unit| view! { <span class="ov-stat__unit">{unit}</span> })}
        </span>
        {note.map_view(|note| view! { <span class="ov-stat__note">{note}</span> })}
    };
    match href.into_option() {
        Some(href) => view! { <a class="ov-stat ov-stat--link" href=href>{body}</a> }.into_any(),
        None => view! { <div class="ov-stat">{body}</div> }.into_any(),
    }
}
