//! 材料: one card for each material of the personal list, with what was uploaded and what to mend.

use super::arrange::open_files;
use super::steps::{Step, steps};
use super::{licences, many, other_ways, proof_day};
use crate::apply::finding::{size_text, ui_finding};
use crate::links;
use crate::paths;
use crate::t::{failure, materials as t};
use crate::ui::{
    ActionBar, Columns, EmptyState, ErrorSummary, FieldError, FileSlot, LinkButton, Notification, PageHeading,
    Progress, SlotFile, Stack, Symbol, Tone, field_id,
};
use domain::catalogue::{AcceptedFile, Material, Matter, Necessity, Slot};
use leptos::prelude::*;
use service::drafts::DraftView;
use service::licences::Ways;
use service::transfers::Interrupted;
use service::uploads::{FileView, Scan};

/// Name of the file part in every upload form.
pub const FILES: &str = "files";

/// Id of a material's card, to link to and to return to after an upload.
pub fn slot_anchor(material: &str) -> String {
    format!("slot-{}", field_id(material))
}

/// All materials of the personal list. `problem` names the material whose last upload failed, and
/// the stable code of the failure (`file.none`: nothing was chosen).
/// `interrupted` are uploads that broke off.
pub fn materials(draft: &DraftView, interrupted: &[Interrupted], problem: Option<(&str, &str)>) -> AnyView {
    materials_with(draft, &Ways::default(), interrupted, problem, None)
}

/// The same with other ways than uploading; `filled` slots have just been filled from the licence store.
pub fn materials_with(
    draft: &DraftView,
    ways: &Ways,
    interrupted: &[Interrupted],
    problem: Option<(&str, &str)>,
    filled: Option<usize>,
) -> AnyView {
    let list = draft.matter.personal_list(&draft.answers);
    let errors = problem_summary(&draft.matter, problem);
    let aside = steps(draft, &Step::Materials);
    let caption = draft.matter.title.clone();
    let body = if list.is_empty() {
        view! { <EmptyState symbol=Symbol::File title=t::none_title() body=t::none_body() /> }.into_any()
    } else {
        let slots = list.iter().map(|slot| card(draft, slot, ways, interrupted)).collect_view();
        let (done, licences) = (licences::done(filled), licences::consent(draft, &list, ways));
        let many = many::card(draft, interrupted);
        view! { {done} {progress(draft, &list)} {licences} {how()} <Stack>{many} {slots}</Stack> }.into_any()
    };
    let missing = list.iter().filter(|s| s.certain && !is_done(draft, s)).count();
    let note = match (list.is_empty(), missing) {
        (true, _) => String::new(),
        (false, 0) => t::all_done().to_owned(),
        (false, count) => t::missing(count),
    };
    let next = paths::report(draft.id);
    view! {
        <Columns aside=move || aside>
            {errors}
            <PageHeading caption=caption title=t::title() lead=t::lead() />
            {body}
            <ActionBar note=note>
                <LinkButton href=next>{t::to_report()}</LinkButton>
            </ActionBar>
        </Columns>
    }
    .into_any()
}

fn how() -> AnyView {
    view! {
        <Notification tone=Tone::Info title=t::how_title() heading_level=2>
            <ul>
                <li>{t::how_kinds()}</li>
                <li>{t::how_many()}</li>
                <li>{t::how_plain()}</li>
                <li>{t::how_saved()}</li>
            </ul>
        </Notification>
    }
    .into_any()
}

fn progress(draft: &DraftView, list: &[Slot<'_>]) -> AnyView {
    let all = list.iter().filter(|s| s.certain).count();
    let done = list.iter().filter(|s| s.certain && is_done(draft, s)).count();
    let open = list.len() - all;
    let maybe = (open > 0).then(|| view! { <p>{t::maybe_count(open)}</p> });
    let bar = (all > 0).then(|| {
        view! { <Progress label=t::progress(done, all) value=count(done) max=count(all) /> }
    });
    view! { {bar} {maybe} }.into_any()
}

fn count(number: usize) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}

/// Filled without a file, or at least one file and none that must be changed.
fn is_done(draft: &DraftView, slot: &Slot<'_>) -> bool {
    if other_ways::fill_of(draft, &slot.material.id).is_some() {
        return true;
    }
    let mut files = files_of(&draft.files, &slot.material.id).peekable();
    files.peek().is_some() && files.all(|f| !f.must_fix())
}

fn files_of<'a>(files: &'a [FileView], material: &str) -> impl Iterator<Item = &'a FileView> {
    files.iter().filter(move |f| f.material == material)
}

