//! 请别人代付: somebody else pays by a link, without signing in. Nothing here says whose bill it is.

use super::Table;
use super::pay::{PayForm, is_code, ways};
use crate::http::headers::LaunchesPayment;
use crate::page::Page;
use app::paths;
use app::pay::pages;
use app::shell::{Tab, qr_svg};
use app::t::{pay_more as t, ways as words};
use axum::Form;
use axum::extract::{Path, Query};
use axum::response::Response;
use serde::Deserialize;
use service::Failure;

pub fn add(table: Table) -> Table {
    table
        .get("/pay/{token}", show)
        .post("/pay/{token}", pay)
        .get("/pay/{token}/code/{provider}", code)
        .post("/pay/{token}/check", check)
}

#[derive(Deserialize, Default)]
struct Say {
    say: Option<String>,
    back: Option<String>,
}

async fn show(page: Page, Path(token): Path<String>, Query(say): Query<Say>) -> Response {
    let loaded = async {
        // Coming back from the cashier proves nothing: the provider is asked. What it cannot say now, the page
        // asks again at the press of a button.
        if say.back.is_some() {
            match page.service.check_by_link(&token, &page.address).await {
                Ok(()) | Err(Failure::Rejected(_) | Failure::Busy(_)) => {}
                Err(failure) => return Err(failure),
            }
        }
        page.service.linked_bill(&token).await
    };
    let bill = match loaded.await {
        Ok(bill) => bill,
        Err(failure) => return page.fail(failure),
    };
    let (ways, handheld) = (ways(&page), page.handheld());
    let sandbox = page.service.providers.iter().any(|p| p.is_sandbox());
    let mut response = page.show_narrow(t::link_page_title(), Tab::None, || {
        let around = pages::LinkPage {
            token: &token,
            ways: &ways,
            handheld,
            sandbox,
            message: say.say.as_deref(),
            came_back: say.back.is_some(),
        };
        pages::link(&bill, &around)
    });
    // The provider's H5 page checks the referring domain; of the address it learns the origin alone.
    response.extensions_mut().insert(LaunchesPayment);
    response
}

async fn pay(page: Page, Path(token): Path<String>, Form(form): Form<PayForm>) -> Response {
    match page.service.pay_by_link(&token, &form.provider, &page.address).await {
        Ok(_) if is_code(&page, &form.provider) => {
            page.go(&format!("{}/code/{}", paths::pay_link(&token), paths::encode(&form.provider)))
        }
        Ok(url) => page.go(&url),
        Err(failure) => refused(page, &token, failure),
    }
}

/// Back to the link with what went wrong.
fn refused(page: Page, token: &str, failure: Failure) -> Response {
    match failure {
        Failure::Rejected(_) | Failure::Busy(_) => {
            page.go(&format!("{}?say={}", paths::pay_link(token), failure.code()))
        }
        other => page.fail(other),
    }
}

async fn code(page: Page, Path((token, channel)): Path<(String, String)>) -> Response {
    let loaded = async {
        let content = page.service.code_by_link(&token, &channel, &page.address).await?;
        let bill = page.service.linked_bill(&token).await?;
        Ok::<_, Failure>((content, bill))
    };
    let (content, bill) = match loaded.await {
        Ok((Some(content), bill)) => (content, bill),
        // Paid meanwhile, or nothing is open there: the link says what is.
        Ok((None, _)) => return page.go(&paths::pay_link(&token)),
        Err(failure) => return refused(page, &token, failure),
    };
    let qr_svg = qr_svg(&content);
    let provider = page.service.providers.iter().find(|p| p.id() == channel);
    let (account, sandbox) = provider.map_or(("", false), |p| (p.account(), p.is_sandbox()));
    let demo = sandbox.then_some(content.as_str());
    let (check, back) = (paths::check_pay_link(&token), paths::pay_link(&token));
    page.show(words::code_title(), Tab::None, || {
        pages::code(&pages::CodePage {
            caption: &bill.body,
            total: bill.total,
            check: &check,
            back: &back,
            watch: None,
            account,
            qr_svg: &qr_svg,
            demo,
        })
    })
}

async fn check(page: Page, Path(token): Path<String>) -> Response {
    match page.service.check_by_link(&token, &page.address).await {
        Ok(()) => page.go(&format!("{}?say=checked", paths::pay_link(&token))),
        Err(failure) => refused(page, &token, failure),
    }
}
