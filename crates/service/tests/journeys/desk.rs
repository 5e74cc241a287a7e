//! The clerk's work: verdicts, the one notice, its answer, acceptance and refusal.

use crate::support::{BIRTH, FOOD, Filed, TestWorld, code_of, in_pieces, pdf};
use domain::case::{CaseState, CaseStatus, ClosedHow};
use domain::policy::Role;
use futures_util::future::join_all;
use jiff::civil::date;
use service::cases::NextStep;
use service::desk::{Can, QueueFilter};
use service::{Clerk, Failure, Session, Who};

async fn clerk(world: &TestWorld) -> Clerk {
    world.staff(Role::Clerk).await.clerk().unwrap()
}

/// The first criterion of a material.
fn criterion(world: &TestWorld, filed: &Filed, material: &str) -> String {
    let slug = if filed.answers.contains_key("firm_name") { FOOD } else { BIRTH };
    world.service.catalogue().matter(slug).unwrap().material(material).unwrap().criteria[0].id.clone()
}

/// A notice over these materials.
async fn noticed(world: &TestWorld, filed: &Filed, clerk: &Clerk, materials: &[&str]) {
    for material in materials {
        let criterion = criterion(world, filed, material);
        world.service.set_verdict(clerk, filed.case, material, Some(&criterion), "看不清").await.unwrap();
    }
    world.service.issue_notice(clerk, filed.case, world.version(filed).await).await.unwrap();
}

async fn resend(
    world: &TestWorld,
    filed: &Filed,
    material: &str,
    note: &str,
) -> Result<service::uploads::FileView, Failure> {
    let stream = in_pieces(pdf(note));
    world.service.receive_correction(&filed.person.applicant, filed.case, material, "新.pdf", "", stream).await
}

#[tokio::test]
async fn c14_a_verdict_names_only_criteria_of_the_published_matter() {
    let world = TestWorld::new().await;
    let filed = world.submit("13912340010", FOOD, &[("stage", "new")]).await;
    let clerk = clerk(&world).await;
    let set = async |material: &str, criterion: Option<&str>, note: &str| {
        code_of(world.service.set_verdict(&clerk, filed.case, material, criterion, note).await)
    };
    assert_eq!(set("floor_plan", Some("invented"), "").await, "criterion.unlisted");
    assert_eq!(set("health_certificate", None, "").await, "material.unlisted");
    assert_eq!(set("old_licence", Some("readable"), "").await, "material.unlisted", "listed, but not for this person");
    assert_eq!(set("floor_plan", Some("areas"), &"长".repeat(501)).await, "note.too_long");
    assert_eq!(set("floor_plan", Some("areas"), "").await, "ok");
    assert_eq!(set("floor_plan", None, "").await, "ok", "and changed to 合格");
    assert_eq!(code_of(world.service.accept(&clerk, filed.case, world.version(&filed).await).await), "ok");
    assert_eq!(set("floor_plan", None, "").await, "refusal.wrong_state");
}

#[tokio::test]
async fn m6_acceptance_is_refused_while_a_defect_is_open() {
    let world = TestWorld::new().await;
    let filed = world.submit("13912340010", FOOD, &[]).await;
    let clerk = clerk(&world).await;
    world.service.set_verdict(&clerk, filed.case, "floor_plan", Some("areas"), "").await.unwrap();
    let version = world.version(&filed).await;
    assert_eq!(code_of(world.service.accept(&clerk, filed.case, version).await), "accept.defects");
    world.service.set_verdict(&clerk, filed.case, "floor_plan", None, "").await.unwrap();
    assert_eq!(code_of(world.service.issue_notice(&clerk, filed.case, version).await), "refusal.empty_notice");
    world.service.accept(&clerk, filed.case, version).await.unwrap();
    assert_eq!(world.status(&filed).await, CaseStatus::InProgress);
}

