//! The values of a form's fields, by name.

use crate::browser::{put, text};
use domain::form::FieldSpec;
use wasm_bindgen::JsCast;
use web_sys::{Element, FormData, HtmlFormElement};

/// Values by field name. A handful: a list is smaller than a map.
pub(super) type Values = Vec<(String, String)>;

/// The values of these fields as they stand in the form.
pub(super) fn values(form: &HtmlFormElement, fields: &[FieldSpec]) -> Values {
    let Ok(data) = FormData::new_with_form(form) else { return Values::new() };
    fields.iter().filter_map(|f| Some((f.name.clone(), data.get(&f.name).as_string()?))).collect()
}

/// The values that the server wrote into the page: those of a reset copy.
pub(super) fn as_rendered(form: &HtmlFormElement, fields: &[FieldSpec]) -> Values {
    let copy = form.clone_node_with_deep(true).ok().and_then(|c| c.dyn_into::<HtmlFormElement>().ok());
    copy.map_or_else(Values::new, |copy| {
        copy.reset();
        values(&copy, fields)
    })
}

/// The latest value set for a name.
pub(super) fn find<'a>(values: &'a Values, name: &str) -> Option<&'a str> {
    values.iter().rev().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
}

pub(super) fn set_all(values: &mut Values, new: &Values) {
    values.retain(|(name, _)| find(new, name).is_none());
    values.extend_from_slice(new);
}

/// Whether the form has this field; 长辈版 shows one at a time.
pub(super) fn shows(form: &HtmlFormElement, name: &str) -> bool {
    !controls(form, name).is_empty()
}

/// Puts a value into the form.
pub(super) fn put_value(form: &HtmlFormElement, name: &str, value: &str) {
    for control in controls(form, name) {
        if text(&control, "type") == "radio" {
            put(&control, "checked", &(text(&control, "value") == value).into());
        } else {
            put(&control, "value", &value.into());
        }
    }
}

/// The value as the page words it: a choice by its label.
pub(super) fn in_words(form: &HtmlFormElement, name: &str, value: &str) -> String {
    let chosen = controls(form, name).into_iter().find(|c| text(c, "type") == "radio" && text(c, "value") == value);
    let label =
        chosen.and_then(|c| form.query_selector(&["label[for='", c.id().as_str(), "']"].concat()).ok().flatten());
    // Its hint comes behind.
    let words = label.and_then(|l| l.first_child()).and_then(|first| first.text_content());
    words.unwrap_or_else(|| value.to_owned())
}

/// The controls of a field: several for a choice. Names of fields are identifiers of the catalogue.
fn controls(form: &HtmlFormElement, name: &str) -> Vec<Element> {
    let Ok(list) = form.query_selector_all(&["[name='", name, "']"].concat()) else { return Vec::new() };
    (0..list.length()).filter_map(|index| list.item(index)?.dyn_into().ok()).collect()
}
