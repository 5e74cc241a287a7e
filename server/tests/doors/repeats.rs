//! Double taps, reloads and two people at once.

use crate::support::{FOOD, House, PROPERTY, Part, Person, TILL, encode, multipart, pdf};
use crate::{assert_page, assert_problem_page};
use domain::case::CaseStatus;
use domain::policy::Role;

async fn number(house: &House, sql: &'static str) -> i64 {
    house.service.db.read_one(sql, Vec::new()).await.unwrap().i64("number").unwrap()
}

#[tokio::test]
async fn m3_every_step_of_applying_may_be_sent_twice() {
    let house = House::new().await;
    let mut person = house.applicant().await;
    let start = format!("/matters/{FOOD}/start");
    let first = person.browser.post(&start, &[]).await.location().to_owned();
    assert_eq!(person.browser.post(&start, &[]).await.location(), first, "the open draft again");
    let draft = house.complete(&person.owner, FOOD, &[("stage", "new")]).await.0;
    let content = pdf("twice");
    let form = || multipart(&[Part { name: "制度.pdf", media_type: "application/pdf", content: &content }]);
    let upload = format!("/uploads/drafts/{draft}/safety_rules");
    let before = house.service.draft(&person.owner, draft).await.unwrap().files.len();
    for _ in 0..2 {
        assert!(!person.browser.upload(&upload, form()).await.location().contains("say="));
    }
    let files = house.service.draft(&person.owner, draft).await.unwrap().files;
    assert_eq!(files.len(), before + 1, "the same file in the same slot is a retry");
    let remove = format!("/apply/{draft}/files/{}/remove", files.last().unwrap().id);
    for _ in 0..2 {
        assert!(person.browser.post(&remove, &[]).await.location().ends_with("/materials"));
    }
    let signature = [("agreed", "yes"), ("name", "欧阳签名")];
    for _ in 0..2 {
        assert_eq!(
            person.browser.post(&format!("/apply/{draft}/sign"), &signature).await.location(),
            format!("/apply/{draft}/sign")
        );
    }
    let submit = format!("/apply/{draft}/submit");
    let receipt = person.browser.post(&submit, &[]).await.location().to_owned();
    assert!(receipt.ends_with("/receipt"), "{receipt}");
    for _ in 0..3 {
        assert_eq!(person.browser.post(&submit, &[]).await.location(), receipt, "one case, one number");
    }
    assert_eq!(number(&house, "select count(*) as number from cases").await, 1);
    assert_page(&person.browser.get(&receipt).await, 200, "receipt");
    // What belongs to the draft changes nothing any more.
    for path in ["form/shop", "questions/stage"] {
        let answer = person
            .browser
            .post(&format!("/apply/{draft}/{path}"), &[("shop_name", "另一家"), ("stage", "renew")])
            .await;
        assert!(matches!(answer.status.as_u16(), 303 | 422), "{path}: {}", answer.status);
    }
    let answer = person.browser.post(&format!("/apply/{draft}/delete"), &[]).await;
    assert_problem_page(&answer, 422, "a submitted draft is not deleted");
    assert_eq!(number(&house, "select count(*) as number from cases").await, 1);
}

#[tokio::test]
async fn m3_parallel_submissions_give_one_case() {
    let house = House::new().await;
    let person = house.applicant().await;
    let draft = house.signed(&person.owner, FOOD, &[("stage", "new")]).await;
    let submit = format!("/apply/{draft}/submit");
    let taps = (0..8).map(|_| {
        let (mut browser, submit) = (person.browser.clone(), submit.clone());
        async move { browser.post(&submit, &[]).await.location().to_owned() }
    });
    let answers = futures_util::future::join_all(taps).await;
    assert!(answers.iter().all(|a| *a == answers[0] && a.ends_with("/receipt")), "{answers:?}");
    assert_eq!(number(&house, "select count(*) as number from cases").await, 1);
}

#[tokio::test]
async fn withdrawing_and_deleting_twice_is_told_once() {
    let house = House::new().await;
    let mut person = house.applicant().await;
    let (_, case) = house.submitted(&person, FOOD, &[("stage", "new")]).await;
    let withdraw = format!("/cases/{case}/withdraw");
    let unsure = person.browser.post(&withdraw, &[]).await;
    assert!(
        unsure.location().starts_with(&format!("/cases/{case}?say=")),
        "asked whether it is sure: {}",
        unsure.location()
    );
    assert_eq!(house.view(&person, case).await.case.status(), CaseStatus::Received, "nothing done yet");
    assert!(person.browser.post(&withdraw, &[("sure", "yes")]).await.location().contains("say=withdrawn"));
    assert_problem_page(&person.browser.post(&withdraw, &[("sure", "yes")]).await, 409, "withdrawn already");
    let draft = house.complete(&person.owner, FOOD, &[("stage", "new")]).await.0;
    for _ in 0..2 {
        assert_eq!(person.browser.post(&format!("/apply/{draft}/delete"), &[]).await.location(), "/cases");
    }
    assert_problem_page(&person.browser.get(&format!("/apply/{draft}")).await, 404, "gone");
}

