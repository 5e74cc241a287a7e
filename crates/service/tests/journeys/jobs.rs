//! The outbox: messages tried again and shown when given up; acceptance by silence.

use crate::support::{DAY, FOOD, HOUR, MINUTE, TestWorld, code_of};
use domain::case::CaseStatus;
use domain::policy::Role;
use jiff::civil::date;
use std::sync::atomic::Ordering;

#[tokio::test]
async fn d7_every_change_reaches_the_applicant_once() {
    let world = TestWorld::new().await;
    let filed = world.submit("13912340070", FOOD, &[]).await;
    let clerk = world.staff(Role::Clerk).await.clerk().unwrap();
    world.service.accept(&clerk, filed.case, world.version(&filed).await).await.unwrap();
    world.run_jobs().await;
    world.run_jobs().await;
    let sms: Vec<_> = world.sms.to("13912340070").into_iter().filter(|m| m.template == "case_changed").collect();
    assert_eq!(sms.len(), 2);
    assert!(sms.iter().all(|m| !m.key.is_empty()) && sms[0].key != sms[1].key, "each with its own key");
    let inside = world.service.my_messages(&filed.person.applicant).await.unwrap();
    assert_eq!(inside.len(), 2);
    assert!(inside.iter().all(|m| m.case == Some(filed.case)));
    for message in sms {
        let text = format!("{:?}", message.params);
        assert!(!text.contains(&filed.answers["firm_name"]), "no personal data: {text}");
    }
}

#[tokio::test]
async fn d7_an_unreachable_carrier_is_tried_again_with_growing_pauses() {
    let world = TestWorld::new().await;
    world.sms.down.store(true, Ordering::SeqCst);
    world.service.send_code("13912340070", "192.0.2.1").await.unwrap();
    assert_eq!(world.run_jobs().await, 1);
    for (pause, runs) in [(9, 0), (1, 1), (19, 0), (1, 1), (39, 0), (1, 1)] {
        world.pass(pause);
        assert_eq!(world.run_jobs().await, runs, "after {pause} s");
    }
    assert!(world.sms.sent().is_empty());
    world.sms.down.store(false, Ordering::SeqCst);
    world.pass(80);
    assert_eq!(world.run_jobs().await, 1);
    assert_eq!(world.sms.sent().len(), 1);
    world.pass(HOUR);
    assert_eq!(world.run_jobs().await, 0, "sent once");
}

#[tokio::test]
async fn d7_a_code_that_has_run_out_is_not_sent_any_more() {
    let world = TestWorld::new().await;
    world.sms.down.store(true, Ordering::SeqCst);
    world.service.send_code("13912340070", "192.0.2.1").await.unwrap();
    world.run_jobs().await;
    world.sms.down.store(false, Ordering::SeqCst);
    world.pass(301);
    assert_eq!(world.run_jobs().await, 1);
    assert!(world.sms.sent().is_empty());
    world.pass(HOUR);
    assert_eq!(world.run_jobs().await, 0, "and the job is done");
}

#[tokio::test]
async fn d7_what_was_given_up_is_seen_and_retried_by_the_operator() {
    let world = TestWorld::new().await;
    let operator = world.staff(Role::Administrator).await.operator().unwrap();
    let filed = world.submit("13912340070", FOOD, &[]).await;
    world.run_jobs().await;
    let before = world.sms.to("13912340070").len();
    world.sms.down.store(true, Ordering::SeqCst);
    let clerk = world.staff(Role::Clerk).await.clerk().unwrap();
    world.service.accept(&clerk, filed.case, world.version(&filed).await).await.unwrap();
    for _ in 0..20 {
        world.run_jobs().await;
        world.pass(HOUR);
    }
    let failed = world.service.failed_jobs(&operator).await.unwrap();
    assert_eq!((failed.len(), failed[0].attempts, failed[0].last_error.as_str()), (1, 12, "sms.unreachable"));
    let counts = world.service.job_counts().await.unwrap();
    assert!(counts.iter().any(|c| c.kind == "sms" && c.state == "failed" && c.number == 1));
    world.sms.down.store(false, Ordering::SeqCst);
    world.service.retry_job(&operator, &failed[0].id).await.unwrap();
    world.run_jobs().await;
    assert_eq!(world.sms.to("13912340070").len(), before + 1);
    assert!(world.service.failed_jobs(&operator).await.unwrap().is_empty());
    assert_eq!(code_of(world.service.retry_job(&operator, &failed[0].id).await), "conflict");
    let seen = store::tables::audit::of_subject(&world.service.db, &failed[0].id).await.unwrap();
    assert_eq!(seen.len(), 1);
}

#[tokio::test]
async fn d7_a_refusal_by_the_carrier_is_given_up_at_once() {
    let world = TestWorld::new().await;
    world.sms.refuses.store(true, Ordering::SeqCst);
    world.service.send_code("13912340070", "192.0.2.1").await.unwrap();
    world.run_jobs().await;
    let operator = world.staff(Role::Supervisor).await.operator().unwrap();
    assert_eq!(world.service.failed_jobs(&operator).await.unwrap()[0].last_error, "sms.refused");
}

#[tokio::test]
async fn h7_silence_for_five_working_days_is_acceptance_from_receipt() {
    let world = TestWorld::new().await;
    let filed = world.submit("13912340070", FOOD, &[]).await;
    let clerk = world.staff(Role::Clerk).await.clerk().unwrap();
    let told = world.submit("13912340071", FOOD, &[]).await;
    world.service.set_verdict(&clerk, told.case, "floor_plan", Some("areas"), "").await.unwrap();
    world.service.issue_notice(&clerk, told.case, world.version(&told).await).await.unwrap();
    world.pass(7 * DAY); // Monday, 9 March: the fifth working day
    world.service.housekeeping().await.unwrap();
    assert_eq!(world.status(&filed).await, CaseStatus::Received, "the day is not over");
    world.pass(DAY);
    world.service.housekeeping().await.unwrap();
    let view = world.view(&filed).await;
    assert_eq!(view.case.status(), CaseStatus::InProgress);
    assert_eq!(view.case.accepted_on, Some(date(2026, 3, 2)), "from the day of receipt (行政许可法 §32)");
    assert_eq!(view.case.accepted_by, None);
    assert_eq!(view.due.and_then(|d| d.due()), Some(date(2026, 3, 9)), "so the decision is overdue already");
    assert!(view.documents.iter().any(|d| d.kind == "acceptance"));
    assert_eq!(world.status(&told).await, CaseStatus::Correcting, "who was told in time waits");
    world.service.housekeeping().await.unwrap();
    world.run_jobs().await;
    assert_eq!(world.view(&filed).await.timeline.iter().filter(|e| e.kind == "accepted").count(), 1);
    world.assert_intact().await;
}

#[tokio::test]
async fn housekeeping_forgets_expired_sessions_and_counters() {
    let world = TestWorld::new().await;
    world.sign_in("13912340070").await;
    world.pass(31 * DAY + MINUTE);
    world.service.housekeeping().await.unwrap();
    for table in [
        "select count(*) as number from sessions",
        "select count(*) as number from counters",
        "select count(*) as number from jobs",
    ] {
        assert_eq!(world.number(table).await, 0, "{table}");
    }
}
