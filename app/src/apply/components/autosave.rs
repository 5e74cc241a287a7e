//! 自动保存: saves a section of the form while it is being filled, and checks each field when it is left.

use super::saver::Saver;
use domain::form::FieldSpec;
use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::HtmlFormElement;

/// Attaches itself to the form in which it stands; shows nothing by itself. What it says goes into
/// the form's element `[data-saved]`, errors go where the server writes them.
#[island]
pub fn AutoSave(
    /// Draft id.
    draft: String,
    /// Version of the draft that this page shows.
    version: i64,
    /// The fields of this section, without their words.
    fields: Vec<FieldSpec>,
    /// Today in China: year, month, day.
    today: (i16, i8, i8),
) -> impl IntoView {
    let place = NodeRef::<leptos::html::Span>::new();
    Effect::new(move |_| {
        let form = place.get().and_then(|span| span.closest("form").ok().flatten());
        let Some(form) = form.and_then(|f| f.dyn_into::<HtmlFormElement>().ok()) else { return };
        let Ok(today) = jiff::civil::Date::new(today.0, today.1, today.2) else { return };
        Saver::attach(form, draft.clone(), version, fields.clone(), today);
    });
    view! { <span node_ref=place hidden></span> }
}

/// The island for one section of a draft's form.
#[cfg(feature = "ssr")]
pub fn helper(draft: &service::drafts::DraftView, section: &domain::form::Section, today: jiff::civil::Date) -> AnyView {
    // Only what the check looks at goes to the browser.
    let fields: Vec<FieldSpec> = section
        .visible(&draft.answers)
        .map(|f| FieldSpec { hint: None, example: None, when: None, autocomplete: None, ..f.clone() })
        .collect();
    let today = (today.year(), today.month(), today.day());
    view! { <AutoSave draft=draft.id.to_string() version=draft.version fields=fields today=today /> }.into_any()
}
