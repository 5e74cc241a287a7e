//! A question in front of the page.

use super::{Heading, Icon, Symbol, texts::texts};
use leptos::prelude::*;

/// A native `<dialog>`. Without scripts the page renders it `open` as a section in its place, and its
/// close button still works (`<form method="dialog">`); an island may call `showModal()` by `id`.
///
/// A11y: named by its title; the close button is top right, ≥ 44 px (60 in 长辈版), and is the last in
/// the document, so that reading starts with the title.
#[component]
pub fn Dialog(
    /// Id, for the island that opens it.
    #[prop(into)]
    id: String,
    /// Title.
    #[prop(into)]
    title: String,
    /// Level of the title.
    #[prop(default = 2)]
    heading_level: u8,
    /// Shown from the start.
    #[prop(optional)]
    open: bool,
    /// Content and its buttons.
    children: Children,
) -> impl IntoView {
    let title_id = format!("{id}-title");
    let labelled = title_id.clone();
    view! {
        <dialog class="ov-dialog" id=id open=open aria-labelledby=labelled>
            <Heading level=heading_level text=title id=title_id class="ov-dialog__title" />
            <div class="ov-dialog__body ov-stack">{children()}</div>
            <form class="ov-dialog__close" method="dialog">
                <button class="ov-dialog__close-button" type="submit">
                    <Icon symbol=Symbol::Close />
                    <span>{texts().close}</span>
                </button>
            </form>
        </dialog>
    }
}
