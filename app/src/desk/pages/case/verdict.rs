//! The clerk's verdict on one material: 合格, or one of the published criteria (C14: nothing more
//! can be asked for).

use super::acts::act_form;
use crate::t::counter as words;
use crate::t::{desk as t, promises};
use crate::ui::{Button, ButtonKind, Details, Notification, Tone, field_id, hint_id};
use domain::catalogue::Material;
use domain::time::format_date_zh;
use leptos::prelude::*;
use service::desk::{Can, DeskView, VerdictView};
use service::held::HeldView;

/// Longest note, as the service takes it; UTF-16 units are never fewer than characters.
const LONGEST_NOTE: &str = "500";

/// This round's verdict.
pub(super) fn current<'a>(view: &'a DeskView, material: &str) -> Option<&'a VerdictView> {
    view.verdicts.iter().find(|v| v.material == material && v.round == view.round)
}

/// After the notice only what it named is looked at again.
pub(super) fn open_in_round(view: &DeskView, material: &str) -> bool {
    match &view.view.case.notice {
        Some(notice) => notice.items.iter().any(|i| i.material == material),
        None => true,
    }
}

/// Promised for later, or a promise stands for it: there is nothing to find fault with here.
pub(super) fn is_promised(view: &DeskView, material: &str) -> bool {
    let case = &view.view.case;
    case.owed_material(material).is_some() || case.promised.iter().any(|p| p.material == material)
}

/// The newest verdict as a badge.
pub(super) fn state(view: &DeskView, material: &str) -> (&'static str, Tone) {
    let newest = if open_in_round(view, material) && view.can.contains(&Can::Verdict) {
        current(view, material)
    } else {
        view.verdicts.iter().filter(|v| v.material == material).max_by_key(|v| v.round)
    };
    match newest {
        None => (t::verdict_open(), Tone::Neutral),
        Some(VerdictView { criterion: None, .. }) => (t::verdict_ok(), Tone::Success),
        Some(_) => (t::verdict_bad(), Tone::Danger),
    }
}

/// Verdicts of earlier rounds, and this round's where no form shows it.
pub(super) fn earlier(view: &DeskView, material: &Material) -> Option<AnyView> {
    let in_form = view.can.contains(&Can::Verdict) && open_in_round(view, &material.id);
    let mut list: Vec<&VerdictView> =
        view.verdicts.iter().filter(|v| v.material == material.id && (v.round < view.round || !in_form)).collect();
    list.sort_by_key(|v| v.round);
    let items = list
        .iter()
        .map(|v| {
            let text = sentence(material, v);
            let line = if v.round == 0 { t::verdict_round_first(text) } else { t::verdict_round(v.round, text) };
            view! { <li>{line}</li> }
        })
        .collect_view();
    (!list.is_empty()).then(|| {
        view! {
            <Details summary=t::verdict_earlier() open=true>
                <ul>{items}</ul>
            </Details>
        }
        .into_any()
    })
}

fn sentence(material: &Material, verdict: &VerdictView) -> String {
    let text = match &verdict.criterion {
        None => t::verdict_ok().to_owned(),
        Some(id) => material
            .criteria
            .iter()
            .find(|c| c.id == *id)
            .map_or_else(|| t::verdict_bad().to_owned(), |c| t::verdict_bad_choice(&c.text)),
    };
    if verdict.note.is_empty() { text } else { t::verdict_with_note(text, &verdict.note) }
}

/// Where the paper is held already: said before anybody asks for it again (C16).
fn held_note(view: &DeskView, material: &Material) -> Option<AnyView> {
    let held = held(view, material)?;
    let text = match &held.case {
        None => words::held_here(&held.name),
        Some((number, on)) => words::held_earlier(number, &held.name, format_date_zh(*on)),
    };
    Some(view! { <Notification tone=Tone::Info title=text heading_level=4 /> }.into_any())
}

fn held<'a>(view: &'a DeskView, material: &Material) -> Option<&'a HeldView> {
    view.held.iter().find(|h| h.material == material.id)
}

