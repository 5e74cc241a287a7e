//! 一步申领: what will be filed and from where, what is still asked, the statement, one button.

use super::audience_name;
use crate::apply::pages::form::field;
use crate::paths;
use crate::t::benefits as t;
use crate::t::{field as errors_t, register as register_t, sign as sign_t};
use crate::ui::{
    ActionBar, Button, ButtonKind, Checkbox, ErrorSummary, Field, FieldError, LinkButton, Notification, PageHeading,
    Panel, SummaryList, SummaryRow, Tone,
};
use domain::benefits::ClaimKind;
use domain::form::FormErrors;
use domain::rules::{Answers, Labels, Truth};
use leptos::prelude::*;
use service::benefits::{ClaimRow, ClaimSource, ClaimView};
use service::wording::shown;

/// Form fields of the signature.
pub const AGREED: &str = "agreed";
pub const NAME: &str = "name";

/// The page of one claim; `typed` and `found` are what was sent last and what is wrong with it.
pub fn claim(view: &ClaimView, typed: &Answers, found: &FormErrors) -> AnyView {
    let errors = error_list(view, found);
    let (title, caption) = (t::claim_title(&view.benefit.title), view.matter.title.clone());
    let open = if view.one_step { view.truth == Truth::Yes } else { view.truth.is_possible() };
    let by_hand = view.benefit.claim.kind == ClaimKind::Automatic && !view.at_once;
    let lead = match (view.one_step, by_hand) {
        (true, true) => register_t::claim_lead_hand(),
        (true, false) => t::claim_lead_step(),
        (false, _) => t::claim_lead_draft(),
    };
    let body = match view.case {
        Some(case) => claimed(&paths::case(case)),
        None if !open => not_fit(view),
        None => form(view, typed, found),
    };
    let back = format!("{}?for={}", paths::BENEFIT_MATCH, audience_name(view.benefit.audience));
    let lead = (open && view.case.is_none()).then_some(lead);
    view! {
        <ErrorSummary errors=errors />
        <PageHeading caption=caption title=title lead=lead />
        {body}
        <p><a class="ov-link" href=back>{t::back_to_match()}</a></p>
    }
    .into_any()
}

fn error_list(view: &ClaimView, found: &FormErrors) -> Vec<FieldError> {
    let line = |e: &domain::form::FieldError| {
        let label = view.matter.form.field(&e.field).map_or_else(String::new, |f| format!("{}：", f.label));
        FieldError::new(e.field.clone(), format!("{label}{}", error_text(&e.code)))
    };
    found.iter().map(line).collect()
}

fn error_text(code: &str) -> String {
    let text = errors_t::by_key(code).or_else(|| sign_t::by_key(&format!("error.{code}")));
    text.unwrap_or(code).to_owned()
}

fn claimed(href: &str) -> AnyView {
    let href = href.to_owned();
    view! {
        <Notification tone=Tone::Success title=t::claimed() heading_level=2>
            <p><a class="ov-link" href=href>{t::to_case()}</a></p>
        </Notification>
    }
    .into_any()
}

fn not_fit(view: &ClaimView) -> AnyView {
    let text = match view.truth {
        Truth::No => t::not_fit_no(view.why.join("；")),
        Truth::Unknown | Truth::Yes => t::not_fit_maybe(view.missing.join("、")),
    };
    let (guide, label) = (paths::guide(&view.matter.slug), t::to_guide_label(&view.matter.title));
    view! {
        <Notification tone=Tone::Warning title=t::not_fit_title() heading_level=2>
            <p>{text}</p>
        </Notification>
        <ActionBar>
            <LinkButton href=guide kind=ButtonKind::Secondary label=label>{t::to_guide()}</LinkButton>
        </ActionBar>
    }
    .into_any()
}

fn form(view: &ClaimView, typed: &Answers, found: &FormErrors) -> AnyView {
    let rows: Vec<SummaryRow> = view.rows.iter().map(|r| summary_row(view, r)).collect();
    let action = paths::claim(&view.benefit.id);
    let signing = view.one_step.then(|| signing(view, typed, found));
    let button = if view.one_step { t::confirm() } else { t::prepare() };
    let note = view.one_step.then(t::confirm_note);
    view! {
        <Panel title=t::rows_title() id="rows">
            <SummaryList rows=rows />
            <p class="ov-hint">{t::rows_hint()}</p>
        </Panel>
        <form class="ov-stack" method="post" action=action id="claim-form" novalidate>
            {signing}
            <ActionBar note=note>
                <Button>{button}</Button>
            </ActionBar>
        </form>
    }
    .into_any()
}

fn summary_row(view: &ClaimView, row: &ClaimRow) -> SummaryRow {
    let matter = &*view.matter;
    let value = match matter.form.field(&row.name) {
        Some(spec) => shown(matter, spec, &row.value, true),
        None => Labels::value(matter, &row.name, &row.value),
    };
    let source = match row.source {
        ClaimSource::Told => t::source_told(),
        ClaimSource::Derived => t::source_derived(),
        ClaimSource::Account => t::source_account(),
        ClaimSource::Fixed => t::source_fixed(),
    };
    SummaryRow::new(row.label.clone(), value).note(source)
}

/// The fields still asked, the statement in full, the signature.
fn signing(view: &ClaimView, typed: &Answers, found: &FormErrors) -> AnyView {
    let error = |name: &str| found.iter().find(|e| e.field == name).map(|e| error_text(&e.code));
    let value = |name: &str| typed.get(name).cloned().unwrap_or_default();
    let fields = view.ask.iter().map(|f| field(f, value(&f.name), error(&f.name))).collect_view();
    let asked = (!view.ask.is_empty()).then(|| view! { <Panel title=t::ask_title() id="ask">{fields}</Panel> });
    let lines = view.matter.statement.lines().map(str::trim).filter(|line| !line.is_empty());
    let statement = lines.map(|line| view! { <p>{line.to_owned()}</p> }).collect_view();
    let automatic = (view.benefit.claim.kind == ClaimKind::Automatic).then(|| {
        let (title, text) = if view.at_once {
            let rules = t::automatic_text(view.why.join("；"));
            (t::automatic_title(), format!("{}{rules}", register_t::asked_first()))
        } else {
            (register_t::no_register_title(), register_t::no_register().to_owned())
        };
        view! { <Notification tone=Tone::Info title=title heading_level=2><p>{text}</p></Notification> }
    });
    let (agreed_error, name_error, name) = (error(AGREED), error(NAME), value(NAME));
    view! {
        {asked}
        {automatic}
        <Panel title=t::statement_title() id="statement">{statement}</Panel>
        <Panel title=t::sign_title() id="signature">
            <Checkbox name=AGREED value="yes" label=t::agree_statement() error=agreed_error />
            <Field name=NAME label=t::name() hint=t::name_hint() value=name error=name_error autocomplete="name" width=20 />
        </Panel>
    }
    .into_any()
}
