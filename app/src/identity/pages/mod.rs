//! Sign-in by phone and code.

use crate::paths;
use crate::t::failure;
use crate::t::identity as t;
use crate::t::local_copy as local_t;
use crate::ui::{ActionBar, Button, Checkbox, ErrorSummary, Field, FieldError, Notification, PageHeading, Tone};
use leptos::prelude::*;

/// What the sign-in pages need.
#[derive(Debug, Clone, Default)]
pub struct SignIn {
    pub return_to: String,
    /// Typed phone, given back when it was wrong.
    pub phone: String,
    /// Code of what went wrong.
    pub error: Option<String>,
    /// Seconds to wait, with `busy`.
    pub wait: i64,
    /// “这是公用电脑” was ticked.
    pub shared: bool,
    /// Address of the local message box, in development only.
    pub message_box: Option<String>,
}

/// The text of a failure at sign-in.
fn error_text(state: &SignIn) -> Option<String> {
    let code = state.error.as_deref()?;
    if code == "busy" {
        return Some(failure::busy(state.wait));
    }
    Some(crate::t::field::by_key(code).or_else(|| failure::by_key(code)).unwrap_or(failure::internal()).to_owned())
}

fn summary(field: &str, error: Option<&String>) -> AnyView {
    let errors =
        error.map(|message| FieldError { field: field.to_owned(), message: message.clone() }).into_iter().collect();
    view! { <ErrorSummary errors=errors title=t::error_title() /> }.into_any()
}

/// Step 1: the phone.
pub fn phone(state: &SignIn) -> AnyView {
    let error = error_text(state);
    let (return_to, phone) = (state.return_to.clone(), state.phone.clone());
    view! {
        {summary("phone", error.as_ref())}
        <PageHeading title=t::title() lead=t::lead() />
        <form class="ov-stack" method="post" action=paths::SIGN_IN novalidate>
            <input type="hidden" name="return" value=return_to />
            <Field name="phone" label=t::phone() hint=t::phone_hint() kind="tel" inputmode="tel" autocomplete="tel" value=phone error=error />
            <ActionBar><Button>{t::send()}</Button></ActionBar>
        </form>
        <p class="ov-hint">{t::no_phone()}</p>
    }
    .into_any()
}

/// Step 2: the code.
pub fn code(state: &SignIn, masked: &str) -> AnyView {
    let error = error_text(state);
    let sandbox = state.message_box.clone().map(|href| {
        view! {
            <Notification tone=Tone::Warning>
                <p>{t::sandbox_hint()}" "<a href=href target="_blank" rel="noopener">{t::sandbox_link()}</a></p>
            </Notification>
        }
    });
    let (return_to, phone, shared) = (state.return_to.clone(), state.phone.clone(), state.shared);
    let again = paths::sign_in_and_return(&state.return_to);
    view! {
        {summary("code", error.as_ref())}
        <PageHeading title=t::code_title() lead=t::code_lead(masked) />
        {sandbox}
        <form class="ov-stack" method="post" action=paths::SIGN_IN_CODE novalidate>
            <input type="hidden" name="return" value=return_to />
            <input type="hidden" name="phone" value=phone />
            <Field name="code" label=t::code() hint=t::code_hint(60) inputmode="numeric" autocomplete="one-time-code" width=8u8 error=error />
            <Checkbox name="shared" value="yes" label=local_t::shared() hint=local_t::shared_hint() checked=shared />
            <ActionBar><Button>{t::confirm()}</Button></ActionBar>
        </form>
        <p><a href=again>{t::again()}</a></p>
        <p class="ov-hint">{t::no_phone()}</p>
    }
    .into_any()
}
