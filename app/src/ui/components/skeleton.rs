//! The place of something that is being loaded.

use super::{Words, texts::texts};
use leptos::prelude::*;

/// Grey lines where content will come; fallback of an island. A11y: `role="status"` with words; the
/// lines are hidden from screen readers; they do not move when motion is unwanted.
#[component]
pub fn Skeleton(
    /// Number of lines.
    #[prop(default = 3)]
    lines: u8,
    /// What is being loaded; by default 正在加载.
    #[prop(optional, into)]
    label: Words,
) -> impl IntoView {
    let lines = (0..lines).map(|_| view! { <span class="ov-skeleton__line" aria-hidden="true"></span> }).collect_view();
    view! {
        <div class="ov-skeleton" role="status">
            <span class="ov-vh">{label.unwrap_or(texts().loading)}</span>
            {lines}
        </div>
    }
}
