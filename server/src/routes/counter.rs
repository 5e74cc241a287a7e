//! Filing at a counter for a visitor: begin, what is taken, end. What is filed goes through the pages of
//! applicants, with the visit's account.

use super::Table;
use crate::page::Page;
use app::desk::pages::{self, CounterState};
use app::paths;
use app::shell::Tab;
use app::t::counter as t;
use axum::Form;
use axum::extract::Query;
use axum::http::StatusCode;
use axum::response::Response;
use serde::Deserialize;
use service::Failure;

pub fn add(table: Table) -> Table {
    table
        .get("/desk/counter", show)
        .post("/desk/counter/begin", begin)
        .post("/desk/counter/resume", resume)
        .post("/desk/counter/end", end)
}

#[derive(Deserialize, Default)]
struct Asked {
    #[serde(default)]
    q: String,
    say: Option<String>,
}

async fn show(page: Page, Query(asked): Query<Asked>) -> Response {
    let query = asked.q.trim().chars().take(60).collect();
    let state = CounterState { query, say: asked.say, ..CounterState::default() };
    answer(page, StatusCode::OK, &state).await
}

async fn answer(page: Page, status: StatusCode, state: &CounterState) -> Response {
    let loaded = async {
        let clerk = page.session.clerk()?;
        page.service.counter(&clerk, &page.session, &state.query).await
    };
    match loaded.await {
        Ok(view) => page.show_with(status, t::title(), Tab::None, false, || pages::counter(&view, state)),
        Err(failure) => page.fail(failure),
    }
}

#[derive(Deserialize)]
struct Begin {
    #[serde(default)]
    name: String,
    #[serde(default)]
    phone: String,
}

async fn begin(page: Page, Form(form): Form<Begin>) -> Response {
    let begun = async {
        let clerk = page.session.clerk()?;
        page.service.begin_visit(&clerk, &page.session, &form.name, &form.phone).await
    };
    match begun.await {
        Ok(_) => page.go(paths::DESK_COUNTER),
        Err(Failure::Rejected("counter.open")) => page.go(&format!("{}?say=counter.open", paths::DESK_COUNTER)),
        // What was typed is personal: it is shown again with what is wrong, and stands in no address.
        Err(failure @ Failure::Rejected(_)) => {
            let error = Some(failure.code());
            let state = CounterState { name: form.name, phone: form.phone, error, ..CounterState::default() };
            answer(page, StatusCode::UNPROCESSABLE_ENTITY, &state).await
        }
        Err(failure) => page.fail(failure),
    }
}

#[derive(Deserialize)]
struct Resume {
    #[serde(default)]
    number: String,
    #[serde(default)]
    shown: String,
}

async fn resume(page: Page, Form(form): Form<Resume>) -> Response {
    let resumed = async {
        let clerk = page.session.clerk()?;
        page.service.resume_visit(&clerk, &page.session, &form.number, &form.shown).await
    };
    match resumed.await {
        Ok(_) => page.go(paths::DESK_COUNTER),
        Err(Failure::Rejected(code)) if code.starts_with("counter.") && code != "counter.unknown" => {
            page.go(&format!("{}?say={code}", paths::DESK_COUNTER))
        }
        // What was typed is personal: it is shown again, and stands in no address.
        Err(Failure::Rejected(_)) => {
            let say = Some("counter.unknown".to_owned());
            let state = CounterState { number: form.number, shown: form.shown, say, ..CounterState::default() };
            answer(page, StatusCode::UNPROCESSABLE_ENTITY, &state).await
        }
        Err(failure) => page.fail(failure),
    }
}

#[derive(Deserialize)]
struct End {
    #[serde(default)]
    sure: String,
}

async fn end(page: Page, Form(form): Form<End>) -> Response {
    let ended = async {
        let clerk = page.session.clerk()?;
        page.service.end_visit(&clerk, &page.session, form.sure == "yes").await
    };
    match ended.await {
        Ok(()) => page.go(&format!("{}?say=done", paths::DESK_COUNTER)),
        Err(Failure::Rejected("counter.unfinished")) => {
            page.go(&format!("{}?say=counter.unfinished#end", paths::DESK_COUNTER))
        }
        Err(failure) => page.fail(failure),
    }
}
