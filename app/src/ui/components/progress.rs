//! How far something is.

use leptos::prelude::*;

/// A `<progress>` with its words (第 2 步，共 5 步). A11y: the words are visible and name the bar.
#[component]
pub fn Progress(
    /// What the bar says, in words.
    #[prop(into)]
    label: String,
    /// Done so far.
    value: u32,
    /// All.
    max: u32,
) -> impl IntoView {
    view! {
        <label class="ov-progress">
            <span class="ov-progress__label">{label}</span>
            <progress class="ov-progress__bar" value=value max=max.max(1)></progress>
        </label>
    }
}
