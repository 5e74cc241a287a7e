//! 情形清单 by link: the same page for whoever has it.

use super::Table;
use crate::page::Page;
use app::apply::pages::personal_list::ListLink;
use app::catalogue::pages::shared_list;
use app::paths;
use app::shell::{Tab, qr_svg};
use app::t::shared_list as t;
use axum::extract::{Path, Query};
use axum::response::Response;
use domain::catalogue::{Matter, encode_choices};
use domain::rules::Answers;
use service::Service;

pub fn add(table: Table) -> Table {
    table.get("/matters/{slug}/list", show)
}

/// The link to the list of these answers; of a draft's answers only the choices go in.
pub(super) fn link(service: &Service, matter: &Matter, answers: &Answers) -> ListLink {
    let path = paths::personal_list(&matter.slug, Some(matter.version), &encode_choices(matter, answers));
    let url = format!("{}{path}", service.settings.public_url);
    ListLink { qr_svg: qr_svg(&url), path, url }
}

/// As pairs, so that names given twice or not known are no error.
async fn show(mut page: Page, Path(slug): Path<String>, Query(query): Query<Vec<(String, String)>>) -> Response {
    let given = |name: &str| query.iter().find(|(n, _)| n == name).map_or("", |(_, value)| value.as_str());
    let version: Option<u32> = given("v").parse().ok();
    let list = match page.service.shared_list(&slug, given("a"), version).await {
        Ok(list) => list,
        Err(failure) => return page.fail(failure),
    };
    // The page leads back to its own address: what does not belong into it is not repeated.
    page.path = paths::personal_list(&list.matter.slug, version, &encode_choices(&list.matter, &list.answers));
    let service = page.service.clone();
    let link = link(&service, &list.matter, &list.answers);
    let catalogue = service.catalogue();
    // Not kept as other public pages are: there are as many lists as ways to answer.
    page.show(t::title(), Tab::Home, || shared_list::shared_list(&list, &catalogue.region, &link))
}
