//! What a device may keep, and where it may not.

use crate::assert_problem_json;
use crate::support::{Browser, FOOD, House};
use service::Session;

/// Signs in by the page's form, as people do.
async fn sign_in(house: &House, shared: bool) -> Browser {
    let phone = house.phone();
    let mut browser = house.browser();
    assert_eq!(browser.post("/sign-in", &[("phone", phone.as_str())]).await.status.as_u16(), 303);
    house.run_jobs().await;
    let code = house.sms.code(&phone);
    assert!(browser.get("/sign-in/code").await.text().contains("这是公用电脑"));
    let wrong = if code == "000000" { "111111" } else { "000000" };
    let again = browser.post("/sign-in/code", &[("code", wrong), ("shared", "yes")]).await.text();
    let ticked = again.split("<input").find(|tag| tag.contains("name=\"shared\"")).unwrap_or_default();
    assert!(ticked.split('>').next().is_some_and(|tag| tag.contains("checked")), "stays ticked: {ticked}");
    let mut form = vec![("code", code.as_str())];
    if shared {
        form.push(("shared", "yes"));
    }
    assert_eq!(browser.post("/sign-in/code", &form).await.status.as_u16(), 303);
    browser
}

async fn draft(browser: &mut Browser) -> String {
    let begun = browser.post(&format!("/matters/{FOOD}/start"), &[]).await;
    begun.location().split('/').nth(2).unwrap().to_owned()
}

async fn key(browser: &mut Browser, draft: &str) -> crate::support::Answer {
    browser.json = true;
    let answer = browser.get(&format!("/api/local_key?draft={draft}")).await;
    browser.json = false;
    answer
}

#[tokio::test]
async fn i1_the_key_of_local_copies_is_never_stored_on_its_way() {
    let house = House::new().await;
    let mut person = sign_in(&house, false).await;
    let draft = draft(&mut person).await;
    let answer = key(&mut person, &draft).await;
    assert_eq!((answer.status.as_u16(), answer.header("cache-control")), (200, "no-store"));
    assert_eq!(answer.header("cross-origin-resource-policy"), "same-origin");
    let secret = answer.json()["key"].as_str().unwrap().to_owned();
    assert_eq!(secret.len(), 64);
    let page = person.get(&format!("/apply/{draft}/form/shop")).await.text();
    assert!(page.contains("data-local=") && !page.contains(&secret), "no page holds it");
    assert_problem_json(&key(&mut person, "nonsense").await, 404, "no such draft");
    assert_problem_json(&key(&mut house.browser(), &draft).await, 401, "nobody signed in");
    person.post("/sign-out", &[]).await;
    assert_problem_json(&key(&mut person, &draft).await, 401, "signed out");
}

#[tokio::test]
async fn i1_a_shared_computer_gets_no_key_and_its_pages_keep_nothing() {
    let house = House::new().await;
    let mut person = sign_in(&house, true).await;
    let draft = draft(&mut person).await;
    let refused = key(&mut person, &draft).await;
    assert_problem_json(&refused, 422, "shared");
    assert_eq!(refused.json()["code"], "shared_terminal");
    let page = person.get(&format!("/apply/{draft}/form/shop")).await.text();
    assert!(!page.contains("data-local="), "nothing is kept there");
    assert!(page.contains("data-session=\"540\""), "ten minutes, counted to the minute");
    house.pass(601);
    assert!(person.get(&format!("/apply/{draft}/form/shop")).await.location().starts_with("/sign-in?"));
}

/// Without scripts nothing can warn in time: the page says until when.
#[tokio::test]
async fn i1_without_scripts_a_page_says_until_when_one_is_signed_in() {
    let house = House::new().await;
    let mut person = house.applicant().await;
    let page = person.browser.get("/mine").await.text();
    let said = page.split("<noscript>").nth(1).and_then(|rest| rest.split("</noscript>").next()).unwrap();
    assert!(said.contains("登录到 09:30 为止"), "{said}");
    assert!(!page.contains("http-equiv"), "no page reloads by itself");
    assert!(page.contains("data-session-left=\"43200\""), "{page}");
    assert!(!house.browser().get("/mine").await.text().contains("<noscript>"));
    assert!(Session::nobody().ending.is_none());
}

#[tokio::test]
async fn d1_a_draft_taken_for_a_submission_every_page_of_it_says_what_it_is() {
    let house = House::new().await;
    let mut person = house.applicant().await;
    let (draft, _) = house.complete(&person.owner, FOOD, &[("stage", "new")]).await;
    for page in ["questions/stage", "outcome", "form/shop", "materials", "report", "sign"] {
        let text = person.browser.get(&format!("/apply/{draft}/{page}")).await.text();
        assert!(text.contains("草稿，还没有提交"), "{page}");
    }
    let list = person.browser.get("/cases").await.text();
    assert!(list.contains("草稿，还没有提交") && !list.contains(&format!("action=\"/apply/{draft}/delete\"")));
    let ask = person.browser.get(&format!("/apply/{draft}/delete")).await;
    assert!(ask.text().contains(&format!("action=\"/apply/{draft}/delete\"")), "{}", ask.text());
    assert_eq!(house.service.drafts(&person.owner).await.unwrap().len(), 1, "asking deletes nothing");
    person.browser.post(&format!("/apply/{draft}/delete"), &[]).await;
    assert!(house.service.drafts(&person.owner).await.unwrap().is_empty());
}
