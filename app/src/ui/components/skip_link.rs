//! First focusable thing of every page.

use super::texts::texts;
use leptos::prelude::*;

/// Jumps to `#main` (see [`Main`](super::Main)); visible only while focused (WCAG 2.4.1).
#[component]
pub fn SkipLink() -> impl IntoView {
    view! { <a class="ov-skip-link" href="#main">{texts().skip_to_content}</a> }
}
