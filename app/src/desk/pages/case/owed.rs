//! What was promised: materials for later, with the clerk's verdict on what came, and promises in place of
//! proofs, which cannot be asked for any more.

use super::acts::act_form;
use super::files;
use crate::t::promises as t;
use crate::ui::{Badge, Button, ButtonKind, Checkbox, Details, Heading, Hidden, Notification, Panel, Tone, field_id};
use domain::case::{CaseStatus, Owed, OwedState, Promised};
use domain::catalogue::Material;
use domain::materials::Fill;
use domain::time::format_date_zh;
use leptos::prelude::*;
use precheck::Finding;
use service::desk::{Can, DeskView};
use service::owed::supply_round;
use service::uploads::FileView;

/// Longest note, as the service takes it.
const LONGEST_NOTE: &str = "500";

/// Nothing where nothing was promised.
pub(super) fn owed(view: &DeskView, finding_text: fn(&Finding) -> String) -> AnyView {
    let case = &view.view.case;
    if case.owed.is_empty() && case.promised.is_empty() {
        return ().into_any();
    }
    let owed = case.owed.iter().map(|owed| one(view, owed, finding_text)).collect_view();
    let promised = case.promised.iter().map(|promise| promised(view, promise)).collect_view();
    let state = state(view);
    view! {
        <Panel title=t::desk_title() id="promised">
            {state}
            {owed}
            {promised}
        </Panel>
    }
    .into_any()
}

/// What it means for the decision.
fn state(view: &DeskView) -> AnyView {
    let case = &view.view.case;
    if case.status().is_final() {
        return ().into_any();
    }
    let lapsed: Vec<String> = case
        .owed
        .iter()
        .filter(|o| matches!(o.state, OwedState::Lapsed { .. }))
        .map(|o| format!("“{}”", o.name))
        .collect();
    let out = case.owed.iter().any(|o| matches!(o.state, OwedState::Promised | OwedState::Supplied { .. }));
    let (tone, title) = if !lapsed.is_empty() && !out {
        (Tone::Danger, t::desk_lapsed(lapsed.join("、")))
    } else if out && case.status() != CaseStatus::Received {
        (Tone::Warning, t::desk_blocked().to_owned())
    } else if case.on_the_spot() {
        (Tone::Warning, t::desk_spot().to_owned())
    } else {
        return ().into_any();
    };
    view! { <Notification tone=tone title=title /> }.into_any()
}

/// Reasons of a refusal for what did not come, one a line; empty where everything came.
pub(super) fn lapsed_reasons(view: &DeskView) -> String {
    let lapsed = view.view.case.owed.iter().filter(|o| matches!(o.state, OwedState::Lapsed { .. }));
    let line = |o: &Owed| t::desk_lapsed_reason(&o.name, o.until.map(format_date_zh).unwrap_or_default());
    lapsed.map(line).collect::<Vec<_>>().join("\n")
}

fn one(view: &DeskView, owed: &Owed, finding_text: fn(&Finding) -> String) -> AnyView {
    let round = supply_round(&view.view.case, owed);
    let came: Vec<&FileView> =
        view.view.files.iter().filter(|f| f.material == owed.material && f.round <= round && f.round > 0).collect();
    let until = owed.until.map(|day| t::desk_until(format_date_zh(day))).unwrap_or_default();
    let title = format!("{}{until}", t::desk_owed(&owed.name, owed.state.title()));
    let shown = (!came.is_empty()).then(|| files::files(&came, finding_text));
    let forms = view
        .view
        .matter
        .material(&owed.material)
        .filter(|_| view.can.contains(&Can::JudgeOwed(owed.material.clone())))
        .map(|material| forms(view, material));
    view! {
        <div class="ov-desk-act ov-stack ov-stack--tight">
            <Heading level=3 text=title />
            {shown}
            {forms}
        </div>
    }
    .into_any()
}

/// 合格, or back with everything that is wrong (POST `owed/MATERIAL/return`: `bad-CRITERION`, `note`).
fn forms(view: &DeskView, material: &Material) -> AnyView {
    let id = &material.id;
    let label = t::desk_meet_label(&material.name);
    let meet = view! { <div><Button label=label>{t::desk_meet()}</Button></div> };
    let boxes = material
        .criteria
        .iter()
        .map(|c| {
            let (name, suffix) = (format!("bad-{}", c.id), id.clone());
            let label = crate::t::desk::verdict_bad_choice(&c.text);
            view! { <Checkbox name=name value="yes" label=label hint=c.mend.clone() id_suffix=suffix /> }
        })
        .collect_view();
    let label = t::desk_return_label(&material.name);
    let fields = view! {
        <p>{t::desk_return_text()}</p>
        {boxes}
        {note(material)}
        <div><Button kind=ButtonKind::Danger label=label>{t::desk_return()}</Button></div>
    };
    let back = act_form(view, &format!("owed/{id}/return"), Hidden::new(), fields.into_any());
    view! {
        {act_form(view, &format!("owed/{id}/met"), Hidden::new(), meet.into_any())}
        <Details summary=t::desk_return_label(&material.name)>{back}</Details>
    }
    .into_any()
}

/// By hand: the page holds one such field per material, so its id needs the material's.
fn note(material: &Material) -> AnyView {
    let id = field_id(&format!("owed-note-{}", material.id));
    let name = format!("：{}", material.name);
    view! {
        <div class="ov-field">
            <label class="ov-field__label" for=id.clone()>
                {t::desk_note()}
                <span class="ov-vh">{name}</span>
            </label>
            <div class="ov-field__box">
                <input class="ov-field__input" id=id name="note" type="text" maxlength=LONGEST_NOTE autocomplete="off" />
            </div>
        </div>
    }
    .into_any()
}

/// The letter word for word; its document is among the documents of the case.
fn promised(view: &DeskView, promise: &Promised) -> AnyView {
    let fill = view.view.fills.iter().find(|f| f.material == promise.material && f.round == 0);
    let text = match fill.map(|f| &f.fill) {
        Some(Fill::Promise(letter)) => letter.text.clone(),
        _ => String::new(),
    };
    let lines = text.lines().map(|line| view! { <p>{line.to_owned()}</p> }).collect_view();
    let badge =
        promise.immediate.then(|| view! { " "<Badge text=crate::t::desk::processing_immediate() tone=Tone::Info /> });
    let sentence = t::desk_promised(&promise.title, &promise.name);
    view! {
        <div class="ov-desk-act ov-stack ov-stack--tight">
            <p>{sentence}{badge}</p>
            <Details summary=t::desk_text()>{lines}</Details>
        </div>
    }
    .into_any()
}
