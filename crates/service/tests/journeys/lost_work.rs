//! “Lost work”: what people complain about at portals of this kind, each complaint a test.

use crate::support::{DAY, FOOD, HOUR, MINUTE, TestWorld, code_of};
use domain::policy::Role;
use domain::rules::Answers;
use service::turns::Turn;
use service::{Applicant, Session};

const PHONE: &str = "13912340080";

fn typed(list: &[(&str, &str)]) -> Answers {
    list.iter().map(|(k, v)| ((*k).to_owned(), (*v).to_owned())).collect()
}

#[tokio::test]
async fn d1_session_ends_and_the_form_is_gone_the_key_is_the_same_after_signing_in_again() {
    let world = TestWorld::new().await;
    let me = world.sign_in(PHONE).await;
    let draft = world.service.start_draft(&me.owner, FOOD).await.unwrap();
    let key = world.service.local_key(&me.session, draft).await.unwrap();
    assert!(key.len() == 64 && key.bytes().all(|b| b.is_ascii_hexdigit()), "{key}");
    world.pass(HOUR);
    let dead = world.service.session(&me.token).await.unwrap();
    assert_eq!(code_of(world.service.local_key(&dead, draft).await), "sign_in");
    let again = world.sign_in(PHONE).await;
    assert_eq!(world.service.local_key(&again.session, draft).await.unwrap(), key);
}

#[tokio::test]
async fn d1_a_guests_copy_opens_after_signing_in() {
    let world = TestWorld::new().await;
    let guest = world.service.open_guest_session().await.unwrap().session;
    let draft = world.service.start_draft(&guest.owner().unwrap(), FOOD).await.unwrap();
    let key = world.service.local_key(&guest, draft).await.unwrap();
    let me = world.sign_in_from(&guest, PHONE).await;
    assert_eq!(world.service.local_key(&me.session, draft).await.unwrap(), key);
    assert_eq!(code_of(world.service.local_key(&guest, draft).await), "sign_in", "it is the account's now");
}

#[tokio::test]
async fn d1_the_key_of_a_draft_is_its_owners_alone() {
    let world = TestWorld::new().await;
    let (me, other) = (world.sign_in(PHONE).await, world.sign_in("13912340081").await);
    let guest = world.service.open_guest_session().await.unwrap().session;
    let clerk = world.staff(Role::Clerk).await;
    let draft = world.service.start_draft(&me.owner, FOOD).await.unwrap();
    let theirs = world.service.start_draft(&other.owner, FOOD).await.unwrap();
    let key = async |session: &Session, draft| world.service.local_key(session, draft).await;
    for (session, code) in
        [(&other.session, "not_found"), (&guest, "sign_in"), (&Session::nobody(), "sign_in"), (&clerk, "forbidden")]
    {
        assert_eq!(code_of(key(session, draft).await), code);
    }
    assert_ne!(key(&me.session, draft).await.unwrap(), key(&other.session, theirs).await.unwrap());
    world.service.sign_out(&me.session).await.unwrap();
    let out = world.service.session(&me.token).await.unwrap();
    assert_eq!(code_of(key(&out, draft).await), "sign_in", "unreadable after signing out");
}

#[tokio::test]
async fn d1_a_submitted_draft_has_no_key() {
    let world = TestWorld::new().await;
    let filed = world.submit(PHONE, FOOD, &[]).await;
    let outcome = world.service.local_key(&filed.person.session, filed.draft).await;
    assert_eq!(code_of(outcome), "draft.submitted");
}

#[tokio::test]
async fn i1_a_shared_computer_keeps_nothing_and_signs_out_after_ten_minutes() {
    let world = TestWorld::new().await;
    let code = world.code(PHONE).await;
    let mut new = world.service.sign_in(&Session::nobody(), PHONE, &code, false).await.unwrap();
    world.service.on_shared_terminal(&mut new).await.unwrap();
    assert!(new.session.on_shared_computer());
    let draft = world.service.start_draft(&new.session.owner().unwrap(), FOOD).await.unwrap();
    let resolved = async || world.service.session(&new.token).await.unwrap();
    let session = resolved().await;
    assert_eq!(code_of(world.service.local_key(&session, draft).await), "shared_terminal");
    assert_eq!(session.ending.unwrap().idle_seconds, 10 * MINUTE);
    for _ in 0..3 {
        world.pass(9 * MINUTE);
        assert!(resolved().await.applicant().is_ok(), "every look moves the limit on");
    }
    world.pass(10 * MINUTE);
    assert!(resolved().await.applicant().is_err());
    // At home the same person is signed in as ever.
    let home = world.sign_in(PHONE).await;
    assert!(world.service.local_key(&home.session, draft).await.is_ok());
    world.pass(20 * MINUTE);
    assert!(world.service.session(&home.token).await.unwrap().applicant().is_ok());
}

