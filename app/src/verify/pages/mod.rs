//! Pages of `verify`: anybody holding a document may check it.

use crate::paths;
use crate::t::undo;
use crate::t::verify as t;
use crate::ui::{
    ActionBar, Button, ButtonKind, ErrorSummary, Field, FieldError, LinkButton, Notification, PageHeading, Panel,
    SummaryList, SummaryRow, Symbol, Tone,
};
use leptos::prelude::*;
use service::documents::VerifiedDocument;

/// The form (GET [`paths::VERIFY`]`?code=…`). `error` is the stable code of the failure; `empty` when
/// nothing was typed.
pub fn form(error: Option<&str>, code: &str) -> AnyView {
    let message = error.map(|code| t::by_key(&format!("error.{code}")).unwrap_or_else(t::error_other));
    let errors: Vec<FieldError> = message.iter().map(|text| FieldError::new("code", *text)).collect();
    view! {
        <PageHeading title=t::form_title() lead=t::form_lead() />
        <ErrorSummary errors=errors title=t::failed() />
        <form method="get" action=paths::VERIFY>
            <Field
                name="code"
                label=t::code_label()
                hint=t::code_hint()
                error=message
                value=code
                autocomplete="off"
                width=20
            />
            <ActionBar>
                <Button symbol=Symbol::Search>{t::submit()}</Button>
            </ActionBar>
        </form>
    }
    .into_any()
}

/// The stored document as anybody may see it, and whether it is still what was issued.
pub fn found(doc: &VerifiedDocument) -> AnyView {
    let (tone, title, text) = match (doc.intact, doc.revoked_at) {
        (false, _) => (Tone::Danger, t::changed_title(), t::changed_text().to_owned()),
        (true, Some(at)) => (Tone::Danger, undo::verify_title(), undo::verify_text(at.format_zh())),
        (true, None) => (Tone::Success, t::intact_title(), t::intact_text().to_owned()),
    };
    let mut rows = vec![
        SummaryRow::new(t::row_title(), doc.title.clone()),
        SummaryRow::new(t::row_number(), doc.number.clone()).numeric(),
        SummaryRow::new(t::row_issuer(), doc.issuer.clone()),
        SummaryRow::new(t::row_issued(), doc.issued_at.format_zh()),
    ];
    rows.extend(doc.rows.iter().map(|(label, value)| SummaryRow::new(label.clone(), value.clone())));
    view! {
        <PageHeading title=t::form_title() />
        <Notification tone=tone title=title heading_level=2>
            <p>{text}</p>
        </Notification>
        <Panel title=t::rows_title()>
            <SummaryList rows=rows />
            <p>{t::masked()}</p>
        </Panel>
        <p>
            <LinkButton href=paths::VERIFY kind=ButtonKind::Quiet>{t::again()}</LinkButton>
        </p>
    }
    .into_any()
}
