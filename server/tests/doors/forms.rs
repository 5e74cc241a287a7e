//! Forms: too long, of the wrong type, cut off, not text.

use crate::support::{FOOD, House, Part, broken_form, multipart, pdf};
use crate::{assert_page, assert_problem_json, assert_problem_page, is_chinese};
use axum::body::Body;
use axum::http::Request;
use bytes::Bytes;
use futures_util::stream;

const TOO_LONG: usize = 300 * 1024;

/// Doors that take a form, whoever asks.
const OPEN_FORMS: [&str; 7] =
    ["/help/stuck", "/sign-in", "/sign-in/code", "/track", "/mode", "/desk/sign-in", "/matters/food-licence/start"];

#[tokio::test]
async fn a_form_that_is_too_long_is_413_at_every_door() {
    let house = House::new().await;
    for path in OPEN_FORMS.into_iter().chain([
        "/apply/x/form/shop",
        "/desk/cases/x/refuse",
        "/api/save_answers",
        "/callbacks/wechat",
    ]) {
        let mut browser = house.browser();
        let body = format!("context={}", "长".repeat(TOO_LONG / 3));
        let answer = browser.post_raw(path, body.clone()).await;
        assert_problem_page(&answer, 413, path);
        assert!(answer.text().contains("256 KB"), "{path}: says how much is allowed");
        browser.json = true;
        assert_problem_json(&browser.post_raw(path, body).await, 413, path);
    }
}

#[tokio::test]
async fn a_body_without_announced_length_is_bounded_too() {
    let house = House::new().await;
    let piece = Bytes::from(vec![b'a'; 64 * 1024]);
    let endless = stream::repeat_with(move || Ok::<_, std::io::Error>(piece.clone()));
    let request = Request::post("/help/stuck")
        .header("sec-fetch-site", "same-origin")
        .header("accept", "text/html")
        .header("content-type", "application/x-www-form-urlencoded")
        .body(Body::from_stream(endless))
        .unwrap();
    assert_problem_page(&house.browser().call(request).await, 413, "endless body");
}

#[tokio::test]
async fn a_form_of_the_wrong_type_is_refused_in_words() {
    let house = House::new().await;
    for path in OPEN_FORMS.into_iter().filter(|p| !p.ends_with("/start")) {
        for kind in [Some("text/plain"), Some("application/json"), None] {
            let mut browser = house.browser();
            let answer = browser.send("POST", path, kind, b"{\"phone\":\"1\"}".to_vec()).await;
            assert_problem_page(&answer, 415, path);
            browser.json = true;
            let answer = browser.send("POST", path, kind, b"{\"phone\":\"1\"}".to_vec()).await;
            assert_problem_json(&answer, 415, path);
        }
    }
}

#[tokio::test]
async fn a_form_without_its_fields_is_refused_in_words() {
    let house = House::new().await;
    for path in ["/sign-in", "/mode"] {
        let mut browser = house.browser();
        assert_problem_page(&browser.post_raw(path, "other=1").await, 422, path);
        browser.json = true;
        assert_problem_json(&browser.post_raw(path, "other=1").await, 422, path);
    }
}

#[tokio::test]
async fn bytes_that_are_no_text_harm_nothing() {
    let house = House::new().await;
    let mut person = house.applicant().await;
    let (draft, _) = house.complete(&person.owner, FOOD, &[("stage", "new")]).await;
    let form = format!("/apply/{draft}/form/shop");
    for body in
        [&b"shop_name=%FF%FE%00&shop_address=\xff\xfe"[..], b"%FF=%FF&=&&&===", b"shop_name=%zz%", b"\x00\x01\x02"]
    {
        let answer = person.browser.post_raw(&form, body).await;
        assert!(answer.status.as_u16() == 303 || answer.status.is_client_error(), "{body:?}: {}", answer.status);
    }
    assert_page(&person.browser.get(&form).await, 200, "the form still opens");
    for path in [
        "/matters/%FF",
        "/matters/%00",
        "/verify/%FF%FE",
        "/join/%C0%AF",
        "/apply/%FF",
        "/cases/%2e%2e%2f",
        "/files/%FF",
    ] {
        let answer = person.browser.get(path).await;
        assert!(matches!(answer.status.as_u16(), 400 | 404), "{path}: {}", answer.status);
        assert!(answer.text().contains("zh-CN"), "{path}: {}", answer.text());
    }
    for path in ["/matters?q=%FF%FE", "/verify?code=%00%FF", "/help/stuck?from=%FF", "/cases?say=%FF"] {
        assert!(!house.browser().get(path).await.status.is_server_error(), "{path}");
    }
}

#[tokio::test]
async fn m3_an_upload_that_breaks_off_keeps_nothing_and_says_so() {
    let house = House::new().await;
    let mut person = house.applicant().await;
    let draft = house.service.start_draft(&person.owner, FOOD).await.unwrap();
    let path = format!("/uploads/drafts/{draft}/floor_plan");
    let content = pdf("broken");
    let part = Part { name: "平面图.pdf", media_type: "application/pdf", content: &content };
    let answer = person.browser.upload(&path, broken_form(&part)).await;
    assert_eq!(answer.status.as_u16(), 303);
    assert!(answer.location().contains("say=upload.broken"), "{}", answer.location());
    let page = person.browser.get(answer.location().split('#').next().unwrap()).await;
    assert_page(&page, 200, "materials");
    person.browser.json = true;
    let answer = person.browser.upload(&path, broken_form(&part)).await;
    assert_eq!(answer.status.as_u16(), 422);
    assert!(answer.json()["problem"].as_str().is_some_and(is_chinese), "{}", answer.text());
    assert!(house.service.draft(&person.owner, draft).await.unwrap().files.is_empty());
    for kind in
        ["application/x-www-form-urlencoded", "multipart/form-data", "multipart/form-data; boundary=", "text/plain"]
    {
        let answer = person.browser.send("POST", &path, Some(kind), b"files=1".to_vec()).await;
        assert!(answer.status.is_client_error(), "{kind}: {}", answer.status);
    }
    // The connection ends, not only the text.
    let (kind, body) = multipart(&[part]);
    let half = Bytes::copy_from_slice(&body[..body.len() / 2]);
    let reset = stream::iter([Ok(half), Err(std::io::Error::other("connection reset"))]);
    let request = Request::post(&path).header("sec-fetch-site", "same-origin").header("accept", "text/html");
    let request = request.header("content-type", kind).body(Body::from_stream(reset)).unwrap();
    let answer = person.browser.call(request).await;
    assert!(answer.location().contains("say=upload.broken"), "{} {}", answer.status, answer.location());
    assert!(house.service.draft(&person.owner, draft).await.unwrap().files.is_empty());
    person.browser.json = false;
    let (kind, body) = multipart(&[Part { name: "平面图.pdf", media_type: "application/pdf", content: &content }]);
    assert!(!person.browser.upload(&path, (kind, body)).await.location().contains("say="), "the next try succeeds");
}

#[tokio::test]
async fn a_post_from_another_site_or_without_evidence_is_refused() {
    let house = House::new().await;
    let person = house.applicant().await;
    for (name, value) in [("sec-fetch-site", "cross-site"), ("origin", "https://evil.example"), ("x-nothing", "1")] {
        let mut browser = person.browser.clone();
        let request = Request::post("/sign-out").header(name, value).header("accept", "text/html");
        let answer = browser.call(request.body(Body::empty()).unwrap()).await;
        assert_problem_page(&answer, 403, name);
    }
    assert_page(&person.browser.clone().get("/licences").await, 200, "still signed in");
}
