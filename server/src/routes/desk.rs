//! The staff desk.

use super::{Table, id};
use crate::page::Page;
use app::apply::finding::finding_text;
use app::desk::pages;
use app::paths::{self, safe_return};
use app::shell::Tab;
use app::t::desk as t;
use axum::Form;
use axum::extract::{Path, Query};
use axum::http::StatusCode;
use axum::response::Response;
use domain::case::CaseStatus;
use domain::ids::CaseId;
use domain::policy::{Right, Role, any_allows};
use serde::Deserialize;
use service::Failure;
use service::desk::QueueFilter;
use service::identity::Who;
use std::collections::BTreeSet;

pub fn add(table: Table) -> Table {
    table
        .get("/desk/sign-in", show_sign_in)
        .post("/desk/sign-in", sign_in)
        .get("/desk", queue)
        .get("/desk/cases/{case}", show_case)
        .post("/desk/cases/{case}/verdict", verdict)
        .post("/desk/cases/{case}/accept", accept)
        .post("/desk/cases/{case}/notice", notice)
        .post("/desk/cases/{case}/return", return_answer)
        .post("/desk/cases/{case}/refuse-acceptance", refuse_acceptance)
        .post("/desk/cases/{case}/special/start", start_special)
        .post("/desk/cases/{case}/special/end", end_special)
        .post("/desk/cases/{case}/grant", grant)
        .post("/desk/cases/{case}/refuse", refuse)
        .post("/desk/cases/{case}/issue", issue)
        .post("/desk/cases/{case}/posted", posted)
        .get("/desk/bills", bills)
        .get("/desk/jobs", jobs)
        .post("/desk/jobs/{job}/retry", retry_job)
}

fn roles(page: &Page) -> BTreeSet<Role> {
    match &page.session.who {
        Who::Staff { roles, .. } => roles.clone(),
        _ => BTreeSet::new(),
    }
}

#[derive(Deserialize, Default)]
struct Return {
    #[serde(rename = "return", default)]
    to: String,
}

async fn show_sign_in(page: Page, Query(query): Query<Return>) -> Response {
    let demo = page.web.demo;
    page.show_narrow(t::sign_in_title(), Tab::None, || pages::sign_in(None, &query.to, demo))
}

#[derive(Deserialize)]
struct SignIn {
    #[serde(default)]
    username: String,
    #[serde(default)]
    password: String,
    #[serde(rename = "return", default)]
    to: String,
}

async fn sign_in(mut page: Page, Form(form): Form<SignIn>) -> Response {
    match page.service.staff_sign_in(&page.session, &form.username, &form.password, &page.address).await {
        Ok(new) => {
            page.adopt(new);
            let to = if form.to.starts_with(paths::DESK) { safe_return(&form.to) } else { paths::DESK };
            page.go(to)
        }
        Err(Failure::Rejected(code)) => {
            let demo = page.web.demo;
            page.show_with(StatusCode::UNPROCESSABLE_ENTITY, t::sign_in_title(), Tab::None, true, || {
                pages::sign_in(Some(code), &form.to, demo)
            })
        }
        Err(failure) => page.fail(failure),
    }
}

#[derive(Deserialize, Default)]
struct QueueQuery {
    #[serde(default)]
    status: String,
    #[serde(default)]
    number: String,
    #[serde(default)]
    place: String,
}

async fn queue(page: Page, Query(query): Query<QueueQuery>) -> Response {
    let filter = QueueFilter { status: CaseStatus::parse(&query.status), number: query.number, place: query.place };
    let loaded = async {
        let reader = page.session.reader()?;
        let rows = page.service.queue(&reader, &filter).await?;
        Ok::<_, Failure>((rows, page.service.queue_places(&reader).await?))
    };
    let (money, operate) = (page.session.treasurer().is_ok(), page.session.operator().is_ok());
    let catalogue = page.session.catalogue_reader().is_ok();
    let roles = roles(&page);
    let may: BTreeSet<Right> = Right::ALL.into_iter().filter(|right| any_allows(&roles, *right)).collect();
    match loaded.await {
        Ok((rows, places)) => page.show(t::queue_title(), Tab::None, || pages::queue(&rows, &filter, &may, &places)),
        // Roles without a queue have a page of their own.
        Err(Failure::Denied(_)) if money => page.go(paths::DESK_BILLS),
        Err(Failure::Denied(_)) if operate => page.go(paths::DESK_JOBS),
        Err(Failure::Denied(_)) if catalogue => page.go(paths::DESK_CATALOGUE),
        Err(failure) => page.fail(failure),
    }
}

#[derive(Deserialize, Default)]
struct Say {
    say: Option<String>,
}

async fn show_case(page: Page, Path(case): Path<String>, Query(say): Query<Say>) -> Response {
    let loaded = async {
        let reader = page.session.reader()?;
        page.service.desk_case(&reader, id(&case)?, &roles(&page)).await
    };
    match loaded.await {
        Ok(view) => {
            let title = view.view.case.number.clone();
            page.show(&title, Tab::None, || pages::case(&view, say.say.as_deref(), finding_text))
        }
        Err(failure) => page.fail(failure),
    }
}

