//! Signing in by phone and code, sessions, and the staff's sign-in.

use crate::support::{DAY, FOOD, HOUR, MINUTE, TestWorld, code_of};
use domain::policy::Role;
use futures_util::future::join_all;
use service::{Failure, Session, Who, seed};

const PHONE: &str = "13912340001";

fn wrong(code: &str) -> &'static str {
    if code == "000000" { "111111" } else { "000000" }
}

#[tokio::test]
async fn i1_the_right_code_opens_an_account_and_typing_is_forgiving() {
    let world = TestWorld::new().await;
    let sent = world.service.send_code("+86 139-1234-0001", "192.0.2.9").await.unwrap();
    assert_eq!((sent.masked_phone.as_str(), sent.wait_seconds), ("139****0001", 60));
    world.run_jobs().await;
    let code = world.sms.code(PHONE);
    assert_eq!(code.len(), 6);
    let spaced = format!("{} {}", &code[..3], &code[3..]);
    let first = world.service.sign_in(&Session::nobody(), "１３９１２３４０００１", &spaced, false).await.unwrap();
    assert_eq!(first.session.greeting, "139****0001");
    // A code opens one session only.
    let again = world.service.sign_in(&Session::nobody(), PHONE, &code, false).await;
    assert_eq!(code_of(again), "code.expired");
    // The same phone is the same account the next time.
    world.pass(MINUTE + 1);
    let second = world.sign_in(PHONE).await;
    assert_eq!(first.session.who, second.session.who);
    assert_eq!(code_of(world.service.send_code("12345", "192.0.2.9").await), "phone.length");
}

