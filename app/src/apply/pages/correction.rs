//! 补正: the one notice item by item; only those materials reopen, the rest is read-only.

use super::arrange::open_files;
use super::materials::{FILES, accept, criteria, facts, hint, problem_text};
use super::other_ways::sentence;
use super::proof_day;
use crate::paths;
use crate::t::{case as t, failure};
use crate::ui::field_id;
use crate::ui::{
    ActionBar, Badge, Button, ErrorSummary, FieldError, FileSlot, Finding, FindingLevel, LinkButton, Notification,
    PageHeading, Panel, Progress, Stack, Tone,
};
use domain::case::{CaseState, NoticeRecord};
use domain::time::format_date_zh;
use jiff::civil::Date;
use leptos::prelude::*;
use service::cases::CaseView;
use service::transfers::Interrupted;
use service::uploads::FileView;

/// Id of the sentence that says why the answer cannot be sent yet.
const WHY_NOT: &str = "why-not";

/// A material that the notice reopened, with everything the notice says about it.
struct Reopened<'a> {
    material: &'a str,
    name: &'a str,
    texts: Vec<&'a str>,
    /// Files sent for this notice.
    new: Vec<&'a FileView>,
    /// Files sent before.
    old: Vec<&'a FileView>,
}

impl Reopened<'_> {
    /// At least one new file, and none that must be changed.
    fn is_done(&self) -> bool {
        !self.new.is_empty() && self.new.iter().all(|f| !f.must_fix())
    }
}

/// The notice and its answer. `problem` is the material (empty for the whole page) and the stable code
/// of what failed last.
pub fn correction(view: &CaseView, interrupted: &[Interrupted], problem: Option<(&str, &str)>) -> AnyView {
    match (&view.case.state, &view.case.notice) {
        (CaseState::Correcting(correcting), Some(notice)) => {
            open(view, notice, correcting.answer_by, interrupted, problem)
        }
        _ => nothing(view),
    }
}

fn nothing(view: &CaseView) -> AnyView {
    let case = paths::case(view.case.id);
    view! {
        <PageHeading caption=view.matter.title.clone() title=t::correction_title() />
        <Notification tone=Tone::Success title=t::correction_none_title() heading_level=2>
            <p>{t::correction_none_text()}</p>
        </Notification>
        <ActionBar><LinkButton href=case>{t::to_case()}</LinkButton></ActionBar>
    }
    .into_any()
}

fn open(
    view: &CaseView,
    notice: &NoticeRecord,
    until: Date,
    interrupted: &[Interrupted],
    problem: Option<(&str, &str)>,
) -> AnyView {
    let items = reopened(view, notice);
    let done = items.iter().filter(|i| i.is_done()).count();
    let (value, max) = (u32::try_from(done).unwrap_or(0), u32::try_from(items.len()).unwrap_or(1));
    let label = t::correction_progress(done, items.len());
    let slots = items.iter().map(|item| slot(view, item, interrupted)).collect_view();
    let returned = (notice.returned > 0).then(|| view! { <p>{t::correction_returned()}</p> });
    let document = view.documents.iter().rev().find(|d| d.kind == "notice").map(|d| {
        view! { <p><a href=paths::document(d.id)>{t::correction_notice()}</a></p> }
    });
    view! {
        {problem_summary(view, problem)}
        <PageHeading caption=view.matter.title.clone() title=t::correction_title() lead=t::correction_lead() />
        <Notification tone=Tone::Warning title=t::correction_until(format_date_zh(until)) heading_level=2>
            {returned}
            <p>{t::correction_until_text()}</p>
            {document}
        </Notification>
        <Progress label=label value=value max=max />
        <Stack>{slots}</Stack>
        {kept(view, &items)}
        {actions(view, items.len() - done)}
    }
    .into_any()
}

/// The items of the notice by material, in the order of the notice.
fn reopened<'a>(view: &'a CaseView, notice: &'a NoticeRecord) -> Vec<Reopened<'a>> {
    let round = i64::from(notice.returned) + 1;
    let mut list: Vec<Reopened<'a>> = Vec::new();
    for item in &notice.items {
        if let Some(known) = list.iter_mut().find(|r| r.material == item.material) {
            known.texts.push(&item.text);
            continue;
        }
        let (new, old) = view.files.iter().filter(|f| f.material == item.material).partition(|f| f.round == round);
        list.push(Reopened { material: &item.material, name: &item.name, texts: vec![&item.text], new, old });
    }
    list
}

