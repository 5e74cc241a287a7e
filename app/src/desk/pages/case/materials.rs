//! The materials of the personal list, each with files, verdict form and earlier verdicts.

use super::{files, fills, verdict};
use crate::apply::pages::proof_day;
use crate::t::desk as t;
use crate::ui::{Badge, Details, Heading, Panel, Tone};
use domain::catalogue::{Material, Necessity};
use leptos::prelude::*;
use precheck::Finding;
use service::cases::CaseView;
use service::desk::{Can, DeskView};
use service::uploads::FileView;

/// A material to be shown, and why.
struct Shown<'a> {
    material: &'a Material,
    need: (&'static str, Tone),
    because: Option<String>,
}

pub(super) fn materials(view: &DeskView, finding_text: fn(&Finding) -> String) -> AnyView {
    let list = list(view);
    let to_check = list
        .iter()
        .filter(|s| verdict::open_in_round(view, &s.material.id) && !verdict::is_promised(view, &s.material.id));
    let (done, all) = to_check.fold((0_usize, 0_usize), |(done, all), s| {
        (done + usize::from(verdict::current(view, &s.material.id).is_some()), all + 1)
    });
    let count = view.can.contains(&Can::Verdict).then(|| view! { <p>{t::materials_checked(done, all)}</p> });
    let items = list.iter().map(|s| material(view, s, finding_text)).collect_view();
    view! {
        <Panel title=t::materials_title() id="materials">
            {count}
            {items}
        </Panel>
    }
    .into_any()
}

/// The personal list; behind it whatever was handed in though the answers no longer ask for it.
fn list(view: &DeskView) -> Vec<Shown<'_>> {
    let shown = &view.view;
    let mut list: Vec<Shown<'_>> = shown
        .matter
        .personal_list(&shown.answers)
        .into_iter()
        .map(|slot| Shown {
            material: slot.material,
            need: if slot.certain { need(slot.material) } else { (t::material_uncertain(), Tone::Neutral) },
            because: slot.because,
        })
        .collect();
    let extra: Vec<Shown<'_>> = shown
        .matter
        .materials
        .iter()
        .filter(|m| !list.iter().any(|s| s.material.id == m.id) && handed_in(shown, &m.id))
        .map(|material| Shown { material, need: (t::material_unlisted(), Tone::Warning), because: None })
        .collect();
    list.extend(extra);
    list
}

/// By file or in another way.
fn handed_in(shown: &CaseView, material: &str) -> bool {
    shown.files.iter().any(|f| f.material == material) || shown.fills.iter().any(|f| f.material == material)
}

/// What the applicant said stands on the paper that came last, where a rule looks at it; sorted with the newest first.
fn day(material: &Material, own: &[&FileView]) -> AnyView {
    let newest = own.first().map(|f| f.round);
    let day = own.iter().filter(|f| Some(f.round) == newest).find_map(|f| f.proof_day);
    let said = material.validity.as_ref().zip(day).map(|(rule, day)| proof_day::said(rule, day));
    let said = said.map(|text| view! { <p class="ov-file-slot__facts">{text}</p> });
    view! { {said} }.into_any()
}

fn need(material: &Material) -> (&'static str, Tone) {
    match material.necessity {
        Necessity::Necessary => (t::material_necessary(), Tone::Info),
        Necessity::Conditional => (t::material_conditional(), Tone::Info),
        Necessity::Deferrable => (t::material_deferrable(), Tone::Neutral),
    }
}

fn material(view: &DeskView, shown: &Shown<'_>, finding_text: fn(&Finding) -> String) -> AnyView {
    let Shown { material, need: (need, need_tone), because } = shown;
    let id = format!("material-{}", material.id);
    let title_id = format!("{id}-title");
    let labelled = title_id.clone();
    // The newest round first: that is what has to be looked at.
    let mut own: Vec<&FileView> = view.view.files.iter().filter(|f| f.material == material.id).collect();
    own.sort_by_key(|f| std::cmp::Reverse(f.round));
    let (state, state_tone) = verdict::state(view, &material.id);
    let criteria = material.criteria.iter().map(|c| view! { <li>{c.text.clone()}</li> }).collect_view();
    view! {
        <section class="ov-file-slot" id=id aria-labelledby=labelled>
            <div class="ov-file-slot__head">
                <Heading level=3 text=material.name.clone() id=title_id class="ov-file-slot__title" />
                <span class="ov-file-slot__badges">
                    <Badge text=*need tone=*need_tone />
                    <Badge text=state tone=state_tone />
                </span>
            </div>
            {because.as_ref().map(|why| view! { <p class="ov-file-slot__facts">{t::material_because(why)}</p> })}
            {fills::fill(view, &material.id)}
            {day(material, &own)}
            {(!own.is_empty() || !fills::is_filled(view, &material.id)).then(|| files::files(&own, finding_text))}
            {crate::files::pages::bundles(&view.view, &material.id)}
            <Details summary=t::criteria_title()>
                <ul>{criteria}</ul>
            </Details>
            {verdict::earlier(view, material)}
            {verdict::form(view, material)}
        </section>
    }
    .into_any()
}
