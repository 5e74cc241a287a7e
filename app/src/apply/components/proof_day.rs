//! 有效期: says at once what the rule makes of a day, by the function that the server asks too.

use crate::apply::finding::fill;
use crate::browser::{behaviour, by_id, data, listen, part, show};
use domain::catalogue::{DayAsked, Validity};
use domain::form::read_date;
use domain::materials::Judging;
use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::{Event, HtmlElement, HtmlInputElement};

/// The value of `data-asks` where the paper itself says its last day.
const UNTIL: &str = "until";

/// Listens to the date field beside it.
#[island]
pub fn ProofDay() -> impl IntoView {
    behaviour(attach)
}

fn attach(holder: HtmlElement) -> Option<()> {
    let field = by_id(&data(&holder, "data-field"))?.dyn_into::<HtmlInputElement>().ok()?;
    let on = read_date(&data(&holder, "data-on")).ok()?;
    let judging = Judging { on, today: read_date(&data(&holder, "data-today")).ok()? };
    let asks = if data(&holder, "data-asks") == UNTIL { DayAsked::Until } else { DayAsked::Issued };
    let rule = Validity { asks, months: data(&holder, "data-months").parse().ok(), basis: String::new() };
    let (words, read) = (part(&holder, "words")?, field.clone());
    show(&holder, true);
    listen(&field, "change", move |_: Event| {
        // What cannot be read is explained when it is sent.
        let doubt = read_date(&read.value()).ok().and_then(|day| rule.doubt_on(Some(day), judging));
        let text = doubt.map(|doubt| fill(crate::t::file::by_key(doubt.code).unwrap_or_default(), &doubt.detail));
        words.set_text_content(text.as_deref());
    });
    Some(())
}

/// The island for one date field.
#[cfg(feature = "ssr")]
pub fn helper(name: &str, rule: &Validity, judging: Judging) -> AnyView {
    let asks = if rule.asks == DayAsked::Until { UNTIL } else { "issued" };
    let months = rule.months.map(|months| months.to_string()).unwrap_or_default();
    view! {
        <div
            hidden
            data-island
            data-field=crate::ui::field_id(name)
            data-asks=asks
            data-months=months
            data-on=judging.on.to_string()
            data-today=judging.today.to_string()
        >
            <p class="ov-upload__status" role="status" data-part="words"></p>
            <ProofDay />
        </div>
    }
    .into_any()
}
