//! Filing at a counter for somebody who is there in person: no account, the same rules, the same case.

use crate::support::{FOOD, HOUR, PROPERTY, TestWorld, code_of};
use domain::ids::{CaseId, StaffId};
use domain::policy::Role;
use service::cases::NextStep;
use service::desk::QueueFilter;
use service::transfers::{Begin, Place};
use service::{Denied, Session};
use std::collections::BTreeSet;
use store::tables::{audit, cases, events, sessions, staff};

pub const ELDER: &str = "elder-allowance";
pub const VISITOR: &str = "13912345566";

/// A clerk whose session is kept as a browser's is: the token, and the session.
pub async fn clerk_at(world: &TestWorld, place: Option<&str>) -> (String, Session) {
    let id = StaffId(uuid::Uuid::now_v7());
    let member = staff::Staff {
        id,
        username: id.to_string(),
        password_hash: "none".into(),
        name: "何乡镇".into(),
        roles: BTreeSet::from([Role::Clerk]),
        active: true,
        place: place.map(str::to_owned),
    };
    let token = format!("token-{id}");
    let digest = hex::encode(aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, token.as_bytes()));
    let now = world.service.now().0;
    let mut tx = world.service.db.begin().await.unwrap();
    staff::add(&mut tx, &member).await.unwrap();
    sessions::insert(&mut tx, &digest, "staff", &id.to_string(), now, now + 12 * HOUR * 1_000_000).await.unwrap();
    tx.commit().await.unwrap();
    let session = world.service.session(&token).await.unwrap();
    (token, session)
}

/// The session with a visit of 张三 open, as the next request finds it.
pub async fn visited(world: &TestWorld, token: &str) -> Session {
    let session = world.service.session(token).await.unwrap();
    world.service.begin_visit(&session.clerk().unwrap(), &session, "张三", VISITOR).await.unwrap();
    world.service.session(token).await.unwrap()
}

pub async fn filed(world: &TestWorld, session: &Session, slug: &str) -> CaseId {
    let (draft, _) = world.fill(&session.owner().unwrap(), slug, &[]).await;
    let case = world.service.submit(&session.applicant().unwrap(), draft).await.unwrap();
    world.run_jobs().await;
    case
}

#[tokio::test]
async fn c16_c17_a_township_clerk_files_for_a_visitor_without_an_account() {
    let world = TestWorld::new().await;
    let (token, session) = clerk_at(&world, Some("baishi")).await;
    assert_eq!(session.owner().err(), Some(Denied::Forbidden), "nothing without a visitor");
    assert_eq!(session.applicant().err(), Some(Denied::Forbidden));

    let open = visited(&world, &token).await;
    assert_eq!(open.counter.as_ref().map(|c| c.name_masked.as_str()), Some("张*"));
    let case = filed(&world, &open, ELDER).await;
    let view = world.service.my_case(&open.applicant().unwrap(), case).await.unwrap();
    assert!(view.timeline[0].text.contains("在白石镇便民服务中心窗口代为提交"), "{}", view.timeline[0].text);
    assert!(world.sms.to(VISITOR).iter().any(|m| m.template == "case_changed"), "told by phone");
    let tracked = world.service.track(&view.tracking_code, &VISITOR[7..], "192.0.2.9").await.unwrap();
    assert_eq!(tracked.number, view.case.number);

    // The chain and the log name who took it in, and where.
    let staff = open.clerk().unwrap().id().to_string();
    let row = cases::find(&world.service.db, &world.service.vault, case).await.unwrap().unwrap();
    let chain = events::list(&world.service.db, &row.key, case).await.unwrap();
    let first: serde_json::Value = serde_json::from_str(&chain[0].payload).unwrap();
    assert_eq!(first["counter"]["staff"], staff.as_str());
    assert_eq!(first["counter"]["place"], "baishi");
    let log = audit::of_subject(&world.service.db, &case.to_string()).await.unwrap();
    let noted = log.iter().find(|e| e.action == "counter_filed").expect("on record");
    assert_eq!((noted.actor.as_str(), noted.detail.as_str()), (format!("staff:{staff}").as_str(), "baishi"));

    // The same queue, whoever looks.
    let reader = world.staff(Role::Approver).await.reader().unwrap();
    let queue = world.service.queue(&reader, &QueueFilter::default()).await.unwrap();
    assert!(queue.iter().any(|line| line.id == case));
    world.assert_intact().await;
}

