//! A short fact on a coloured ground.

use super::{Icon, Symbol, Tone};
use leptos::prelude::*;

/// A badge such as 跑 0 次 or 不收费. A11y: the words carry the whole meaning; the colour only
/// repeats it. Contrast ≥ 4.5:1 in every tone.
#[component]
pub fn Badge(
    /// A few characters.
    #[prop(into)]
    text: String,
    /// Meaning.
    #[prop(optional)]
    tone: Tone,
    /// Picture before the words.
    #[prop(optional)]
    symbol: Option<Symbol>,
) -> impl IntoView {
    view! {
        <span class=format!("ov-badge ov-badge--{}", tone.modifier())>
            {symbol.map(|symbol| view! { <Icon symbol /> })} {text}
        </span>
    }
}
