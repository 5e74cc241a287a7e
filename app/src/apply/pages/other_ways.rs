//! The ways to fill a slot without a file, as plain forms under the upload form; and what fills it.

use super::licences;
use crate::paths;
use crate::t::other_ways as t;
use crate::ui::{Button, ButtonKind};
use domain::catalogue::Slot;
use domain::materials::Fill;
use leptos::prelude::*;
use service::drafts::DraftView;
use service::fills::FillView;
use service::licences::Ways;

/// What fills this slot of the draft.
pub fn fill_of<'a>(draft: &'a DraftView, material: &str) -> Option<&'a FillView> {
    draft.fills.iter().find(|f| f.material == material)
}

/// State of a filled slot in words.
pub fn state(fill: &Fill) -> &'static str {
    match fill {
        Fill::Licence(_) => t::state_licence(),
        Fill::Number(_) => t::state_number(),
        Fill::Earlier(_) => t::state_earlier(),
        Fill::Deferred(_) => t::state_deferred(),
        Fill::Promise(_) => t::state_promise(),
    }
}

/// What fills the slot, with the way back to a file; otherwise what could fill it, one function a way.
pub fn other_ways(draft: &DraftView, slot: &Slot<'_>, ways: &Ways) -> AnyView {
    let material = slot.material;
    if let Some(fill) = fill_of(draft, &material.id) {
        return filled(draft, fill, ways);
    }
    if draft.files.iter().any(|f| f.material == material.id) {
        return ().into_any();
    }
    let (earlier, licence) = (licences::earlier(draft, material, ways), licences::licence(draft, material, ways));
    let promised = super::promise::ways(draft, material);
    view! { {earlier} {licence} {promised} }.into_any()
}

fn filled(draft: &DraftView, fill: &FillView, ways: &Ways) -> AnyView {
    let words = sentence(&fill.fill);
    let action = paths::remove_fill(draft.id, &fill.material);
    let (facts, values) = (licences::facts(&fill.fill), licences::values(draft, &fill.material, ways));
    view! {
        <p>{words}</p>
        {facts}
        {values}
        <form method="post" action=action>
            <Button kind=ButtonKind::Quiet>{t::take_out()}</Button>
        </form>
    }
    .into_any()
}

/// What fills the slot, in one sentence.
pub fn sentence(fill: &Fill) -> String {
    match fill {
        Fill::Licence(licence) => t::licence(&licence.title),
        Fill::Number(number) => t::number(&number.title),
        Fill::Earlier(earlier) => t::earlier(&earlier.case_number, &earlier.material),
        Fill::Deferred(_) => t::deferred().to_owned(),
        Fill::Promise(promise) => t::promise(&promise.title),
    }
}
