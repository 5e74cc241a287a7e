//! Addresses: forged, malformed, of nobody; methods that do not exist.

use crate::support::{FOOD, House};
use crate::{assert_page, assert_problem_json, assert_problem_page};
use domain::policy::Role;

const FORGED: [&str; 8] = [
    "x",
    "0",
    "-1",
    "%27%20or%201%3D1--",
    "..%2F..%2Fetc%2Fpasswd",
    "01912345-0000-7000-8000-00000000000",
    "01912345-0000-7000-8000-000000000000",
    "ffffffff-ffff-ffff-ffff-ffffffffffff",
];

#[tokio::test]
async fn forged_and_malformed_ids_are_not_found() {
    let house = House::new().await;
    let mut person = house.applicant().await;
    let pages = [
        "/apply/{}",
        "/apply/{}/questions",
        "/apply/{}/questions/stage",
        "/apply/{}/outcome",
        "/apply/{}/form/shop",
        "/apply/{}/materials",
        "/apply/{}/report",
        "/apply/{}/sign",
        "/cases/{}",
        "/cases/{}/receipt",
        "/cases/{}/correction",
        "/bills/{}",
        "/documents/{}",
        "/files/{}",
        "/files/{}/view",
        "/files/{}/preview/1",
        "/join/{}",
        "/matters/{}",
    ];
    for page in pages {
        for id in FORGED {
            let path = page.replace("{}", id);
            assert_problem_page(&person.browser.get(&path).await, 404, &path);
        }
    }
    person.browser.json = true;
    assert_problem_json(&person.browser.get("/cases/x").await, 404, "/cases/x");
    assert_problem_json(&person.browser.get("/no/such/page").await, 404, "fallback");
    let forms = [
        "/apply/{}/form/shop",
        "/apply/{}/submit",
        "/apply/{}/sign",
        "/cases/{}/correction",
        "/bills/{}/check",
        "/matters/{}/start",
    ];
    for form in forms {
        for id in FORGED {
            let path = form.replace("{}", id);
            assert_problem_json(&person.browser.post(&path, &[]).await, 404, &path);
        }
    }
}

#[tokio::test]
async fn forged_ids_at_the_desk_are_not_found() {
    let house = House::new().await;
    let (mut clerk, _) = house.staff(Role::Clerk).await;
    for id in FORGED {
        let path = format!("/desk/cases/{id}");
        assert_problem_page(&clerk.get(&path).await, 404, &path);
        let path = format!("/desk/cases/{id}/accept");
        assert_problem_page(&clerk.post(&path, &[("version", "1")]).await, 404, &path);
        let path = format!("/documents/{id}");
        assert_problem_page(&clerk.get(&path).await, 404, &path);
    }
    let answer = clerk.post("/desk/cases/x/accept", &[("version", "999999999999999999999")]).await;
    assert_problem_page(&answer, 422, "a version that is no number");
}

#[tokio::test]
async fn parts_of_a_draft_that_do_not_exist_are_not_found() {
    let house = House::new().await;
    let mut person = house.applicant().await;
    let (draft, _) = house.complete(&person.owner, FOOD, &[("stage", "new")]).await;
    for path in ["form/nowhere", "questions/nothing", "form/%00"] {
        let path = format!("/apply/{draft}/{path}");
        assert_problem_page(&person.browser.get(&path).await, 404, &path);
    }
    let answer = person.browser.upload(&format!("/uploads/drafts/{draft}/nothing"), upload()).await;
    assert_problem_page(&answer, 404, "an unknown slot");
}

fn upload() -> (String, Vec<u8>) {
    let content = crate::support::pdf("x");
    crate::support::multipart(&[crate::support::Part {
        name: "a.pdf",
        media_type: "application/pdf",
        content: &content,
    }])
}

#[tokio::test]
async fn an_upload_to_no_draft_at_all_is_read_to_its_end_and_refused() {
    let house = House::new().await;
    let mut person = house.applicant().await;
    let (kind, mut body) = upload();
    body.resize(3 << 20, b'x');
    let answer = person.browser.upload("/uploads/drafts/nothing/floor_plan", (kind, body)).await;
    assert_problem_page(&answer, 404, "no id");
}

#[tokio::test]
async fn m3_downloads_bring_a_policy_of_their_own() {
    let house = House::new().await;
    let person = house.applicant().await;
    let (draft, _) = house.complete(&person.owner, FOOD, &[("stage", "new")]).await;
    let view = house.service.draft(&person.owner, draft).await.unwrap();
    let mut browser = person.browser.clone();
    let link = browser.file_link(view.files[0].id).await;
    let answer = browser.get(&link).await;
    assert_eq!(answer.header("content-type"), "application/pdf");
    assert_eq!(answer.header("content-length"), answer.body.len().to_string());
    assert_eq!(answer.header("content-security-policy"), "sandbox; default-src 'none'");
    assert_eq!(answer.header("cross-origin-resource-policy"), "same-origin");
    let photo = crate::pictures::grey(1200, 900);
    let part = crate::support::Part { name: "门头.png", media_type: "image/png", content: &photo };
    let to = format!("/uploads/drafts/{draft}/business_licence");
    browser.upload(&to, crate::support::multipart(&[part])).await;
    let view = house.service.draft(&person.owner, draft).await.unwrap();
    let picture = view.files.iter().find(|f| f.media_type == "image/png").unwrap();
    let link = browser.file_link(picture.id).await;
    let answer = browser.get(&link).await;
    assert_eq!(answer.header("content-security-policy"), "sandbox; default-src 'none'");
    assert_eq!(answer.body, photo);
}

