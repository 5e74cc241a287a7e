//! 多个文件一起传: the place where many files are dropped at once on a desk, and the page on which each of them
//! is given its material. A plain form with one choice a file.

use super::materials::{FILES, accept, hint, name_slots, problem_text, slot_file};
use super::steps::{Step, steps};
use crate::apply::components::upload::helper_then;
use crate::apply::finding::ui_finding;
use crate::links;
use crate::paths;
use crate::t::pages as t;
use crate::ui::{
    ActionBar, Button, Choice, Columns, EmptyState, ErrorSummary, FieldError, FileSlot, Finding, FindingLevel,
    LinkButton, PageHeading, SelectField, SlotFile, Stack, Symbol, field_id,
};
use domain::ids::FileId;
use domain::materials::UNSORTED;
use leptos::prelude::*;
use service::drafts::DraftView;
use service::sorting::{Waiting, unsorted, waiting};
use service::transfers::Interrupted;
use service::uploads::{FileView, limits_of};

/// Form field in which a file's material is chosen.
pub fn choice_of(file: FileId) -> String {
    format!("to-{file}")
}

/// The file of such a field.
pub fn file_of(field: &str) -> Option<FileId> {
    field.strip_prefix("to-")?.parse().ok()
}

/// The card of the materials page into which many files are dropped; on phones it shows only while files wait
/// in it.
pub(super) fn card(draft: &DraftView, interrupted: &[Interrupted]) -> AnyView {
    let material = unsorted(&draft.matter);
    let files: Vec<&FileView> = draft.files.iter().filter(|f| f.material == UNSORTED).collect();
    let rows: Vec<SlotFile> =
        files.iter().map(|f| slot_file(&draft.matter, f, Some(paths::remove_file(draft.id, f.id)))).collect();
    let waits = (!files.is_empty()).then(|| Finding { level: FindingLevel::MustFix, text: t::many_waits().into() });
    let to_sort = (!files.is_empty()).then(|| {
        let (href, text) = (paths::many(draft.id), t::many_to_sort(files.len()));
        view! { <p><LinkButton href=href>{text}</LinkButton></p> }
    });
    let own: Vec<Interrupted> = interrupted.iter().filter(|i| i.material == UNSORTED).cloned().collect();
    let full = files.len() >= material.max_files as usize;
    let upload = (!full).then(|| paths::upload(draft.id, UNSORTED));
    let island = helper_then(
        paths::transfers(draft.id, UNSORTED),
        field_id(UNSORTED),
        &limits_of(&material),
        &own,
        paths::many(draft.id),
    );
    let class = if files.is_empty() { "ov-many ov-many--empty" } else { "ov-many" };
    view! {
        <div class=class>
            <FileSlot
                name=FILES
                input_id=UNSORTED
                title=t::many_title()
                heading_level=2
                files=rows
                findings=waits.into_iter().collect()
                upload_action=upload
                accept=accept(&material)
                hint=hint(&material)
            >
                <p>{t::many_lead()}</p>
                {to_sort}
                {island}
            </FileSlot>
        </div>
    }
    .into_any()
}

/// Each waiting file with its choice. `problem` is the stable code of what went wrong last, and the material.
pub fn many(draft: &DraftView, problem: Option<(&str, &str)>) -> AnyView {
    let list = waiting(draft);
    let aside = steps(draft, &Step::Materials);
    let caption = draft.matter.title.clone();
    let errors = problem_summary(draft, problem);
    let back = paths::materials(draft.id);
    let body = if list.is_empty() {
        view! {
            <EmptyState symbol=Symbol::File title=t::many_none_title() body=t::many_none_body() />
            <p><LinkButton href=back>{t::back()}</LinkButton></p>
        }
        .into_any()
    } else {
        form(draft, &list)
    };
    view! {
        <Columns aside=move || aside>
            {errors}
            <PageHeading caption=caption title=t::many_page_title() lead=t::many_page_lead() />
            {body}
        </Columns>
    }
    .into_any()
}

