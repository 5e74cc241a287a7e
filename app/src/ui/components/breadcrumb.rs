//! The way back up.

use super::{Icon, Link, Symbol, texts::texts};
use leptos::prelude::*;

/// Path to this page: on desks the whole path, on phones only the link to the parent (返回 …). The page
/// itself is not in the list: its heading says it. A11y: `<nav>` with a name, an ordered list.
#[component]
pub fn Breadcrumb(
    /// From the home page down to the parent of this page.
    links: Vec<Link>,
) -> impl IntoView {
    let last = links.len().saturating_sub(1);
    let items = links
        .into_iter()
        .enumerate()
        .map(|(index, link)| {
            let class =
                if index == last { "ov-breadcrumb__item ov-breadcrumb__item--parent" } else { "ov-breadcrumb__item" };
            view! {
                <li class=class>
                    <a class="ov-breadcrumb__link" href=link.href>
                        <Icon symbol=Symbol::ArrowLeft />
                        {link.label}
                    </a>
                </li>
            }
        })
        .collect_view();
    view! {
        <nav class="ov-breadcrumb" aria-label=texts().breadcrumb>
            <ol class="ov-breadcrumb__list" role="list">{items}</ol>
        </nav>
    }
}