#[tokio::test]
async fn i1_a_wrong_code_is_refused_five_times_then_even_the_right_one() {
    let world = TestWorld::new().await;
    let code = world.code(PHONE).await;
    for _ in 0..5 {
        let outcome = world.service.sign_in(&Session::nobody(), PHONE, wrong(&code), false).await;
        assert_eq!(code_of(outcome), "code.wrong");
    }
    assert_eq!(code_of(world.service.sign_in(&Session::nobody(), PHONE, &code, false).await), "code.tries");
    world.pass(MINUTE + 1);
    world.sign_in(PHONE).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn i1_guesses_sent_at_once_are_counted_too() {
    let world = TestWorld::new().await;
    let code = world.code(PHONE).await;
    let guess = wrong(&code);
    let guesses = (0..20).map(|_| {
        let service = world.service.clone();
        tokio::spawn(async move { code_of(service.sign_in(&Session::nobody(), PHONE, guess, false).await) })
    });
    let outcomes: Vec<String> = join_all(guesses).await.into_iter().map(Result::unwrap).collect();
    assert_eq!(outcomes.iter().filter(|o| *o == "code.wrong").count(), 5, "{outcomes:?}");
    assert_eq!(code_of(world.service.sign_in(&Session::nobody(), PHONE, &code, false).await), "code.tries");
}

#[tokio::test]
async fn i1_a_code_expires_after_five_minutes() {
    let world = TestWorld::new().await;
    let code = world.code(PHONE).await;
    world.pass(5 * MINUTE + 1);
    assert_eq!(code_of(world.service.sign_in(&Session::nobody(), PHONE, &code, false).await), "code.expired");
    assert_eq!(
        code_of(world.service.sign_in(&Session::nobody(), "13912349999", "123456", false).await),
        "code.expired"
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn i1_one_code_a_minute_and_ten_a_day() {
    let world = TestWorld::new().await;
    let sends = (0..6).map(|_| {
        let (service, address) = (world.service.clone(), world.address());
        tokio::spawn(async move { service.send_code(PHONE, &address).await })
    });
    let outcomes: Vec<_> = join_all(sends).await.into_iter().map(Result::unwrap).collect();
    assert_eq!(outcomes.iter().filter(|o| o.is_ok()).count(), 1);
    for outcome in outcomes.into_iter().filter_map(Result::err) {
        assert!(matches!(outcome, Failure::Busy(1..=61)), "{outcome}");
    }
    for _ in 0..9 {
        world.pass(MINUTE);
        world.code(PHONE).await;
    }
    assert_eq!(world.sms.to(PHONE).len(), 10);
    world.pass(MINUTE);
    let refused = world.service.send_code(PHONE, &world.address()).await;
    assert!(matches!(refused, Err(Failure::Busy(wait)) if wait > HOUR), "the eleventh of the day");
    world.pass(DAY);
    world.code(PHONE).await;
}

#[tokio::test]
async fn i1_thirty_codes_an_hour_from_one_address() {
    let world = TestWorld::new().await;
    for n in 0..30 {
        world.service.send_code(&format!("1391235{n:04}"), "198.51.100.7").await.unwrap();
    }
    assert_eq!(code_of(world.service.send_code("13912359999", "198.51.100.7").await), "busy");
    world.service.send_code("13912359999", "198.51.100.8").await.unwrap();
}

#[tokio::test]
async fn d1_the_guests_draft_is_adopted_and_the_old_session_ends() {
    let world = TestWorld::new().await;
    let guest = world.service.open_guest_session().await.unwrap();
    let as_guest = guest.session.owner().unwrap();
    let (draft, answers) = world.answered(&as_guest, FOOD, &[]).await;
    world.attach_all(&as_guest, draft).await;

    let person = world.sign_in_from(&guest.session, PHONE).await;
    assert_ne!(person.session.id, guest.session.id);
    assert_ne!(person.token, guest.token);
    let view = world.service.draft(&person.owner, draft).await.unwrap();
    assert_eq!(view.answers, answers);
    assert!(!view.files.is_empty());
    let dead = world.service.session(&guest.token).await.unwrap();
    assert!(dead.owner().is_err(), "the guest's session is over");
    assert_eq!(code_of(world.service.draft(&as_guest, draft).await), "sign_in");
    // A second sign-in ends the session it came from.
    world.pass(MINUTE + 1);
    world.sign_in_from(&person.session, PHONE).await;
    assert_eq!(world.service.session(&person.token).await.unwrap().who, Who::Guest);
}

#[tokio::test]
async fn a_session_ends_after_half_an_hour_of_silence_and_after_twelve_hours() {
    let world = TestWorld::new().await;
    let alive = async |token: &str| world.service.session(token).await.unwrap().applicant().is_ok();
    let idle = world.sign_in(PHONE).await;
    world.pass(29 * MINUTE);
    assert!(alive(&idle.token).await);
    world.pass(29 * MINUTE);
    assert!(alive(&idle.token).await, "every look moves the limit on");
    world.pass(30 * MINUTE);
    assert!(!alive(&idle.token).await);

    let busy = world.sign_in(PHONE).await;
    for _ in 0..35 {
        world.pass(20 * MINUTE);
        assert!(alive(&busy.token).await);
    }
    world.pass(20 * MINUTE);
    assert!(!alive(&busy.token).await, "twelve hours at most");
    assert_eq!(world.service.session("no such token").await.unwrap().who, Who::Guest);
}

#[tokio::test]
async fn signing_out_ends_the_session_at_once() {
    let world = TestWorld::new().await;
    let person = world.sign_in(PHONE).await;
    world.service.sign_out(&person.session).await.unwrap();
    assert!(world.service.session(&person.token).await.unwrap().applicant().is_err());
}

#[tokio::test]
async fn d2_the_chosen_mode_stays_with_the_account() {
    let world = TestWorld::new().await;
    let person = world.sign_in(PHONE).await;
    world.service.set_mode(&person.session, true).await.unwrap();
    world.pass(MINUTE + 1);
    let code = world.code(PHONE).await;
    assert!(world.service.sign_in(&Session::nobody(), PHONE, &code, false).await.unwrap().care);
}

#[tokio::test]
async fn staff_sign_in_with_name_and_password_only() {
    let world = TestWorld::new().await;
    world.service.seed_demo().await.unwrap();
    let nobody = Session::nobody();
    let sign_in =
        async |name: &str, password: &str| world.service.staff_sign_in(&nobody, name, password, "192.0.2.1").await;
    assert_eq!(code_of(sign_in("clerk", "guess").await), "staff.wrong");
    assert_eq!(code_of(sign_in("nobody", seed::DEMO_PASSWORD).await), "staff.wrong");
    let clerk = sign_in("clerk", seed::DEMO_PASSWORD).await.unwrap();
    let session = world.service.session(&clerk.token).await.unwrap();
    assert!(session.clerk().is_ok() && session.approver().is_err() && session.applicant().is_err());
    assert!(matches!(&session.who, Who::Staff { roles, .. } if roles.contains(&Role::Clerk)));
    // Seeding again changes nobody's password or roles.
    let before = world.number("select count(*) as n, count(*) as number from staff").await;
    world.tamper("update staff set active = 0 where username = 'clerk'", Vec::new()).await;
    world.service.seed_demo().await.unwrap();
    assert_eq!(before, world.number("select count(*) as number from staff").await);
    assert!(world.service.session(&clerk.token).await.unwrap().clerk().is_err(), "who left is out at once");
    // Signing in as an applicant from the same browser ends the staff session as well.
    let approver = sign_in("approver", seed::DEMO_PASSWORD).await.unwrap();
    world.sign_in_from(&approver.session, PHONE).await;
    assert!(world.service.session(&approver.token).await.unwrap().approver().is_err());
}

#[tokio::test]
async fn only_wrong_sign_ins_of_staff_are_counted() {
    let world = TestWorld::new().await;
    world.service.seed_demo().await.unwrap();
    let nobody = Session::nobody();
    let sign_in =
        async |name: &str, password: &str| world.service.staff_sign_in(&nobody, name, password, "192.0.2.1").await;
    for _ in 0..12 {
        sign_in("clerk", seed::DEMO_PASSWORD).await.unwrap();
    }
    for _ in 0..10 {
        assert_eq!(code_of(sign_in("clerk", "guess").await), "staff.wrong");
    }
    assert!(
        matches!(sign_in("clerk", seed::DEMO_PASSWORD).await, Err(Failure::Busy(_))),
        "the right one waits as well"
    );
    sign_in("approver", seed::DEMO_PASSWORD).await.unwrap();
    world.pass(15 * MINUTE);
    sign_in("clerk", seed::DEMO_PASSWORD).await.unwrap();
}