async fn billed(house: &House, person: &Person) -> String {
    let wanted = [("scenario", "inheritance"), ("house_use", "dwelling")];
    let (_, case) = house.submitted(person, PROPERTY, &wanted).await;
    let clerk = house.staff(Role::Clerk).await.1.clerk().unwrap();
    let version = house.view(person, case).await.version;
    house.service.accept(&clerk, case, version).await.unwrap();
    format!("/bills/{}", house.view(person, case).await.bill.unwrap().id)
}

#[tokio::test]
async fn d5_paying_twice_from_two_tabs_is_one_order_and_one_payment() {
    let house = House::new().await;
    let mut person = house.applicant().await;
    let bill = billed(&house, &person).await;
    let pay = format!("{bill}/pay");
    let cashier = person.browser.post(&pay, &[("provider", TILL)]).await.location().to_owned();
    assert!(cashier.starts_with("https://cashier.invalid/"), "{cashier}");
    assert_eq!(person.browser.post(&pay, &[("provider", TILL)]).await.location(), cashier, "the same order again");
    assert!(person.browser.post(&pay, &[("provider", "nobody")]).await.location().contains("say=pay.provider"));
    house.till.pay(&house.till.only_order());
    let check = format!("{bill}/check");
    for _ in 0..3 {
        assert!(person.browser.post(&check, &[]).await.location().contains("say=checked"));
    }
    assert!(person.browser.post(&pay, &[("provider", TILL)]).await.location().contains("say=bill.paid"));
    assert_eq!(number(&house, "select count(*) as number from orders where state = 'paid'").await, 1);
    assert_eq!(number(&house, "select count(*) as number from case_events where kind = 'bill_paid'").await, 1);
    assert_page(&person.browser.get(&format!("{bill}?back=1")).await, 200, "the bill");
}

#[tokio::test]
async fn h1_two_clerks_never_overwrite_each_other_silently() {
    let house = House::new().await;
    let person = house.applicant().await;
    let (_, case) = house.submitted(&person, FOOD, &[("stage", "new")]).await;
    let version = house.view(&person, case).await.version.to_string();
    let ((mut first, _), (mut second, _)) = (house.staff(Role::Clerk).await, house.staff(Role::Clerk).await);
    let desk = format!("/desk/cases/{case}");
    let reasons = [("version", version.as_str()), ("reasons", "不符合条件")];
    let accepted = first.post(&format!("{desk}/accept"), &[("version", &version)]).await;
    assert!(accepted.location().contains("say=done"), "{}", accepted.location());
    let late = second.post(&format!("{desk}/refuse-acceptance"), &reasons).await;
    // Led back to the case as it is now, with the reason why nothing was done.
    assert_eq!(late.status.as_u16(), 303);
    assert!(late.location().contains("say=conflict"), "{}", late.location());
    let page = second.get(late.location()).await;
    assert_page(&page, 200, "conflict");
    assert!(page.text().contains("刚才有别人改过这件事"), "the conflict is told");
    assert_eq!(house.view(&person, case).await.case.status(), CaseStatus::InProgress);
    let again = first.post(&format!("{desk}/accept"), &[("version", &version)]).await;
    assert!(again.location().contains("say=conflict"), "a second tap as well: {}", again.location());
    assert_eq!(number(&house, "select count(*) as number from case_events where kind = 'accepted'").await, 1);
}

#[tokio::test]
async fn d1_what_another_device_changed_is_named() {
    let house = House::new().await;
    let mut person = house.applicant().await;
    let (draft, _) = house.complete(&person.owner, FOOD, &[("stage", "new")]).await;
    let seen = house.service.draft(&person.owner, draft).await.unwrap().version.to_string();
    let form = format!("/apply/{draft}/form/shop");
    let mut phone = person.browser.clone();
    phone.post(&form, &[("shop_name", "手机上的店"), ("seen-version", &seen)]).await;
    let answer = person.browser.post(&form, &[("shop_name", "电脑上的店"), ("seen-version", &seen)]).await;
    assert!(answer.location().contains("conflict=shop_name"), "{}", answer.location());
    assert!(!answer.location().contains(&encode("电脑上的店")), "names of fields, not what was typed");
    let page = person.browser.get(answer.location().split('#').next().unwrap()).await;
    assert!(page.text().contains("另一台设备也改过"), "told on the page");
    assert!(page.text().contains("电脑上的店"), "the typed value won");
}
