//! The authorisation matrix: every route and server function × every role, over the real router.
//!
//! The table in `table.rs` says what each answer has to be. A route that it does not name fails
//! the test, and so does one that it names and that no longer exists.

#![allow(clippy::unwrap_used, reason = "tests")]

mod cast;
mod scene;
#[path = "../support/mod.rs"]
mod support;
mod table;

use axum::http::Request;
use cast::{Cast, ROLES};
use scene::Scene;
use std::collections::BTreeSet;
use std::fmt::Write;
use support::{Answer, Browser, House, Part, multipart, pdf, repository};
use table::{Body, ROWS, Row};

/// Places in [`ROLES`] with a meaning of their own.
const OWNER: usize = 2;

/// Words of `?say=` that report a success; every other word is a refusal.
const SUCCESS: &[&str] = &[
    "done",
    "saved",
    "corrected",
    "supplied",
    "withdrawn",
    "undone",
    "checked",
    "retried",
    "proposed",
    "returned",
    "approved",
    "discarded",
    "imported",
];

/// The answer in one letter, see `table.rs`.
fn letter(answer: &Answer) -> char {
    let to = answer.location();
    let said = to.split(['?', '&', '#']).find_map(|p| p.strip_prefix("say="));
    match answer.status.as_u16() {
        200 | 201 | 204 => 'o',
        303 if to.starts_with("/sign-in?") || to.starts_with("/desk/sign-in?") => 'S',
        303 if said.is_some_and(|s| !SUCCESS.contains(&s)) => 'r',
        303 => 'd',
        401 => '1',
        403 => '3',
        404 => '4',
        409 | 422 => 'r',
        _ => '!',
    }
}

/// Belongs to one person: nobody else gets anything there, but for what the server can do.
fn is_owners(row: &Row) -> bool {
    let begins = |p: &&str| row.path.starts_with(*p);
    row.method != "OPTIONS" && ["/apply/", "/cases/", "/uploads/", "/tus/", "/bills/"].iter().any(begins)
}

async fn ask(browser: &mut Browser, row: &Row, scene: &Scene, phone: &str) -> Answer {
    let path = scene.fill(row.path, phone);
    browser.json = path.starts_with("/api/");
    match row.body {
        Body::None => {
            browser.send(row.method, &format!("{path}{}", scene.fill(row.query, phone)), None, Vec::new()).await
        }
        Body::Form(form) => browser.post_raw(&path, scene.fill(form, phone)).await,
        Body::File => {
            let content = pdf(&format!("{path} {phone}"));
            let part = Part { name: "新的.pdf", media_type: "application/pdf", content: &content };
            browser.upload(&path, multipart(&[part])).await
        }
        Body::Tus(headers) => {
            let mut request = Request::builder().method(row.method).uri(&path);
            request = request.header("sec-fetch-site", "same-origin").header("tus-resumable", "1.0.0");
            for (name, value) in headers {
                request = request.header(*name, *value);
            }
            let bytes = headers.iter().any(|(name, _)| *name == "upload-offset");
            let body = if bytes { axum::body::Body::from("%PDF") } else { axum::body::Body::empty() };
            browser.call(request.body(body).unwrap()).await
        }
    }
}

/// Those who are to get nothing ask first, then those who may, the owner last: so that a success
/// hides no failure, and that after all failures nothing has changed.
fn order(row: &Row) -> Vec<usize> {
    let cells: Vec<char> = row.cells().collect();
    let mut order: Vec<usize> = (0..ROLES.len()).collect();
    let private = is_owners(row);
    order.sort_by_key(|n| (private && *n == OWNER, !private && matches!(cells[*n], 'o' | 'd')));
    order
}

async fn check(house: &House, row: &Row, wrong: &mut String) {
    let mut cast = Cast::new(house).await;
    let scene = Scene::set(house, row.stage, &cast.owner).await;
    let cells: Vec<char> = row.cells().collect();
    let before = scene.state(house, &cast.owner).await;
    let mut untouched = true;
    for n in order(row) {
        let succeeds = matches!(cells[n], 'o' | 'd') && (!is_owners(row) || n == OWNER);
        if succeeds && untouched {
            untouched = false;
            if before != scene.state(house, &cast.owner).await {
                writeln!(wrong, "{} {}: somebody without the right changed something", row.method, row.path).unwrap();
            }
        }
        let answer = ask(cast.browser(n), row, &scene, &house.phone()).await;
        let got = letter(&answer);
        if got != cells[n] {
            let (method, path, role, wanted) = (row.method, row.path, ROLES[n], cells[n]);
            let status = answer.status.as_u16();
            writeln!(wrong, "{method} {path} as {role}: {got} ({status} {}), not {wanted}", answer.location()).unwrap();
        }
    }
}

fn existing() -> BTreeSet<(String, String)> {
    let mut all: BTreeSet<(String, String)> =
        server::routes::table().list.into_iter().map(|(m, p)| (m.to_owned(), p.to_owned())).collect();
    let functions: Vec<_> = server_fn::axum::server_fn_paths().collect();
    assert!(functions.len() >= 3, "the server functions are linked: {functions:?}");
    all.extend(functions.into_iter().map(|(path, method)| (method.to_string(), path.to_owned())));
    // Mounted outside of the table.
    all.extend(["/healthz", "/readyz", "/metrics", "/gallery"].map(|p| ("GET".to_owned(), p.to_owned())));
    all
}

