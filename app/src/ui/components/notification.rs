//! A message on the page.

use super::{Heading, Icon, Symbol, Tone, Words, texts::texts};
use leptos::prelude::*;

/// Info, success, warning or danger. A11y: icon and a hidden word besides the colour;
/// `live` makes it `role="status"` (danger: `role="alert"`): only for what has just happened.
#[component]
pub fn Notification(
    /// Meaning.
    #[prop(default = Tone::Info)]
    tone: Tone,
    /// The message in one line.
    #[prop(optional, into)]
    title: Words,
    /// Level of the title as a heading; without it a bold line.
    #[prop(optional)]
    heading_level: Option<u8>,
    /// Announce it.
    #[prop(optional)]
    live: bool,
    /// What to do; links.
    #[prop(optional)]
    children: Option<Children>,
) -> impl IntoView {
    let words = texts();
    let (symbol, spoken) = match tone {
        Tone::Neutral | Tone::Info => (Symbol::Info, words.info),
        Tone::Success => (Symbol::Check, words.success),
        Tone::Warning => (Symbol::Warning, words.warning),
        Tone::Danger => (Symbol::Error, words.danger),
    };
    let role = live.then_some(if tone == Tone::Danger { "alert" } else { "status" });
    view! {
        <div class=format!("ov-notification ov-notification--{}", tone.modifier()) role=role>
            <Icon symbol label=spoken />
            <div class="ov-notification__content">
                {title
                    .map_view(|title| match heading_level {
                        Some(level) => {
                            view! { <Heading level text=title class="ov-notification__title" /> }
                                .into_any()
                        }
                        None => view! { <p class="ov-notification__title">{title}</p> }.into_any(),
                    })}
                {children.map(|children| children())}
            </div>
        </div>
    }
}