fn form(draft: &DraftView, list: &[Waiting]) -> AnyView {
    let open = list.iter().filter(|one| one.proposal.is_none()).count();
    let note = if open == 0 { t::many_check().to_owned() } else { t::many_open(open) };
    let rows = list.iter().map(|one| row(draft, one)).collect_view();
    let back = paths::materials(draft.id);
    view! {
        <form class="ov-stack" method="post" action=paths::many(draft.id)>
            <Stack>{rows}</Stack>
            <ActionBar note=note>
                <Button>{t::many_confirm()}</Button>
            </ActionBar>
        </form>
        <p><a href=back>{t::many_back()}</a></p>
    }
    .into_any()
}

/// One file: what it looks like, what is wrong with it, and what it is.
fn row(draft: &DraftView, one: &Waiting) -> AnyView {
    let file = &one.file;
    let picture = (file.pictures() > 0).then(|| {
        view! { <img class="ov-file-slot__preview" src=links::small_picture(file.id) alt="" loading="lazy" /> }
    });
    let must = file.report.findings.iter().find(|f| f.level == precheck::Level::MustFix).map(|finding| {
        let mut finding = finding.clone();
        name_slots(&draft.matter, &mut finding.detail);
        ui_finding(&finding).text
    });
    let choices: Vec<Choice> = one
        .fits
        .iter()
        .filter_map(|id| draft.matter.material(id))
        .map(|material| Choice::new(material.id.clone(), material.name.clone()))
        .collect();
    let hint = match (choices.is_empty(), &one.proposal) {
        (true, _) => t::many_nowhere(),
        (false, Some(_)) => t::many_proposed(),
        (false, None) => t::many_unknown(),
    };
    view! {
        <div class="ov-file-slot">
            {picture}
            <SelectField
                name=choice_of(file.id)
                label=t::many_which(&file.name)
                choices=choices
                hint=hint
                error=must
                value=one.proposal.clone()
                empty_label=t::many_empty()
            />
        </div>
    }
    .into_any()
}

fn problem_summary(draft: &DraftView, problem: Option<(&str, &str)>) -> AnyView {
    let errors = problem
        .map(|(id, code)| {
            let material = draft.matter.material(id);
            let text = problem_text(material, code);
            let message = material.map_or_else(|| text.clone(), |m| format!("{}：{text}", m.name));
            FieldError::new("", message)
        })
        .into_iter()
        .collect();
    view! { <ErrorSummary errors=errors title=t::many_error() /> }.into_any()
}

#[cfg(test)]
mod tests {
    use super::super::materials::materials;
    use super::super::materials::tests::{draft, file, html};
    use super::*;
    use precheck::{Code, Finding, Level};

    fn with(names: &[&str]) -> DraftView {
        let mut draft = draft("food-licence");
        for (number, name) in (1..).zip(names) {
            let mut one = file(UNSORTED, Finding::new(Code::Sideways, Level::Note));
            one.id = format!("019a0000-0000-7000-8000-00000000010{number}").parse().expect("a UUID");
            one.name = (*name).to_owned();
            draft.files.push(one);
        }
        draft
    }

    #[test]
    fn m3_many_files_are_one_form_with_a_choice_each_and_a_proposal_where_it_is_clear() {
        let draft = with(&["营业执照正面.jpg", "IMG_1.jpg"]);
        let page = html(|| many(&draft, None));
        for file in &draft.files {
            assert!(page.contains(&format!("name=\"{}\"", choice_of(file.id))), "{}", file.name);
            assert_eq!(file_of(&choice_of(file.id)), Some(file.id));
        }
        assert_eq!(page.matches("selected").count(), 1, "only what is clear is proposed: {page}");
        assert!(page.contains(&t::many_open(1)) && page.contains(t::many_unknown()));
        assert!(page.contains(&format!("action=\"{}\"", paths::many(draft.id))));
        assert_eq!(file_of("other"), None);
    }

    #[test]
    fn m3_the_materials_page_takes_many_files_and_says_which_still_wait() {
        let empty = html(|| materials(&with(&[]), &[], None));
        assert!(empty.contains(t::many_title()) && empty.contains("ov-many--empty"));
        assert!(empty.contains(&paths::upload(with(&[]).id, UNSORTED)));
        let waits = html(|| materials(&with(&["a.jpg"]), &[], None));
        assert!(waits.contains(t::many_waits()) && !waits.contains("ov-many--empty"));
        assert!(waits.contains(&paths::many(with(&[]).id)));
    }
}
