//! One section of the form: raw answers as typed, errors from the same check that the service uses.

use super::steps::{Step, steps};
use crate::paths;
use crate::t::apply as t;
use crate::t::field as errors_t;
use crate::ui::{
    ActionBar, Button, ButtonKind, Choice, Columns, DateField, ErrorSummary, Field, FieldError, Link, Notification,
    PageHeading, Radios, TextArea, Tone,
};
use domain::catalogue::Change;
use domain::form::{CheckContext, FieldKind, FieldSpec, Section};
use jiff::civil::Date;
use leptos::prelude::*;
use service::drafts::DraftView;

/// What the page says besides the form.
#[derive(Debug, Clone, Default)]
pub struct FormState {
    /// Show errors: the person tried to go on.
    pub show_errors: bool,
    pub guest: bool,
    /// Labels of fields that another device had changed.
    pub conflicts: Vec<String>,
    /// 长辈版: this one field alone.
    pub only: Option<String>,
}

/// One section.
pub fn section(draft: &DraftView, section: &Section, state: &FormState, today: Date) -> AnyView {
    let shown = |name: &str| state.only.as_ref().is_none_or(|only| only == name);
    let found: Vec<_> = if state.show_errors {
        let all = draft.matter.form.check_section(section, &draft.answers, CheckContext { today });
        all.err().unwrap_or_default().into_iter().filter(|e| shown(&e.field)).collect()
    } else {
        Vec::new()
    };
    let message = |name: &str| {
        let error = found.iter().find(|e| e.field == name)?;
        Some(errors_t::by_key(&error.code).unwrap_or(&error.code).to_owned())
    };
    let summary = (!found.is_empty()).then(|| {
        let title = t::error_title(found.len());
        let errors = found
            .iter()
            .map(|e| FieldError {
                field: e.field.clone(),
                message: format!(
                    "{}：{}",
                    draft.matter.form.field(&e.field).map_or("", |f| f.label.as_str()),
                    errors_t::by_key(&e.code).unwrap_or(&e.code)
                ),
            })
            .collect();
        view! { <ErrorSummary errors=errors title=title /> }
    });
    let fields = section
        .visible(&draft.answers)
        .filter(|f| shown(&f.name))
        .map(|f| field(f, draft.answers.get(&f.name).cloned().unwrap_or_default(), message(&f.name)))
        .collect_view();
    let aside = steps(draft, &Step::Form(section.id.clone()));
    let (caption, title, intro) = (draft.matter.title.clone(), section.title.clone(), section.intro.clone());
    let action = paths::form(draft.id, &section.id);
    let saved = t::saved_at(draft.updated_at.hour_minute());
    let version = draft.version.to_string();
    let form_id = format!("section-{}", section.id);
    let notes = notes(draft, state);
    let at = state.only.clone().map(|name| view! { <input type="hidden" name="at" value=name /> });
    let (lead, back) = match &state.only {
        Some(name) => one_of_many(draft, section, name),
        None => (intro, None),
    };
    let back = back.map(|href| view! { <p><a class="ov-link" href=href>{t::back()}</a></p> });
    let helper = crate::apply::components::autosave::helper(draft, section, today);
    view! {
        <Columns aside=move || aside>
            {summary}
            <PageHeading caption=caption title=title lead=lead />
            {notes}
            <form class="ov-stack" method="post" action=action id=form_id novalidate>
                <input type="hidden" name="seen-version" value=version />
                <input type="hidden" name="save-page" value="" />
                <input type="hidden" name="save-number" value="" />
                {at}
                {fields}
                <p class="ov-hint" data-saved role="status">{saved}" · "{t::saved_draft()}</p>
                {helper}
                <ActionBar>
                    <Button>{t::save_next()}</Button>
                    <Button kind=ButtonKind::Secondary name="leave" value="yes">{t::save_leave()}</Button>
                </ActionBar>
            </form>
            {back}
        </Columns>
    }
    .into_any()
}

/// “第 2 题，共 6 题”, and the way back to the one before.
fn one_of_many(draft: &DraftView, section: &Section, name: &str) -> (Option<String>, Option<String>) {
    let all: Vec<&FieldSpec> = section.visible(&draft.answers).collect();
    let at = all.iter().position(|f| f.name == name).unwrap_or(0);
    let before = at.checked_sub(1).map(|i| format!("{}?at={}", paths::form(draft.id, &section.id), all[i].name));
    (Some(t::one_of_many(at + 1, all.len())), before)
}