/// The way for a paper that has run out or is about something else; the note has to say why.
fn another_paper(view: &DeskView, material: &Material) -> Option<AnyView> {
    held(view, material)?;
    let id = field_id(&format!("another-{}", material.id));
    let label_for = id.clone();
    Some(
        view! {
            <div class="ov-checkbox">
                <div class="ov-checkbox__row">
                    <input class="ov-checkbox__input" type="checkbox" id=id name="another" value="yes" />
                    <label class="ov-checkbox__label" for=label_for>
                        {words::held_another()}
                        <span class="ov-vh">{format!("：{}", material.name)}</span>
                    </label>
                </div>
            </div>
        }
        .into_any(),
    )
}

/// The verdict form (POST `verdict`: `material`, `criterion` = `ok` or a criterion's id, `note`, `another`).
pub(super) fn form(view: &DeskView, material: &Material) -> Option<AnyView> {
    if !view.can.contains(&Can::Verdict) {
        return None;
    }
    if is_promised(view, &material.id) {
        let owed = view.view.case.owed_material(&material.id).is_some();
        let text = if owed { promises::desk_material() } else { promises::desk_material_promise() };
        return Some(view! { <p class="ov-file-slot__facts">{text}</p> }.into_any());
    }
    if !open_in_round(view, &material.id) {
        return Some(view! { <p class="ov-file-slot__facts">{t::verdict_not_reopened()}</p> }.into_any());
    }
    let before = current(view, &material.id);
    let chosen = before.map(|v| v.criterion.as_deref().unwrap_or("ok"));
    let note = before.map_or(String::new(), |v| v.note.clone());
    let inner = view! {
        {held_note(view, material)}
        {choices(material, chosen)}
        {note_field(material, note)}
        {another_paper(view, material)}
        <div>
            <Button kind=ButtonKind::Secondary label=t::verdict_save_label(&material.name)>{t::verdict_save()}</Button>
        </div>
    };
    let hidden = vec![("material".to_owned(), material.id.clone())];
    Some(act_form(view, "verdict", hidden, inner.into_any()))
}

/// Radio buttons by hand: the page holds one such group per material, so their ids need its id.
fn choices(material: &Material, chosen: Option<&str>) -> AnyView {
    let base = field_id(&format!("criterion-{}", material.id));
    let ok = ("ok".to_owned(), t::verdict_ok().to_owned(), None);
    let bad = material
        .criteria
        .iter()
        .map(|c| (c.id.clone(), t::verdict_bad_choice(&c.text), Some(t::verdict_mend(&c.mend))));
    let items = std::iter::once(ok)
        .chain(bad)
        .enumerate()
        .map(|(index, (value, label, hint))| {
            let id = if index == 0 { base.clone() } else { format!("{base}-{}", index + 1) };
            let checked = chosen == Some(value.as_str());
            let described = hint.is_some().then(|| hint_id(&id));
            let hint_of = described.clone();
            view! {
                <div class="ov-radios__item">
                    <input
                        class="ov-radios__input"
                        type="radio"
                        id=id.clone()
                        name="criterion"
                        value=value
                        checked=checked
                        required=true
                        aria-describedby=described
                    />
                    <label class="ov-radios__label" for=id>
                        {label}
                        {hint.map(|hint| view! { <span class="ov-radios__hint" id=hint_of>{hint}</span> })}
                    </label>
                </div>
            }
        })
        .collect_view();
    view! {
        <fieldset class="ov-radios">
            <legend class="ov-radios__legend">
                {t::verdict_legend()}
                <span class="ov-vh">{format!("：{}", material.name)}</span>
            </legend>
            <div class="ov-radios__list">{items}</div>
        </fieldset>
    }
    .into_any()
}

fn note_field(material: &Material, note: String) -> AnyView {
    let id = field_id(&format!("note-{}", material.id));
    let hint = hint_id(&id);
    let described = hint.clone();
    view! {
        <div class="ov-field">
            <label class="ov-field__label" for=id.clone()>
                {t::verdict_note()}
                <span class="ov-field__optional">{format!("（{}）", crate::ui::texts::texts().optional)}</span>
                <span class="ov-vh">{format!("：{}", material.name)}</span>
            </label>
            <p class="ov-field__hint" id=hint>{t::verdict_note_hint()}</p>
            <div class="ov-field__box">
                <input
                    class="ov-field__input"
                    id=id
                    name="note"
                    type="text"
                    value=note
                    maxlength=LONGEST_NOTE
                    autocomplete="off"
                    aria-describedby=described
                />
            </div>
        </div>
    }
    .into_any()
}
