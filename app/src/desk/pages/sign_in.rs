//! Staff sign-in.

use crate::paths;
use crate::t::desk as t;
use crate::ui::{
    ActionBar, Button, Cell, Column, DataTable, ErrorSummary, Field, FieldError, HiddenFields, PageHeading, Panel,
};
use domain::policy::Role;
use leptos::prelude::*;
use service::seed::{DEMO_PASSWORD, DEMO_STAFF};

/// Form (POST [`paths::DESK_SIGN_IN`]: `username`, `password`, `return`). `demo` lists the demo
/// people: never in production.
pub fn sign_in(error_code: Option<&str>, return_to: &str, demo: bool) -> AnyView {
    let errors: Vec<FieldError> = error_code
        .map(|code| t::by_key(&format!("sign_in_error.{code}")).unwrap_or_else(t::sign_in_error_other))
        .map(|text| FieldError::new("", text))
        .into_iter()
        .collect();
    let hidden = vec![("return".to_owned(), paths::safe_return(return_to).to_owned())];
    view! {
        <PageHeading title=t::sign_in_title() lead=t::sign_in_lead() />
        <ErrorSummary errors=errors title=t::sign_in_failed() />
        <form method="post" action=paths::DESK_SIGN_IN>
            <HiddenFields fields=hidden />
            <Field name="username" label=t::sign_in_username() autocomplete="username" width=20 />
            <Field
                name="password"
                label=t::sign_in_password()
                kind="password"
                autocomplete="current-password"
                width=20
            />
            <ActionBar>
                <Button>{t::sign_in_submit()}</Button>
            </ActionBar>
        </form>
        {demo.then(demo_people)}
    }
    .into_any()
}

fn demo_people() -> AnyView {
    let rows = DEMO_STAFF
        .iter()
        .map(|person| {
            let roles: Vec<&str> = person.roles.iter().copied().map(Role::title).collect();
            vec![Cell::from(person.username), Cell::from(person.name), Cell::from(roles.join("、"))]
        })
        .collect();
    let columns = vec![Column::new(t::demo_username()), Column::new(t::demo_name()), Column::new(t::demo_roles())];
    view! {
        <Panel title=t::demo_title()>
            <p>{t::demo_password(DEMO_PASSWORD)}</p>
            <DataTable caption=t::demo_title() caption_hidden=true columns=columns rows=rows />
        </Panel>
    }
    .into_any()
}