#[tokio::test]
async fn m6_one_notice_names_every_defect_and_there_is_no_second() {
    let world = TestWorld::new().await;
    let filed = world.submit("13912340010", FOOD, &[]).await;
    let clerk = clerk(&world).await;
    noticed(&world, &filed, &clerk, &["business_licence", "floor_plan"]).await;
    let view = world.view(&filed).await;
    assert_eq!(view.case.status(), CaseStatus::Correcting);
    let notice = view.case.notice.clone().unwrap();
    let mut named: Vec<&str> = notice.items.iter().map(|i| i.material.as_str()).collect();
    named.sort_unstable();
    assert_eq!(named, ["business_licence", "floor_plan"]);
    assert!(notice.items.iter().all(|i| i.text.contains("看不清") && i.text.chars().count() > 10));
    assert_eq!(view.next, NextStep::Correct { until: date(2026, 4, 1) }, "thirty days");
    assert!(view.due.is_none(), "the clock does not run meanwhile");
    assert_eq!(view.documents.iter().filter(|d| d.kind == "notice").count(), 1);

    resend(&world, &filed, "business_licence", "1").await.unwrap();
    resend(&world, &filed, "floor_plan", "2").await.unwrap();
    world.service.answer_notice(&filed.person.applicant, filed.case).await.unwrap();
    // A new defect later is refused, however it is tried.
    world.service.set_verdict(&clerk, filed.case, "safety_rules", Some("signed"), "").await.unwrap();
    let version = world.version(&filed).await;
    assert_eq!(code_of(world.service.issue_notice(&clerk, filed.case, version).await), "refusal.second_notice");
    assert_eq!(code_of(world.service.return_answer(&clerk, filed.case, version).await), "refusal.new_defect");
    world.service.set_verdict(&clerk, filed.case, "safety_rules", None, "").await.unwrap();
    world.service.accept(&clerk, filed.case, version).await.unwrap();
    world.assert_intact().await;
}

#[tokio::test]
async fn m6_corrections_go_only_into_reopened_slots_and_must_be_complete() {
    let world = TestWorld::new().await;
    let filed = world.submit("13912340010", FOOD, &[]).await;
    let clerk = clerk(&world).await;
    noticed(&world, &filed, &clerk, &["business_licence", "floor_plan"]).await;
    let me = &filed.person.applicant;
    let answer = async || code_of(world.service.answer_notice(me, filed.case).await);
    assert_eq!(code_of(resend(&world, &filed, "safety_rules", "x").await), "correction.not_reopened");
    assert_eq!(answer().await, "refusal.notice_incomplete");
    let first = resend(&world, &filed, "business_licence", "1").await.unwrap();
    assert_eq!(first.round, 1);
    assert_eq!(answer().await, "refusal.notice_incomplete", "one of two");
    let html = in_pieces(b"<!DOCTYPE html><html>".to_vec());
    let bad = world.service.receive_correction(me, filed.case, "floor_plan", "a.pdf", "", html).await.unwrap();
    assert!(bad.report.must_fix());
    assert_eq!(answer().await, "refusal.notice_incomplete", "an unusable file is no answer");
    world.service.remove_correction(me, filed.case, bad.id).await.unwrap();
    resend(&world, &filed, "floor_plan", "2").await.unwrap();
    // What was submitted first cannot be taken out any more.
    let old = world.view(&filed).await.files.iter().find(|f| f.round == 0 && f.material == "floor_plan").unwrap().id;
    assert_eq!(code_of(world.service.remove_correction(me, filed.case, old).await), "not_found");
    let stranger = world.sign_in("13912340011").await;
    assert_eq!(code_of(world.service.answer_notice(&stranger.applicant, filed.case).await), "not_found");
    assert_eq!(answer().await, "ok");
    assert_eq!(answer().await, "refusal.wrong_state");
    assert_eq!(code_of(resend(&world, &filed, "floor_plan", "3").await), "refusal.wrong_state", "closed again");
    let view = world.view(&filed).await;
    assert_eq!(view.case.status(), CaseStatus::Received);
    assert_eq!(view.files.iter().filter(|f| f.round == 1).count(), 2);
    assert!(view.files.iter().any(|f| f.id == old), "both versions stay");
    world.assert_intact().await;
}

