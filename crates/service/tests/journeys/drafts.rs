//! Drafts: kept as typed, for their owner alone.

use crate::support::{BIRTH, DAY, FOOD, HOUR, TestWorld, code_of, pdf};
use domain::rules::Answers;
use service::Session;
use service::report::Place;

fn typed(list: &[(&str, &str)]) -> Answers {
    list.iter().map(|(k, v)| ((*k).to_owned(), (*v).to_owned())).collect()
}

#[tokio::test]
async fn wrong_values_are_kept_as_typed_and_unknown_fields_ignored() {
    let world = TestWorld::new().await;
    let me = world.sign_in("13912340002").await.owner;
    let draft = world.service.start_draft(&me, FOOD).await.unwrap();
    let answers = typed(&[
        ("firm_name", "  好味道 "),
        ("contact_phone", "139-12"),
        ("no_such_field", "x"),
        ("business", "no such option"),
        ("has_licence", "unknown"),
    ]);
    world.service.save_answers(&me, draft, answers, None).await.unwrap();
    let kept = world.service.draft(&me, draft).await.unwrap().answers;
    assert_eq!(kept, typed(&[("firm_name", "  好味道 "), ("contact_phone", "139-12"), ("has_licence", "unknown")]));
    let report = world.service.report(&me, draft).await.unwrap();
    let phone =
        report.items.iter().find(|i| matches!(&i.place, Place::Field { field, .. } if field == "contact_phone"));
    assert_eq!(phone.unwrap().code, "field.phone.length");
}

#[tokio::test]
async fn saving_the_same_again_keeps_the_version() {
    let world = TestWorld::new().await;
    let me = world.sign_in("13912340002").await.owner;
    let draft = world.service.start_draft(&me, FOOD).await.unwrap();
    let first = world.service.save_answers(&me, draft, typed(&[("firm_name", "甲")]), Some(1)).await.unwrap();
    assert_eq!((first.version, first.conflicts.len()), (2, 0));
    world.pass(HOUR);
    let same = world
        .service
        .save_answers(&me, draft, typed(&[("firm_name", "甲"), ("shop_name", "")]), Some(2))
        .await
        .unwrap();
    assert_eq!((same.version, same.saved_at), (2, first.saved_at));
    let other = world.service.save_answers(&me, draft, typed(&[("firm_name", "乙")]), Some(2)).await.unwrap();
    assert_eq!(other.version, 3);
}

#[tokio::test]
async fn d1_a_save_over_an_older_version_names_the_fields_and_keeps_the_rest() {
    let world = TestWorld::new().await;
    let me = world.sign_in("13912340002").await.owner;
    let draft = world.service.start_draft(&me, FOOD).await.unwrap();
    let phone = world
        .service
        .save_answers(&me, draft, typed(&[("firm_name", "手机上填的"), ("shop_area", "60")]), Some(1))
        .await
        .unwrap();
    assert!(phone.conflicts.is_empty());
    let desktop = world
        .service
        .save_answers(&me, draft, typed(&[("firm_name", "电脑上填的"), ("shop_area", "60")]), Some(1))
        .await
        .unwrap();
    assert_eq!(desktop.conflicts, ["firm_name"]);
    let answers = world.service.draft(&me, draft).await.unwrap().answers;
    assert_eq!(answers, typed(&[("firm_name", "电脑上填的"), ("shop_area", "60")]));
}

#[tokio::test]
async fn somebody_elses_draft_is_not_found() {
    let world = TestWorld::new().await;
    let me = world.sign_in("13912340002").await.owner;
    let other = world.sign_in("13912340003").await.owner;
    let guest = world.service.open_guest_session().await.unwrap().session.owner().unwrap();
    let draft = world.service.start_draft(&me, FOOD).await.unwrap();
    let service = &world.service;
    for (owner, expected) in [(&other, "not_found"), (&guest, "sign_in")] {
        assert_eq!(code_of(service.draft(owner, draft).await), expected);
        assert_eq!(code_of(service.report(owner, draft).await), expected);
        assert_eq!(code_of(service.save_answers(owner, draft, typed(&[("firm_name", "x")]), None).await), expected);
        assert_eq!(code_of(service.sign(owner, draft, "欧阳签名", None, true).await), expected);
        assert_eq!(code_of(service.delete_draft(owner, draft).await), expected);
        assert_eq!(code_of(world.upload(owner, draft, "floor_plan", "a.pdf", pdf("a")).await), expected);
        assert!(service.drafts(owner).await.unwrap().is_empty());
    }
    assert!(Session::nobody().owner().is_err());
    assert_eq!(service.draft(&me, draft).await.unwrap().answers.len(), 0);
}

#[tokio::test]
async fn an_answer_too_long_is_refused_and_changes_nothing() {
    let world = TestWorld::new().await;
    let me = world.sign_in("13912340002").await.owner;
    let draft = world.service.start_draft(&me, FOOD).await.unwrap();
    let long = "长".repeat(5001);
    let outcome =
        world.service.save_answers(&me, draft, typed(&[("firm_name", "甲"), ("food_items", &long)]), None).await;
    assert_eq!(code_of(outcome), "answer.too_long");
    assert!(world.service.draft(&me, draft).await.unwrap().answers.is_empty());
    let longest = "长".repeat(5000);
    world.service.save_answers(&me, draft, typed(&[("food_items", &longest)]), None).await.unwrap();
}

