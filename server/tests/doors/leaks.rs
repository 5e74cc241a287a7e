//! Personal data stays in bodies: never in an address, a header or a cookie.

use crate::support::{Answer, FOOD, House, PROPERTY, Part, encode, multipart, pdf};
use domain::policy::Role;
use domain::rules::Answers;

/// Every spelling of a personal value that could stand in a header.
fn spellings(value: &str) -> Vec<String> {
    use base64::Engine;
    let hex = hex::encode(value);
    let percent = encode(value);
    vec![
        value.to_owned(),
        percent.to_lowercase(),
        percent,
        hex.to_uppercase(),
        hex,
        base64::engine::general_purpose::STANDARD.encode(value),
        base64::engine::general_purpose::URL_SAFE_NO_PAD.encode(value),
    ]
}

struct Watch {
    secrets: Vec<String>,
    seen: usize,
}

impl Watch {
    fn on(values: &[&str]) -> Self {
        Self { secrets: values.iter().filter(|v| v.chars().count() >= 2).flat_map(|v| spellings(v)).collect(), seen: 0 }
    }

    fn check(&mut self, what: &str, answer: &Answer) {
        self.seen += 1;
        assert!(!answer.status.is_server_error(), "{what}: {}", answer.status);
        for (name, value) in &answer.headers {
            let value = String::from_utf8_lossy(value.as_bytes());
            let found = self.secrets.iter().find(|s| value.contains(s.as_str()));
            assert!(found.is_none(), "{what}: {name}: {value} holds {found:?}");
        }
    }
}

/// Names, numbers and addresses of a form; single digits and choices are no secrets.
fn personal(answers: &Answers) -> Vec<&str> {
    answers.values().map(String::as_str).filter(|v| v.chars().count() >= 3 && !v.is_ascii() || v.len() >= 11).collect()
}

#[tokio::test]
async fn no_answer_to_a_post_carries_personal_data_in_its_headers() {
    let house = House::new().await;
    let phone = house.phone();
    let model = house.applicant().await;
    let (_, answers) = house.complete(&model.owner, PROPERTY, &[("scenario", "sale")]).await;
    let mut secrets = personal(&answers);
    secrets.extend([phone.as_str(), &phone[7..], "司马承祯", "身份证正面欧阳.pdf"]);
    let mut watch = Watch::on(&secrets.iter().copied().filter(|s| s.len() > 4).collect::<Vec<_>>());
    let mut browser = house.browser();

    watch.check("phone", &browser.post("/sign-in", &[("phone", &phone), ("return", "/cases")]).await);
    watch.check("wrong phone", &house.browser().post("/sign-in", &[("phone", &format!("{phone}9"))]).await);
    watch.check("wrong code", &browser.post("/sign-in/code", &[("code", "000000"), ("return", "/cases")]).await);
    house.run_jobs().await;
    let code = house.sms.code(&phone);
    watch.check("code", &browser.post("/sign-in/code", &[("code", &code), ("return", "/cases")]).await);
    let start = browser.post(&format!("/matters/{PROPERTY}/start"), &[]).await;
    watch.check("start", &start);
    let draft = start.location().to_owned();

    let pairs: Vec<(&str, &str)> = answers.iter().map(|(k, v)| (k.as_str(), v.as_str())).collect();
    for section in ["owner", "seller", "house", "certificate"] {
        watch.check(section, &browser.post(&format!("{draft}/form/{section}"), &pairs).await);
    }
    // A wrong answer and a change on another device travel by field name only.
    let wrong = [("applicant_id", "53999919900307000X"), ("applicant_name", "司马承祯"), ("seen-version", "1")];
    watch.check("wrong", &browser.post(&format!("{draft}/form/owner"), &wrong).await);
    for (name, value) in pairs.iter().filter(|(_, v)| v.len() < 12) {
        watch.check(name, &browser.post(&format!("{draft}/questions/{name}"), &[(name, value)]).await);
    }
    let upload = format!("{}/owner_identity", draft.replace("/apply/", "/uploads/drafts/"));
    let content = pdf("leaks");
    let part = Part { name: "身份证正面欧阳.pdf", media_type: "application/pdf", content: &content };
    watch.check("upload", &browser.upload(&upload, multipart(&[part])).await);
    watch.check("sign", &browser.post(&format!("{draft}/sign"), &[("agreed", "yes"), ("name", "司马承祯")]).await);
    watch.check("bad sign", &browser.post(&format!("{draft}/sign"), &[("name", "司马承祯")]).await);
    watch.check("submit", &browser.post(&format!("{draft}/submit"), &[]).await);
    watch.check("track", &browser.post("/track", &[("code", "ABCD-2345"), ("last4", &phone[7..])]).await);
    watch.check("stuck", &browser.post("/help/stuck", &[("context", &format!("我是司马承祯，电话{phone}"))]).await);
    watch.check("delete", &browser.post(&format!("{draft}/delete"), &[]).await);
    watch.check("sign out", &browser.post("/sign-out", &[]).await);
    // With the session gone, what was typed is put by, not put into the address.
    let expired = browser.post(&format!("{draft}/form/owner"), &pairs).await;
    watch.check("expired", &expired);
    assert!(expired.location().starts_with("/sign-in?return="), "{}", expired.location());
    assert!(watch.seen > 15, "{}", watch.seen);
}

#[tokio::test]
async fn no_answer_at_the_desk_carries_personal_data_in_its_headers() {
    let house = House::new().await;
    let person = house.applicant().await;
    let (_, case) = house.submitted(&person, FOOD, &[("stage", "new")]).await;
    let view = house.view(&person, case).await;
    let mut secrets = personal(&view.answers);
    secrets.extend([person.phone.as_str(), "申请人欧阳的执照看不清"]);
    let mut watch = Watch::on(&secrets);
    let (mut clerk, _) = house.staff(Role::Clerk).await;
    let desk = format!("/desk/cases/{case}");
    watch.check("look", &clerk.get(&desk).await);
    watch.check("queue", &clerk.get("/desk").await);
    let verdict = [("material", "floor_plan"), ("criterion", "areas"), ("note", "申请人欧阳的执照看不清")];
    watch.check("verdict", &clerk.post(&format!("{desk}/verdict"), &verdict).await);
    let version = house.view(&person, case).await.version.to_string();
    let reasons = [("version", version.as_str()), ("reasons", "申请人欧阳的执照看不清")];
    watch.check("refuse", &clerk.post(&format!("{desk}/refuse-acceptance"), &reasons).await);
    let mut nobody = house.browser();
    watch.check(
        "sign in",
        &nobody.post("/desk/sign-in", &[("username", &person.phone), ("password", "secret-password")]).await,
    );
    let file = view.files[0].id;
    let link = clerk.file_link(file).await;
    let answer = clerk.get(&link).await;
    assert_eq!(answer.header("cache-control"), "no-store, private");
    assert_eq!(answer.header("referrer-policy"), "same-origin");
    for (name, value) in &answer.headers {
        assert!(!String::from_utf8_lossy(value.as_bytes()).contains(&person.phone), "{name}");
    }
}