fn card(draft: &DraftView, slot: &Slot<'_>, ways: &Ways, interrupted: &[Interrupted]) -> AnyView {
    let (material, matter) = (slot.material, &draft.matter);
    let files: Vec<&FileView> = files_of(&draft.files, &material.id).collect();
    let (need, need_tone) = need(material);
    let fill = other_ways::fill_of(draft, &material.id);
    let (state, state_tone) = match fill {
        Some(fill) => (other_ways::state(&fill.fill).to_owned(), Tone::Success),
        None => state(slot.certain, &files),
    };
    let full = files.len() >= material.max_files as usize;
    let upload = (!full && fill.is_none()).then(|| paths::upload(draft.id, &material.id));
    let rows = open_files(matter, &files, |file| paths::remove_file(draft.id, file));
    let full_note = full.then(|| view! { <p>{t::full(material.max_files)}</p> });
    let (notes, island) = (notes(slot), fill.is_none().then(|| island(draft, material, interrupted)));
    let ways = other_ways::other_ways(draft, slot, ways);
    let day = proof_day::question(material, &files);
    view! {
        <FileSlot
            name=FILES
            input_id=material.id.clone()
            title=material.name.clone()
            heading_level=2
            need=need
            need_tone=need_tone
            state=state
            state_tone=state_tone
            criteria=criteria(material)
            sample_href=material.sample.clone()
            blank_href=material.blank.clone()
            files=rows
            upload_action=upload
            accept=accept(material)
            multiple={material.max_files > 1}
            hint=hint(material)
        >
            {full_note}
            {day}
            {notes}
            {island}
            {ways}
        </FileSlot>
    }
    .into_any()
}

/// Why it is asked and what to mind.
fn notes(slot: &Slot<'_>) -> AnyView {
    let material = slot.material;
    let because = slot.because.as_ref().map(|rule| view! { <p>{t::because(rule)}</p> });
    let uncertain = (!slot.certain).then(|| view! { <p>{t::uncertain()}</p> });
    // Where there is a rule, the form that promises it says more.
    let deferrable = (material.necessity == Necessity::Deferrable && material.deferral.is_none())
        .then(|| view! { <p>{t::deferrable_note()}</p> });
    let issuer = material.issuer.as_ref().map(|issuer| view! { <p>{t::issuer(issuer)}</p> });
    let signature = material.needs_signature.then(|| view! { <p>{t::signature()}</p> });
    let advice = material.hint.clone().map(|hint| view! { <p>{hint}</p> });
    view! { {because} {uncertain} {deferrable} {issuer} {signature} {advice} }.into_any()
}

/// The place of the upload island: camera, progress, several at once.
fn island(draft: &DraftView, material: &Material, interrupted: &[Interrupted]) -> AnyView {
    let limits = service::uploads::limits_of(material);
    let url = paths::transfers(draft.id, &material.id);
    let own: Vec<Interrupted> = interrupted.iter().filter(|i| i.material == material.id).cloned().collect();
    crate::apply::components::upload::helper(url, field_id(&material.id), &limits, &own)
}

fn need(material: &Material) -> (&'static str, Tone) {
    match material.necessity {
        Necessity::Necessary => (t::need_necessary(), Tone::Info),
        Necessity::Conditional => (t::need_conditional(), Tone::Neutral),
        Necessity::Deferrable => (t::need_deferrable(), Tone::Neutral),
    }
}

fn state(certain: bool, files: &[&FileView]) -> (String, Tone) {
    if files.is_empty() {
        return if certain {
            (t::state_open().into(), Tone::Warning)
        } else {
            (t::state_maybe().into(), Tone::Neutral)
        };
    }
    if files.iter().any(|f| f.must_fix()) {
        return (t::state_must().into(), Tone::Danger);
    }
    if files.iter().any(|f| f.report.findings.iter().any(|found| found.level == precheck::Level::Advice)) {
        return (t::state_advice(files.len()), Tone::Warning);
    }
    (t::state_done(files.len()), Tone::Success)
}

/// What a right material shows, one sentence each.
pub(crate) fn criteria(material: &Material) -> Vec<String> {
    material.criteria.iter().map(|c| c.text.clone()).collect()
}

/// A file as the card shows it; the pre-check names other slots by id, people by name.
pub(crate) fn slot_file(matter: &Matter, file: &FileView, remove: Option<String>) -> SlotFile {
    let findings = file.findings().map(|finding| {
        let mut finding = finding.clone();
        name_slots(matter, &mut finding.detail);
        ui_finding(&finding)
    });
    SlotFile {
        name: file.name.clone(),
        facts: facts(file),
        href: (file.scan != Scan::Infected).then(|| paths::file_view(file.id)),
        preview: (file.pictures() > 0).then(|| links::small_picture(file.id)),
        remove_action: remove,
        findings: findings.collect(),
        ..SlotFile::default()
    }
}

/// Replaces the id of a material by its name in the details of a finding.
pub(super) fn name_slots(matter: &Matter, details: &mut [(String, String)]) {
    for (_, value) in details.iter_mut().filter(|(key, _)| key == "slot") {
        if let Some(material) = matter.material(value) {
            value.clone_from(&material.name);
        }
    }
}

/// Size, and pages of a PDF: 1.2 MB，3 页.
pub(crate) fn facts(file: &FileView) -> String {
    let size = size_text(file.bytes);
    match file.report.pages {
        Some(pages) => [size, t::pages(pages)].join(t::comma()),
        None => size,
    }
}

/// The `accept` of the file input.
pub(crate) fn accept(material: &Material) -> String {
    let kind = |k: &AcceptedFile| match k {
        AcceptedFile::Jpeg => "image/jpeg",
        AcceptedFile::Png => "image/png",
        AcceptedFile::Pdf => "application/pdf",
    };
    material.accepts.iter().map(kind).collect::<Vec<_>>().join(",")
}