#[tokio::test]
async fn m6_an_answer_goes_back_over_the_same_items_only_and_is_part_of_the_notice() {
    let world = TestWorld::new().await;
    let filed = world.submit("13912340010", FOOD, &[]).await;
    let clerk = clerk(&world).await;
    noticed(&world, &filed, &clerk, &["business_licence", "floor_plan"]).await;
    resend(&world, &filed, "business_licence", "1").await.unwrap();
    resend(&world, &filed, "floor_plan", "2").await.unwrap();
    world.service.answer_notice(&filed.person.applicant, filed.case).await.unwrap();
    world.service.set_verdict(&clerk, filed.case, "floor_plan", Some("flow"), "箭头没有画").await.unwrap();
    world.service.return_answer(&clerk, filed.case, world.version(&filed).await).await.unwrap();
    let view = world.view(&filed).await;
    let notice = view.case.notice.unwrap();
    assert_eq!((notice.returned, notice.items.len()), (1, 1));
    assert_eq!(notice.items[0].material, "floor_plan");
    assert_eq!(code_of(resend(&world, &filed, "business_licence", "3").await), "correction.not_reopened");
    assert_eq!(
        code_of(world.service.answer_notice(&filed.person.applicant, filed.case).await),
        "refusal.notice_incomplete"
    );
    let again = resend(&world, &filed, "floor_plan", "4").await.unwrap();
    assert_eq!(again.round, 2);
    world.service.answer_notice(&filed.person.applicant, filed.case).await.unwrap();
    world.service.accept(&clerk, filed.case, world.version(&filed).await).await.unwrap();
    let view = world.view(&filed).await;
    assert_eq!(view.case.accepted_on, Some(date(2026, 3, 2)));
    assert_eq!(view.case.first_clerk, Some(clerk.id()), "首问负责");
    world.assert_intact().await;
}

#[tokio::test]
async fn h7_the_clocks_of_acceptance_and_decision_are_exact_to_the_day() {
    let world = TestWorld::new().await;
    let filed = world.submit("13912340010", FOOD, &[]).await;
    let due = async || world.view(&filed).await.due.and_then(|d| d.due());
    assert_eq!(due().await, Some(date(2026, 3, 9)), "five working days from receipt");
    world.pass(crate::support::DAY);
    let clerk = clerk(&world).await;
    world.service.accept(&clerk, filed.case, world.version(&filed).await).await.unwrap();
    assert_eq!(due().await, Some(date(2026, 3, 10)), "five working days from acceptance on the 3rd");
    let reader = world.staff(Role::Supervisor).await.reader().unwrap();
    let queue = world.service.queue(&reader, &QueueFilter::default()).await.unwrap();
    assert_eq!(queue[0].due.as_ref().and_then(domain::time::Deadline::due), Some(date(2026, 3, 10)));
}

#[tokio::test]
async fn h7_the_most_urgent_case_stands_first_in_the_queue() {
    let world = TestWorld::new().await;
    let early = world.submit("13912340010", FOOD, &[]).await;
    world.pass(crate::support::DAY);
    let late = world.submit("13912340011", FOOD, &[]).await;
    let done = world.submit("13912340012", FOOD, &[]).await;
    world.service.withdraw(&done.person.applicant, done.case).await.unwrap();
    let reader = world.staff(Role::Clerk).await.reader().unwrap();
    let queue = world.service.queue(&reader, &QueueFilter::default()).await.unwrap();
    assert_eq!(queue.iter().map(|r| r.id).collect::<Vec<_>>(), [early.case, late.case, done.case]);
    assert!(queue.iter().all(|r| !r.applicant_masked.contains(&early.answers["firm_name"][3..])), "masked in the list");
    let filter = QueueFilter { status: Some(CaseStatus::Closed), ..QueueFilter::default() };
    assert_eq!(world.service.queue(&reader, &filter).await.unwrap().len(), 1);
    let filter = QueueFilter { number: format!(" {} ", queue[1].number.to_lowercase()), ..QueueFilter::default() };
    assert_eq!(world.service.queue(&reader, &filter).await.unwrap()[0].id, late.case);
}

