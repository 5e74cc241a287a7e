//! Bills and the way to the cashier.

use super::{Table, id};
use crate::http::headers::LaunchesPayment;
use crate::page::Page;
use app::paths;
use app::pay::pages::{self, ForOthers, WayToPay};
use app::shell::{Tab, qr_svg};
use app::t::{pay as t, pay_more as more, ways as words};
use axum::Form;
use axum::extract::{Path, Query};
use axum::response::Response;
use domain::ids::BillId;
use serde::Deserialize;
use service::Failure;
use service::ports::pay::Way;

pub fn add(table: Table) -> Table {
    table
        .get("/bills", history)
        .get("/bills/{bill}", show)
        .post("/bills/{bill}/pay", pay)
        .get("/bills/{bill}/code/{provider}", code)
        .post("/bills/{bill}/check", check)
        .post("/bills/{bill}/link", make_link)
        .post("/bills/{bill}/link/withdraw", withdraw_link)
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
        // A clerk makes no link for a visitor.
        let link = match page.session.account_holder() {
            Ok(owner) => Some(page.service.my_pay_link(&owner, bill_id).await?),
            Err(_) => None,
        };
        Ok::<_, Failure>((view, case, link))
    };
    let (view, case, link) = match loaded.await {
        Ok(found) => found,
        Err(failure) => return page.fail(failure),
    };
    let matter = case.matter.clone();
    let (payer, unpaid, refund) =
        matter.fee.as_ref().map_or(("", "", ""), |f| (f.payer.as_str(), f.unpaid.as_str(), f.refund.as_str()));
    let ways = ways(&page);
    let link = link.map(|token| token.map(|token| page.service.pay_link_address(&token)));
    let window = page.session.taker().is_ok().then(|| paths::takings_of(&view.number));
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
            for_others: match &link {
                None => ForOthers::Nothing,
                Some(None) => ForOthers::Make,
                Some(Some(address)) => ForOthers::Made(address),
            },
            window: window.as_deref(),
        };
        pages::bill(&view, &around)
    });
    // The provider's H5 page checks the referring domain.
    response.extensions_mut().insert(LaunchesPayment);
    response
}

/// Every way to pay that is connected.
pub(super) fn ways(page: &Page) -> Vec<WayToPay<'static>> {
    page.service.providers.iter().map(|p| WayToPay { id: p.id(), account: p.account(), way: p.way() }).collect()
}

async fn history(page: Page) -> Response {
    let loaded = async {
        let applicant = page.session.applicant()?;
        page.service.my_bills(&applicant).await
    };
    match loaded.await {
        Ok(list) => page.show(more::history_title(), Tab::Mine, || pages::history(&list)),
        Err(failure) => page.fail(failure),
    }
}

async fn make_link(page: Page, Path(bill): Path<String>) -> Response {
    let made = async {
        let owner = page.session.account_holder()?;
        page.service.make_pay_link(&owner, id(&bill)?).await
    };
    let outcome = made.await;
    link_changed(page, &bill, outcome)
}

async fn withdraw_link(page: Page, Path(bill): Path<String>) -> Response {
    let withdrawn = async {
        let owner = page.session.account_holder()?;
        page.service.withdraw_pay_link(&owner, id(&bill)?).await
    };
    let outcome = withdrawn.await;
    link_changed(page, &bill, outcome)
}

fn link_changed(page: Page, bill: &str, outcome: Result<(), Failure>) -> Response {
    match outcome {
        Ok(()) => page.go(&format!("/bills/{bill}#link")),
        Err(Failure::Rejected(code)) => page.go(&format!("/bills/{bill}?say={code}")),
        Err(failure) => page.fail(failure),
    }
}

#[derive(Deserialize)]
pub(super) struct PayForm {
    #[serde(default)]
    pub(super) provider: String,
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
pub(super) fn is_code(page: &Page, channel: &str) -> bool {
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
    let (check, back) = (paths::check_payment(view.id), paths::bill(view.id));
    page.show(words::code_title(), Tab::Cases, || {
        pages::code(&pages::CodePage {
            caption: &matter.title,
            total: view.total,
            check: &check,
            back: &back,
            watch: Some(view.id),
            account,
            qr_svg: &qr_svg,
            demo,
        })
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
