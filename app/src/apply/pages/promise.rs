//! 以后再补 and 告知承诺: the whole text, a box to tick and a name; plain forms, nothing chosen in advance.

use super::sign::{AGREED, NAME, PNG, field_of, paragraphs};
use super::steps::{Step, steps};
use crate::paths;
use crate::t::{failure, promises as t, sign as sign_t};
use crate::ui::{
    ActionBar, Button, ButtonKind, Checkbox, Columns, ErrorSummary, Field, FieldError, HiddenFields, LinkButton,
    Notification, PageHeading, Panel, Tone,
};
use domain::catalogue::Material;
use leptos::prelude::*;
use service::drafts::DraftView;

/// Hidden field: the version of the matter whose text is shown.
pub const VERSION: &str = "version";

/// What differs between the two forms.
struct Words {
    action: String,
    agree: &'static str,
    submit: &'static str,
    note: &'static str,
}

/// The slot's card, to go back to.
fn card(draft: &DraftView, material: &Material) -> String {
    format!("{}#{}", paths::materials(draft.id), super::materials::slot_anchor(&material.id))
}

/// 以后再补, for a material that may come later; nothing for another. `error` is the stable code of what
/// went wrong last, `typed` the name typed then.
pub fn later(draft: &DraftView, material: &Material, error: Option<&str>, typed: &str) -> AnyView {
    let Some(rule) = &material.deferral else { return ().into_any() };
    let aside = steps(draft, &Step::Materials);
    let caption = draft.matter.title.clone();
    let statement = paragraphs(&rule.statement(&material.name));
    let basis = t::later_basis(&rule.basis);
    let words = Words {
        action: paths::defer(draft.id, &material.id),
        agree: t::later_agree(),
        submit: t::later_submit(),
        note: t::later_note(),
    };
    let form = form(draft, material, error, typed, words);
    let errors = error_summary(error);
    view! {
        <Columns aside=move || aside>
            {errors}
            <PageHeading caption=caption title=t::later_title() lead=t::later_lead() />
            <Panel title=t::later_statement() id="text">
                {statement}
                <p class="ov-hint">{basis}</p>
            </Panel>
            {form}
        </Columns>
    }
    .into_any()
}

/// 告知承诺 in place of a material that offers it; nothing for another.
pub fn promise(draft: &DraftView, material: &Material, error: Option<&str>, typed: &str) -> AnyView {
    let Some(terms) = &material.promise else { return ().into_any() };
    let aside = steps(draft, &Step::Materials);
    let caption = draft.matter.title.clone();
    let (title, letter) = (t::promise_title(&material.name), terms.title.clone());
    let text = paragraphs(&terms.text(&material.name));
    let immediate = terms.immediate.then(|| view! { <p>{t::promise_immediate()}</p> });
    let body = if draft.promise_barred {
        closed(draft, material)
    } else if draft.matter.promisor(&draft.answers).is_none() {
        nobody(draft, material)
    } else {
        let words = Words {
            action: paths::promise(draft.id, &material.id),
            agree: t::promise_agree(),
            submit: t::promise_submit(),
            note: t::promise_note(),
        };
        form(draft, material, error, typed, words)
    };
    let errors = error_summary(error);
    view! {
        <Columns aside=move || aside>
            {errors}
            <PageHeading caption=caption title=title lead=t::promise_lead() />
            <Panel title=letter id="text">
                {text}
                {immediate}
            </Panel>
            {body}
        </Columns>
    }
    .into_any()
}

fn form(draft: &DraftView, material: &Material, error: Option<&str>, typed: &str, words: Words) -> AnyView {
    let at = |field: &str| error.filter(|code| field_of(code) == field).map(error_text);
    let (agreed_error, name_error) = (at(AGREED), at(NAME));
    let hidden = vec![(VERSION.to_owned(), draft.matter.version.to_string())];
    let back = card(draft, material);
    let Words { action, agree, submit, note } = words;
    let form = view! {
        <form class="ov-stack" method="post" action=action id="promise-form">
            <HiddenFields fields=hidden />
            <Checkbox name=AGREED value="yes" label=agree error=agreed_error />
            <Field name=NAME label=t::name() hint=t::name_hint() value=typed error=name_error autocomplete="name" width=20 />
            {crate::apply::components::signature::helper(PNG)}
            <ActionBar note=note>
                <Button>{submit}</Button>
                <LinkButton href=back kind=ButtonKind::Quiet>{t::back()}</LinkButton>
            </ActionBar>
        </form>
    };
    let form = form.into_any();
    view! { <Panel title=t::sign_title() id="signature">{form}</Panel> }.into_any()
}

/// 承诺不实 not repaired: only materials, and how that can change (I5).
fn closed(draft: &DraftView, material: &Material) -> AnyView {
    let back = card(draft, material);
    view! {
        <Notification tone=Tone::Warning title=t::barred() heading_level=2>
            <p>{t::barred_how()}</p>
        </Notification>
        <ActionBar><LinkButton href=back>{t::back()}</LinkButton></ActionBar>
    }
    .into_any()
}

