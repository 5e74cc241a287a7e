//! Search as a plain GET form.

use super::{Hidden, HiddenFields, Icon, Symbol, Words, field_id, texts::texts};
use leptos::prelude::*;

/// One big input with its button. Works without scripts; an island may add suggestions through
/// `list` or its own listbox. A11y: `role="search"`, a visible label (a heading-sized question with
/// `large`), the button says 搜索.
#[component]
pub fn SearchBox(
    /// Address of the results.
    #[prop(into)]
    action: String,
    /// The question (您要办什么事？).
    #[prop(into)]
    label: String,
    /// Query parameter.
    #[prop(default = "q".to_owned(), into)]
    name: String,
    /// Words searched for.
    #[prop(optional, into)]
    value: Words,
    /// Examples under the input.
    #[prop(optional, into)]
    hint: Words,
    /// Filters that stay on.
    #[prop(optional)]
    hidden: Hidden,
    /// Home page size.
    #[prop(optional)]
    large: bool,
    /// Id of a `<datalist>`.
    #[prop(optional, into)]
    list: Words,
) -> impl IntoView {
    let id = field_id(&name);
    let described = hint.is_some().then(|| super::hint_id(&id));
    let class = if large { "ov-search-box ov-search-box--large" } else { "ov-search-box" };
    view! {
        <form class=class role="search" method="get" action=action>
            <HiddenFields fields=hidden />
            <label class="ov-search-box__label" for=id.clone()>
                {label}
            </label>
            <div class="ov-search-box__row">
                <input
                    class="ov-search-box__input"
                    type="search"
                    id=id.clone()
                    name=name
                    value=value.into_option()
                    list=list.into_option()
                    autocomplete="off"
                    enterkeyhint="search"
                    aria-describedby=described
                />
                <button class="ov-search-box__button" type="submit">
                    <Icon symbol=Symbol::Search />
                    <span class="ov-search-box__button-text">{texts().search}</span>
                </button>
            </div>
            {hint
                .map_view(|hint| {
                    view! { <p class="ov-search-box__hint" id=super::hint_id(&id)>{hint}</p> }
                })}
        </form>
    }
}
