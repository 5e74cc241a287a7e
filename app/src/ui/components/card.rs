//! A thing one can open.

use super::{Heading, Icon, Symbol, Words};
use leptos::prelude::*;

/// A card whose title is a link and whose whole area can be tapped. A11y: one link per card, named by
/// the title; children (badges, facts) are plain text outside the link.
#[component]
pub fn Card(
    /// Name of the thing.
    #[prop(into)]
    title: String,
    /// Address.
    #[prop(into)]
    href: String,
    /// One or two lines.
    #[prop(optional, into)]
    body: Words,
    /// Small line under the title (department, number).
    #[prop(optional, into)]
    meta: Words,
    /// Picture at the left.
    #[prop(optional)]
    symbol: Option<Symbol>,
    /// Level of the title as a heading; without it a plain link (dense lists).
    #[prop(optional)]
    heading_level: Option<u8>,
    /// Marked as the next thing to do.
    #[prop(optional)]
    important: bool,
    /// Badges.
    #[prop(optional)]
    children: Option<Children>,
) -> impl IntoView {
    let class = if important { "ov-card ov-card--important" } else { "ov-card" };
    let link = view! {
        <a class="ov-card__link" href=href>
            {title}
        </a>
    };
    let head = match heading_level {
        // The level decides the element, so the link goes inside by hand.
        Some(0..=2) => view! { <h2 class="ov-card__title">{link}</h2> }.into_any(),
        Some(3) => view! { <h3 class="ov-card__title">{link}</h3> }.into_any(),
        Some(_) => view! { <h4 class="ov-card__title">{link}</h4> }.into_any(),
        None => view! { <p class="ov-card__title">{link}</p> }.into_any(),
    };
    view! {
        <div class=class>
            {symbol
                .map(|symbol| view! { <span class="ov-card__symbol"><Icon symbol /></span> })}
            <div class="ov-card__content">
                {head} {meta.map_view(|text| view! { <p class="ov-card__meta">{text}</p> })}
                {body.map_view(|text| view! { <p class="ov-card__body">{text}</p> })}
                {children.map(|children| view! { <div class="ov-card__extra">{children()}</div> })}
            </div>
            <Icon symbol=Symbol::ArrowRight />
        </div>
    }
}

/// Cards beside each other as far as the width allows, each at least 16 rem wide; `dense` for short
/// titles with icons (two in a row on phones). Heading, if given, stands above.
#[component]
pub fn CardGrid(
    /// Heading above the cards.
    #[prop(optional, into)]
    title: Words,
    /// Its level.
    #[prop(default = 2)]
    heading_level: u8,
    /// Smaller cards.
    #[prop(optional)]
    dense: bool,
    /// [`Card`]s.
    children: Children,
) -> impl IntoView {
    let class = if dense { "ov-card-grid ov-card-grid--dense" } else { "ov-card-grid" };
    view! {
        {title
            .map_view(|title| {
                view! { <Heading level=heading_level text=title class="ov-card-grid__title" /> }
            })}
        <div class=class>{children()}</div>
    }
}
