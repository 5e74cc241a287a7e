//! Navigation at the thumb.

use super::{Icon, Link, NavItem, Symbol, texts::texts};
use leptos::prelude::*;

/// The bottom bar of phones: 首页 / 办件 / 证照 / 我的. Hidden from 1024 px, where the header has the
/// same entries.
///
/// Contract: last element of `<body>`. It sticks to the lower edge, except on low windows (zoom,
/// landscape) and on pages with an [`ActionBar`](super::ActionBar), where it ends the page.
///
/// A11y: `<nav>` landmark, `aria-current="page"`, icon and words, target ≥ 56 px (60 in 长辈版); in
/// 长辈版 the help phone is its fifth entry, so that it is always visible.
#[component]
pub fn TabBar(
    /// Four entries.
    items: Vec<NavItem>,
    /// Help phone, shown in 长辈版 only: short label and `tel:` address.
    #[prop(optional)]
    help: Option<Link>,
) -> impl IntoView {
    let entries = items
        .into_iter()
        .map(|item| {
            view! {
                <li class="ov-tab-bar__item">
                    <a
                        class="ov-tab-bar__link"
                        href=item.href
                        aria-current=item.current.then_some("page")
                    >
                        <Icon symbol=item.symbol />
                        <span>{item.label}</span>
                        {(item.count > 0)
                            .then(|| view! { <span class="ov-count">{item.count}</span> })}
                    </a>
                </li>
            }
        })
        .collect_view();
    let help = help.map(|help| {
        view! {
            <li class="ov-tab-bar__item ov-tab-bar__item--help">
                <a class="ov-tab-bar__link" href=help.href>
                    <Icon symbol=Symbol::Phone />
                    <span>{help.label}</span>
                </a>
            </li>
        }
    });
    view! {
        <nav class="ov-tab-bar" aria-label=texts().main_navigation>
            <ul class="ov-tab-bar__list" role="list">
                {entries}
                {help}
            </ul>
        </nav>
    }
}
