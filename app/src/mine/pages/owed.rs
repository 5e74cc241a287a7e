//! What is owed, until when, with the upload of just that slot; and what was promised and how it was checked.

use crate::apply::pages::arrange::open_files;
use crate::apply::pages::materials::{FILES, accept, criteria, hint, problem_text};
use crate::apply::pages::proof_day;
use crate::paths;
use crate::t::{failure, promises as t};
use crate::ui::{
    Badge, Button, ErrorSummary, FieldError, FileSlot, Finding, FindingLevel, Notification, Panel, Stack, Tone,
    field_id,
};
use domain::case::{Owed, OwedState};
use domain::catalogue::Material;
use domain::materials::span_zh;
use domain::time::format_date_zh;
use leptos::prelude::*;
use service::cases::CaseView;
use service::follow_ups::{FollowUpState, FollowUpView};
use service::owed::supply_round;
use service::transfers::Interrupted;
use service::uploads::FileView;

/// The materials that were promised for later; nothing where none were. `interrupted` are uploads that broke
/// off, `problem` is the material and the stable code of what failed last.
pub(super) fn owed(view: &CaseView, interrupted: &[Interrupted], problem: Option<(&str, &str)>) -> AnyView {
    if view.case.owed.is_empty() {
        return ().into_any();
    }
    let slots = view.case.owed.iter().map(|owed| one(view, owed, interrupted)).collect_view();
    let errors = errors(view, problem);
    view! {
        <Panel title=t::owed_title() id="owed">
            {errors}
            <p>{t::owed_clock()}</p>
            <Stack>{slots}</Stack>
        </Panel>
    }
    .into_any()
}

fn one(view: &CaseView, owed: &Owed, interrupted: &[Interrupted]) -> AnyView {
    let open = owed.is_open() && !view.case.status().is_final();
    match view.matter.material(&owed.material) {
        Some(material) if open => slot(view, owed, material, interrupted),
        _ => line(owed),
    }
}

/// The state in words, where there is nothing to do.
fn line(owed: &Owed) -> AnyView {
    let (text, tone) = match &owed.state {
        OwedState::Promised => (t::owed_before(span_zh(owed.days, owed.unit)), Tone::Info),
        OwedState::Supplied { .. } => (t::owed_supplied().to_owned(), Tone::Info),
        OwedState::Met { .. } => (t::owed_met().to_owned(), Tone::Success),
        OwedState::Lapsed { .. } => (t::owed_lapsed().to_owned(), Tone::Danger),
    };
    let name = owed.name.clone();
    view! {
        <p>
            <strong>{name}</strong>
            " "
            <Badge text=text tone=tone />
        </p>
    }
    .into_any()
}

/// The slot is open: until when, its files, the upload, and the button that hands it in.
fn slot(view: &CaseView, owed: &Owed, material: &Material, interrupted: &[Interrupted]) -> AnyView {
    let (case, round) = (view.case.id, supply_round(&view.case, owed));
    let files: Vec<&FileView> = view.files.iter().filter(|f| f.material == owed.material && f.round == round).collect();
    let ready = !files.is_empty() && files.iter().all(|f| !f.must_fix());
    let full = files.len() >= material.max_files as usize;
    let upload = (!full).then(|| paths::owed_upload(case, &owed.material));
    let rows = open_files(&view.matter, &files, |file| paths::correction_remove(case, file));
    let full_note = full.then(|| view! { <p>{crate::t::materials::full(material.max_files)}</p> });
    let until = owed.until.map_or_else(String::new, |day| t::owed_until(format_date_zh(day)));
    let findings =
        (owed.returned > 0).then(|| Finding { level: FindingLevel::MustFix, text: t::owed_returned().into() });
    let limits = service::uploads::limits_of(material);
    let broken: Vec<Interrupted> = interrupted.iter().filter(|i| i.material == owed.material).cloned().collect();
    let island = crate::apply::components::upload::helper(
        paths::correction_transfers(case, &owed.material),
        field_id(&owed.material),
        &limits,
        &broken,
    );
    let submit = submit(view, owed, ready);
    let day = proof_day::question(material, &files);
    view! {
        <FileSlot
            name=FILES
            input_id=owed.material.clone()
            title=owed.name.clone()
            heading_level=3
            state=until
            state_tone=Tone::Warning
            criteria=criteria(material)
            sample_href=material.sample.clone()
            blank_href=material.blank.clone()
            files=rows
            findings=findings.into_iter().collect()
            upload_action=upload
            accept=accept(material)
            multiple={material.max_files > 1}
            hint=hint(material)
        >
            {full_note}
            {day}
            {island}
            {submit}
        </FileSlot>
    }
    .into_any()
}

fn submit(view: &CaseView, owed: &Owed, ready: bool) -> AnyView {
    let why = format!("why-not-{}", field_id(&owed.material));
    let note = if ready { t::owed_submit_note() } else { t::owed_incomplete() };
    let label = t::owed_submit_label(&owed.name);
    let described = why.clone();
    view! {
        <form class="ov-stack ov-stack--tight" method="post" action=paths::supply(view.case.id, &owed.material)>
            <p id=why>{note}</p>
            <div>
                <Button label=label disabled={!ready} described_by=described>{t::owed_submit()}</Button>
            </div>
        </form>
    }
    .into_any()
}

/// What failed last, with a link to its file input.
fn errors(view: &CaseView, problem: Option<(&str, &str)>) -> AnyView {
    let error = problem.map(|(id, code)| {
        let material = view.matter.material(id);
        let own = error_text(code).map(str::to_owned);
        let text = own.unwrap_or_else(|| problem_text(material, code));
        let message = material.map_or_else(|| text.clone(), |m| format!("{}：{text}", m.name));
        FieldError::new(if material.is_some() { id } else { "" }, message)
    });
    view! { <ErrorSummary errors=error.into_iter().collect() title=t::error_title() heading_level=3 /> }.into_any()
}

/// A failure of handing in, in words of its own.
fn error_text(code: &str) -> Option<&'static str> {
    t::by_key(&format!("error.{code}")).or_else(|| failure::by_key(code))
}

/// What was promised in place of proofs, and what came of checking it; nothing where nothing was.
pub(super) fn checks(view: &CaseView) -> AnyView {
    if view.case.promised.is_empty() {
        return ().into_any();
    }
    let promised = view.case.promised.iter().map(|p| view! { <li>{t::checks_promised(&p.title, &p.name)}</li> });
    let checked = view.follow_ups.iter().map(|check| view! { <li>{sentence(check)}</li> });
    let (promised, checked) = (promised.collect_view(), checked.collect_view());
    let broken = view.follow_ups.iter().any(|check| check.state == FollowUpState::Breached);
    let broken = broken.then(|| {
        view! { <Notification tone=Tone::Warning><p>{t::checks_repair()}</p></Notification> }
    });
    view! {
        <Panel title=t::checks_title() id="checks">
            <ul class="ov-list">{promised}{checked}</ul>
            {broken}
        </Panel>
    }
    .into_any()
}

fn sentence(check: &FollowUpView) -> String {
    match check.state {
        FollowUpState::Open => t::checks_open(&check.promise, format_date_zh(check.due)),
        FollowUpState::Kept => t::checks_kept(&check.promise),
        FollowUpState::Breached => t::checks_breached(&check.promise, &check.note),
    }
}
