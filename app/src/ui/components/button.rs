//! Buttons, and links that look like buttons.

use super::{Icon, Symbol, Words};
use leptos::prelude::*;

/// How much weight a button has. At most one primary per page.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ButtonKind {
    /// The one thing to do next.
    #[default]
    Primary,
    /// Something else one can do.
    Secondary,
    /// Looks like a link, has a full touch target.
    Quiet,
    /// Deletes or cancels something.
    Danger,
}

impl ButtonKind {
    const fn class(self) -> &'static str {
        match self {
            Self::Primary => "ov-button ov-button--primary",
            Self::Secondary => "ov-button ov-button--secondary",
            Self::Quiet => "ov-button ov-button--quiet",
            Self::Danger => "ov-button ov-button--danger",
        }
    }
}

/// A `<button>`; submits its form unless `kind_attr="button"`. A11y: target ≥ 48 px (60 in 长辈版),
/// visible focus, name = its words. Prefer an enabled button with a clear error over a disabled one;
/// when disabled, say why in an element named by `described_by`.
#[component]
pub fn Button(
    /// Weight.
    #[prop(optional)]
    kind: ButtonKind,
    /// `type`: `submit` (default), `button`, `reset`.
    #[prop(default = "submit")]
    kind_attr: &'static str,
    /// Name submitted with `value` when this button is pressed.
    #[prop(optional, into)]
    name: Words,
    /// Value submitted under `name`.
    #[prop(optional, into)]
    value: Words,
    /// Id of the form, when the button stands outside of it.
    #[prop(optional, into)]
    form: Words,
    /// Other address to submit to.
    #[prop(optional, into)]
    formaction: Words,
    /// Submit without the browser's own validation (save and leave).
    #[prop(optional)]
    formnovalidate: bool,
    /// Cannot be pressed now.
    #[prop(optional)]
    disabled: bool,
    /// Id of a text that explains the button.
    #[prop(optional, into)]
    described_by: Words,
    /// Accessible name when the visible words are ambiguous (删除 身份证.jpg); must contain them.
    #[prop(optional, into)]
    label: Words,
    /// Picture before the words.
    #[prop(optional)]
    symbol: Option<Symbol>,
    /// The words.
    children: Children,
) -> impl IntoView {
    view! {
        <button
            class=kind.class()
            type=kind_attr
            name=name.into_option()
            value=value.into_option()
            form=form.into_option()
            formaction=formaction.into_option()
            formnovalidate=formnovalidate
            disabled=disabled
            aria-describedby=described_by.into_option()
            aria-label=label.into_option()
        >
            {symbol.map(|symbol| view! { <Icon symbol /> })}
            <span class="ov-button__text">{children()}</span>
        </button>
    }
}

/// A link with the looks of a button: it leads to a page and changes nothing.
#[component]
pub fn LinkButton(
    /// Address.
    #[prop(into)]
    href: String,
    /// Weight.
    #[prop(optional)]
    kind: ButtonKind,
    /// Save instead of open.
    #[prop(optional)]
    download: bool,
    /// Accessible name when the visible words are ambiguous; must contain them.
    #[prop(optional, into)]
    label: Words,
    /// Picture before the words.
    #[prop(optional)]
    symbol: Option<Symbol>,
    /// The words.
    children: Children,
) -> impl IntoView {
    view! {
        <a class=kind.class() href=href download=download aria-label=label.into_option()>
            {symbol.map(|symbol| view! { <Icon symbol /> })}
            <span class="ov-button__text">{children()}</span>
        </a>
    }
}