/// Kinds, size and number of files in words.
pub(crate) fn hint(material: &Material) -> String {
    let photo = material.accepts.iter().any(|k| *k != AcceptedFile::Pdf).then(t::kind_photo);
    let pdf = material.accepts.contains(&AcceptedFile::Pdf).then(t::kind_pdf);
    let kinds = photo.into_iter().chain(pdf).collect::<Vec<_>>().join(t::or());
    t::formats(kinds, material.max_megabytes, material.max_files)
}

/// Why an upload failed and what to do, for the material it was meant for.
pub(crate) fn problem_text(material: Option<&Material>, code: &str) -> String {
    match (code, material) {
        ("file.none", _) => t::error_none().to_owned(),
        ("file.too_big", Some(m)) => t::error_too_big(m.max_megabytes),
        ("file.too_many", Some(m)) => t::error_too_many(m.max_files),
        _ => failure::by_key(code).unwrap_or_else(|| failure::internal()).to_owned(),
    }
}

/// The failure of the last upload at the top, with a link to its file input.
fn problem_summary(matter: &Matter, problem: Option<(&str, &str)>) -> AnyView {
    let errors = problem
        .map(|(id, code)| {
            let material = matter.material(id);
            let name = material.map_or("", |m| m.name.as_str());
            let text = problem_text(material, code);
            let message = if name.is_empty() { text } else { format!("{name}：{text}") };
            FieldError::new(if material.is_some() { id } else { "" }, message)
        })
        .into_iter()
        .collect();
    view! { <ErrorSummary errors=errors title=t::error_title() /> }.into_any()
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use domain::ids::{DraftId, FileId};
    use domain::rules::Answers;
    use domain::time::Instant;
    use precheck::{Code, DetectedKind, Finding, Level, Report};
    use std::path::Path;

    pub const ID: &str = "019a0000-0000-7000-8000-000000000001";

    /// A draft of a shipped matter without answers and files.
    pub fn draft(slug: &str) -> DraftView {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../catalogue");
        let catalogue = service::Catalogue::load(&folder).expect("the shipped catalogue is right");
        DraftView {
            id: ID.parse::<DraftId>().expect("a UUID"),
            matter: catalogue.matter(slug).expect("a shipped matter").clone(),
            answers: Answers::new(),
            version: 1,
            updated_at: Instant(0),
            files: Vec::new(),
            fills: Vec::new(),
            signature: None,
            submitted: None,
            carried_over: None,
            promise_barred: false,
        }
    }

    pub fn html(view: impl FnOnce() -> AnyView) -> String {
        Owner::new().with(|| view().to_html())
    }

    pub fn file(material: &str, finding: Finding) -> FileView {
        FileView {
            id: "019a0000-0000-7000-8000-0000000000ff".parse::<FileId>().expect("a UUID"),
            material: material.to_owned(),
            name: "证件.jpg".to_owned(),
            media_type: "image/jpeg".to_owned(),
            bytes: 3 << 20,
            round: 0,
            report: Report { findings: vec![finding], ..Report::new(DetectedKind::Jpeg) },
            created_at: Instant(0),
            scan: Scan::None,
            arranged: service::uploads::Arranged::default(),
            proof_day: None,
            doubt: None,
            numbers: Vec::new(),
            judged_on: None,
        }
    }

    #[test]
    fn every_material_is_a_plain_upload_form_with_its_own_card() {
        let draft = draft("birth-registration");
        let page = html(|| materials(&draft, &[], None));
        for slot in draft.matter.personal_list(&draft.answers) {
            let id = &slot.material.id;
            assert!(page.contains(&format!("action=\"{}\"", paths::upload(draft.id, id))), "{id} cannot be uploaded");
            assert!(page.contains(&format!("id=\"{}\"", slot_anchor(id))), "{id} cannot be linked to");
        }
        assert!(page.contains("enctype=\"multipart/form-data\"") && page.contains("name=\"files\""));
    }

    #[test]
    fn a_finding_names_the_other_material_as_people_know_it() {
        let mut draft = draft("birth-registration");
        let (first, second) = (draft.matter.materials[0].clone(), draft.matter.materials[1].clone());
        draft.files.push(file(&first.id, Finding::new(Code::SameFile, Level::Advice).with("slot", second.id.as_str())));
        let page = html(|| materials(&draft, &[], None));
        assert!(page.contains(&format!("“{}”里的一样", second.name)));
        assert!(page.contains(&paths::remove_file(draft.id, draft.files[0].id)));
        assert!(page.contains("3 MB"));
    }

    #[test]
    fn a_failed_upload_says_which_material_and_what_to_do() {
        let draft = draft("birth-registration");
        let material = &draft.matter.materials[0];
        let page = html(|| materials(&draft, &[], Some((&material.id, "file.too_big"))));
        assert!(page.contains(&format!("href=\"#{}\"", field_id(&material.id))));
        assert!(page.contains(&format!("不能超过 {} MB", material.max_megabytes)));
    }
}