#[tokio::test]
async fn unknown_pages_and_methods_lead_on() {
    let house = House::new().await;
    let mut visitor = house.browser();
    for path in ["/no/such/page", "/.env", "/wp-login.php", "/api", "/apply", "/desk/nothing"] {
        assert_problem_page(&visitor.get(path).await, 404, path);
    }
    for (method, path) in [("PUT", "/sign-in"), ("DELETE", "/cases"), ("POST", "/help"), ("PATCH", "/desk")] {
        assert_problem_page(&visitor.send(method, path, None, Vec::new()).await, 405, path);
        visitor.json = true;
        assert_problem_json(&visitor.send(method, path, None, Vec::new()).await, 405, path);
        visitor.json = false;
    }
    // Not registered as a server function.
    let answer = visitor.post("/api/drop_everything", &[]).await;
    assert!(answer.status.is_client_error(), "{}", answer.status);
    // Registered, but nothing that it could read.
    for body in ["", "draft=x&version=many", "%%%", "version[a][b][c][d][e][f][g]=1"] {
        let answer = visitor.post_raw("/api/save_answers", body).await;
        assert_eq!(answer.status, 400, "{body}: {}", answer.text());
    }
}

#[tokio::test]
async fn every_public_page_is_chinese_and_numbered() {
    let house = House::new().await;
    for path in [
        "/",
        "/matters",
        "/matters/food-licence",
        "/sign-in",
        "/track",
        "/verify",
        "/help",
        "/help/stuck",
        "/help/privacy",
        "/mine",
        "/desk/sign-in",
        "/?mode=care",
    ] {
        let answer = house.browser().get(path).await;
        assert_page(&answer, 200, path);
        assert!(answer.header("content-security-policy").contains("default-src 'none'"), "{path}");
        assert_eq!(answer.header("x-content-type-options"), "nosniff", "{path}");
    }
}

#[tokio::test]
async fn what_is_typed_into_addresses_is_not_run() {
    let house = House::new().await;
    let attack = "%22%3E%3Cscript%3Ealert(1)%3C%2Fscript%3E";
    let mut person = house.applicant().await;
    let (draft, _) = house.complete(&person.owner, FOOD, &[("stage", "new")]).await;
    let paths = [
        format!("/verify?code={attack}"),
        format!("/verify/{attack}"),
        format!("/help/stuck?from={attack}"),
        format!("/matters?q={attack}"),
        format!("/matters?theme={attack}"),
        format!("/sign-in?return=/{attack}"),
        format!("/desk/sign-in?return=/desk{attack}"),
        format!("/apply/{draft}/materials?say={attack}&at={attack}"),
        format!("/apply/{draft}/form/shop?check=1&conflict={attack}"),
        format!("/apply/{draft}/sign?say={attack}"),
        format!("/{attack}"),
    ];
    for path in paths {
        let answer = person.browser.get(&path).await;
        assert!(!answer.text().contains("<script>alert"), "{path}");
        assert!(!answer.status.is_server_error(), "{path}: {}", answer.status);
    }
    let answer = person.browser.post("/help/stuck", &[("context", "\"><script>alert(1)</script>")]).await;
    assert!(!answer.text().contains("<script>alert"));
}

#[tokio::test]
async fn no_form_leads_to_another_site() {
    let house = House::new().await;
    for to in [
        "https://evil.example",
        "//evil.example",
        "/\\evil.example",
        "\\/evil.example",
        "/\t/evil.example",
        "javascript:alert(1)",
        "/\n/evil.example",
        "/?mode=care/evil.example",
        "/?mode=care?mode=care/evil.example",
        " //evil.example",
        "/\u{0}/evil.example",
    ] {
        let answer = house.browser().post("/mode", &[("mode", "care"), ("return", to)]).await;
        assert_own(answer.location(), to);
        let mut visitor = house.browser();
        let phone = house.phone();
        let first = visitor.post("/sign-in", &[("phone", &phone), ("return", to)]).await;
        assert!(first.location().starts_with("/sign-in/code"), "{}", first.location());
        house.run_jobs().await;
        let code = house.sms.code(&phone);
        let second = visitor.post("/sign-in/code", &[("code", &code), ("return", to)]).await;
        assert_own(second.location(), to);
    }
}

/// Browsers drop tabs and line breaks from addresses and take a backslash for a slash.
fn assert_own(location: &str, to: &str) {
    let seen: String = location.chars().filter(|c| !c.is_control()).map(|c| if c == '\\' { '/' } else { c }).collect();
    assert!(seen.starts_with('/') && !seen.starts_with("//"), "return={to:?} leads to {location:?}");
}
