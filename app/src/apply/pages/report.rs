//! 预检报告: everything that is missing or doubtful in one list, each with a link to mend it.

use super::materials::{name_slots, slot_anchor};
use super::steps::{Step, steps};
use crate::apply::finding::fill;
use crate::paths;
use crate::t::report as t;
use crate::ui::{
    ActionBar, Badge, Button, ButtonKind, Columns, Link, LinkButton, Notification, PageHeading, Panel, Tone,
};
use domain::catalogue::Matter;
use leptos::prelude::*;
use precheck::Level;
use service::drafts::DraftView;
use service::report::{Place, ReportItem, ReportView};

/// Id of the sentence that says why signing has to wait.
const WHY_NOT: &str = "why-not";

/// The report, as one list in three levels.
pub fn report(draft: &DraftView, view: &ReportView) -> AnyView {
    let aside = steps(draft, &Step::Report);
    let caption = draft.matter.title.clone();
    let groups = [Level::MustFix, Level::Advice, Level::Note].map(|level| group(draft, view, level)).collect_view();
    let (head, actions) = (head(view), actions(draft, view));
    view! {
        <Columns aside=move || aside>
            <PageHeading caption=caption title=t::title() lead=t::lead() />
            {head}
            {groups}
            <p class="ov-hint">{t::print()}</p>
            {actions}
        </Columns>
    }
    .into_any()
}

fn head(view: &ReportView) -> AnyView {
    let (tone, title, text) = match (view.may_submit(), view.items.is_empty()) {
        (true, true) => (Tone::Success, t::good_title().to_owned(), t::good_text()),
        (true, false) => (Tone::Success, t::may_title().to_owned(), t::may_text()),
        (false, _) => (Tone::Danger, t::must_title(view.must), t::must_text()),
    };
    view! { <Notification tone=tone title=title heading_level=2><p>{text}</p></Notification> }.into_any()
}

fn group(draft: &DraftView, view: &ReportView, level: Level) -> AnyView {
    let items: Vec<&ReportItem> = view.items.iter().filter(|i| i.level == level).collect();
    if items.is_empty() {
        return ().into_any();
    }
    let (title, text, id) = match level {
        Level::MustFix => (t::group_must(items.len()), t::group_must_text(), "must"),
        Level::Advice => (t::group_advice(items.len()), t::group_advice_text(), "advice"),
        Level::Note => (t::group_note(items.len()), t::group_note_text(), "note"),
    };
    let lines = items.into_iter().map(|item| line(draft, item)).collect_view();
    view! {
        <Panel title=title id=id>
            <p>{text}</p>
            <ul class="ov-list ov-stack">{lines}</ul>
        </Panel>
    }
    .into_any()
}

fn line(draft: &DraftView, item: &ReportItem) -> AnyView {
    let (word, tone) = match item.level {
        Level::MustFix => (crate::ui::texts::texts().must_fix, Tone::Danger),
        Level::Advice => (crate::ui::texts::texts().should_fix, Tone::Warning),
        Level::Note => (crate::ui::texts::texts().remark, Tone::Info),
    };
    let link = mend(draft, item);
    let spoken = item.label.clone();
    view! {
        <li>
            <p><Badge text=word tone=tone />" "<strong>{item.label.clone()}</strong></p>
            <p>{sentence(&draft.matter, item)}</p>
            <p><a href=link.href>{link.label}<span class="ov-vh">{spoken}</span></a></p>
        </li>
    }
    .into_any()
}

/// What is wrong and what to do about it.
fn sentence(matter: &Matter, item: &ReportItem) -> String {
    if let Some(code) = item.code.strip_prefix("file.") {
        return file_sentence(matter, code, &item.detail);
    }
    if let Some(code) = item.code.strip_prefix("field.") {
        return crate::t::field::by_key(code).unwrap_or_else(|| t::other()).to_owned();
    }
    if let Some(text) = crate::t::promises::by_key(&item.code) {
        return fill(text, &item.detail);
    }
    if let Some(text) = crate::t::proof::by_key(&item.code) {
        return fill(text, &item.detail);
    }
    let text = t::by_key(&item.code).unwrap_or_else(|| t::other());
    let advice = matter.conditions.iter().find(|c| item.code == "condition.not_met" && c.text == item.label);
    advice.map_or_else(|| text.to_owned(), |c| format!("{text}{}", c.otherwise))
}

