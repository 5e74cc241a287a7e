//! Special procedures, decision and issue.

use crate::support::{DAY, FOOD, Filed, TestWorld, code_of};
use domain::case::{CaseState, CaseStatus, Outcome};
use domain::policy::Role;
use domain::time::Clock;
use jiff::civil::date;
use service::Approver;

async fn accepted(world: &TestWorld) -> (Filed, Approver) {
    let filed = world.submit("13912340020", FOOD, &[]).await;
    let clerk = world.staff(Role::Clerk).await.clerk().unwrap();
    world.service.accept(&clerk, filed.case, world.version(&filed).await).await.unwrap();
    (filed, world.staff(Role::Approver).await.approver().unwrap())
}

#[tokio::test]
async fn c12_an_inspection_on_site_runs_inside_the_limit() {
    let world = TestWorld::new().await;
    let (filed, approver) = accepted(&world).await;
    let before = world.view(&filed).await.due.and_then(|d| d.due());
    let service = &world.service;
    assert_eq!(
        code_of(service.start_special(&approver, filed.case, world.version(&filed).await, "invented").await),
        "refusal.special_unknown"
    );
    service.start_special(&approver, filed.case, world.version(&filed).await, "site").await.unwrap();
    let view = world.view(&filed).await;
    assert_eq!(view.case.status(), CaseStatus::InProgress);
    assert_eq!(view.due.and_then(|d| d.due()), before, "the clock runs on");
    assert_eq!(view.case.open_special().unwrap().due_on, date(2026, 3, 5), "its own limit: three working days");
    let version = world.version(&filed).await;
    assert_eq!(code_of(service.grant(&approver, filed.case, version).await), "refusal.special_running");
    assert_eq!(
        code_of(service.start_special(&approver, filed.case, version, "review").await),
        "refusal.special_running"
    );
    service.end_special(&approver, filed.case, version, "现场符合要求").await.unwrap();
    assert_eq!(world.view(&filed).await.documents.iter().filter(|d| d.kind == "special").count(), 1);
    world.assert_intact().await;
}

#[tokio::test]
async fn c12_an_expert_review_stops_the_clock_and_gives_the_days_back() {
    let world = TestWorld::new().await;
    let (filed, approver) = accepted(&world).await;
    let service = &world.service;
    world.pass(DAY); // the 3rd: one day used
    service.start_special(&approver, filed.case, world.version(&filed).await, "review").await.unwrap();
    let view = world.view(&filed).await;
    assert_eq!(view.case.status(), CaseStatus::Suspended);
    assert!(matches!(view.due.unwrap().clock, Clock::Paused { .. }));
    world.pass(7 * DAY); // the 10th
    assert_eq!(
        code_of(service.grant(&approver, filed.case, world.version(&filed).await).await),
        "refusal.special_running"
    );
    service.end_special(&approver, filed.case, world.version(&filed).await, "评审通过").await.unwrap();
    let view = world.view(&filed).await;
    assert_eq!(view.case.status(), CaseStatus::InProgress);
    let due = view.due.and_then(|d| d.due()).unwrap();
    assert!(due > date(2026, 3, 9), "later than without the review: {due}");
    assert_eq!(
        code_of(service.end_special(&approver, filed.case, world.version(&filed).await, "x").await),
        "refusal.no_special"
    );
    world.assert_intact().await;
}

#[tokio::test]
async fn h7_a_licence_is_granted_issued_and_printed() {
    let world = TestWorld::new().await;
    let (filed, approver) = accepted(&world).await;
    let issuer = world.staff(Role::Issuer).await.issuer().unwrap();
    let service = &world.service;
    assert_eq!(
        code_of(service.issue_result(&issuer, filed.case, world.version(&filed).await).await),
        "refusal.wrong_state"
    );
    service.grant(&approver, filed.case, world.version(&filed).await).await.unwrap();
    assert_eq!(
        code_of(service.grant(&approver, filed.case, world.version(&filed).await).await),
        "refusal.already_done"
    );
    assert_eq!(code_of(service.withdraw(&filed.person.applicant, filed.case).await), "refusal.wrong_state");
    service.issue_result(&issuer, filed.case, world.version(&filed).await).await.unwrap();
    assert_eq!(
        code_of(service.issue_result(&issuer, filed.case, world.version(&filed).await).await),
        "refusal.already_done"
    );
    let view = world.view(&filed).await;
    let licence = view.documents.iter().find(|d| d.kind == "decision").unwrap();
    assert_eq!(licence.title, "准予食品经营许可决定书");
    let text = String::from_utf8(service.document_pdf(&filed.person.session, licence.id).await.unwrap().bytes).unwrap();
    for field in ["firm_name", "firm_uscc", "shop_address"] {
        assert!(text.contains(&filed.answers[field]), "{field} is printed");
    }
    assert!(text.contains("有效期至：2031年3月1日"), "five years: {text}");
    assert_eq!(
        view.timeline.iter().map(|e| e.kind.as_str()).collect::<Vec<_>>(),
        ["submitted", "accepted", "decided", "result_issued"]
    );
    world.assert_intact().await;
}

#[tokio::test]
async fn h7_a_refusal_gives_reasons_and_routes_of_review() {
    let world = TestWorld::new().await;
    let (filed, approver) = accepted(&world).await;
    let issuer = world.staff(Role::Issuer).await.issuer().unwrap();
    let service = &world.service;
    let version = world.version(&filed).await;
    assert_eq!(code_of(service.refuse(&approver, filed.case, version, vec![]).await), "refusal.reason_missing");
    service.refuse(&approver, filed.case, version, vec!["经营场所与污染源距离不足".into()]).await.unwrap();
    service.issue_result(&issuer, filed.case, world.version(&filed).await).await.unwrap();
    let view = world.view(&filed).await;
    assert!(matches!(&view.case.state, CaseState::Decided(d) if matches!(d.outcome, Outcome::Refused { .. })));
    let letter = view.documents.iter().find(|d| d.kind == "decision").unwrap();
    assert_eq!(letter.title, "不予批准决定书");
    let text = String::from_utf8(service.document_pdf(&filed.person.session, letter.id).await.unwrap().bytes).unwrap();
    assert!(text.contains("距离不足") && text.contains("行政复议"));
    world.assert_intact().await;
}
