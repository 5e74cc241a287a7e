//! Refunds, reconciliation, settlements and waivers, for the treasurer; supervision looks.

use super::Table;
use crate::page::Page;
use app::desk::pages::money as pages;
use app::paths;
use app::shell::Tab;
use app::t::money as t;
use axum::Form;
use axum::extract::{Path, Query};
use axum::http::header::{CONTENT_DISPOSITION, CONTENT_TYPE};
use axum::response::{IntoResponse, Response};
use connect::spreadsheet;
use jiff::civil::Date;
use serde::Deserialize;
use service::Failure;
use service::money::report::DailyReport;

const XLSX: &str = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";

pub fn add(table: Table) -> Table {
    table
        .get("/desk/money", show)
        .post("/desk/money/fetch", fetch)
        .post("/desk/money/refunds/{refund}/retry", retry)
        .post("/desk/money/differences/{difference}/propose", propose)
        .post("/desk/money/differences/{difference}/answer", answer)
        .post("/desk/money/settlements", settle)
        .post("/desk/money/settlements/{settlement}/confirm", confirm)
        .post("/desk/money/settlements/{settlement}/refuse", refuse)
        .post("/desk/money/waivers", waive)
        .post("/desk/money/waivers/{waiver}/answer", answer_waiver)
        .get("/desk/money/report", report)
        .get("/desk/money/report.csv", report_csv)
        .get("/desk/money/report.xlsx", report_xlsx)
}

#[derive(Deserialize, Default)]
struct Say {
    say: Option<String>,
}

async fn show(page: Page, Query(say): Query<Say>) -> Response {
    let loaded = async {
        let reader = page.session.treasurer()?;
        let balances = page.service.balances(&reader).await?;
        let refunds = page.service.open_refunds(&reader).await?;
        let recon = page.service.reconciliation(&reader).await?;
        let waivers = page.service.waivers(&reader).await?;
        Ok::<_, Failure>((balances, refunds, recon, waivers))
    };
    let (balances, refunds, recon, waivers) = match loaded.await {
        Ok(found) => found,
        Err(failure) => return page.fail(failure),
    };
    let keeps = page.session.money_keeper().is_ok();
    page.show(t::title(), Tab::None, || {
        pages::money(&pages::MoneyPage {
            balances: &balances,
            refunds: &refunds,
            recon: &recon,
            waivers: &waivers,
            keeps,
            say: say.say.as_deref(),
        })
    })
}

/// Back to the page with what came of it.
fn back(page: Page, outcome: Result<(), Failure>, done: &str) -> Response {
    let code = match outcome {
        Ok(()) => done.to_owned(),
        Err(failure @ (Failure::Rejected(_) | Failure::Conflict)) => failure.code(),
        Err(failure) => return page.fail(failure),
    };
    page.go(&format!("{}?say={code}", paths::DESK_MONEY))
}

fn day(text: &str) -> Result<Date, Failure> {
    text.trim().parse().map_err(|_| Failure::Rejected("recon.day"))
}

#[derive(Deserialize)]
struct Fetch {
    #[serde(default)]
    provider: String,
    #[serde(default)]
    day: String,
}

async fn fetch(page: Page, Form(form): Form<Fetch>) -> Response {
    let done = async {
        let keeper = page.session.money_keeper()?;
        page.service.reconcile(&keeper, &form.provider, day(&form.day)?).await.map(drop)
    };
    let outcome = done.await;
    back(page, outcome, "fetched")
}

#[derive(Deserialize)]
struct Reason {
    #[serde(default)]
    reason: String,
}

async fn retry(page: Page, Path(refund): Path<String>, Form(form): Form<Reason>) -> Response {
    let done = async {
        let keeper = page.session.money_keeper()?;
        page.service.retry_refund(&keeper, &refund, &form.reason).await
    };
    let outcome = done.await;
    back(page, outcome, "saved")
}

async fn propose(page: Page, Path(difference): Path<String>, Form(form): Form<Reason>) -> Response {
    let done = async {
        let keeper = page.session.money_keeper()?;
        page.service.propose_correction(&keeper, &difference, &form.reason).await
    };
    let outcome = done.await;
    back(page, outcome, "saved")
}

#[derive(Deserialize)]
struct Outcome {
    /// `agree`, or anything else: which button was pressed.
    #[serde(default)]
    outcome: String,
}