fn file_sentence(matter: &Matter, code: &str, detail: &[(String, String)]) -> String {
    let mut detail = detail.to_vec();
    name_slots(matter, &mut detail);
    let place = detail.iter().find(|(key, _)| code == "hidden_content" && key == "where");
    let key = place.map_or_else(|| code.to_owned(), |(_, place)| format!("{code}_{place}"));
    fill(crate::t::file::by_key(&key).unwrap_or_else(|| t::other()), &detail)
}

/// Where to mend it, and what that is called.
fn mend(draft: &DraftView, item: &ReportItem) -> Link {
    let id = draft.id;
    match &item.place {
        Place::Eligibility => Link::new(t::mend_eligibility(), paths::outcome(id)),
        Place::Question(question) => Link::new(t::mend_question(), paths::question(id, question)),
        Place::Field { section, field } => Link::new(t::mend_field(), paths::field(id, section, field)),
        Place::Material { material, file } => {
            let label = if file.is_some() { t::mend_material() } else { t::mend_upload() };
            Link::new(label, format!("{}#{}", paths::materials(id), slot_anchor(material)))
        }
    }
}

fn actions(draft: &DraftView, view: &ReportView) -> AnyView {
    if view.may_submit() {
        let href = paths::sign(draft.id);
        return view! { <ActionBar><LinkButton href=href>{t::to_sign()}</LinkButton></ActionBar> }.into_any();
    }
    let first = view.items.iter().find(|i| i.level == Level::MustFix).map(|item| {
        view! { <LinkButton href=mend(draft, item).href>{t::first()}</LinkButton> }
    });
    view! {
        <p id=WHY_NOT>{t::why_not(view.must)}</p>
        <ActionBar>
            {first}
            <Button kind=ButtonKind::Secondary kind_attr="button" disabled=true described_by=WHY_NOT>
                {t::to_sign()}
            </Button>
        </ActionBar>
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use super::super::materials::tests::{draft, file, html};
    use super::*;
    use jiff::civil::date;
    use precheck::{Code, Finding};
    use service::report::report_of;

    #[test]
    fn an_empty_draft_cannot_be_signed_and_every_item_leads_to_its_place() {
        let draft = draft("birth-registration");
        let view = report_of(&draft, date(2026, 5, 18));
        let page = html(|| report(&draft, &view));
        assert!(page.contains("id=\"why-not\"") && page.contains("disabled"));
        for item in &view.items {
            assert!(page.contains(&format!("href=\"{}\"", mend(&draft, item).href)), "{item:?} leads nowhere");
        }
    }

    #[test]
    fn every_code_of_the_shipped_matters_has_a_sentence() {
        for slug in ["birth-registration", "food-licence", "property-transfer"] {
            let draft = draft(slug);
            for item in report_of(&draft, date(2026, 5, 18)).items {
                assert_ne!(sentence(&draft.matter, &item), t::other(), "{item:?}");
            }
        }
    }

    #[test]
    fn a_finding_of_a_file_is_filled_in() {
        let mut draft = draft("birth-registration");
        let material = draft.matter.materials[0].id.clone();
        let finding = Finding::new(Code::PdfTooManyPages, Level::MustFix).with("pages", "312").with("max_pages", "200");
        draft.files.push(file(&material, finding));
        let view = report_of(&draft, date(2026, 5, 18));
        let page = html(|| report(&draft, &view));
        assert!(page.contains("PDF 有 312 页，这份材料最多 200 页"));
    }

    #[test]
    fn nothing_found_leads_to_the_signature() {
        let draft = draft("birth-registration");
        let view = ReportView { items: Vec::new(), must: 0, advice: 0 };
        let page = html(|| report(&draft, &view));
        assert!(page.contains(t::good_title()) && !page.contains("disabled"));
    }
}
