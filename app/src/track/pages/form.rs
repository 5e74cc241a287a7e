//! Asking for the tracking code.

use crate::paths;
use crate::t::track as t;
use crate::ui::{
    ActionBar, Button, ButtonKind, Details, ErrorSummary, Field, FieldError, LinkButton, PageHeading, Symbol,
};
use leptos::prelude::*;

/// The form (POST [`paths::TRACK`]: `code`, `last4`). `error_code` is the stable code of the failure,
/// `code_value` what was typed; the digits of the phone are not shown again.
pub fn form(error_code: Option<&str>, code_value: &str) -> AnyView {
    let error = error_code.map(|code| FieldError::new(field_of(code), error_text(code)));
    let at = |name: &str| error.as_ref().filter(|e| e.field == name).map(|e| e.message.clone());
    let (code_error, last4_error) = (at("code"), at("last4"));
    view! {
        <PageHeading title=t::form_title() lead=t::form_lead() />
        <ErrorSummary errors=error.into_iter().collect() title=t::form_failed() />
        <form method="post" action=paths::TRACK>
            <Field
                name="code"
                label=t::code_label()
                hint=t::code_hint()
                error=code_error
                value=code_value
                autocomplete="off"
                width=12
            />
            <Field
                name="last4"
                label=t::last4_label()
                hint=t::last4_hint()
                error=last4_error
                inputmode="numeric"
                autocomplete="off"
                width=6
            />
            <ActionBar>
                <Button symbol=Symbol::Search>{t::form_submit()}</Button>
            </ActionBar>
        </form>
        <Details summary=t::where_title()>
            <p>{t::where_text()}</p>
            <p>{t::signed_in_text()}</p>
            <p>
                <LinkButton href=paths::sign_in_and_return(paths::CASES) kind=ButtonKind::Quiet>
                    {t::sign_in()}
                </LinkButton>
            </p>
        </Details>
    }
    .into_any()
}

/// The field at which a failure is shown; empty for the whole form.
fn field_of(code: &str) -> &'static str {
    match code {
        "track.digits" => "last4",
        code if code.starts_with("tracking.") => "code",
        _ => "",
    }
}

fn error_text(code: &str) -> &'static str {
    t::by_key(&format!("error.{code}")).unwrap_or_else(t::error_other)
}
