//! The personal list by link: the same for a stranger, without anything personal, and a draft from it
//! that needs no typing.

use crate::support::{Answer, BIRTH, FOOD, House, PROPERTY};
use crate::{assert_page, assert_problem_page};

/// The choices of `food` that leave nothing open, and the list's address without its version.
const CHOICES: &str = "business.catering~has_licence.yes~stage.new";

fn list(slug: &str, choices: &str) -> String {
    app::paths::personal_list(slug, None, choices)
}

/// Names of the materials on an outcome page or a list.
fn materials(answer: &Answer) -> Vec<String> {
    let text = answer.text();
    let list = text.split("<ul class=\"ov-list\">").nth(1).and_then(|t| t.split("</ul>").next()).unwrap_or_default();
    let name = |line: &str| line.split("</strong>").next().unwrap_or_default().to_owned();
    list.split("<li><strong>").skip(1).map(name).collect()
}

/// The link that an outcome page shows, without the host.
fn link_on(answer: &Answer) -> String {
    let text = answer.text();
    let start = text.find("/list?v=").expect("a link to the list");
    let before = text[..start].rfind("/matters/").expect("its beginning");
    let end = text[start..].find(['"', '<', ' ']).expect("its end") + start;
    text[before..end].replace("&amp;", "&")
}

#[tokio::test]
async fn c11_a_stranger_sees_the_list_of_the_outcome() {
    let house = House::new().await;
    let mut person = house.applicant().await;
    let wanted = [("business", "catering"), ("has_licence", "yes"), ("stage", "new")];
    let (draft, answers) = house.complete(&person.owner, FOOD, &wanted).await;
    let outcome = person.browser.get(&format!("/apply/{draft}/outcome")).await;
    assert_page(&outcome, 200, "outcome");
    let link = link_on(&outcome);
    assert!(link.ends_with(&format!("&a={CHOICES}")), "{link}");
    let matter = house.service.shared_list(FOOD, "", None).await.unwrap().matter;
    let typed: Vec<_> = answers.iter().filter(|(name, _)| matter.question(name).is_none()).collect();
    assert!(typed.len() > 5 && typed.iter().all(|(name, _)| !link.contains(name.as_str())), "{typed:?} in {link}");
    let shown = house.browser().get(&link).await;
    assert_page(&shown, 200, &link);
    assert!(materials(&outcome).len() >= 3, "{}", outcome.text());
    assert_eq!(materials(&shown), materials(&outcome));
    let text = shown.text();
    for wanted in ["可以办理", "第一次办", "咨询电话", "办公时间", "/samples/", "按这张清单开始办"]
    {
        assert!(text.contains(wanted), "{wanted}");
    }
    assert!(!text.contains("办事指南更新过"), "{text}");
    let long = typed.iter().filter(|(_, value)| value.chars().count() >= 6);
    for (name, value) in long {
        assert!(!text.contains(value.as_str()), "{name} of the person is shown to a stranger");
    }
}

#[tokio::test]
async fn c11_a_crafted_link_carries_no_name_and_no_number() {
    let house = House::new().await;
    let name = app::paths::encode("司马承祯");
    let crafted = format!("scenario.sale~applicant_name.{name}~applicant_phone.13987654321~seller_name.{name}");
    for query in [
        format!("a={crafted}"),
        format!("a=scenario.sale&applicant_name={name}&applicant_phone=13987654321"),
        format!("applicant_phone=13987654321&{name}={name}&a=scenario.sale&a={crafted}"),
    ] {
        let answer = house.browser().get(&format!("/matters/{PROPERTY}/list?{query}")).await;
        assert_page(&answer, 200, &query);
        let text = answer.text();
        for personal in ["司马承祯", name.as_str(), "13987654321", "applicant_phone"] {
            assert!(!text.contains(personal), "{personal} after {query}");
        }
        assert!(text.contains("scenario.sale"), "the choices stay: {query}");
    }
    let mut guest = house.browser();
    let begun =
        guest.post(&format!("/matters/{PROPERTY}/start"), &[("list", &crafted.replace(&name, "司马承祯"))]).await;
    let draft = begun.location().to_owned();
    assert!(draft.starts_with("/apply/"), "{} {draft}", begun.status);
    for section in ["owner", "seller"] {
        let text = guest.get(&format!("{draft}/form/{section}")).await.text();
        assert!(!text.contains("司马承祯") && !text.contains("13987654321"), "{section}");
    }
}

