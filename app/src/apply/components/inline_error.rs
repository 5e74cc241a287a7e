//! The error of one field, exactly where and how `ui` writes it.

use crate::browser::{by_id, document};
use crate::ui::texts::texts;
use crate::ui::{error_id, field_id, hint_id};
use wasm_bindgen::JsValue;
use web_sys::Element;

/// Shows the error of field `name`, or takes it away.
pub(super) fn show(name: &str, error: Option<&str>) {
    // Fails only where the page lacks the field; then there is nothing to show it at.
    let _ = try_show(&field_id(name), error);
}

fn try_show(id: &str, error: Option<&str>) -> Result<(), JsValue> {
    let Some(control) = by_id(id) else { return Ok(()) };
    let Some(frame) = control.closest(".ov-field, .ov-radios")? else { return Ok(()) };
    let group = frame.tag_name() == "FIELDSET";
    let holder = if group { &frame } else { &control };
    let class = frame.class_list();
    let modifier = format!("{}--error", class.item(0).unwrap_or_default());
    if let Some(old) = by_id(&error_id(id)) {
        old.remove();
    }
    let hint = by_id(&hint_id(id)).is_some().then(|| hint_id(id));
    let described: Vec<String> = hint.into_iter().chain(error.map(|_| error_id(id))).collect();
    if described.is_empty() {
        holder.remove_attribute("aria-describedby")?;
    } else {
        holder.set_attribute("aria-describedby", &described.join(" "))?;
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
    if let Some(before) = before {
        before.after_with_node_1(message(id, text)?.as_ref())?;
    }
    Ok(())
}

fn message(id: &str, text: &str) -> Result<Element, JsValue> {
    let (paragraph, prefix) = (document().create_element("p")?, document().create_element("span")?);
    paragraph.set_class_name("ov-field__error");
    paragraph.set_id(&error_id(id));
    prefix.set_class_name("ov-vh");
    prefix.set_text_content(Some(texts().error_prefix));
    paragraph.append_with_node_1(&prefix)?;
    paragraph.append_with_str_1(text)?;
    Ok(paragraph)
}
