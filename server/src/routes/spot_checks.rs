//! Spot checks of guides, for supervisors.

use super::Table;
use crate::page::Page;
use app::desk::pages;
use app::paths;
use app::shell::Tab;
use app::t::spot_checks as t;
use axum::Form;
use axum::extract::{Path, Query};
use axum::response::Response;
use jiff::civil::Date;
use serde::Deserialize;
use service::Failure;
use service::spot_checks::Looked;

pub fn add(table: Table) -> Table {
    table
        .get("/desk/spot-checks", show)
        .post("/desk/spot-checks/draw", draw)
        .post("/desk/spot-checks/{check}/finding", finding)
        .post("/desk/spot-checks/{check}/fixed", fixed)
}

#[derive(Deserialize, Default)]
struct Say {
    say: Option<String>,
}

async fn show(page: Page, Query(say): Query<Say>) -> Response {
    let loaded = async {
        let supervisor = page.session.supervisor()?;
        page.service.spot_checks(&supervisor).await
    };
    match loaded.await {
        Ok(rows) => page.show(t::title(), Tab::None, || pages::spot_checks(&rows, say.say.as_deref())),
        Err(failure) => page.fail(failure),
    }
}

/// Back to the list with what came of it.
fn back(page: Page, outcome: Result<(), Failure>, done: &str) -> Response {
    let code = match outcome {
        Ok(()) => done.to_owned(),
        Err(failure @ (Failure::Rejected(_) | Failure::Conflict)) => failure.code(),
        Err(failure) => return page.fail(failure),
    };
    page.go(&format!("{}?say={code}", paths::SPOT_CHECKS))
}

#[derive(Deserialize)]
struct Draw {
    #[serde(default)]
    number: String,
    #[serde(default)]
    seed: String,
}

async fn draw(page: Page, Form(form): Form<Draw>) -> Response {
    let done = async {
        let supervisor = page.session.supervisor()?;
        let number: usize = form.number.trim().parse().map_err(|_| Failure::Rejected("spot.number"))?;
        page.service.draw_spot_checks(&supervisor, &form.seed, number).await.map(drop)
    };
    let outcome = done.await;
    back(page, outcome, "done")
}

#[derive(Deserialize)]
struct Finding {
    /// `clear` or `found`: which button was pressed.
    #[serde(default)]
    outcome: String,
    #[serde(default)]
    text: String,
    #[serde(default)]
    due: String,
}

impl Finding {
    fn looked(self) -> Result<Looked, Failure> {
        match self.outcome.as_str() {
            "clear" => Ok(Looked::Clear),
            "found" => {
                let due: Date = self.due.trim().parse().map_err(|_| Failure::Rejected("spot.due_missing"))?;
                Ok(Looked::Found { text: self.text, due })
            }
            _ => Err(Failure::Rejected("spot.outcome")),
        }
    }
}

async fn finding(page: Page, Path(check): Path<String>, Form(form): Form<Finding>) -> Response {
    let done = async {
        let supervisor = page.session.supervisor()?;
        page.service.record_spot_finding(&supervisor, &check, &form.looked()?).await
    };
    let outcome = done.await;
    back(page, outcome, "saved")
}

#[derive(Deserialize)]
struct Fixed {
    #[serde(default)]
    note: String,
}

async fn fixed(page: Page, Path(check): Path<String>, Form(form): Form<Fixed>) -> Response {
    let done = async {
        let supervisor = page.session.supervisor()?;
        page.service.close_spot_finding(&supervisor, &check, &form.note).await
    };
    let outcome = done.await;
    back(page, outcome, "saved")
}
