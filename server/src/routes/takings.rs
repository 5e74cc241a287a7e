//! 窗口收款: a bill is looked up by its 缴款码, what was taken is recorded, somebody else confirms it; so also
//! what is handed back.

use super::Table;
use crate::page::Page;
use app::desk::pages;
use app::paths;
use app::shell::Tab;
use app::t::takings as t;
use axum::Form;
use axum::extract::{Path, Query};
use axum::response::Response;
use serde::Deserialize;
use service::Failure;

pub fn add(table: Table) -> Table {
    table
        .get("/desk/takings", show)
        .post("/desk/takings", record)
        .post("/desk/takings/{entry}/answer", answer)
        .post("/desk/takings/refunds/{refund}", hand_back)
}

#[derive(Deserialize, Default)]
struct Asked {
    #[serde(default)]
    number: String,
    say: Option<String>,
}

async fn show(page: Page, Query(asked): Query<Asked>) -> Response {
    let number: String = asked.number.trim().chars().take(40).collect();
    let loaded = async {
        let reader = page.session.taking_reader()?;
        let all = page.service.takings(&reader).await?;
        let bill = if number.is_empty() {
            Ok(None)
        } else {
            match page.service.bill_at_window(&reader, &number).await {
                Ok(bill) => Ok(Some(bill)),
                Err(Failure::Rejected(code)) => Err(code),
                Err(failure) => return Err(failure),
            }
        };
        Ok::<_, Failure>((all, bill))
    };
    let (all, bill) = match loaded.await {
        Ok(found) => found,
        Err(failure) => return page.fail(failure),
    };
    let (takes, keeps) = (page.session.taker().is_ok(), page.session.money_keeper().is_ok());
    let say = asked.say.as_deref().or_else(|| bill.as_ref().err().copied());
    page.show(t::title(), Tab::None, || {
        let bill = bill.as_ref().ok().and_then(Option::as_ref);
        pages::takings(&all, &pages::takings::TakingsPage { number: &number, bill, takes, keeps, say })
    })
}

/// Back to the page with what came of it, and with the bill where it is still to be dealt with.
fn back(page: Page, outcome: Result<(), Failure>, done: &str, number: &str) -> Response {
    let code = match outcome {
        Ok(()) => return page.go(&format!("{}?say={done}", paths::DESK_TAKINGS)),
        Err(failure @ (Failure::Rejected(_) | Failure::Conflict)) => failure.code(),
        Err(failure) => return page.fail(failure),
    };
    let number = paths::encode(number);
    page.go(&format!("{}?say={code}&number={number}", paths::DESK_TAKINGS))
}

#[derive(Deserialize)]
struct Taken {
    #[serde(default)]
    bill_number: String,
    #[serde(default)]
    means: String,
    #[serde(default)]
    slip: String,
}

async fn record(page: Page, Form(form): Form<Taken>) -> Response {
    let done = async {
        let taker = page.session.taker()?;
        page.service.record_taking(&taker, &form.bill_number, &form.means, &form.slip).await
    };
    let outcome = done.await;
    back(page, outcome, "saved", &form.bill_number)
}

#[derive(Deserialize)]
struct Outcome {
    #[serde(default)]
    outcome: String,
}

async fn answer(page: Page, Path(entry): Path<String>, Form(form): Form<Outcome>) -> Response {
    let done = async {
        let keeper = page.session.money_keeper()?;
        let agree = match form.outcome.as_str() {
            "agree" => true,
            "decline" => false,
            _ => return Err(Failure::NotFound),
        };
        page.service.answer_taking(&keeper, &entry, agree).await
    };
    let outcome = done.await;
    back(page, outcome, "done", "")
}

#[derive(Deserialize)]
struct HandedBack {
    #[serde(default)]
    slip: String,
}

async fn hand_back(page: Page, Path(refund): Path<String>, Form(form): Form<HandedBack>) -> Response {
    let done = async {
        let keeper = page.session.money_keeper()?;
        page.service.record_hand_refund(&keeper, &refund, &form.slip).await
    };
    let outcome = done.await;
    back(page, outcome, "saved", "")
}