#[tokio::test]
async fn c17_a_place_files_what_it_takes_and_the_county_what_windows_take() {
    let world = TestWorld::new().await;
    let (token, _) = clerk_at(&world, Some("baishi")).await;
    let open = visited(&world, &token).await;
    let owner = open.owner().unwrap();
    assert_eq!(code_of(world.service.start_draft(&owner, FOOD).await), "counter.not_taken");
    assert_eq!(code_of(world.service.start_draft(&owner, "no-such-matter").await), "not_found");
    let clerk = open.clerk().unwrap();
    let page = world.service.counter(&clerk, &open, "").await.unwrap();
    assert_eq!(page.place.as_deref(), Some("白石镇便民服务中心"));
    assert!(page.matters.iter().any(|m| m.slug == ELDER) && page.matters.iter().all(|m| m.slug != FOOD));
    let found = world.service.counter(&clerk, &open, "高龄").await.unwrap();
    assert!(found.matters.iter().any(|m| m.slug == ELDER) && found.matters.len() < page.matters.len());

    // What stops being taken before it is handed in is refused then.
    let (draft, _) = world.fill(&owner, "social-card", &[]).await;
    world.tamper("update counter_visits set place = 'dongmen'", Vec::new()).await;
    let elsewhere = world.service.session(&token).await.unwrap();
    let late = world.service.submit(&elsewhere.applicant().unwrap(), draft).await;
    assert_eq!(code_of(late), "counter.not_taken");
    assert_eq!(world.number("select count(*) as number from cases").await, 0);

    let (county, _) = clerk_at(&world, None).await;
    let open = visited(&world, &county).await;
    let case = filed(&world, &open, FOOD).await;
    let view = world.service.my_case(&open.applicant().unwrap(), case).await.unwrap();
    assert!(view.timeline[0].text.contains("在县政务服务中心窗口代为提交"), "{}", view.timeline[0].text);
}

#[tokio::test]
async fn c17_what_is_filed_at_a_place_goes_to_the_body_that_is_responsible() {
    let world = TestWorld::new().await;
    let (token, _) = clerk_at(&world, Some("baishi")).await;
    let open = visited(&world, &token).await;
    let matter = world.service.catalogue().matter("disability-card").unwrap();
    assert!(matter.cross_province);
    let case = filed(&world, &open, "disability-card").await;
    let view = world.service.my_case(&open.applicant().unwrap(), case).await.unwrap();
    assert_eq!(view.matter.body, "disabled");
    assert!(matches!(&view.next, NextStep::Wait { who } if !who.contains("白石")), "{:?}", view.next);
}

#[tokio::test]
async fn c16_nobody_can_sign_in_to_a_visit_and_the_visitors_own_account_is_another() {
    let world = TestWorld::new().await;
    let own = world.sign_in(VISITOR).await;
    let (token, _) = clerk_at(&world, Some("baishi")).await;
    let open = visited(&world, &token).await;
    let case = filed(&world, &open, ELDER).await;
    assert_eq!(world.number("select count(*) as number from accounts").await, 2);
    for person in [own, world.sign_in(VISITOR).await] {
        assert!(world.service.my_cases(&person.applicant).await.unwrap().is_empty());
        assert!(world.service.my_messages(&person.applicant).await.unwrap().is_empty());
        assert_eq!(code_of(world.service.my_case(&person.applicant, case).await), "not_found");
    }
    assert_eq!(world.number("select count(*) as number from accounts").await, 2, "signing in opens no third");
}

#[tokio::test]
async fn c16_when_the_visit_ends_nothing_of_it_is_reachable() {
    let world = TestWorld::new().await;
    let (token, _) = clerk_at(&world, Some("baishi")).await;
    let open = visited(&world, &token).await;
    let clerk = open.clerk().unwrap();
    assert_eq!(code_of(world.service.begin_visit(&clerk, &open, "李四", VISITOR).await), "counter.open");
    let case = filed(&world, &open, ELDER).await;
    let draft = world.service.start_draft(&open.owner().unwrap(), "social-card").await.unwrap();
    assert_eq!(code_of(world.service.end_visit(&clerk, &open, false).await), "counter.unfinished");
    world.service.end_visit(&clerk, &open, true).await.unwrap();

    let after = world.service.session(&token).await.unwrap();
    assert_eq!((after.counter.is_none(), after.owner().err()), (true, Some(Denied::Forbidden)));
    assert_eq!(code_of(world.service.draft(&open.owner().unwrap(), draft).await), "not_found", "it is gone");
    assert_eq!(
        world
            .number(
                "select count(*) as number from files where removed_at is null and draft_id not in
        (select draft_id from cases)"
            )
            .await,
        0,
        "with its files"
    );
    world.service.end_visit(&clerk, &after, false).await.unwrap();
    assert_eq!(world.number("select count(*) as number from counter_visits where closed_at is null").await, 0);

    // The next visitor sees nothing of the one before.
    let next = visited(&world, &token).await;
    assert_eq!(code_of(world.service.my_case(&next.applicant().unwrap(), case).await), "not_found");
    assert!(world.service.my_cases(&next.applicant().unwrap()).await.unwrap().is_empty());
    world.service.sign_out(&next).await.unwrap();
    assert_eq!(world.number("select count(*) as number from counter_visits where closed_at is null").await, 0);
}