/// Nobody knows yet whose promise it would be.
fn nobody(draft: &DraftView, material: &Material) -> AnyView {
    let back = card(draft, material);
    let to_form = draft.matter.form.visible(&draft.answers).next().map(|section| {
        let href = paths::form(draft.id, &section.id);
        view! { <LinkButton href=href>{t::to_form()}</LinkButton> }
    });
    view! {
        <Notification tone=Tone::Info title=t::nobody_title() heading_level=2>
            <p>{t::nobody_text()}</p>
        </Notification>
        <ActionBar>
            {to_form}
            <LinkButton href=back kind=ButtonKind::Quiet>{t::back()}</LinkButton>
        </ActionBar>
    }
    .into_any()
}

fn error_text(code: &str) -> &'static str {
    let key = format!("error.{code}");
    t::by_key(&key)
        .or_else(|| sign_t::by_key(&key))
        .or_else(|| t::by_key(code))
        .or_else(|| failure::by_key(code))
        .unwrap_or_else(|| failure::internal())
}

fn error_summary(error: Option<&str>) -> AnyView {
    let errors = error.map(|code| FieldError::new(field_of(code), error_text(code))).into_iter().collect();
    view! { <ErrorSummary errors=errors title=t::error_title() /> }.into_any()
}

/// Under the upload form of a card: the ways to promise, with nothing chosen.
pub fn ways(draft: &DraftView, material: &Material) -> AnyView {
    let later = material.deferral.as_ref().map(|rule| {
        let label = t::later_label(&material.name);
        let href = paths::defer(draft.id, &material.id);
        view! {
            <p>{t::later_way(rule.span_zh())}</p>
            <p><LinkButton href=href kind=ButtonKind::Secondary label=label>{t::later_open()}</LinkButton></p>
        }
    });
    let promise = material.promise.as_ref().map(|_| {
        if draft.promise_barred {
            return view! { <p>{t::barred()}{t::barred_how()}</p> }.into_any();
        }
        let label = t::choice_label(&material.name);
        let href = paths::promise(draft.id, &material.id);
        view! {
            <p>{t::choice()}</p>
            <p><LinkButton href=href kind=ButtonKind::Secondary label=label>{t::choice_open()}</LinkButton></p>
        }
        .into_any()
    });
    view! { {promise} {later} }.into_any()
}

#[cfg(test)]
mod tests {
    use super::super::materials::tests::{draft, html};
    use super::*;

    fn hygiene() -> DraftView {
        let mut draft = draft("public-place-hygiene");
        draft.answers.insert("stage".into(), "new".into());
        draft
    }

    fn report(draft: &DraftView) -> Material {
        draft.matter.material("test_report").expect("it takes a promise").clone()
    }

    #[test]
    fn m5_the_whole_text_is_shown_and_nothing_is_chosen_in_advance() {
        let mut draft = hygiene();
        draft.answers.insert("firm_uscc".into(), "91539999MA6000001X".into());
        let material = report(&draft);
        let page = html(|| promise(&draft, &material, None, ""));
        let terms = material.promise.as_ref().expect("terms");
        for part in terms.requirements.iter().chain([&terms.content, &terms.liability, &terms.basis]) {
            assert!(page.contains(part.as_str()), "{part}");
        }
        assert!(page.contains("name=\"agreed\"") && !page.contains(" checked"));
        assert!(page.contains(&format!("action=\"{}\"", paths::promise(draft.id, &material.id))));
        let card = html(|| ways(&draft, &material));
        assert!(card.contains(&paths::promise(draft.id, &material.id)) && !card.contains(" checked"));
    }

    #[test]
    fn i5_a_broken_promise_closes_the_form_and_says_how_to_repair() {
        let mut draft = hygiene();
        draft.promise_barred = true;
        let material = report(&draft);
        let page = html(|| promise(&draft, &material, None, ""));
        assert!(!page.contains("id=\"promise-form\"") && page.contains(t::barred()) && page.contains(t::barred_how()));
        assert!(html(|| ways(&draft, &material)).contains(t::barred()));
    }

    #[test]
    fn m5_without_a_number_nobody_can_promise() {
        let draft = hygiene();
        let page = html(|| promise(&draft, &report(&draft), None, ""));
        assert!(!page.contains("id=\"promise-form\"") && page.contains(t::nobody_title()));
    }

    #[test]
    fn m4_the_sentence_says_by_when_and_an_error_keeps_the_name() {
        let draft = hygiene();
        let material = draft.matter.material("hygiene_rules").expect("it may come later").clone();
        let page = html(|| later(&draft, &material, Some("sign.not_agreed"), "李岩"));
        assert!(page.contains("受理后 5 个工作日内补交"));
        assert!(page.contains("href=\"#f-agreed\"") && page.contains("value=\"李岩\""));
    }
}
