//! File names that want to be paths, headers, scripts or another type; callbacks that are not the provider's.

use crate::support::{FOOD, House, Part, TILL, multipart, pdf};
use crate::{assert_page, assert_problem_page};
use axum::body::Body;
use axum::http::Request;
use domain::policy::Role;
use std::path::Path;

const NAMES: [&str; 9] = [
    "../../../../etc/passwd",
    "..\\..\\windows\\system32\\a.pdf",
    "<script>alert(1)</script>.pdf",
    "a%0d%0aSet-Cookie: x=1.pdf",
    "发票\u{202e}fdp.exe",
    ".htaccess",
    "CON.pdf",
    "名字 里 有 空格 和 中文 & ' .pdf",
    "/",
];

fn objects(folder: &Path, found: &mut Vec<String>) {
    for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
        let path = entry.path();
        if path.is_dir() { objects(&path, found) } else { found.push(path.to_string_lossy().into_owned()) }
    }
}

#[tokio::test]
async fn hostile_file_names_are_names_and_nothing_more() {
    let house = House::new().await;
    let mut person = house.applicant().await;
    let draft = house.service.start_draft(&person.owner, FOOD).await.unwrap();
    house.service.save_answers(&person.owner, draft, [("stage".into(), "new".into())].into(), None).await.unwrap();
    let path = format!("/uploads/drafts/{draft}/safety_rules");
    let long = format!("{}.pdf", "长".repeat(400));
    for name in NAMES.into_iter().chain([long.as_str()]) {
        let content = pdf(&format!("name {}", name.len()));
        let answer = person
            .browser
            .upload(&path, multipart(&[Part { name, media_type: "application/pdf", content: &content }]))
            .await;
        assert!(answer.status.as_u16() == 303, "{name}: {}", answer.status);
        assert!(answer.headers.get("set-cookie").is_none(), "{name}");
    }
    let files = house.service.draft(&person.owner, draft).await.unwrap().files;
    assert!(!files.is_empty());
    let page = person.browser.get(&format!("/apply/{draft}/materials")).await;
    assert_page(&page, 200, "materials");
    assert!(!page.text().contains("<script>alert"));
    for file in &files {
        assert!(!file.name.contains(['/', '\\', '\r', '\n', '\u{202e}']), "{:?}", file.name);
        assert!(file.name.chars().count() <= 255 && !file.name.is_empty(), "{:?}", file.name);
        let link = person.browser.file_link(file.id).await;
        let answer = person.browser.get(&link).await;
        assert_eq!(answer.status.as_u16(), 200);
        let disposition = answer.header("content-disposition");
        assert!(disposition.starts_with("attachment; filename=\"file.pdf\"; "), "{disposition}");
        assert!(disposition.contains("filename*=UTF-8''") && disposition.is_ascii(), "{disposition}");
        assert!(!disposition.split("filename*=").nth(1).unwrap().contains(['<', '"', ' ', ';', '/']), "{disposition}");
        assert_eq!(answer.header("x-content-type-options"), "nosniff");
        assert!(answer.header("content-security-policy").contains("default-src 'none'"));
        assert_eq!(answer.header("cache-control"), "no-store, private");
    }
    let mut stored = Vec::new();
    objects(&house.folder.0.join("files"), &mut stored);
    assert_eq!(stored.len(), files.len(), "one object a file, in the file store: {stored:?}");
    let mut all = Vec::new();
    objects(&house.folder.0, &mut all);
    assert!(all.iter().all(|p| !p.contains("passwd") && !p.contains("htaccess") && !p.contains("script")), "{all:?}");
}

