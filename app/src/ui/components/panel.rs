//! A section with a heading on its own ground.

use super::{Heading, Link, Words};
use leptos::prelude::*;

/// `<section>` with a heading, an optional link at its right, and content with even distances.
/// A11y: named by its heading when it has an `id`.
#[component]
pub fn Panel(
    /// Heading.
    #[prop(optional, into)]
    title: Words,
    /// Level of the heading.
    #[prop(default = 2)]
    heading_level: u8,
    /// Id of the section, to link to.
    #[prop(optional, into)]
    id: Words,
    /// A link beside the heading (全部).
    #[prop(optional)]
    link: Option<Link>,
    /// No ground and no border.
    #[prop(optional)]
    plain: bool,
    /// Content.
    children: Children,
) -> impl IntoView {
    let title_id = id.as_deref().filter(|_| title.is_some()).map(|id| format!("{id}-title"));
    let class = if plain { "ov-panel ov-panel--plain" } else { "ov-panel" };
    let labelled = title_id.clone();
    view! {
        <section class=class id=id.into_option() aria-labelledby=labelled>
            {title
                .map_view(|title| {
                    view! {
                        <div class="ov-panel__head">
                            <Heading level=heading_level text=title id=title_id class="ov-panel__title" />
                            {link
                                .map(|link| {
                                    view! {
                                        <a class="ov-panel__link" href=link.href>
                                            {link.label}
                                        </a>
                                    }
                                })}
                        </div>
                    }
                })}
            <div class="ov-panel__body ov-stack">{children()}</div>
        </section>
    }
}