#[tokio::test]
async fn c11_a_draft_begins_behind_the_questions_with_an_empty_form() {
    let house = House::new().await;
    let person = house.applicant().await;
    let begun = house.service.start_from_list(&person.owner, FOOD, CHOICES).await.unwrap();
    let view = house.service.draft(&person.owner, begun.draft).await.unwrap();
    assert!(!begun.kept_own && view.matter.next_question(&view.answers).is_none());
    assert!(view.answers.keys().all(|name| view.matter.question(name).is_some()), "{:?}", view.answers);

    let mut guest = house.browser();
    let answer = guest.post(&format!("/matters/{FOOD}/start"), &[("list", CHOICES)]).await;
    let to = answer.location().to_owned();
    assert_eq!(answer.status.as_u16(), 303);
    let resumed = guest.get(&to).await;
    assert!(resumed.location().contains("/form/"), "behind the questions: {}", resumed.location());
    assert_page(&guest.get(resumed.location()).await, 200, "the form");
}

#[tokio::test]
async fn c11_what_was_answered_before_stays() {
    let house = House::new().await;
    let mut person = house.applicant().await;
    let own = [("business".to_owned(), "canteen".to_owned()), ("firm_name".to_owned(), "示例中学".to_owned())];
    let draft = house.service.start_draft(&person.owner, FOOD).await.unwrap();
    house.service.save_answers(&person.owner, draft, own.into(), None).await.unwrap();
    let before = house.service.draft(&person.owner, draft).await.unwrap();
    let answer = person.browser.post(&format!("/matters/{FOOD}/start"), &[("list", CHOICES)]).await;
    assert_eq!(answer.location(), format!("/apply/{draft}/outcome?say=list.kept"));
    let page = person.browser.get(answer.location()).await;
    assert!(page.text().contains("里面的回答没有改动"), "{}", page.text());
    let after = house.service.draft(&person.owner, draft).await.unwrap();
    assert_eq!((&after.answers, after.version), (&before.answers, before.version));
    // The same answers are no news.
    let same = person.browser.post(&format!("/matters/{FOOD}/start"), &[("list", "business.canteen")]).await;
    assert_eq!(same.location(), format!("/apply/{draft}"));
}

#[tokio::test]
async fn c11_a_hostile_query_is_harmless() {
    let house = House::new().await;
    let long = format!("a={CHOICES}~{}", "x.y~".repeat(2500));
    let script = app::paths::encode("<script>alert(1)</script>\"'");
    let queries = [
        long,
        format!("a={script}.{script}~business.{script}&v={script}"),
        "a=%00%0d%0aSet-Cookie:x%3d1&v=%ff%fe&%00=%00".to_owned(),
        "a=business.catering&a=business.sale&v=1&v=2".to_owned(),
        "v=99999999999999999999&a".to_owned(),
        "a=%E2%80%AE~~..~.~&&&===".to_owned(),
    ];
    for query in &queries {
        let answer = house.browser().get(&format!("/matters/{FOOD}/list?{query}")).await;
        assert_page(&answer, 200, query);
        let text = answer.text();
        assert!(!text.contains("<script>alert") && !text.contains("x.y~x.y"), "{query}");
        assert!(answer.headers.get("set-cookie").is_none(), "{query}");
        assert_eq!(answer.header("cache-control"), "no-store", "such pages are not kept: {query}");
        let mut guest = house.browser();
        let list = query.trim_start_matches("a=");
        let begun = guest.post(&format!("/matters/{FOOD}/start"), &[("list", list)]).await;
        assert!(begun.location().starts_with("/apply/"), "{query}: {}", begun.status);
    }
    assert_problem_page(&house.browser().get(&list("no-such-matter", CHOICES)).await, 404, "an unknown matter");
}

#[tokio::test]
async fn c11_the_list_says_when_the_guide_has_changed_and_when_it_cannot_be_done() {
    let house = House::new().await;
    let version = house.service.shared_list(FOOD, "", None).await.unwrap().matter.version;
    let old = app::paths::personal_list(FOOD, Some(version + 1), CHOICES);
    assert!(house.browser().get(&old).await.text().contains("办事指南更新过"));
    let now = app::paths::personal_list(FOOD, Some(version), CHOICES);
    assert!(!house.browser().get(&now).await.text().contains("办事指南更新过"));
    let refused = house.browser().get(&list(FOOD, "business.prepacked")).await.text();
    assert!(refused.contains("您不用办许可，备案就可以") && !refused.contains("按这张清单开始办"), "{refused}");
    let nothing = house.browser().get(&list(BIRTH, "")).await;
    assert_page(&nothing, 200, "no choices yet");
    assert!(nothing.text().contains("还没有选情形") && !materials(&nothing).is_empty());
}
