//! Bills and the way to the cashier.

use super::{Table, id};
use crate::http::headers::LaunchesPayment;
use crate::page::Page;
use app::pay::pages::{self, WayToPay};
use app::shell::{Tab, qr_svg};
use app::t::{pay as t, ways as words};
use axum::Form;
use axum::extract::{Path, Query};
use axum::response::Response;
use domain::ids::BillId;
use serde::Deserialize;
use service::Failure;
use service::ports::pay::Way;

pub fn add(table: Table) -> Table {
    table
        .get("/bills/{bill}", show)
        .post("/bills/{bill}/pay", pay)
        .get("/bills/{bill}/code/{provider}", code)
        .post("/bills/{bill}/check", check)
}

#[derive(Deserialize, Default)]
struct Say {
    say: Option<String>,
    back: Option<String>,
}

async fn show(page: Page, Path(bill): Path<String>, Query(say): Query<Say>) -> Response {
    let loaded = async {
        let applicant = page.session.applicant()?;
        let bill_id: BillId = id(&bill)?;
        // Coming back from the cashier proves nothing: the provider is asked.
        let view = if say.back.is_some() {
            match page.service.check_payment(&applicant, bill_id).await {
                Ok(view) => view,
                Err(Failure::Rejected(_)) => page.service.my_bill(&applicant, bill_id).await?,
                Err(failure) => return Err(failure),
            }
        } else {
            page.service.my_bill(&applicant, bill_id).await?
        };
        let case = page.service.my_case(&applicant, view.case).await?;
        Ok::<_, Failure>((view, case))
    };
    let (view, case) = match loaded.await {
        Ok(found) => found,
        Err(failure) => return page.fail(failure),
    };
    let matter = case.matter.clone();
    let (payer, unpaid, refund) =
        matter.fee.as_ref().map_or(("", "", ""), |f| (f.payer.as_str(), f.unpaid.as_str(), f.refund.as_str()));
    let ways: Vec<WayToPay<'static>> =
        page.service.providers.iter().map(|p| WayToPay { id: p.id(), account: p.account(), way: p.way() }).collect();
    let handheld = page.handheld();
    let sandbox = page.service.providers.iter().any(|p| p.is_sandbox());
    let back = say.back.is_some();
    let mut response = page.show(t::title(), Tab::Cases, || {
        let around = pages::BillPage {
            matter_title: &matter.title,
            payer,
            unpaid,
            refund,
            ways: &ways,
            handheld,
            sandbox,
            message: say.say.as_deref(),
            came_back: back,
        };
        pages::bill(&view, &around)
    });
    // The provider's H5 page checks the referring domain.
    response.extensions_mut().insert(LaunchesPayment);
    response
}

#[derive(Deserialize)]
struct PayForm {
    #[serde(default)]
    provider: String,
}

async fn pay(page: Page, Path(bill): Path<String>, Form(form): Form<PayForm>) -> Response {
    let started = async {
        let applicant = page.session.applicant()?;
        page.service.start_payment(&applicant, id(&bill)?, &form.provider, &page.address).await
    };
    match started.await {
        Ok(_) if is_code(&page, &form.provider) => page.go(&format!("/bills/{bill}/code/{}", form.provider)),
        Ok(url) => page.go(&url),
        Err(Failure::Rejected(code)) => page.go(&format!("/bills/{bill}?say={code}")),
        Err(failure) => page.fail(failure),
    }
}

/// Whether the payer scans there, and so stays on our pages.
fn is_code(page: &Page, channel: &str) -> bool {
    page.service.providers.iter().any(|p| p.id() == channel && p.way() == Way::Code)
}

async fn code(page: Page, Path((bill, channel)): Path<(String, String)>) -> Response {
    let loaded = async {
        let applicant = page.session.applicant()?;
        let (view, code) = page.service.payment_code(&applicant, id(&bill)?, &channel, &page.address).await?;
        let case = page.service.my_case(&applicant, view.case).await?;
        Ok::<_, Failure>((view, code, case))
    };
    let (view, content, case) = match loaded.await {
        Ok((view, Some(content), case)) => (view, content, case),
        // Paid meanwhile, or nothing is open there: the bill says what is.
        Ok((_, None, _)) => return page.go(&format!("/bills/{bill}")),
        Err(Failure::Rejected(code)) => return page.go(&format!("/bills/{bill}?say={code}")),
        Err(failure) => return page.fail(failure),
    };
    let (qr_svg, matter) = (qr_svg(&content), case.matter.clone());
    let provider = page.service.providers.iter().find(|p| p.id() == channel);
    let (account, sandbox) = provider.map_or(("", false), |p| (p.account(), p.is_sandbox()));
    let demo = sandbox.then_some(content.as_str());
    page.show(words::code_title(), Tab::Cases, || {
        pages::code(&view, &pages::CodePage { matter_title: &matter.title, account, qr_svg: &qr_svg, demo })
    })
}

async fn check(page: Page, Path(bill): Path<String>) -> Response {
    let checked = async {
        let applicant = page.session.applicant()?;
        page.service.check_payment(&applicant, id(&bill)?).await
    };
    match checked.await {
        Ok(_) => page.go(&format!("{}?say=checked", format_args!("/bills/{bill}"))),
        Err(Failure::Rejected(code)) => page.go(&format!("/bills/{bill}?say={code}")),
        Err(failure) => page.fail(failure),
    }
}
