//! Public pages are rendered once; personal ones never come near the kept ones.

use crate::support::{BIRTH, Browser, FOOD, House};
use axum::body::Body;
use axum::http::Request;

const PUBLIC: [&str; 10] = [
    "/",
    "/matters",
    "/matters?free=1",
    "/matters/food-licence",
    "/lists",
    "/lists/powers",
    "/places",
    "/help",
    "/help/privacy",
    "/track",
];

async fn with(browser: &mut Browser, path: &str, header: (&str, &str)) -> crate::support::Answer {
    let request = Request::get(path).header("accept", "text/html").header(header.0, header.1);
    browser.call(request.body(Body::empty()).unwrap()).await
}

#[tokio::test]
async fn c6_public_pages_are_the_same_kept_and_new_and_are_asked_for_anew() {
    let house = House::new().await;
    for path in PUBLIC {
        let mut visitor = house.browser();
        let (first, second) = (visitor.get(path).await, visitor.get(path).await);
        assert_eq!((first.status.as_u16(), second.status.as_u16()), (200, 200), "{path}");
        assert_eq!(first.text(), second.text(), "{path}");
        assert_eq!(second.header("cache-control"), "no-cache", "{path}");
        assert!(second.header("vary").contains("cookie"), "{path}");
        assert!(second.header("content-security-policy").starts_with("default-src 'none'"), "{path}");
        let tag = second.header("etag").to_owned();
        let same = with(&mut visitor, path, ("if-none-match", &tag)).await;
        assert_eq!((same.status.as_u16(), same.body.len()), (304, 0), "{path}");
        let packed = with(&mut visitor, path, ("accept-encoding", "br")).await;
        assert_eq!(packed.header("content-encoding"), "br", "{path}");
        assert!(packed.body.len() * 2 < second.body.len(), "{path}: {} of {}", packed.body.len(), second.body.len());
    }
}

#[tokio::test]
async fn c6_whoever_has_a_session_gets_a_page_of_their_own() {
    let house = House::new().await;
    let mut stranger = house.browser();
    stranger.get("/").await;
    let mut person = house.applicant().await;
    person.browser.post(&format!("/matters/{BIRTH}/start"), &[]).await;
    let own = person.browser.get("/").await;
    let masked = format!("{}****{}", &person.phone[..3], &person.phone[7..]);
    assert!(own.text().contains(&masked) && own.text().contains("出生登记"), "{}", own.text());
    assert_eq!((own.header("cache-control"), own.header("etag")), ("no-store", ""));
    let public = stranger.get("/").await.text();
    assert!(!public.contains(&masked), "nothing of it is kept for others");
    // A guest with a draft has a session too.
    let mut guest = house.guest_with_draft().await;
    assert_eq!(guest.get("/").await.header("cache-control"), "no-store");
    // And one that has run out is no reason to keep anything.
    stranger.cookies.insert("ov_session".into(), "0".repeat(64));
    assert_eq!(stranger.get("/").await.header("cache-control"), "no-store");
}

#[tokio::test]
async fn d2_both_modes_are_kept_apart() {
    let house = House::new().await;
    let mut visitor = house.browser();
    let plain = visitor.get("/").await.text();
    let care = visitor.get("/?mode=care").await;
    assert_eq!(care.header("cache-control"), "no-store", "the switch sets a cookie");
    let care = visitor.get("/").await.text();
    assert!(care.contains("data-mode=\"care\"") && !plain.contains("data-mode=\"care\""));
    assert_eq!(visitor.get("/").await.text(), care);
    assert_eq!(house.browser().get("/").await.text(), plain);
}

#[tokio::test]
async fn c1_what_people_search_for_is_not_kept() {
    let house = House::new().await;
    let answer = house.browser().get("/matters?q=%E9%A3%9F%E5%93%81").await;
    assert_eq!((answer.status.as_u16(), answer.header("cache-control")), (200, "no-store"));
}

/// The budget of a guide is two statements, of a public page that was seen before none.
#[tokio::test]
async fn c6_a_guide_costs_at_most_two_statements() {
    let house = House::new().await;
    let cost = async |browser: &mut Browser| {
        let before = house.service.db.statements();
        assert_eq!(browser.get(&format!("/matters/{FOOD}")).await.status, 200);
        house.service.db.statements() - before
    };
    assert_eq!(cost(&mut house.browser()).await, 0);
    let mut person = house.applicant().await;
    let signed_in = cost(&mut person.browser).await;
    assert!((1..=2).contains(&signed_in), "{signed_in} statements");
    let mut guest = house.guest_with_draft().await;
    assert_eq!(cost(&mut guest).await, 1);
}
