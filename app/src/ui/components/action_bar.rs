//! The buttons that move a page forward.

use super::Words;
use leptos::prelude::*;

/// Primary action first, others behind it. On phones it sticks to the lower edge in reach of the
/// thumb (not on low windows, so that it never hides what is being typed); on desks it ends the form.
/// A11y: order in the document = order of importance; the focused field scrolls clear of the bar.
#[component]
pub fn ActionBar(
    /// One short line above the buttons (saved state, total).
    #[prop(optional, into)]
    note: Words,
    /// The buttons.
    children: Children,
) -> impl IntoView {
    view! {
        <div class="ov-action-bar">
            {note.map_view(|note| view! { <p class="ov-action-bar__note">{note}</p> })}
            <div class="ov-action-bar__buttons">{children()}</div>
        </div>
    }
}