#[tokio::test]
async fn m9_acceptance_is_refused_with_reasons_and_the_routes_of_review() {
    let world = TestWorld::new().await;
    let filed = world.submit("13912340010", FOOD, &[]).await;
    let clerk = clerk(&world).await;
    let version = world.version(&filed).await;
    let blank = vec![" ".to_owned(), String::new()];
    assert_eq!(
        code_of(world.service.refuse_acceptance(&clerk, filed.case, version, blank).await),
        "refusal.reason_missing"
    );
    world.service.refuse_acceptance(&clerk, filed.case, version, vec!["不属于本机关职权范围".into()]).await.unwrap();
    let view = world.view(&filed).await;
    let CaseState::Closed(closed) = &view.case.state else { panic!("closed") };
    assert!(matches!(&closed.how, ClosedHow::AcceptanceRefused { reasons } if reasons.len() == 1));
    let document = view.documents.iter().find(|d| d.kind == "acceptance_refused").unwrap();
    let text = world.service.document_pdf(&filed.person.session, document.id).await.unwrap().bytes;
    let text = String::from_utf8(text).unwrap();
    assert!(text.contains("不属于本机关职权范围") && text.contains("行政复议") && text.contains("行政诉讼"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn two_clerks_at_once_never_overwrite_each_other() {
    let world = TestWorld::new().await;
    let filed = world.submit("13912340010", FOOD, &[]).await;
    let version = world.version(&filed).await;
    let mut acts = Vec::new();
    for _ in 0..6 {
        let (service, clerk, case) = (world.service.clone(), clerk(&world).await, filed.case);
        acts.push(tokio::spawn(async move { code_of(service.accept(&clerk, case, version).await) }));
    }
    let outcomes: Vec<String> = join_all(acts).await.into_iter().map(Result::unwrap).collect();
    assert_eq!(outcomes.iter().filter(|o| *o == "ok").count(), 1, "{outcomes:?}");
    assert_eq!(outcomes.iter().filter(|o| *o == "conflict").count(), 5, "{outcomes:?}");
    assert_eq!(world.number("select count(*) as number from documents where kind = 'acceptance'").await, 1);
    world.assert_intact().await;
}

#[tokio::test]
async fn h1_intake_decision_and_handover_are_three_people() {
    let world = TestWorld::new().await;
    let filed = world.submit("13912340010", FOOD, &[]).await;
    let all = [Role::Clerk, Role::Approver, Role::Issuer];
    let (one, two, three) = (world.staff_with(&all).await, world.staff_with(&all).await, world.staff_with(&all).await);
    let service = &world.service;
    let version = async || world.version(&filed).await;
    service.accept(&one.clerk().unwrap(), filed.case, version().await).await.unwrap();
    assert_eq!(
        code_of(service.grant(&one.approver().unwrap(), filed.case, version().await).await),
        "refusal.same_person"
    );
    service.grant(&two.approver().unwrap(), filed.case, version().await).await.unwrap();
    for same in [&one, &two] {
        let outcome = service.issue_result(&same.issuer().unwrap(), filed.case, version().await).await;
        assert_eq!(code_of(outcome), "refusal.same_person");
    }
    // The desk offers exactly what would be allowed.
    let can = async |who: &Session| {
        let Who::Staff { roles, .. } = &who.who else { unreachable!() };
        service.desk_case(&who.reader().unwrap(), filed.case, roles).await.unwrap().can
    };
    assert!(!can(&two).await.contains(&Can::Issue));
    assert_eq!(can(&three).await.into_iter().collect::<Vec<_>>(), [Can::Issue]);
    service.issue_result(&three.issuer().unwrap(), filed.case, version().await).await.unwrap();
    assert_eq!(world.view(&filed).await.next, NextStep::Collect);
    world.assert_intact().await;
}

#[tokio::test]
async fn h5_an_immediate_matter_is_done_by_one_authorised_person() {
    let world = TestWorld::new().await;
    let filed = world.submit("13912340010", BIRTH, &[]).await;
    let one = world.staff_with(&[Role::Clerk, Role::Approver, Role::Issuer]).await;
    let service = &world.service;
    service.accept(&one.clerk().unwrap(), filed.case, world.version(&filed).await).await.unwrap();
    service.grant(&one.approver().unwrap(), filed.case, world.version(&filed).await).await.unwrap();
    service.issue_result(&one.issuer().unwrap(), filed.case, world.version(&filed).await).await.unwrap();
    let view = world.view(&filed).await;
    assert_eq!((view.case.status(), view.next), (CaseStatus::Decided, NextStep::Collect));
    let kinds: Vec<&str> = view.timeline.iter().map(|e| e.kind.as_str()).collect();
    assert_eq!(kinds, ["submitted", "accepted", "decided", "result_issued"], "every event is in the chain");
    world.assert_intact().await;
}