fn notes(draft: &DraftView, state: &FormState) -> AnyView {
    let guest = state.guest.then(|| {
        let link = Link::new(t::guest_sign_in(), paths::sign_in_and_return(&paths::draft(draft.id)));
        view! {
            <Notification tone=Tone::Info>
                <p>{t::guest_note()} <a href=link.href>{link.label}</a></p>
            </Notification>
        }
    });
    let carried = draft.carried_over.as_ref().map(|changes| {
        let items = changes.iter().map(|c| view! { <li>{change_text(c)}</li> }).collect_view();
        let list = (!changes.is_empty()).then(|| view! { <ul>{items}</ul> });
        view! { <Notification tone=Tone::Warning><p>{t::carried_over()}</p>{list}</Notification> }
    });
    let conflict = (!state.conflicts.is_empty()).then(|| {
        let text = t::conflict(state.conflicts.join("、"));
        view! { <Notification tone=Tone::Warning><p>{text}</p></Notification> }
    });
    view! { {conflict} {carried} {guest} }.into_any()
}

/// A change of the guide in words.
pub(crate) fn change_text(change: &Change) -> String {
    match change {
        Change::MaterialAdded(name) => t::changed_material_added(name),
        Change::MaterialRemoved(name) => t::changed_material_removed(name),
        Change::MaterialChanged(name) => t::changed_material(name),
        Change::QuestionAdded(text) => t::changed_question_added(text),
        Change::QuestionRemoved(text) => t::changed_question_removed(text),
        Change::FieldAdded(label) => t::changed_field_added(label),
        Change::FieldRemoved(label) => t::changed_field_removed(label),
        Change::Conditions => t::changed_conditions().to_owned(),
        Change::Fee => t::changed_fee().to_owned(),
        Change::Limit => t::changed_limit().to_owned(),
        Change::Statement => t::changed_statement().to_owned(),
    }
}

/// HTML autocomplete tokens are a closed list: a catalogue cannot smuggle anything else in.
fn autocomplete(spec: &FieldSpec) -> Option<&'static str> {
    let known = ["name", "tel", "street-address", "organization", "bday", "email"];
    let token = known.into_iter().find(|token| spec.autocomplete.as_deref() == Some(token))?;
    // HTML: the whole address in one control is for controls of several lines only.
    let lines = matches!(spec.kind, FieldKind::LongText { .. });
    Some(if token == "street-address" && !lines { "address-line1" } else { token })
}

fn hint(spec: &FieldSpec) -> Option<String> {
    // The date field shows the format by itself.
    let date = matches!(spec.kind, FieldKind::Date { .. });
    let example = spec.example.as_ref().filter(|_| !date).map(t::example);
    match (&spec.hint, example) {
        (Some(hint), Some(example)) => Some(format!("{hint}（{example}）")),
        (Some(hint), None) => Some(hint.clone()),
        (None, example) => example,
    }
}

/// One field with its value as typed and its error.
pub(crate) fn field(spec: &FieldSpec, value: String, error: Option<String>) -> AnyView {
    let (name, label, hint, required) = (spec.name.clone(), spec.label.clone(), hint(spec), !spec.optional);
    match &spec.kind {
        FieldKind::Choice { options } => {
            let choices = options
                .iter()
                .map(|o| Choice {
                    value: o.value.clone(),
                    label: o.label.clone(),
                    hint: o.hint.clone(),
                    disabled: false,
                })
                .collect();
            view! { <Radios name=name legend=label choices=choices hint=hint value=value error=error required=required /> }.into_any()
        }
        FieldKind::LongText { .. } => {
            view! { <TextArea name=name label=label hint=hint value=value error=error required=required /> }.into_any()
        }
        FieldKind::Date { .. } => {
            view! { <DateField name=name label=label hint=hint value=value error=error required=required /> }.into_any()
        }
        kind => plain(spec, kind, value, hint, error),
    }
}

fn plain(spec: &FieldSpec, kind: &FieldKind, value: String, hint: Option<String>, error: Option<String>) -> AnyView {
    let (name, label, required) = (spec.name.clone(), spec.label.clone(), !spec.optional);
    let auto = autocomplete(spec);
    let (input, mode, suffix): (&'static str, Option<&'static str>, Option<String>) = match kind {
        FieldKind::Phone => ("tel", Some("tel"), None),
        FieldKind::Number { unit, .. } => ("text", Some("numeric"), Some(unit.clone()).filter(|u| !u.is_empty())),
        FieldKind::Money { .. } => ("text", Some("decimal"), Some("元".into())),
        _ => ("text", None, None),
    };
    match (auto, mode) {
        (Some(auto), Some(mode)) => view! { <Field name=name label=label hint=hint value=value error=error required=required kind=input inputmode=mode autocomplete=auto suffix=suffix /> }.into_any(),
        (Some(auto), None) => view! { <Field name=name label=label hint=hint value=value error=error required=required kind=input autocomplete=auto suffix=suffix /> }.into_any(),
        (None, Some(mode)) => view! { <Field name=name label=label hint=hint value=value error=error required=required kind=input inputmode=mode suffix=suffix /> }.into_any(),
        (None, None) => view! { <Field name=name label=label hint=hint value=value error=error required=required kind=input suffix=suffix /> }.into_any(),
    }
}