#[tokio::test]
async fn c16_a_forgotten_visit_ends_by_itself() {
    let world = TestWorld::new().await;
    let (token, _) = clerk_at(&world, Some("baishi")).await;
    visited(&world, &token).await;
    // Somebody keeps reading pages, so the session itself goes on.
    for _ in 0..5 {
        world.pass(HOUR / 2 - 60);
        world.service.session(&token).await.unwrap();
    }
    let later = world.service.session(&token).await.unwrap();
    assert!(later.clerk().is_ok() && later.counter.is_none());
    assert_eq!(later.applicant().err(), Some(Denied::Forbidden));
    assert!(visited(&world, &token).await.counter.is_some(), "the next one can come");
}

#[tokio::test]
async fn c16_another_clerks_session_has_no_part_in_a_visit() {
    let world = TestWorld::new().await;
    let (token, _) = clerk_at(&world, Some("baishi")).await;
    let open = visited(&world, &token).await;
    let draft = world.service.start_draft(&open.owner().unwrap(), ELDER).await.unwrap();
    let (other, session) = clerk_at(&world, Some("baishi")).await;
    assert!(session.counter.is_none() && session.owner().is_err());
    let mine = visited(&world, &other).await;
    assert_eq!(code_of(world.service.draft(&mine.owner().unwrap(), draft).await), "not_found");
    // Even a session that names the other's visit.
    let steal = "update sessions set counter_visit =
        (select id from counter_visits order by opened_at, id limit 1)";
    world.tamper(steal, Vec::new()).await;
    assert!(world.service.session(&other).await.unwrap().counter.is_none());
    assert!(world.service.session(&token).await.unwrap().counter.is_some());
}

/// The phone of a visit was told, not proved by a code: it must not confirm for the other party.
#[tokio::test]
async fn c16_a_visit_confirms_for_nobody_else() {
    let world = TestWorld::new().await;
    let wanted = [("scenario", "sale"), ("seller_name", "张三"), ("seller_phone", VISITOR)];
    let sale = world.submit("13912345567", PROPERTY, &wanted).await;
    let link = world.view(&sale).await.party.unwrap().link;
    let invitation = link.rsplit('/').next().unwrap();
    let (token, _) = clerk_at(&world, None).await;
    let open = visited(&world, &token).await;
    let outcome = world.service.confirm_party(&open.applicant().unwrap(), invitation, "张三", None, true).await;
    assert_eq!(code_of(outcome), "forbidden");
    assert_eq!(open.account_holder().err(), Some(Denied::Forbidden), "and consents to nothing");
}

/// The session ends by itself, and so does its visit, with what nobody can reach any more.
#[tokio::test]
async fn c16_housekeeping_ends_what_nobody_ended() {
    let world = TestWorld::new().await;
    let (token, _) = clerk_at(&world, Some("baishi")).await;
    let open = visited(&world, &token).await;
    let draft = world.service.start_draft(&open.owner().unwrap(), ELDER).await.unwrap();
    world.service.housekeeping().await.unwrap();
    assert!(world.service.draft(&open.owner().unwrap(), draft).await.is_ok(), "while it is open it stays");
    world.pass(3 * HOUR);
    world.service.housekeeping().await.unwrap();
    assert_eq!(world.number("select count(*) as number from counter_visits where closed_at is null").await, 0);
    assert_eq!(world.number("select count(*) as number from drafts").await, 0);
    assert_eq!(world.number("select count(*) as number from audit where action = 'counter_expired'").await, 1);
}

#[tokio::test]
async fn c16_signing_out_asks_before_unfinished_work_goes() {
    let world = TestWorld::new().await;
    let (token, _) = clerk_at(&world, None).await;
    let open = visited(&world, &token).await;
    let owner = open.owner().unwrap();
    let draft = world.service.start_draft(&owner, FOOD).await.unwrap();
    let begin = Begin { size: 9, partial: false, metadata: "" };
    world.service.begin_transfer(&Place::Draft(owner, draft), "floor_plan", &begin).await.unwrap();
    assert_eq!(code_of(world.service.sign_out(&open).await), "counter.unfinished");
    assert!(world.service.session(&token).await.unwrap().counter.is_some());
    world.service.end_visit(&open.clerk().unwrap(), &open, true).await.unwrap();
    assert_eq!(world.number("select count(*) as number from transfers where state <> 'ended'").await, 0);
    let after = world.service.session(&token).await.unwrap();
    world.service.sign_out(&after).await.unwrap();
    assert_eq!(world.service.session(&token).await.unwrap().clerk().err(), Some(Denied::SignIn));
}