/// Back to the case with what came of it.
pub(super) fn back(page: Page, case: &str, outcome: Result<(), Failure>, done: &str) -> Response {
    let code = match outcome {
        Ok(()) => done.to_owned(),
        Err(failure @ (Failure::Refused(_) | Failure::Rejected(_) | Failure::Conflict)) => failure.code(),
        Err(failure) => return page.fail(failure),
    };
    let anchor = if done == "saved" { "#materials" } else { "" };
    page.go(&format!("/desk/cases/{}?say={code}{anchor}", paths::encode(case)))
}

#[derive(Deserialize)]
struct VerdictForm {
    material: String,
    #[serde(default)]
    criterion: String,
    #[serde(default)]
    note: String,
    /// The one that is held does not serve.
    #[serde(default)]
    another: String,
}

async fn verdict(page: Page, Path(case): Path<String>, Form(form): Form<VerdictForm>) -> Response {
    let done = async {
        let clerk = page.session.clerk()?;
        if form.criterion.is_empty() {
            return Err(Failure::Rejected("verdict.missing"));
        }
        let criterion = Some(form.criterion.as_str()).filter(|c| *c != "ok");
        if let (Some(criterion), "yes") = (criterion, form.another.as_str()) {
            return page.service.ask_despite_held(&clerk, id(&case)?, &form.material, criterion, &form.note).await;
        }
        page.service.set_verdict(&clerk, id(&case)?, &form.material, criterion, &form.note).await
    };
    let outcome = done.await;
    back(page, &case, outcome, "saved")
}

/// Every act carries the version that the page showed.
#[derive(Deserialize)]
struct Act {
    version: i64,
    #[serde(default)]
    reasons: String,
    #[serde(default)]
    finding: String,
    #[serde(default)]
    procedure: String,
    #[serde(default)]
    carrier: String,
    #[serde(default)]
    waybill: String,
}

impl Act {
    /// One reason a line.
    fn reasons(&self) -> Vec<String> {
        self.reasons.lines().map(str::to_owned).collect()
    }
}

macro_rules! act {
    ($name:ident, $capability:ident, |$service:ident, $who:ident, $case:ident, $form:ident| $call:expr) => {
        async fn $name(page: Page, Path(case): Path<String>, Form($form): Form<Act>) -> Response {
            let done = async {
                let $who = page.session.$capability()?;
                let $case: CaseId = id(&case)?;
                let $service = &page.service;
                $call.await
            };
            let outcome = done.await;
            back(page, &case, outcome, "done")
        }
    };
}

act!(accept, clerk, |service, who, case, form| service.accept(&who, case, form.version));
act!(notice, clerk, |service, who, case, form| service.issue_notice(&who, case, form.version));
act!(return_answer, clerk, |service, who, case, form| service.return_answer(&who, case, form.version));
act!(refuse_acceptance, clerk, |service, who, case, form| service.refuse_acceptance(
    &who,
    case,
    form.version,
    form.reasons()
));
act!(start_special, approver, |service, who, case, form| service.start_special(
    &who,
    case,
    form.version,
    &form.procedure
));
act!(end_special, approver, |service, who, case, form| service.end_special(&who, case, form.version, &form.finding));
act!(grant, approver, |service, who, case, form| service.grant(&who, case, form.version));
act!(refuse, approver, |service, who, case, form| service.refuse(&who, case, form.version, form.reasons()));
act!(issue, issuer, |service, who, case, form| service.issue_result(&who, case, form.version));
act!(posted, issuer, |service, who, case, form| service.post_result(
    &who,
    case,
    form.version,
    &form.carrier,
    &form.waybill
));

async fn bills(page: Page) -> Response {
    let loaded = async {
        let treasurer = page.session.treasurer()?;
        page.service.bills(&treasurer).await
    };
    match loaded.await {
        Ok(rows) => page.show(t::bills_title(), Tab::None, || pages::bills(&rows)),
        Err(failure) => page.fail(failure),
    }
}

async fn jobs(page: Page, Query(say): Query<Say>) -> Response {
    let loaded = async {
        let operator = page.session.operator()?;
        page.service.failed_jobs(&operator).await
    };
    match loaded.await {
        Ok(list) => {
            let rows: Vec<pages::JobRow> = list
                .into_iter()
                .map(|j| pages::JobRow {
                    id: j.id,
                    kind: j.kind,
                    attempts: j.attempts,
                    error: j.last_error,
                    at: domain::time::Instant(j.failed_at).format_zh(),
                })
                .collect();
            let missing = page.service.missing_calendar();
            page.show(t::jobs_title(), Tab::None, || pages::reminded(missing, pages::jobs(&rows, say.say.as_deref())))
        }
        Err(failure) => page.fail(failure),
    }
}

async fn retry_job(page: Page, Path(job): Path<String>) -> Response {
    let done = async {
        let operator = page.session.operator()?;
        page.service.retry_job(&operator, &job).await
    };
    match done.await {
        Ok(()) | Err(Failure::Conflict) => page.go(&format!("{}?say=retried", paths::DESK_JOBS)),
        Err(failure) => page.fail(failure),
    }
}