#[tokio::test]
async fn i1_a_session_says_when_it_ends() {
    let world = TestWorld::new().await;
    let me = world.sign_in(PHONE).await;
    let ending = async || world.service.session(&me.token).await.unwrap().ending;
    let first = ending().await.unwrap();
    assert_eq!((first.idle_seconds, first.left_seconds, first.shared), (30 * MINUTE, 12 * HOUR, false));
    assert_eq!(first.until, world.service.now().plus_seconds(30 * MINUTE));
    world.pass(20 * MINUTE);
    let later = ending().await.unwrap();
    assert_eq!(later.until, world.service.now().plus_seconds(30 * MINUTE), "put off");
    assert_eq!(later.left_seconds, 12 * HOUR - 20 * MINUTE, "never put off");
    for _ in 0..34 {
        world.pass(20 * MINUTE);
        assert!(ending().await.is_some());
    }
    // Eleven hours and forty minutes.
    let last = ending().await.unwrap();
    assert_eq!(last.until, world.service.now().plus_seconds(last.left_seconds), "no later than twelve hours");
    let guest = world.service.open_guest_session().await.unwrap();
    assert_eq!(world.service.session(&guest.token).await.unwrap().ending, None);
}

#[tokio::test]
async fn d1_autosave_over_another_device_names_what_the_other_had_put_there() {
    let world = TestWorld::new().await;
    let me = world.sign_in(PHONE).await.owner;
    let draft = world.service.start_draft(&me, FOOD).await.unwrap();
    let service = &world.service;
    service.save_answers(&me, draft, typed(&[("firm_name", "手机上填的")]), Some(1)).await.unwrap();
    let answers = typed(&[("firm_name", "电脑上填的"), ("shop_area", "60")]);
    let saved = service.save_answers(&me, draft, answers, Some(1)).await.unwrap();
    let met: Vec<_> = saved.conflicts.iter().zip(&saved.theirs).map(|(n, v)| (n.as_str(), v.as_str())).collect();
    assert_eq!(met, [("firm_name", "手机上填的"), ("shop_area", "")]);
    let saved = service.save_answers(&me, draft, typed(&[("shop_area", "61")]), Some(saved.version)).await.unwrap();
    assert!(saved.conflicts.is_empty() && saved.theirs.is_empty());
}

#[tokio::test]
async fn d1_an_older_save_that_arrives_after_a_newer_one_of_its_page_changes_nothing() {
    let world = TestWorld::new().await;
    let me = world.sign_in(PHONE).await.owner;
    let draft = world.service.start_draft(&me, FOOD).await.unwrap();
    let save = async |page: &str, number: i64, after: &str, seen: i64, value: &str| {
        let turn = Turn::new(page, number, after).unwrap();
        let answers = typed(&[("firm_name", value)]);
        world.service.save_in_turn(&me, draft, answers, Some(seen), Some(&turn)).await.unwrap()
    };
    let held = async || world.service.draft(&me, draft).await.unwrap().answers["firm_name"].clone();
    save("phone", 1, "", 1, "好").await;
    let newest = save("phone", 2, "", 2, "好味道").await;
    for late in [1, 2] {
        let told = save("phone", late, "", 1, "好").await;
        assert_eq!((told.version, told.conflicts.len()), (newest.version, 0), "the state as it is");
        assert_eq!(held().await, "好味道");
    }
    // Put back to what it was: nothing changes, and what was sent before may not come any more either.
    save("phone", 4, "", newest.version, "好味道").await;
    save("phone", 3, "", newest.version, "好味").await;
    assert_eq!(held().await, "好味道");
    // Another device is another page: what is typed last holds, and what it met is named.
    let other = save("desk", 1, "", 1, "好滋味").await;
    assert_eq!(other.theirs, ["好味道"]);
    save("phone", 4, "", 1, "好味道").await;
    assert_eq!(held().await, "好滋味", "a copy from the phone");
    // What a page that has gone still had on its way is contained in what was put back.
    save("again", 1, "desk:3 deskk:2", other.version, "好滋味饭店").await;
    save("desk", 3, "", other.version, "好滋味饭").await;
    save("deskk", 2, "", other.version, "好滋味饭").await;
    assert_eq!(held().await, "好滋味饭店");
    save("desk", 4, "", other.version, "好滋味酒家").await;
    assert_eq!(held().await, "好滋味酒家", "that page lives on after all");
}

