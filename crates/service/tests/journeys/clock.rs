//! The clock is wrong for a while: back by an hour, ahead by a day. Nothing panics, nothing that was
//! acknowledged is lost, and nobody waits for the wrong time to come.

use crate::support::{DAY, FOOD, HOUR, MINUTE, TestWorld, code_of};
use crate::transfers::{begin, begun_draft, content, large, offset, send};
use domain::case::CaseStatus;
use domain::policy::Role;

#[tokio::test]
async fn d1_saved_answers_and_their_versions_do_not_mind_a_clock_that_jumps() {
    let world = TestWorld::new().await;
    let me = world.sign_in("13912343001").await;
    let draft = world.service.start_draft(&me.owner, FOOD).await.unwrap();
    let save = async |value: &str, seen: Option<i64>| {
        let answers = [("shop_name".to_owned(), value.to_owned())].into();
        world.service.save_answers(&me.owner, draft, answers, seen).await.unwrap()
    };
    let first = save("第一家店", None).await;
    world.pass(-HOUR);
    let second = save("第二家店", Some(first.version)).await;
    assert!(second.version > first.version && second.conflicts.is_empty(), "{second:?}");
    let other_device = save("第三家店", Some(first.version)).await;
    assert_eq!(
        (other_device.conflicts, other_device.theirs),
        (vec!["shop_name".to_owned()], vec!["第二家店".to_owned()])
    );
    for seconds in [DAY + HOUR, -DAY, -HOUR, HOUR] {
        world.pass(seconds);
        world.service.housekeeping().await.unwrap();
        let view = world.service.draft(&me.owner, draft).await.unwrap();
        assert_eq!(view.answers["shop_name"], "第三家店", "after {seconds} s");
        assert_eq!(world.service.drafts(&me.owner).await.unwrap().len(), 1, "after {seconds} s");
    }
    assert_eq!(world.service.start_draft(&me.owner, FOOD).await.unwrap(), draft, "no second draft");
}

#[tokio::test]
async fn m3_an_upload_goes_on_though_the_clock_jumps() {
    let world = TestWorld::new().await;
    let (me, draft) = begun_draft(&world, "13912343002").await;
    let bytes = large("clock");
    let upload = begin(&world, &me, draft, bytes.len()).await;
    send(&world, &me, upload.id, 0, &bytes[..300_000]).await.unwrap();
    world.pass(-HOUR);
    world.service.housekeeping().await.unwrap();
    assert_eq!(offset(&world, &me, upload.id).await, 300_000);
    send(&world, &me, upload.id, 300_000, &bytes[300_000..400_000]).await.unwrap();
    world.pass(DAY + HOUR);
    world.service.housekeeping().await.unwrap();
    assert_eq!(offset(&world, &me, upload.id).await, 400_000, "an account's upload waits for a week");
    let file = send(&world, &me, upload.id, 400_000, &bytes[400_000..]).await.unwrap().file.unwrap();
    for seconds in [-DAY, DAY] {
        world.pass(seconds);
        world.service.housekeeping().await.unwrap();
        world.run_jobs().await;
        assert!(content(&world, &me, file).await == bytes, "after {seconds} s");
    }
    assert_eq!(world.service.draft(&me.owner, draft).await.unwrap().files.len(), 1);
}

#[tokio::test]
async fn m9_a_case_stays_one_and_whole_though_the_clock_jumps() {
    let world = TestWorld::new().await;
    let filed = world.submit("13912343003", FOOD, &[]).await;
    world.pass(-HOUR);
    assert_eq!(world.status(&filed).await, CaseStatus::Received);
    world.service.housekeeping().await.unwrap();
    assert_eq!(world.service.submit(&filed.person.applicant, filed.draft).await.unwrap(), filed.case);
    let clerk = world.staff(Role::Clerk).await.clerk().unwrap();
    let version = world.version(&filed).await;
    // Accepted before it was submitted, says the clock.
    world.service.accept(&clerk, filed.case, version).await.unwrap();
    world.run_jobs().await;
    world.pass(DAY);
    world.service.housekeeping().await.unwrap();
    world.run_jobs().await;
    assert_eq!(code_of(world.service.accept(&clerk, filed.case, version).await), "conflict");
    assert_eq!(world.status(&filed).await, CaseStatus::InProgress);
    let told = world.sms.to("13912343003").into_iter().filter(|m| m.template == "case_changed").count();
    assert_eq!(told, 2, "of the submission and of the acceptance, each once");
    world.assert_intact().await;
}

#[tokio::test]
async fn i1_after_a_clock_that_was_ahead_one_signs_in_at_once_and_finds_everything() {
    let world = TestWorld::new().await;
    let me = world.sign_in("13912343004").await;
    let (draft, answers) = world.answered(&me.owner, FOOD, &[]).await;
    world.pass(DAY);
    assert!(world.service.session(&me.token).await.unwrap().applicant().is_err(), "too long without use");
    let ahead = world.sign_in("13912343004").await;
    let firm = world.service.draft(&ahead.owner, draft).await.unwrap().answers["firm_name"].clone();
    assert_eq!(firm, answers["firm_name"]);
    world.pass(2 * MINUTE - DAY);
    // The last code was sent tomorrow.
    let again = world.sign_in("13912343004").await;
    assert_eq!(world.service.draft(&again.owner, draft).await.unwrap().answers["firm_name"], firm);
    // Unused, the next one makes the one after it wait as ever.
    world.service.send_code("13912343004", &world.address()).await.unwrap();
    let next = world.service.send_code("13912343004", &world.address()).await;
    assert_eq!(code_of(next), "busy");
}
