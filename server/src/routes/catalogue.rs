//! Home, lists, guides.

use super::Table;
use crate::page::{Page, Web};
use app::catalogue::pages::home::Waiting;
use app::catalogue::pages::list::Wanted;
use app::catalogue::pages::{figures, guide, home, list};
use app::paths;
use app::shell::Tab;
use app::t::catalogue as t;
use axum::Form;
use axum::extract::{Path, Query, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use domain::catalogue::Audience;
use serde::Deserialize;
use service::Failure;
use service::cases::NextStep;
use service::catalogue::Filter;

pub fn add(table: Table) -> Table {
    table
        .get("/", show_home)
        .get("/matters", show_list)
        .get("/matters/index.txt", index)
        .get("/matters/figures", show_figures)
        .get("/matters/{slug}", show_guide)
        .post("/matters/{slug}/start", start)
}

async fn show_home(page: Page) -> Response {
    let waiting = match waiting(&page).await {
        Ok(waiting) => waiting,
        Err(failure) => return page.fail(failure),
    };
    let matters = page.service.catalogue().common();
    let joint = page.service.catalogue().joint();
    let phone = page.service.catalogue().region.help_phone.clone();
    let care = page.care;
    page.show_public(t::home_title(), Tab::Home, || home::home(&matters, &joint, &waiting, care, &phone))
}

/// My next step first: cases that wait for me, then drafts.
async fn waiting(page: &Page) -> Result<Vec<Waiting>, Failure> {
    let mut list = Vec::new();
    if let Ok(applicant) = page.session.applicant() {
        for case in page.service.my_cases(&applicant).await? {
            let waits = matches!(
                case.next,
                NextStep::Correct { .. }
                    | NextStep::Supply { .. }
                    | NextStep::Pay { .. }
                    | NextStep::WaitForParty { .. }
            );
            if waits {
                let text = app::track::pages::next_step_text(&case.next);
                list.push(Waiting { title: case.title, text, href: paths::case(case.id) });
            }
        }
    }
    if let Ok(owner) = page.session.owner() {
        for draft in page.service.drafts(&owner).await? {
            let text = t::continue_draft(draft.progress_percent);
            list.push(Waiting { title: draft.title, text, href: paths::draft(draft.id) });
        }
    }
    Ok(list)
}

/// The index that browsers suggest from.
async fn index(State(web): State<Web>, headers: HeaderMap) -> Response {
    match web.public_pages.search_index(&web.service.catalogue()) {
        Some(index) => index.answer(&headers),
        None => StatusCode::NOT_FOUND.into_response(),
    }
}

async fn show_figures(page: Page) -> Response {
    let catalogue = page.service.catalogue();
    let (rows, targets) = (catalogue.figures(), catalogue.region.targets);
    page.show_public(t::figures_title(), Tab::Home, || figures::figures(&rows, targets))
}

#[derive(Deserialize, Default)]
struct ListQuery {
    #[serde(default)]
    q: String,
    audience: Option<String>,
    theme: Option<String>,
    event: Option<String>,
    body: Option<String>,
    cross: Option<String>,
    immediate: Option<String>,
    free: Option<String>,
    online: Option<String>,
    once: Option<String>,
    /// From 1.
    page: Option<usize>,
}

async fn show_list(page: Page, Query(query): Query<ListQuery>) -> Response {
    let audience = match query.audience.as_deref() {
        Some("person") => Some(Audience::Person),
        Some("firm") => Some(Audience::Firm),
        _ => None,
    };
    let filter = Filter {
        audience,
        theme: query.theme,
        life_event: query.event,
        body: query.body,
        cross: query.cross.is_some(),
        immediate: query.immediate.is_some(),
        free: query.free.is_some(),
        online: query.online.is_some(),
        once: query.once.is_some(),
    };
    let text: String = query.q.trim().chars().take(60).collect();
    // 长辈版 is findable by search, as the 适老化 rules ask.
    if text.contains("长辈版") || text.contains("老年版") {
        return page.go("/?mode=care");
    }
    let service = page.service.clone();
    let catalogue = service.catalogue();
    let number = query.page.unwrap_or(1).max(1);
    let (found, total) = if text.is_empty() {
        catalogue.list(&filter, number)
    } else {
        let found = catalogue.search_within(&text, &filter);
        let total = found.len();
        (found, total)
    };
    let wanted = Wanted { query: text, filter, page: number, total };
    let content = || list::list(&wanted, &found, &catalogue);
    // What people search for is nobody else's page.
    if wanted.query.is_empty() {
        page.show_public(t::list_title(), Tab::Home, content)
    } else {
        page.show(t::list_title(), Tab::Home, content)
    }
}

async fn show_guide(page: Page, Path(slug): Path<String>) -> Response {
    let service = page.service.clone();
    let matter = match service.matter_of(&slug).await {
        Ok(matter) => matter,
        Err(failure) => return page.fail(failure),
    };
    let url = format!("{}{}", service.settings.public_url, paths::guide(&matter.slug));
    let title = matter.title.clone();
    let catalogue = service.catalogue();
    let others = catalogue.card(&matter.slug).map(|card| catalogue.others(card)).unwrap_or_default();
    page.show_public(&title, Tab::Home, || guide::guide(&matter, &catalogue.region, &url, &others))
}

#[derive(Deserialize, Default)]
struct Start {
    /// Sent by the button that wide windows show: all questions on one page.
    #[serde(default)]
    whole: String,
    /// Sent by a shared list: the choices it was made from.
    #[serde(default)]
    list: String,
}

async fn start(mut page: Page, Path(slug): Path<String>, Form(start): Form<Start>) -> Response {
    let begun = async {
        let owner = page.owner().await?;
        page.service.start_from_list(&owner, &slug, &start.list).await
    };
    match begun.await {
        Ok(begun) if begun.kept_own => page.go(&format!("{}?say=list.kept", paths::outcome(begun.draft))),
        Ok(begun) if !start.whole.is_empty() && !page.care => page.go(&paths::whole_questions(begun.draft)),
        Ok(begun) => page.go(&paths::draft(begun.draft)),
        Err(failure) => page.fail(failure),
    }
}
