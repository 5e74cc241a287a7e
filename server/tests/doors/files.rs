//! Links to files run out, pictures are drawn anew, and what is undone stays undone.

use crate::assert_page;
use crate::pictures::grey;
use crate::support::{FOOD, House, Part, link_on, multipart};
use domain::ids::{DraftId, FileId};
use domain::policy::Role;

/// A submitted case whose plan is a photograph.
async fn with_picture(house: &House, person: &mut crate::support::Person) -> (DraftId, FileId) {
    let draft = house.service.start_draft(&person.owner, FOOD).await.unwrap();
    house.service.save_answers(&person.owner, draft, [("stage".into(), "new".into())].into(), None).await.unwrap();
    let photo = grey(2000, 1000);
    let part = Part { name: "平面图.png", media_type: "image/png", content: &photo };
    person.browser.upload(&format!("/uploads/drafts/{draft}/floor_plan"), multipart(&[part])).await;
    let file = house.service.draft(&person.owner, draft).await.unwrap().files[0].id;
    (draft, file)
}

#[tokio::test]
async fn m3_a_link_to_a_file_runs_out_and_leads_to_a_new_one() {
    let house = House::new().await;
    let mut person = house.applicant().await;
    let (draft, file) = with_picture(&house, &mut person).await;
    let link = person.browser.file_link(file).await;
    assert_eq!(person.browser.get(&link).await.status.as_u16(), 200);
    // Somebody else's session cannot use it, whoever they are.
    assert_eq!(house.applicant().await.browser.get(&link).await.status.as_u16(), 404);
    assert_eq!(house.staff(Role::Clerk).await.0.get(&link).await.status.as_u16(), 404, "not submitted");
    // Changed, it is no link.
    let longer = link.replace("until=", "until=9");
    assert!(person.browser.get(&longer).await.location().contains("/view?old=1"));

    house.pass(601);
    let answer = person.browser.get(&link).await;
    assert_eq!((answer.status.as_u16(), answer.location()), (303, format!("/files/{file}/view?old=1").as_str()));
    let page = person.browser.get(&format!("/files/{file}/view?old=1")).await;
    assert_page(&page, 200, "the link ran out");
    assert!(page.text().contains("刚才的链接过期了") && page.text().contains(&format!("/apply/{draft}/materials")));
    let again = person.browser.file_link(file).await;
    assert_ne!(again, link);
    assert_eq!(person.browser.get(&again).await.status.as_u16(), 200);
}

#[tokio::test]
async fn m3_previews_are_pictures_of_our_own() {
    let house = House::new().await;
    let mut person = house.applicant().await;
    let (draft, file) = with_picture(&house, &mut person).await;
    let page = person.browser.get(&format!("/apply/{draft}/materials")).await.text();
    let small = link_on(&page, &format!("/files/{file}/preview/1?")).expect("a small picture in the slot");
    assert!(small.ends_with("size=small"), "{small}");
    let answer = person.browser.get(&small).await;
    assert_eq!((answer.status.as_u16(), answer.header("content-type")), (200, "image/jpeg"));
    for (name, value) in [
        ("cache-control", "no-store, private"),
        ("content-security-policy", "sandbox; default-src 'none'"),
        ("x-content-type-options", "nosniff"),
        ("cross-origin-resource-policy", "same-origin"),
    ] {
        assert_eq!(answer.header(name), value, "{name}");
    }
    let picture = image::load_from_memory(&answer.body).expect("a picture");
    assert_eq!((picture.width(), picture.height()), (240, 120));
    let turned = format!("{}&turn=90", small.replace("size=small", "size="));
    let picture = image::load_from_memory(&person.browser.get(&turned).await.body).expect("a picture");
    assert_eq!((picture.width(), picture.height()), (800, 1600));
    // What cannot be drawn is said in the picture's place.
    let beyond = small.replace("/preview/1?", "/preview/2?");
    assert_eq!(person.browser.get(&beyond).await.status.as_u16(), 404);
}

#[tokio::test]
async fn m3_the_desk_shows_pictures_of_every_page() {
    let house = House::new().await;
    let person = house.applicant().await;
    let (_, case) = house.submitted(&person, FOOD, &[("stage", "new")]).await;
    let (mut clerk, _) = house.staff(Role::Clerk).await;
    let page = clerk.get(&format!("/desk/cases/{case}")).await.text();
    let view = house.view(&person, case).await;
    for file in &view.files {
        let link = link_on(&page, &format!("/files/{}/preview/1?", file.id)).expect("a picture");
        let answer = clerk.get(&link).await;
        assert_eq!((answer.status.as_u16(), answer.header("content-type")), (200, "image/jpeg"), "{}", answer.text());
        let look = link_on(&page, &format!("/files/{}/view?page=1", file.id)).expect("a larger one");
        assert_page(&clerk.get(&look).await, 200, "the page about the file");
    }
    let log = store::tables::audit::of_subject(&house.service.db, &case.to_string()).await.unwrap();
    assert!(log.iter().filter(|e| e.action == "preview_file").count() >= view.files.len(), "each look is on record");
}

#[tokio::test]
async fn m9_a_submission_is_undone_by_a_plain_form() {
    let house = House::new().await;
    let mut person = house.applicant().await;
    let (_, case) = house.submitted(&person, FOOD, &[("stage", "new")]).await;
    for path in [format!("/cases/{case}/receipt"), format!("/cases/{case}")] {
        let page = person.browser.get(&path).await.text();
        assert!(page.contains("10 分钟内可以撤销，到 09:10 为止"), "{path}: {page}");
    }
    assert_page(&person.browser.get(&format!("/cases/{case}/undo")).await, 200, "what undoing means");
    let answer = person.browser.post(&format!("/cases/{case}/undo"), &[]).await;
    assert_eq!(answer.location(), format!("/cases/{case}?say=undone"));
    let page = person.browser.get(answer.location()).await.text();
    let draft = link_on(&page, "/apply/").expect("the way to the draft");
    house.run_jobs().await;
    assert!(person.browser.get(&draft).await.location().starts_with("/apply/"), "{draft}");
    // A second tap says that it is done.
    let again = person.browser.post(&format!("/cases/{case}/undo"), &[]).await;
    assert_eq!(again.location(), format!("/cases/{case}?say=refusal.already_done"));
    assert!(!page.contains("10 分钟内可以撤销"));

    let mut other = house.applicant().await;
    let (_, late) = house.submitted(&other, FOOD, &[("stage", "new")]).await;
    house.pass(601);
    let answer = other.browser.post(&format!("/cases/{late}/undo"), &[]).await;
    assert_eq!(answer.location(), format!("/cases/{late}?say=refusal.undo_over"));
    assert!(other.browser.get(answer.location()).await.text().contains("提交已经超过 10 分钟"));
}