async fn answer(page: Page, Path(difference): Path<String>, Form(form): Form<Outcome>) -> Response {
    let done = async {
        let keeper = page.session.money_keeper()?;
        page.service.answer_correction(&keeper, &difference, form.outcome == "agree").await
    };
    let outcome = done.await;
    back(page, outcome, "saved")
}

#[derive(Deserialize)]
struct Settle {
    #[serde(default)]
    channel: String,
    #[serde(default)]
    settled_on: String,
    #[serde(default)]
    amount: String,
    #[serde(default)]
    voucher: String,
}

async fn settle(page: Page, Form(form): Form<Settle>) -> Response {
    let done = async {
        let keeper = page.session.money_keeper()?;
        let on = day(&form.settled_on)?;
        page.service.record_settlement(&keeper, &form.channel, on, &form.amount, &form.voucher).await
    };
    let outcome = done.await;
    back(page, outcome, "saved")
}

async fn confirm(page: Page, Path(settlement): Path<String>) -> Response {
    let done = async {
        let keeper = page.session.money_keeper()?;
        page.service.confirm_settlement(&keeper, &settlement).await
    };
    let outcome = done.await;
    back(page, outcome, "saved")
}

async fn refuse(page: Page, Path(settlement): Path<String>) -> Response {
    let done = async {
        let keeper = page.session.money_keeper()?;
        page.service.refuse_settlement(&keeper, &settlement).await
    };
    let outcome = done.await;
    back(page, outcome, "saved")
}

#[derive(Deserialize)]
struct Waive {
    #[serde(default)]
    bill_number: String,
    #[serde(default)]
    to: String,
    #[serde(default)]
    basis: String,
    #[serde(default)]
    why: String,
}

async fn waive(page: Page, Form(form): Form<Waive>) -> Response {
    let done = async {
        let keeper = page.session.money_keeper()?;
        page.service.ask_waiver(&keeper, &form.bill_number, &form.to, &form.basis, &form.why).await
    };
    let outcome = done.await;
    back(page, outcome, "saved")
}

async fn answer_waiver(page: Page, Path(waiver): Path<String>, Form(form): Form<Outcome>) -> Response {
    let done = async {
        let keeper = page.session.money_keeper()?;
        page.service.answer_waiver(&keeper, &waiver, form.outcome == "agree").await
    };
    let outcome = done.await;
    back(page, outcome, "saved")
}

#[derive(Deserialize, Default)]
struct ReportDay {
    #[serde(default)]
    day: String,
}

/// The day that was asked for, else yesterday, whose bills are complete.
async fn load(page: &Page, asked: &ReportDay) -> Result<DailyReport, Failure> {
    let reader = page.session.treasurer()?;
    let today = page.service.today();
    let on = day(&asked.day).unwrap_or_else(|_| today.yesterday().unwrap_or(today));
    page.service.daily_report(&reader, on).await
}

async fn report(page: Page, Query(asked): Query<ReportDay>) -> Response {
    match load(&page, &asked).await {
        Ok(report) => page.show(t::report_title(), Tab::None, || pages::report(&report)),
        Err(failure) => page.fail(failure),
    }
}

/// A file to be kept, never shown in the browser.
fn file(report: &DailyReport, ending: &str, kind: &'static str, content: Vec<u8>) -> Response {
    let disposition = format!("attachment; filename=\"report-{}.{ending}\"", report.day);
    ([(CONTENT_TYPE, kind.to_owned()), (CONTENT_DISPOSITION, disposition)], content).into_response()
}

async fn report_csv(page: Page, Query(asked): Query<ReportDay>) -> Response {
    match load(&page, &asked).await {
        Ok(report) => file(&report, "csv", "text/csv; charset=utf-8", report.csv(pages::channel_name).into_bytes()),
        Err(failure) => page.fail(failure),
    }
}

async fn report_xlsx(page: Page, Query(asked): Query<ReportDay>) -> Response {
    match load(&page, &asked).await {
        Ok(report) => match spreadsheet::write(&report.workbook(pages::channel_name)) {
            Ok(content) => file(&report, "xlsx", XLSX, content),
            Err(error) => page.fail(Failure::Internal(error.to_string())),
        },
        Err(failure) => page.fail(failure),
    }
}