fn slot(view: &CaseView, item: &Reopened<'_>, interrupted: &[Interrupted]) -> AnyView {
    let matter = &view.matter;
    let case = view.case.id;
    let material = matter.material(item.material);
    let full = material.is_some_and(|m| item.new.len() >= m.max_files as usize);
    let upload = (material.is_some() && !full).then(|| paths::correction_upload(case, item.material));
    let files = open_files(matter, &item.new, |file| paths::correction_remove(case, file));
    let (state, tone) = if item.is_done() {
        (t::correction_state_done(item.new.len()), Tone::Success)
    } else if item.new.is_empty() {
        (t::correction_state_open().to_owned(), Tone::Warning)
    } else {
        (t::correction_state_must().to_owned(), Tone::Danger)
    };
    let level = if item.is_done() { FindingLevel::Remark } else { FindingLevel::MustFix };
    let findings = item.texts.iter().map(|text| Finding { level, text: (*text).to_owned() }).collect();
    let full_note = full.then(|| material.map(|m| view! { <p>{crate::t::materials::full(m.max_files)}</p> }));
    let old = (!item.old.is_empty()).then(|| {
        view! { <p>{t::correction_old()}</p> {file_list(&item.old)} }
    });
    let island = island(view, item.material, interrupted);
    let day = material.map(|material| proof_day::question(material, &item.new));
    view! {
        <FileSlot
            name=FILES
            input_id=item.material
            title=item.name
            heading_level=2
            state=state
            state_tone=tone
            criteria=material.map(criteria).unwrap_or_default()
            sample_href=material.and_then(|m| m.sample.clone())
            blank_href=material.and_then(|m| m.blank.clone())
            files=files
            findings=findings
            upload_action=upload
            accept=material.map(accept).unwrap_or_default()
            multiple=material.is_none_or(|m| m.max_files > 1)
            hint=material.map(hint)
        >
            {full_note}
            {day}
            {old}
            {island}
        </FileSlot>
    }
    .into_any()
}

/// The place of the upload island.
fn island(view: &CaseView, material: &str, interrupted: &[Interrupted]) -> AnyView {
    let Some(spec) = view.matter.material(material) else { return ().into_any() };
    let limits = service::uploads::limits_of(spec);
    let url = paths::correction_transfers(view.case.id, material);
    let own: Vec<Interrupted> = interrupted.iter().filter(|i| i.material == material).cloned().collect();
    crate::apply::components::upload::helper(url, field_id(material), &limits, &own)
}

fn file_list(files: &[&FileView]) -> AnyView {
    let items = files
        .iter()
        .map(|f| view! { <li><a href=paths::file_view(f.id)>{t::submitted_file(&f.name, facts(f))}</a></li> })
        .collect_view();
    view! { <ul>{items}</ul> }.into_any()
}

/// What was received and does not reopen, read-only.
fn kept(view: &CaseView, reopened: &[Reopened<'_>]) -> AnyView {
    let panels = view
        .matter
        .materials
        .iter()
        .filter(|m| !reopened.iter().any(|r| r.material == m.id))
        .filter_map(|m| {
            let files: Vec<&FileView> = view.files.iter().filter(|f| f.material == m.id).collect();
            let filled = view.fills.iter().find(|f| f.material == m.id).map(|f| sentence(&f.fill));
            let said = filled.clone().map(|text| view! { <p>{text}</p> });
            (!files.is_empty() || filled.is_some()).then(|| {
                view! {
                    <li>
                        <p>
                            <strong>{m.name.clone()}</strong>
                            " "
                            <Badge text=t::correction_kept_badge() tone=Tone::Success />
                        </p>
                        {said}
                        {(!files.is_empty()).then(|| file_list(&files))}
                    </li>
                }
            })
        })
        .collect_view();
    view! {
        <Panel title=t::correction_kept() id="kept">
            <ul class="ov-list">{panels}</ul>
            <p>{t::correction_kept_form()}</p>
        </Panel>
    }
    .into_any()
}

fn actions(view: &CaseView, missing: usize) -> AnyView {
    let why = (missing > 0).then(|| view! { <p id=WHY_NOT>{t::correction_incomplete(missing)}</p> });
    let described = (missing > 0).then_some(WHY_NOT);
    view! {
        <form class="ov-stack" method="post" action=paths::correction(view.case.id)>
            {why}
            <ActionBar note=t::correction_submit_note()>
                <Button disabled={missing > 0} described_by=described>{t::correction_submit()}</Button>
            </ActionBar>
        </form>
    }
    .into_any()
}

fn problem_summary(view: &CaseView, problem: Option<(&str, &str)>) -> AnyView {
    let error = problem.map(|(id, code)| {
        let material = view.matter.material(id);
        let own = t::by_key(&format!("error.{code}")).map(str::to_owned);
        let text = own.unwrap_or_else(|| problem_text(material, code));
        let message = material.map_or_else(|| text.clone(), |m| format!("{}：{text}", m.name));
        FieldError::new(if material.is_some() { id } else { "" }, message)
    });
    view! { <ErrorSummary errors=error.into_iter().collect() title=t::correction_error() /> }.into_any()
}

/// The text of a failure that concerns a whole case.
pub(crate) fn case_error(code: &str) -> &'static str {
    let key = format!("error.{code}");
    let own = t::by_key(&key).or_else(|| crate::t::undo::by_key(&key));
    own.or_else(|| failure::by_key(code)).unwrap_or_else(|| failure::internal())
}