#[test]
fn every_route_and_server_function_is_in_the_table_and_nothing_else() {
    let listed: BTreeSet<(String, String)> = ROWS.iter().map(|r| (r.method.to_owned(), r.path.to_owned())).collect();
    assert_eq!(listed.len(), ROWS.len(), "no route twice");
    let existing = existing();
    let unlisted: Vec<_> = existing.difference(&listed).collect();
    assert!(unlisted.is_empty(), "not in the table: {unlisted:?}");
    let gone: Vec<_> = listed.difference(&existing).collect();
    assert!(gone.is_empty(), "in the table, but gone: {gone:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn h1_each_role_gets_what_the_table_says() {
    let house = House::new().await;
    let mut wrong = String::new();
    for row in ROWS {
        check(&house, row, &mut wrong).await;
    }
    assert!(wrong.is_empty(), "\n{wrong}");
}

/// What the table may never be changed to say.
#[test]
fn i2_the_table_itself_gives_nobody_what_is_not_theirs() {
    for row in ROWS {
        let cells: Vec<char> = row.cells().collect();
        assert_eq!(cells.len(), ROLES.len(), "{}", row.path);
        let of = |role: &str| cells[ROLES.iter().position(|r| *r == role).unwrap()];
        for (n, cell) in cells.iter().enumerate() {
            let own =
                is_owners(row) || matches!(row.path, "/api/save_answers" | "/api/local_key" | "/api/payment_state");
            assert!(!own || n == OWNER || *cell != 'o', "{} is shown to {}", row.path, ROLES[n]);
        }
        let about_cases =
            row.path.starts_with("/desk/cases/") || ["/documents/", "/files/"].iter().any(|p| row.path.starts_with(p));
        if about_cases {
            assert_eq!((of("收费对账"), of("管理员")), ('3', '3'), "{}: without the right to read cases", row.path);
            assert_eq!(of("访客"), 'S', "{}", row.path);
        }
        if row.path.starts_with("/desk/") && row.path != "/desk/sign-in" {
            assert_eq!((of("本人"), of("别人")), ('3', '3'), "{}: applicants have no desk", row.path);
        }
        if row.path.starts_with("/desk/cases/") && row.method == "POST" {
            assert_eq!(of("监察"), '3', "{}: supervision looks, it does not act", row.path);
            let able = ["窗口受理", "审批", "出件"].iter().filter(|r| of(r) == 'd').count();
            assert_eq!(able, 1, "{}: one role, not two", row.path);
        }
    }
}

/// Where a browser is led to sign in, a script is told so.
#[tokio::test]
async fn scripts_are_told_to_sign_in_by_status() {
    let house = House::new().await;
    let cast = Cast::new(&house).await;
    for row in ROWS.iter().filter(|r| r.method == "GET" && r.cells().next() == Some('S') && r.path != "/sign-in/code") {
        let scene = Scene::set(&house, row.stage, &cast.owner).await;
        let mut guest = house.browser();
        guest.json = true;
        let answer = guest.get(&scene.fill(row.path, "")).await;
        assert_eq!(answer.status.as_u16(), 401, "{}", row.path);
        assert_eq!(answer.json()["code"], "sign_in", "{}", row.path);
        assert_eq!(answer.json()["incident_id"], answer.header("x-request-id"), "{}", row.path);
    }
}

#[tokio::test]
async fn figures_are_for_this_machine_only() {
    let house = House::new().await;
    let mut local = house.browser();
    local.address = ([127, 0, 0, 1], 40_000).into();
    local.get("/help").await;
    let figures = local.get("/metrics").await;
    assert_eq!(figures.status.as_u16(), 200);
    assert!(figures.text().contains("http_requests_total"), "{}", figures.text());
    assert_eq!(house.browser().get("/metrics").await.status.as_u16(), 404);
}

#[tokio::test]
async fn the_gallery_is_not_there_in_production() {
    let house = House::new().await;
    let web = server::start::web(&house.config, house.service.clone(), None).unwrap();
    let mut production = house.config.clone();
    production.environment = server::config::Environment::Production;
    let mut visitor = Browser::new(server::start::app(&production, &web, None));
    assert_eq!(visitor.get("/gallery").await.status.as_u16(), 404);
    assert_eq!(visitor.get("/metrics").await.status.as_u16(), 404, "none without a recorder");
    assert_eq!(visitor.get("/").await.status.as_u16(), 200);
}

#[test]
fn the_documentation_shows_this_table() {
    let path = repository().join("docs/authorisation.md");
    let text = table::document();
    if std::env::var_os("UPDATE_DOCS").is_some() {
        std::fs::write(&path, &text).unwrap();
    }
    let written = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(written == text, "docs/authorisation.md is stale: run UPDATE_DOCS=1 cargo test -p server --test matrix");
}