#[tokio::test]
async fn h1_what_applicants_upload_does_not_run_at_the_desk() {
    let house = House::new().await;
    let mut person = house.applicant().await;
    let wanted = [("stage", "new"), ("shop_name", "<img src=x onerror=alert(1)>")];
    let (_, case) = house.submitted(&person, FOOD, &wanted).await;
    let (mut clerk, _) = house.staff(Role::Clerk).await;
    for answer in [clerk.get(&format!("/desk/cases/{case}")).await, person.browser.get(&format!("/cases/{case}")).await]
    {
        assert_page(&answer, 200, "case");
        assert!(!answer.text().contains("<img src=x"), "answers are text");
    }
}

#[tokio::test]
async fn d5_callbacks_of_strangers_are_refused() {
    let house = House::new().await;
    let mut stranger = house.browser();
    stranger.json = true;
    let body = br#"{"event_id":"1","out_trade_no":"1","state":"open"}"#.to_vec();
    for provider in ["nobody", "alipay", "..%2Fwechat", "%00"] {
        let answer =
            stranger.send("POST", &format!("/callbacks/{provider}"), Some("application/json"), body.clone()).await;
        assert_eq!(answer.status.as_u16(), 404, "{provider}: {}", answer.text());
        assert_eq!(answer.json()["code"], "FAIL", "{provider}");
    }
    let path = format!("/callbacks/{TILL}");
    for body in [body.clone(), Vec::new(), b"\xff\xfe".to_vec(), vec![b'{'; 100_000]] {
        let answer = stranger.send("POST", &path, Some("application/json"), body).await;
        assert_eq!(answer.status.as_u16(), 401, "{}", answer.text());
        assert_eq!(answer.json()["message"], "pay.not_authentic");
    }
    assert_eq!(stranger.get(&path).await.status.as_u16(), 405);
    let kept = house.service.db.read_one("select count(*) as number from pay_events", Vec::new()).await.unwrap();
    assert_eq!(kept.i64("number").unwrap(), 0, "nothing of it is kept");
}

#[tokio::test]
async fn d5_an_authentic_notification_of_an_unknown_order_is_taken_and_harms_nothing() {
    let house = House::new().await;
    let body = house.till.notification("no-such-order", "event-1");
    for _ in 0..3 {
        let request = Request::post(format!("/callbacks/{TILL}")).header("x-seal", "right");
        let answer = house.browser().call(request.body(Body::from(body.clone())).unwrap()).await;
        assert_eq!(answer.status.as_u16(), 204);
    }
    house.run_jobs().await;
    let kept = house.service.db.read_one("select count(*) as number from pay_events", Vec::new()).await.unwrap();
    assert_eq!(kept.i64("number").unwrap(), 1, "kept once");
}

#[tokio::test]
async fn i1_a_forged_or_old_cookie_is_nobody() {
    let house = House::new().await;
    let mut person = house.applicant().await;
    let token = person.browser.cookies["ov_session"].clone();
    for forged in [
        "",
        "x",
        "0000000000000000000000000000000000000000000000000000000000000000",
        &token[..60],
        &format!("{token}0"),
        "%00",
        "';--",
    ] {
        let mut browser = house.browser();
        browser.cookies.insert("ov_session".into(), forged.to_owned());
        let answer = browser.get("/licences").await;
        assert!(answer.location().starts_with("/sign-in?"), "{forged}: {}", answer.status);
    }
    let mut stolen = person.browser.clone();
    person.browser.post("/sign-out", &[]).await;
    assert!(
        stolen.get("/licences").await.location().starts_with("/sign-in?"),
        "signing out ends the session everywhere"
    );
    let mut idle = house.applicant().await;
    house.pass(31 * 60);
    assert!(idle.browser.get("/licences").await.location().starts_with("/sign-in?"), "30 minutes idle");
    let mut visitor = house.browser();
    visitor.cookies.insert("ov_phone".into(), "deadbeef".into());
    assert!(visitor.get("/sign-in/code").await.location().starts_with("/sign-in?"), "a forged phone is none");
    assert_problem_page(&house.staff(Role::Treasurer).await.0.get("/desk/jobs").await, 403, "not the treasurer's");
}