/// Taking it in is no step of the office; judging it is.
#[tokio::test]
async fn m9_what_was_filed_at_a_counter_is_undone_there_until_a_clerk_has_judged_it() {
    let world = TestWorld::new().await;
    let (token, _) = clerk_at(&world, Some("baishi")).await;
    let open = visited(&world, &token).await;
    let (applicant, staff) = (open.applicant().unwrap(), open.clerk().unwrap());
    let case = filed(&world, &open, ELDER).await;
    let before = world.service.my_case(&applicant, case).await.unwrap();
    assert!(before.undo_until.is_some());
    let draft = world.service.undo(&applicant, case).await.unwrap();
    world.run_jobs().await;
    let back = world.service.draft(&open.owner().unwrap(), draft).await.unwrap();
    assert_eq!(back.files.len(), before.files.len());
    let row = cases::find(&world.service.db, &world.service.vault, case).await.unwrap().unwrap();
    let chain = events::list(&world.service.db, &row.key, case).await.unwrap();
    let who = format!("applicant:{} staff:{} place:baishi", row.case.applicant, staff.id());
    assert!(chain.iter().any(|e| e.kind == "undone" && e.actor == who));
    let log = audit::of_subject(&world.service.db, &case.to_string()).await.unwrap();
    assert!(log.iter().any(|e| e.action == "counter_undone" && e.detail == "baishi"));

    let judged = filed(&world, &open, "disability-card").await;
    let view = world.service.my_case(&applicant, judged).await.unwrap();
    assert!(view.undo_until.is_some());
    let material = view.matter.personal_list(&view.answers)[0].material.id.clone();
    world.service.set_verdict(&staff, judged, &material, None, "").await.unwrap();
    assert_eq!(world.service.my_case(&applicant, judged).await.unwrap().undo_until, None);
    assert_eq!(code_of(world.service.undo(&applicant, judged).await), "refusal.staff_acted");
    world.assert_intact().await;
}

#[tokio::test]
async fn h1_a_place_has_no_roles_beyond_its_cases() {
    let world = TestWorld::new().await;
    let add = async |role: Role| {
        let roles = BTreeSet::from([Role::Clerk, role]);
        world.service.add_staff("he", "何乡镇", roles, Some("baishi"), "long enough, surely").await
    };
    assert_eq!(code_of(add(Role::Treasurer).await), "staff.place_role");
    assert_eq!(world.number("select count(*) as number from staff").await, 0);
    add(Role::Approver).await.unwrap();
}

/// Signing in takes up a guest's drafts; a clerk signing in takes up nobody's.
#[tokio::test]
async fn c16_a_visit_takes_up_nobodys_drafts() {
    let world = TestWorld::new().await;
    let own = world.sign_in(VISITOR).await;
    world.service.start_draft(&own.owner, ELDER).await.unwrap();
    let guest = world.service.open_guest_session().await.unwrap().session;
    world.service.start_draft(&guest.owner().unwrap(), ELDER).await.unwrap();
    let (token, _) = clerk_at(&world, Some("baishi")).await;
    let open = visited(&world, &token).await;
    assert!(world.service.drafts(&open.owner().unwrap()).await.unwrap().is_empty());
    let begun = world.service.start_draft(&open.owner().unwrap(), ELDER).await.unwrap();
    assert_eq!(world.number("select count(*) as number from drafts").await, 3);
    for other in [&own.owner, &guest.owner().unwrap()] {
        assert!(world.service.draft(other, begun).await.is_err());
    }
}

#[tokio::test]
async fn c16_whatever_is_done_for_a_visitor_names_the_clerk_and_the_place() {
    let world = TestWorld::new().await;
    let (token, _) = clerk_at(&world, Some("baishi")).await;
    let open = visited(&world, &token).await;
    let case = filed(&world, &open, ELDER).await;
    world.service.withdraw(&open.applicant().unwrap(), case).await.unwrap();
    let row = cases::find(&world.service.db, &world.service.vault, case).await.unwrap().unwrap();
    let chain = events::list(&world.service.db, &row.key, case).await.unwrap();
    let staff = open.clerk().unwrap().id();
    let who = format!("applicant:{} staff:{staff} place:baishi", row.case.applicant);
    for kind in ["submitted", "first_contact", "withdrawn"] {
        assert!(chain.iter().any(|e| e.kind == kind && e.actor == who), "{kind}");
    }
    for action in ["counter_opened", "counter_begun", "counter_answers", "counter_file", "counter_signed"] {
        let noted = "select count(*) as number from audit where detail = 'baishi' and action = $1";
        let row = world.service.db.read_one(noted, store::params![action]).await.unwrap();
        assert!(row.i64("number").unwrap() > 0, "{action}");
    }
    let log = audit::of_subject(&world.service.db, &case.to_string()).await.unwrap();
    assert!(log.iter().any(|e| e.action == "counter_withdrawn" && e.actor == format!("staff:{staff}")));
    world.assert_intact().await;
}
