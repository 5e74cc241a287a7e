//! 自动保存: saves a section of the form while it is being filled, and checks each field when it is left.

use super::saver::Saver;
use crate::browser::{behaviour, data};
use jiff::civil::Date;
use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::{HtmlElement, HtmlFormElement};

/// Attaches itself to the form in which it stands; shows nothing by itself. What it says goes into
/// the form's element `[data-saved]`, errors go where the server writes them.
#[island]
pub fn AutoSave() -> impl IntoView {
    behaviour(attach)
}

fn attach(holder: HtmlElement) -> Option<()> {
    let form = holder.closest("form").ok()??.dyn_into::<HtmlFormElement>().ok()?;
    let version = data(&holder, "data-version").parse().ok()?;
    let today = day(data(&holder, "data-today").parse().ok()?)?;
    Saver::attach(holder, form, version, today);
    Some(())
}

/// A day from `yyyymmdd`.
fn day(number: i64) -> Option<Date> {
    let part = |n: i64| i8::try_from(n % 100).ok();
    Date::new(i16::try_from(number / 10_000).ok()?, part(number / 100)?, part(number)?).ok()
}

/// The island for one section of a draft's form.
#[cfg(feature = "ssr")]
pub fn helper(draft: &service::drafts::DraftView, section: &domain::form::Section, today: Date) -> AnyView {
    let fields = super::brief::write(section.visible(&draft.answers));
    let day = format!("{:04}{:02}{:02}", today.year(), today.month(), today.day());
    view! {
        <div
            hidden
            data-island
            data-draft=draft.id.to_string()
            data-section=section.id.clone()
            data-version=draft.version.to_string()
            data-today=day
            data-fields=fields
        >
            <template data-part="error">
                <p class="ov-field__error">
                    <span class="ov-vh">{crate::ui::texts::texts().error_prefix}</span>
                    <span data-part="text"></span>
                </p>
            </template>
            <template data-part="conflict">
                <p class="ov-hint" data-conflict>
                    <span data-part="text"></span>
                    <button type="button" class="ov-button ov-button--quiet" data-part="take">
                        {crate::t::local_copy::take_theirs()}
                    </button>
                </p>
            </template>
            <AutoSave />
        </div>
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    #[test]
    fn a_day_is_read_back() {
        assert_eq!(super::day(20_261_122), Some(jiff::civil::date(2026, 11, 22)));
        assert_eq!(super::day(20_261_322), None);
    }
}
