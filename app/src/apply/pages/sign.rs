//! 承诺与签名: everything once more, the statement in full, the signature, and the one button that submits.

use super::steps::{Step, steps};
use crate::paths;
use crate::t::{failure, sign as t};
use crate::ui::{
    ActionBar, Button, ButtonKind, Checkbox, Columns, Details, ErrorSummary, Field, FieldError, LinkButton,
    Notification, PageHeading, Panel, SummaryList, SummaryRow, Tone,
};
use domain::catalogue::Matter;
use domain::form::Section;
use domain::ids::DraftId;
use domain::rules::{Answers, Labels, UNKNOWN};
use leptos::prelude::*;
use service::drafts::{DraftView, Signature};
use service::wording::shown;

/// Form fields of a signature; the other party signs with the same ones.
pub const AGREED: &str = "agreed";
pub const NAME: &str = "name";
/// Handwriting as PNG, base64; filled by the island, empty without it.
pub const PNG: &str = "png";

/// Reads again, promises, signs; after that, submits. `error` is the stable code of what went wrong
/// last, `typed` the name typed then.
pub fn sign(draft: &DraftView, error: Option<&str>, signed_in: bool, typed: &str) -> AnyView {
    let aside = steps(draft, &Step::Sign);
    let caption = draft.matter.title.clone();
    let action = match (draft.submitted, signed_in, &draft.signature) {
        (Some(case), ..) => submitted(&paths::case(case)),
        (None, false, _) => sign_in(draft.id),
        (None, true, None) => {
            let form = form(draft.id, error, typed, ButtonKind::Primary);
            view! { <Panel title=t::sign_title() id="signature">{form}</Panel> }.into_any()
        }
        (None, true, Some(signature)) => submit(draft.id, signature, error, typed),
    };
    let (errors, summary) = (error_summary(draft.id, error), summary(draft));
    let statement = paragraphs(&draft.matter.statement);
    view! {
        <Columns aside=move || aside>
            {errors}
            <PageHeading caption=caption title=t::title() lead=t::lead() />
            {summary}
            <Panel title=t::statement() id="statement">{statement}</Panel>
            {action}
        </Columns>
    }
    .into_any()
}

/// What was answered and uploaded, identity numbers masked, each with the way back to it.
fn summary(draft: &DraftView) -> AnyView {
    let (matter, answers) = (&draft.matter, &draft.answers);
    let questions = question_rows(matter, answers, Some(draft.id));
    let questions =
        (!questions.is_empty()).then(|| view! { <Panel title=t::answers()><SummaryList rows=questions /></Panel> });
    let sections = matter
        .form
        .visible(answers)
        .map(|section| {
            let rows = form_rows(matter, section, answers, Some(draft.id));
            view! { <Panel title=section.title.clone()><SummaryList rows=rows /></Panel> }
        })
        .collect_view();
    let files = material_rows(draft);
    let files = (!files.is_empty()).then(|| view! { <Panel title=t::materials()><SummaryList rows=files /></Panel> });
    view! { {questions} {sections} <p class="ov-hint">{t::masked()}</p> {files} }.into_any()
}

/// The answers to the questions; with `draft`, each with a link back.
pub(crate) fn question_rows(matter: &Matter, answers: &Answers, draft: Option<DraftId>) -> Vec<SummaryRow> {
    let row = |question: &domain::catalogue::Question| {
        let value = answers.get(&question.id).filter(|v| !v.is_empty())?;
        let text = if value == UNKNOWN { t::unknown().to_owned() } else { matter.value(&question.id, value) };
        Some(SummaryRow {
            change_href: draft.map(|id| paths::question(id, &question.id)),
            ..SummaryRow::new(question.text.clone(), text)
        })
    };
    matter.asked(answers).filter_map(row).collect()
}

/// The fields of a section with masked identity numbers; with `draft`, each with a link back.
pub(crate) fn form_rows(
    matter: &Matter,
    section: &Section,
    answers: &Answers,
    draft: Option<DraftId>,
) -> Vec<SummaryRow> {
    section
        .visible(answers)
        .map(|field| {
            let value = answers.get(&field.name).map_or("", String::as_str);
            let text = if value.is_empty() { t::empty().to_owned() } else { shown(matter, field, value, true) };
            let change = draft.map(|id| paths::field(id, &section.id, &field.name));
            SummaryRow { change_href: change, ..SummaryRow::new(field.label.clone(), text) }
        })
        .collect()
}

fn material_rows(draft: &DraftView) -> Vec<SummaryRow> {
    let row = |slot: &domain::catalogue::Slot<'_>| {
        let id = &slot.material.id;
        let count = draft.files.iter().filter(|f| f.material == *id).count();
        let text = match super::other_ways::fill_of(draft, id) {
            Some(fill) => super::other_ways::state(&fill.fill).to_owned(),
            None if count == 0 => t::no_files().to_owned(),
            None => t::files(count),
        };
        let href = format!("{}#{}", paths::materials(draft.id), super::materials::slot_anchor(id));
        SummaryRow::new(slot.material.name.clone(), text).change(href)
    };
    draft.matter.personal_list(&draft.answers).iter().map(row).collect()
}

/// A statement word for word, a paragraph for each line.
pub(super) fn paragraphs(text: &str) -> AnyView {
    let lines = text.lines().map(str::trim).filter(|line| !line.is_empty());
    lines.map(|line| view! { <p>{line.to_owned()}</p> }).collect_view().into_any()
}

