//! The error of one field, exactly where and how `ui` writes it.

use crate::browser::{by_id, copy_of, part};
use crate::ui::{error_id, field_id, hint_id};
use wasm_bindgen::JsValue;
use web_sys::Element;

/// Shows the error of field `name`, or takes it away. `holder` has the template of an error.
pub(super) fn show(holder: &Element, name: &str, error: Option<&str>) {
    // Fails only where the page lacks the field; then there is nothing to show it at.
    let _ = try_show(holder, &field_id(name), error);
}

fn try_show(holder: &Element, id: &str, error: Option<&str>) -> Result<(), JsValue> {
    let Some(control) = by_id(id) else { return Ok(()) };
    let Some(frame) = control.closest(".ov-field, .ov-radios")? else { return Ok(()) };
    let group = frame.tag_name() == "FIELDSET";
    let described_at = if group { &frame } else { &control };
    let class = frame.class_list();
    let modifier = format!("{}--error", class.item(0).unwrap_or_default());
    if let Some(old) = by_id(&error_id(id)) {
        old.remove();
    }
    let hint = by_id(&hint_id(id)).is_some().then(|| hint_id(id));
    let described: Vec<String> = hint.into_iter().chain(error.map(|_| error_id(id))).collect();
    if described.is_empty() {
        described_at.remove_attribute("aria-describedby")?;
    } else {
        described_at.set_attribute("aria-describedby", &described.join(" "))?;
    }
    let Some(text) = error else {
        control.remove_attribute("aria-invalid")?;
        return class.remove_1(&modifier);
    };
    if !group {
        control.set_attribute("aria-invalid", "true")?;
    }
    class.add_1(&modifier)?;
    let before = by_id(&hint_id(id)).or_else(|| frame.first_element_child());
    if let (Some(before), Some(message)) = (before, copy_of(holder, "error")) {
        message.set_id(&error_id(id));
        if let Some(words) = part(&message, "text") {
            words.set_text_content(Some(text));
        }
        before.after_with_node_1(&message)?;
    }
    Ok(())
}
