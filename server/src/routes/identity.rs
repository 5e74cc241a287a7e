//! Sign-in, sign-out, mode.

use super::Table;
use crate::page::Page;
use app::identity::pages::{self, SignIn};
use app::paths::{self, safe_return};
use app::shell::Tab;
use app::t::identity as t;
use axum::Form;
use axum::extract::Query;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde::Deserialize;
use service::{Denied, Failure, Who};

pub fn add(table: Table) -> Table {
    table
        .get("/sign-in", show_phone)
        .post("/sign-in", send_code)
        .get("/sign-in/code", show_code)
        .post("/sign-in/code", sign_in)
        .post("/sign-out", sign_out)
        .post("/session/stay", stay)
        .post("/mode", set_mode)
}

/// “接着用”: resolving the session has moved its end already.
async fn stay(page: Page) -> Response {
    match page.session.who {
        Who::Guest => page.fail(Denied::SignIn.into()),
        _ => StatusCode::NO_CONTENT.into_response(),
    }
}

#[derive(Deserialize, Default)]
struct Return {
    #[serde(rename = "return", default)]
    to: String,
}

fn state(page: &Page, to: &str) -> SignIn {
    SignIn { return_to: safe_return(to).to_owned(), message_box: page.web.message_box.clone(), ..SignIn::default() }
}

fn with_failure(mut state: SignIn, failure: &Failure) -> SignIn {
    if let Failure::Busy(seconds) = failure {
        state.wait = *seconds;
    }
    state.error = Some(failure.code());
    state
}

async fn show_phone(page: Page, Query(Return { to }): Query<Return>) -> Response {
    if page.session.account_holder().is_ok() {
        return page.go(safe_return(&to));
    }
    let state = state(&page, &to);
    page.show_narrow(t::title(), Tab::Mine, || pages::phone(&state))
}

#[derive(Deserialize)]
struct PhoneForm {
    phone: String,
    #[serde(rename = "return", default)]
    to: String,
}

async fn send_code(mut page: Page, Form(form): Form<PhoneForm>) -> Response {
    let sent = page.service.send_code(&form.phone, &page.address).await;
    let remembered = match &sent {
        Ok(_) => page.remember_phone(&form.phone),
        Err(_) => Ok(()),
    };
    match (sent, remembered) {
        (Ok(_), Ok(())) => page.go(&format!("{}?return={}", paths::SIGN_IN_CODE, paths::encode(safe_return(&form.to)))),
        (Err(failure @ (Failure::Rejected(_) | Failure::Busy(_))), _) => {
            let state = SignIn { phone: form.phone, ..with_failure(state(&page, &form.to), &failure) };
            page.show_with(StatusCode::UNPROCESSABLE_ENTITY, t::title(), Tab::Mine, true, || pages::phone(&state))
        }
        (Err(failure), _) | (_, Err(failure)) => page.fail(failure),
    }
}

async fn show_code(page: Page, Query(Return { to }): Query<Return>) -> Response {
    let Some(phone) = page.remembered_phone() else { return page.go(&paths::sign_in_and_return(safe_return(&to))) };
    let masked = masked(&phone);
    let state = state(&page, &to);
    page.show_narrow(t::code_title(), Tab::Mine, || pages::code(&state, &masked))
}

fn masked(phone: &str) -> String {
    domain::text::Phone::parse(phone).map_or_else(|_| String::new(), |p| p.masked())
}

#[derive(Deserialize)]
struct CodeForm {
    code: String,
    /// “这是公用电脑”.
    #[serde(default)]
    shared: String,
    #[serde(rename = "return", default)]
    to: String,
}

async fn sign_in(mut page: Page, Form(form): Form<CodeForm>) -> Response {
    let Some(phone) = page.remembered_phone() else {
        return page.go(&paths::sign_in_and_return(safe_return(&form.to)));
    };
    let shared = form.shared == "yes";
    match page.service.sign_in(&page.session, &phone, &form.code, page.care).await {
        Ok(mut new) => {
            if shared && let Err(failure) = page.service.on_shared_terminal(&mut new).await {
                return page.fail(failure);
            }
            page.adopt(new);
            page.forget_phone();
            page.go(safe_return(&form.to))
        }
        Err(failure @ Failure::Rejected(_)) => {
            let state = SignIn { shared, ..with_failure(state(&page, &form.to), &failure) };
            let masked = masked(&phone);
            page.show_with(StatusCode::UNPROCESSABLE_ENTITY, t::code_title(), Tab::Mine, true, || {
                pages::code(&state, &masked)
            })
        }
        Err(failure) => page.fail(failure),
    }
}

async fn sign_out(mut page: Page, form: Result<Form<Return>, axum::extract::rejection::FormRejection>) -> Response {
    let to = form.map(|f| f.0.to).unwrap_or_default();
    match page.service.sign_out(&page.session).await {
        Ok(()) => {}
        // Asked there whether one is sure.
        Err(Failure::Rejected("counter.unfinished")) => {
            return page.go(&format!("{}?say=counter.unfinished#end", paths::DESK_COUNTER));
        }
        Err(failure) => return page.fail(failure),
    }
    page.forget_session();
    page.go(safe_return(&to))
}

#[derive(Deserialize)]
struct ModeForm {
    mode: String,
    #[serde(rename = "return", default)]
    to: String,
}

async fn set_mode(mut page: Page, Form(form): Form<ModeForm>) -> Response {
    let care = form.mode == "care";
    if let Err(failure) = page.service.set_mode(&page.session, care).await {
        return page.fail(failure);
    }
    page.set_mode(care);
    // `?mode=care` in the address would switch it on again.
    let to = form.to.replace("?mode=care", "");
    page.go(safe_return(&to))
}
