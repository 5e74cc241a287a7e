//! From page to page of a long list.

use super::{Icon, Symbol, texts::texts};
use leptos::prelude::*;

/// Previous, position, next. Renders nothing for a single page. A11y: `<nav>` with a name, full touch
/// targets, position in words.
#[component]
pub fn Pagination(
    /// This page, from 1.
    page: u32,
    /// Number of pages.
    pages: u32,
    /// Address up to the page number (`/matters?theme=birth&page=`).
    #[prop(into)]
    href_prefix: String,
    /// Position in words (第 2 页，共 9 页).
    #[prop(into)]
    position: String,
) -> impl IntoView {
    let words = texts();
    let prefix = href_prefix;
    (pages > 1).then(|| {
        let previous = (page > 1).then(|| format!("{prefix}{}", page - 1));
        let next = (page < pages).then(|| format!("{prefix}{}", page + 1));
        view! {
            <nav class="ov-pagination" aria-label=words.pagination>
                {previous
                    .map(|href| {
                        view! {
                            <a class="ov-pagination__link" rel="prev" href=href>
                                <Icon symbol=Symbol::ArrowLeft />
                                {words.previous}
                            </a>
                        }
                    })}
                <p class="ov-pagination__position">{position}</p>
                {next
                    .map(|href| {
                        view! {
                            <a class="ov-pagination__link ov-pagination__link--next" rel="next" href=href>
                                {words.next}
                                <Icon symbol=Symbol::ArrowRight />
                            </a>
                        }
                    })}
            </nav>
        }
    })
}