#[tokio::test]
async fn a_signature_covers_only_what_was_signed() {
    let world = TestWorld::new().await;
    let me = world.sign_in("13912340002").await.owner;
    let (draft, _) = world.fill(&me, FOOD, &[]).await;
    let signed = async || world.service.draft(&me, draft).await.unwrap().signature;
    let signature = signed().await.unwrap();
    assert_eq!(signature.name, "欧阳签名");
    assert!(signature.statement.contains("真实"));
    world.service.save_answers(&me, draft, typed(&[("shop_area", "61")]), None).await.unwrap();
    assert!(signed().await.is_none(), "an answer changed");

    world.service.sign(&me, draft, "欧阳签名", None, true).await.unwrap();
    let file = world.upload(&me, draft, "floor_plan", "b.pdf", pdf("another")).await.unwrap();
    assert!(signed().await.is_none(), "a file came");

    world.service.sign(&me, draft, "欧阳签名", None, true).await.unwrap();
    world.service.remove_file(&me, draft, file.id).await.unwrap();
    assert!(signed().await.is_none(), "a file went");

    assert_eq!(code_of(world.service.sign(&me, draft, "欧阳签名", None, false).await), "sign.not_agreed");
    assert_eq!(code_of(world.service.sign(&me, draft, "12", None, true).await), "sign.name");
    assert_eq!(code_of(world.service.sign(&me, draft, "欧阳签名", Some("bm90IGEgcG5n"), true).await), "sign.picture");
}

#[tokio::test]
async fn d1_many_taps_at_once_begin_one_draft() {
    let world = TestWorld::new().await;
    let me = world.sign_in("13912340021").await.owner;
    let taps = (0..8).map(|_| world.service.start_draft(&me, FOOD));
    let begun: std::collections::BTreeSet<_> =
        futures_util::future::try_join_all(taps).await.unwrap().into_iter().collect();
    assert_eq!(begun.len(), 1);
}

#[tokio::test]
async fn an_open_draft_is_offered_again_and_listed_with_its_progress() {
    let world = TestWorld::new().await;
    let me = world.sign_in("13912340002").await.owner;
    let draft = world.service.start_draft(&me, FOOD).await.unwrap();
    assert_eq!(world.service.start_draft(&me, FOOD).await.unwrap(), draft);
    assert_eq!(code_of(world.service.start_draft(&me, "no-such-matter").await), "not_found");
    assert_eq!(world.service.drafts(&me).await.unwrap()[0].progress_percent, 0);
    world.answered(&me, FOOD, &[]).await;
    world.pass(60);
    world.service.start_draft(&me, BIRTH).await.unwrap();
    let list = world.service.drafts(&me).await.unwrap();
    assert_eq!(list.iter().map(|d| d.slug.as_str()).collect::<Vec<_>>(), [BIRTH, FOOD]);
    assert_eq!(list[1].progress_percent, 100);
}

#[tokio::test]
async fn a_deleted_draft_is_gone_and_its_files_leave_the_disk_a_day_later() {
    let world = TestWorld::new().await;
    let me = world.sign_in("13912340002").await.owner;
    let (draft, _) = world.fill(&me, FOOD, &[]).await;
    assert!(!world.objects().is_empty());
    world.service.delete_draft(&me, draft).await.unwrap();
    assert_eq!(code_of(world.service.draft(&me, draft).await), "not_found");
    assert_eq!(code_of(world.service.delete_draft(&me, draft).await), "not_found");
    world.pass(DAY + 1);
    world.service.housekeeping().await.unwrap();
    assert!(world.objects().is_empty());
    assert_eq!(world.number("select count(*) as number from files").await, 0);
}

#[tokio::test]
async fn deleting_a_submitted_draft_is_refused_and_the_case_keeps_its_files() {
    let world = TestWorld::new().await;
    let filed = world.submit("13912340002", FOOD, &[]).await;
    let files = world.view(&filed).await.files.len();
    assert!(files > 0);
    let outcome = world.service.delete_draft(&filed.person.owner, filed.draft).await;
    assert_eq!(code_of(outcome), "draft.submitted");
    assert_eq!(world.view(&filed).await.files.len(), files);
    let save = world.service.save_answers(&filed.person.owner, filed.draft, typed(&[("firm_name", "x")]), None).await;
    assert_eq!(code_of(save), "draft.submitted");
    world.pass(2 * DAY);
    world.service.housekeeping().await.unwrap();
    world.assert_intact().await;
}

#[tokio::test]
async fn a_draft_left_alone_for_ninety_days_is_removed() {
    let world = TestWorld::new().await;
    let me = world.sign_in("13912340002").await.owner;
    let (draft, _) = world.fill(&me, FOOD, &[]).await;
    world.pass(89 * DAY);
    world.service.housekeeping().await.unwrap();
    assert!(world.service.draft(&me, draft).await.is_ok());
    world.pass(2 * DAY);
    world.service.housekeeping().await.unwrap();
    assert_eq!(code_of(world.service.draft(&me, draft).await), "not_found");
    world.pass(2 * DAY);
    world.service.housekeeping().await.unwrap();
    assert!(world.objects().is_empty());
}