#[tokio::test]
async fn d1_an_older_save_does_not_take_the_signature_away() {
    let world = TestWorld::new().await;
    let me = world.sign_in(PHONE).await.owner;
    let (draft, _) = world.fill(&me, FOOD, &[]).await;
    let save = async |number: i64, value: &str| {
        let turn = Turn::new("phone", number, "").unwrap();
        world.service.save_in_turn(&me, draft, typed(&[("shop_area", value)]), None, Some(&turn)).await.unwrap();
    };
    save(1, "61").await;
    save(2, "62").await;
    world.service.sign(&me, draft, "欧阳签名", None, true).await.unwrap();
    save(1, "61").await;
    let view = world.service.draft(&me, draft).await.unwrap();
    assert!(view.signature.is_some(), "what is signed is what is sent");
    assert_eq!(view.answers["shop_area"], "62");
}

#[tokio::test]
async fn d1_a_session_that_ended_while_typing_keeps_what_was_sent() {
    let world = TestWorld::new().await;
    let me = world.sign_in(PHONE).await;
    let draft = world.service.start_draft(&me.owner, FOOD).await.unwrap();
    world.service.save_answers(&me.owner, draft, typed(&[("firm_name", "甲")]), None).await.unwrap();
    world.pass(HOUR);
    let guest = world.service.open_guest_session().await.unwrap().session;
    let answers = typed(&[("firm_name", "甲乙"), ("shop_area", "60")]);
    world.service.put_by(&guest.owner().unwrap(), draft, &answers).await.unwrap();
    let again = world.sign_in_from(&guest, PHONE).await;
    assert_eq!(world.service.draft(&again.owner, draft).await.unwrap().answers, answers);
    assert_eq!(world.service.drafts(&again.owner).await.unwrap().len(), 1, "nothing is left waiting");
}

#[tokio::test]
async fn d1_drafts_vanish_nobody_warned_told_fourteen_and_three_days_before_once_each() {
    let world = TestWorld::new().await;
    let me = world.sign_in(PHONE).await;
    world.service.start_draft(&me.owner, FOOD).await.unwrap();
    let days_left = async || world.service.drafts(&me.owner).await.unwrap()[0].days_left;
    let told = async || {
        world.service.housekeeping().await.unwrap();
        world.service.housekeeping().await.unwrap();
        world.run_jobs().await;
        let inside = world.service.my_messages(&me.applicant).await.unwrap();
        let sms = world.sms.to(PHONE).into_iter().filter(|m| m.template == "draft_expiring").count();
        assert_eq!(inside.len(), sms);
        inside.into_iter().map(|m| m.body).collect::<Vec<_>>()
    };
    world.pass(75 * DAY);
    assert_eq!((told().await.len(), days_left().await), (0, 15));
    world.pass(DAY + 1);
    let first = told().await;
    assert_eq!((first.len(), days_left().await), (1, 14));
    assert!(first[0].contains("还没有提交") && first[0].contains("2026年5月31日"), "{first:?}");
    world.pass(10 * DAY);
    assert_eq!(told().await.len(), 1, "once");
    world.pass(DAY);
    assert_eq!((told().await.len(), days_left().await), (2, 3));
    world.pass(DAY);
    assert_eq!(told().await.len(), 2, "once");
}

#[tokio::test]
async fn d1_who_goes_on_with_a_draft_is_told_anew_and_who_submitted_is_not() {
    let world = TestWorld::new().await;
    let me = world.sign_in(PHONE).await;
    let draft = world.service.start_draft(&me.owner, FOOD).await.unwrap();
    let filed = world.submit("13912340082", FOOD, &[]).await;
    let told = async |applicant: &Applicant| {
        world.service.housekeeping().await.unwrap();
        let list = world.service.my_messages(applicant).await.unwrap();
        list.iter().filter(|m| m.body.contains("草稿")).count()
    };
    world.pass(80 * DAY);
    assert_eq!(told(&me.applicant).await, 1);
    world.service.save_answers(&me.owner, draft, typed(&[("firm_name", "甲")]), None).await.unwrap();
    world.pass(70 * DAY);
    assert_eq!(told(&me.applicant).await, 1);
    world.pass(10 * DAY);
    assert_eq!(told(&me.applicant).await, 2);
    assert_eq!(told(&filed.person.applicant).await, 0);
    // Nobody looked for long: one message, the urgent one.
    let late = world.sign_in("13912340083").await;
    world.service.start_draft(&late.owner, FOOD).await.unwrap();
    world.pass(88 * DAY);
    assert_eq!(told(&late.applicant).await, 1);
}
