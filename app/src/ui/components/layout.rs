//! Where things stand on the page.

use leptos::children::ViewFnOnce;
use leptos::prelude::*;

/// The main landmark; target of the skip link. `narrow` for reading and forms (one column of
/// comfortable line length also on desks).
#[component]
pub fn Main(
    /// Comfortable line length, no second column.
    #[prop(optional)]
    narrow: bool,
    /// The page.
    children: Children,
) -> impl IntoView {
    let class = if narrow { "ov-main ov-main--narrow" } else { "ov-main" };
    view! { <main class=class id="main" tabindex="-1">{children()}</main> }
}

/// From 1024 px two columns: a narrow persistent one (`aside`: step list, filters) and the content.
/// Below, the aside comes first in one column. Order on screen = order in the document.
#[component]
pub fn Columns(
    /// Persistent column: `aside=|| view! { … }`.
    #[prop(into)]
    aside: ViewFnOnce,
    /// Puts the aside behind the content (figures, help).
    #[prop(optional)]
    aside_last: bool,
    /// The content.
    children: Children,
) -> impl IntoView {
    let class = if aside_last { "ov-columns ov-columns--aside-last" } else { "ov-columns" };
    let content = view! { <div class="ov-columns__content ov-stack">{children()}</div> };
    let aside = view! { <div class="ov-columns__aside">{aside.run()}</div> };
    if aside_last {
        view! { <div class=class>{content} {aside}</div> }.into_any()
    } else {
        view! { <div class=class>{aside} {content}</div> }.into_any()
    }
}

/// From 1024 px two equal halves, each scrolling by itself (staff: form beside material).
#[component]
pub fn Split(
    /// Left half: `first=|| view! { … }`.
    #[prop(into)]
    first: ViewFnOnce,
    /// Right half.
    #[prop(into)]
    second: ViewFnOnce,
) -> impl IntoView {
    view! {
        <div class="ov-split">
            <div class="ov-split__half">{first.run()}</div>
            <div class="ov-split__half">{second.run()}</div>
        </div>
    }
}

/// Things below each other with even distance: use inside `<form>`s and panels.
#[component]
pub fn Stack(
    /// Half the distance.
    #[prop(optional)]
    tight: bool,
    /// The things.
    children: Children,
) -> impl IntoView {
    let class = if tight { "ov-stack ov-stack--tight" } else { "ov-stack" };
    view! { <div class=class>{children()}</div> }
}