fn form(id: DraftId, error: Option<&str>, typed: &str, kind: ButtonKind) -> AnyView {
    let at = |field: &str| error.filter(|code| field_of(code) == field).map(error_text);
    let (agreed_error, name_error) = (at(AGREED), at(NAME));
    view! {
        <form class="ov-stack" method="post" action=paths::sign(id) id="sign-form">
            <Checkbox name=AGREED value="yes" label=t::agree() error=agreed_error />
            <Field name=NAME label=t::name() hint=t::name_hint() value=typed error=name_error autocomplete="name" width=20 />
            {island()}
            <ActionBar note=t::not_submitted()>
                <Button kind=kind>{t::sign_button()}</Button>
            </ActionBar>
        </form>
    }
    .into_any()
}

/// The place of the island that takes handwriting.
fn island() -> AnyView {
    crate::apply::components::signature::helper(PNG)
}

fn sign_in(id: DraftId) -> AnyView {
    view! {
        <Notification tone=Tone::Info title=t::sign_in_title() heading_level=2>
            <p>{t::sign_in_text()}</p>
        </Notification>
        <ActionBar>
            <LinkButton href=paths::sign_in_and_return(&paths::sign(id))>{t::sign_in()}</LinkButton>
        </ActionBar>
    }
    .into_any()
}

fn submitted(href: &str) -> AnyView {
    let href = href.to_owned();
    view! {
        <Notification tone=Tone::Success title=t::submitted_title() heading_level=2>
            <p>{t::submitted_text()}</p>
        </Notification>
        <ActionBar><LinkButton href=href>{t::submitted_link()}</LinkButton></ActionBar>
    }
    .into_any()
}

/// The signature that was given, and the button that submits.
fn submit(id: DraftId, signature: &Signature, error: Option<&str>, typed: &str) -> AnyView {
    let picture = match &signature.png {
        Some(png) => {
            let alt = t::signed_picture(&signature.name);
            view! { <p><img src=format!("data:image/png;base64,{png}") alt=alt width="240" /></p> }.into_any()
        }
        None => view! { <p>{t::signed_typed()}</p> }.into_any(),
    };
    let signed = t::signed_by(&signature.name, signature.signed_at.format_zh());
    let again_open = error.is_some_and(|code| !field_of(code).is_empty());
    let again = form(id, error, typed, ButtonKind::Secondary);
    view! {
        <Notification tone=Tone::Success title=t::signed_title() heading_level=2>
            <p>{signed}</p>
            {picture}
        </Notification>
        <Panel title=t::submit_title() id="submit">
            <ul>
                <li>{t::after_submit_receive()}</li>
                <li>{t::after_submit_answer()}</li>
                <li>{t::after_submit_fixed()}</li>
            </ul>
            <form class="ov-stack" method="post" action=paths::submit(id)>
                <ActionBar note=t::not_submitted()>
                    <Button>{t::submit()}</Button>
                </ActionBar>
            </form>
        </Panel>
        <Details summary=t::sign_again() open=again_open>
            <p>{t::sign_again_text()}</p>
            {again}
        </Details>
    }
    .into_any()
}

/// The field at which a failure is shown; empty for the whole form.
pub(super) fn field_of(code: &str) -> &'static str {
    match code {
        "sign.not_agreed" => AGREED,
        "sign.name" | "sign.picture" | "party.other_name" => NAME,
        _ => "",
    }
}

fn error_text(code: &str) -> &'static str {
    t::by_key(&format!("error.{code}")).or_else(|| failure::by_key(code)).unwrap_or_else(|| failure::internal())
}

fn error_summary(id: DraftId, error: Option<&str>) -> AnyView {
    let report = (error == Some("report.open")).then(|| {
        view! { <p><a href=paths::report(id)>{t::to_report()}</a></p> }
    });
    let errors = error.map(|code| FieldError::new(field_of(code), error_text(code))).into_iter().collect();
    view! { <ErrorSummary errors=errors title=t::error_title() /> {report} }.into_any()
}

#[cfg(test)]
mod tests {
    use super::super::materials::tests::{draft, html};
    use super::*;
    use domain::time::Instant;

    fn with_identity_number() -> DraftView {
        let mut draft = draft("birth-registration");
        draft.answers.insert("parent_id".into(), "11010519491231002X".into());
        draft
    }

    #[test]
    fn the_identity_number_is_masked_and_consent_is_never_given_in_advance() {
        let draft = with_identity_number();
        let page = html(|| sign(&draft, None, true, ""));
        assert!(!page.contains("11010519491231002X"));
        assert!(page.contains("1101**********002X"));
        assert!(page.contains("name=\"agreed\"") && !page.contains(" checked"));
    }

    #[test]
    fn a_guest_is_led_to_sign_in_and_back() {
        let draft = with_identity_number();
        let page = html(|| sign(&draft, None, false, ""));
        assert!(page.contains(&paths::sign_in_and_return(&paths::sign(draft.id))));
        assert!(!page.contains("id=\"sign-form\""));
    }

    #[test]
    fn submitting_is_offered_only_after_signing() {
        let mut draft = with_identity_number();
        let action = format!("action=\"{}\"", paths::submit(draft.id));
        assert!(!html(|| sign(&draft, None, true, "")).contains(&action));
        draft.signature =
            Some(Signature { name: "李岩".into(), signed_at: Instant(0), png: None, statement: String::new() });
        let page = html(|| sign(&draft, None, true, ""));
        assert!(page.contains(&action) && page.contains("李岩"));
    }

    #[test]
    fn an_error_keeps_the_typed_name_and_links_to_the_field() {
        let draft = with_identity_number();
        let page = html(|| sign(&draft, Some("sign.not_agreed"), true, "李岩"));
        assert!(page.contains("href=\"#f-agreed\"") && page.contains("value=\"李岩\""));
    }
}
