//! Faults that were found once and mended: each has a test here, so that it stays mended.

use crate::support::{BIRTH, FOOD, MINUTE, Nose, Person, Sort, TestWorld, code_of, corpus, in_pieces, pdf};
use domain::ids::{CaseId, DraftId};
use domain::policy::Role;
use futures_util::future::join_all;
use jiff::civil::date;
use service::promises::Signing;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;
use store::tables::audit;

const PLAN: &str = "floor_plan";
const LICENCE: &str = "business_licence";
/// May come later.
const RULES: &str = "safety_rules";
const IDENTITY: &str = "1100000000001366XA001";

/// Waits until something has begun elsewhere.
async fn until(what: &str, mut begun: impl FnMut() -> bool) {
    for _ in 0..400 {
        if begun() {
            return;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    panic!("{what} never began");
}

/// A draft with everything but what comes later.
async fn without_rules(world: &TestWorld, me: &Person) -> DraftId {
    let (draft, answers) = world.answered(&me.owner, FOOD, &[("stage", "new")]).await;
    let matter = world.service.catalogue().matter(FOOD).unwrap();
    for slot in matter.personal_list(&answers).iter().filter(|s| s.material.id != RULES) {
        let id = &slot.material.id;
        world.upload(&me.owner, draft, id, "一页.pdf", pdf(&format!("{draft} {id}"))).await.unwrap();
    }
    draft
}

fn signing(world: &TestWorld) -> Signing<'static> {
    let seen = world.service.catalogue().matter(FOOD).unwrap().version;
    Signing { name: "欧阳签名", png: None, agreed: true, seen }
}

async fn filed(world: &TestWorld, me: &Person, draft: DraftId) -> CaseId {
    world.service.sign(&me.owner, draft, "欧阳签名", None, true).await.unwrap();
    let case = world.service.submit(&me.applicant, draft).await.unwrap();
    world.run_jobs().await;
    case
}

#[tokio::test]
async fn m3_an_infected_file_is_no_paper_and_a_signature_does_not_help() {
    let world = TestWorld::new().await.with_scanner(Arc::new(Nose::default()));
    let me = world.sign_in("13912340731").await;
    let (draft, _) = world.fill(&me.owner, FOOD, &[("stage", "new")]).await;
    let plan = world.service.draft(&me.owner, draft).await.unwrap().files.into_iter().find(|f| f.material == PLAN);
    world.service.remove_file(&me.owner, draft, plan.unwrap().id).await.unwrap();
    world.upload(&me.owner, draft, PLAN, "平面图.pdf", pdf(Nose::VIRUS)).await.unwrap();
    world.run_jobs().await;
    world.service.sign(&me.owner, draft, "欧阳签名", None, true).await.unwrap();
    let view = world.service.draft(&me.owner, draft).await.unwrap();
    assert!(view.files.iter().any(|f| f.material == PLAN && f.must_fix()), "it does not count as handed in");
    assert_eq!(code_of(world.service.submit(&me.applicant, draft).await), "report.open");
    assert_eq!(world.number("select count(*) as number from cases").await, 0);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn m3_what_the_scanner_says_of_a_file_that_is_gone_does_no_harm() {
    let nose = Arc::new(Nose::default());
    let world = TestWorld::new().await.with_scanner(nose.clone());
    let me = world.sign_in("13912340732").await;
    let (draft, _) = world.answered(&me.owner, FOOD, &[("stage", "new")]).await;
    let holding = nose.held.lock().await;
    let file = world.upload(&me.owner, draft, PLAN, "平面图.pdf", pdf(Nose::VIRUS)).await.unwrap();
    let service = world.service.clone();
    let scanning = tokio::spawn(async move { service.run_jobs("test", 50).await });
    until("the scan", || nose.asked.load(Ordering::SeqCst) == 1).await;
    world.service.remove_file(&me.owner, draft, file.id).await.unwrap();
    drop(holding);
    scanning.await.unwrap().unwrap();
    world.run_jobs().await;
    assert!(world.service.draft(&me.owner, draft).await.unwrap().files.is_empty());
    let operator = world.staff(Role::Administrator).await.operator().unwrap();
    assert!(world.service.failed_jobs(&operator).await.unwrap().is_empty());
    assert_eq!(world.number("select count(*) as number from jobs where kind = 'scan' and state = 'queued'").await, 0);
    // The slot is as good as new.
    world.attach_all(&me.owner, draft).await;
    world.run_jobs().await;
    let case = filed(&world, &me, draft).await;
    assert!(world.service.my_messages(&me.applicant).await.unwrap().iter().all(|m| !m.body.contains("病毒")));
    assert!(world.service.my_case(&me.applicant, case).await.unwrap().files.iter().all(|f| !f.must_fix()));
}

#[tokio::test]
async fn m1_papers_of_another_persons_case_are_neither_offered_nor_taken_by_their_id() {
    let world = TestWorld::new().await;
    let filed = world.submit("13912340733", FOOD, &[("stage", "new")]).await;
    let service = &world.service;
    let clerk = world.staff(Role::Clerk).await.clerk().unwrap();
    service.set_verdict(&clerk, filed.case, LICENCE, None, "").await.unwrap();
    let version = world.version(&filed).await;
    service.refuse_acceptance(&clerk, filed.case, version, vec!["不属于本机关职权范围".into()]).await.unwrap();

    // The same firm, the same answers, another account.
    let stranger = world.sign_in("13912340734").await;
    let (draft, answers) = world.answered(&stranger.owner, FOOD, &[("stage", "new")]).await;
    assert_eq!(answers, filed.answers);
    let view = service.draft(&stranger.owner, draft).await.unwrap();
    assert!(service.ways(&stranger.session, &view).await.unwrap().earlier.is_empty(), "nothing is offered");
    let taken = service.use_earlier(&stranger.applicant, draft, LICENCE, filed.case).await;
    assert_eq!(code_of(taken), "earlier.gone", "nor taken by its id");
    let taken = service.use_earlier(&filed.person.applicant, draft, LICENCE, filed.case).await;
    assert_eq!(code_of(taken), "not_found", "nor put into somebody else's draft");
    assert!(service.draft(&stranger.owner, draft).await.unwrap().fills.is_empty());
    for file in world.view(&filed).await.files {
        assert_eq!(code_of(service.file_for(&stranger.session, file.id).await.map(drop)), "not_found");
    }

    // Whose they are is offered them.
    let (own, _) = world.answered(&filed.person.owner, FOOD, &[("stage", "new")]).await;
    service.use_earlier(&filed.person.applicant, own, LICENCE, filed.case).await.unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn m4_a_promise_given_many_times_at_once_is_one_and_so_is_the_handing_in() {
    let world = TestWorld::new().await;
    let me = world.sign_in("13912340735").await;
    let draft = without_rules(&world, &me).await;
    let by = signing(&world);
    let promised = (0..4).map(|_| {
        let (service, owner) = (world.service.clone(), me.owner.clone());
        tokio::spawn(async move { code_of(service.defer_material(&owner, draft, RULES, by).await) })
    });
    let outcomes: Vec<String> = join_all(promised).await.into_iter().map(Result::unwrap).collect();
    assert!(outcomes.iter().all(|o| o == "ok"), "{outcomes:?}");
    assert_eq!(world.service.draft(&me.owner, draft).await.unwrap().fills.len(), 1);
    let case = filed(&world, &me, draft).await;
    let seen = world.service.my_case(&me.applicant, case).await.unwrap();
    assert_eq!(seen.case.owed.len(), 1);
    assert_eq!(seen.documents.iter().filter(|d| d.kind == "deferral").count(), 1, "one letter");

    let clerk = world.staff(Role::Clerk).await.clerk().unwrap();
    world.service.accept(&clerk, case, seen.version).await.unwrap();
    let content = in_pieces(pdf("the rules, at last"));
    world.service.receive_correction(&me.applicant, case, RULES, "制度.pdf", "", content).await.unwrap();
    let handed = (0..4).map(|_| {
        let (service, who) = (world.service.clone(), me.applicant.clone());
        tokio::spawn(async move { code_of(service.supply_owed(&who, case, RULES).await) })
    });
    let mut outcomes: Vec<String> = join_all(handed).await.into_iter().map(Result::unwrap).collect();
    outcomes.sort_unstable();
    assert_eq!(outcomes[0], "ok");
    assert!(outcomes[1..].iter().all(|o| o == "refusal.already_done"), "{outcomes:?}");
    let seen = world.service.my_case(&me.applicant, case).await.unwrap();
    assert_eq!(seen.timeline.iter().filter(|e| e.kind == "owed_supplied").count(), 1);
    world.assert_intact().await;
}

#[tokio::test]
async fn m9_undoing_ends_with_the_tenth_minute_to_the_microsecond() {
    let world = TestWorld::new().await;
    let in_time = world.submit("13912340736", FOOD, &[]).await;
    world.pass(10 * MINUTE);
    assert!(world.view(&in_time).await.undo_until.is_some(), "the last moment counts");
    world.service.undo(&in_time.person.applicant, in_time.case).await.unwrap();

    let late = world.submit("13912340737", FOOD, &[]).await;
    world.pass(10 * MINUTE);
    world.clock.fetch_add(1, Ordering::SeqCst);
    assert!(world.view(&late).await.undo_until.is_none());
    assert_eq!(code_of(world.service.undo(&late.person.applicant, late.case).await), "refusal.undo_over");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn m2_a_second_tap_while_the_store_is_being_asked_is_no_second_question() {
    let world = TestWorld::new().await;
    let phone = "13912340738";
    let me = world.sign_in(phone).await;
    let mother = [("applicant_name", "陈秀兰"), ("parent_name", "陈秀兰")];
    let (draft, answers) = world.answered(&me.owner, BIRTH, &mother).await;
    world.wallet.put(["陈秀兰", answers["parent_id"].as_str(), phone], IDENTITY, Some(date(2040, 5, 6)), &[]);
    let holding = world.wallet.turn.lock().await;
    let (service, who) = (world.service.clone(), me.applicant.clone());
    let first = tokio::spawn(async move { service.consent_and_fill(&who, draft, true).await });
    until("the question", || !world.wallet.asked.lock().unwrap().is_empty()).await;
    let second = world.service.consent_and_fill(&me.applicant, draft, true).await;
    assert_eq!(code_of(second), "licence.asking");
    drop(holding);
    assert_eq!(first.await.unwrap().unwrap(), 1);
    assert_eq!(world.wallet.asked.lock().unwrap().len(), 1);
    let log = audit::of_subject(&world.service.db, &draft.to_string()).await.unwrap();
    assert_eq!(log.iter().filter(|e| e.action == "licence_asked").count(), 1, "one question on record");
    assert_eq!(world.service.draft(&me.owner, draft).await.unwrap().fills.len(), 1);
}

#[tokio::test]
async fn m3_a_second_worker_takes_the_document_of_the_first_away_from_nobody() {
    let world = TestWorld::new().await;
    let me = world.sign_in("13912340739").await;
    let (draft, _) = world.fill(&me.owner, FOOD, &[("stage", "new")]).await;
    world.upload(&me.owner, draft, PLAN, "照片.jpg", corpus(Sort::Photo, 0).bytes).await.unwrap();
    world.service.sign(&me.owner, draft, "欧阳签名", None, true).await.unwrap();
    let case = world.service.submit(&me.applicant, draft).await.unwrap();
    world.binder.held.store(true, Ordering::SeqCst);
    let asked = || world.binder.asked.load(Ordering::SeqCst);
    let work = |worker: &'static str| {
        let service = world.service.clone();
        tokio::spawn(async move { service.run_jobs(worker, 50).await })
    };
    let first = work("first");
    until("the first binding", || asked() == 1).await;
    // Its lease runs out, and another one takes the job up.
    world.pass(2 * MINUTE);
    let second = work("second");
    until("the second binding", || asked() == 2).await;
    world.binder.turn.notify_one();
    first.await.unwrap().unwrap();
    assert!(world.service.bundle_for(&me.session, case, PLAN, 0).await.is_ok());
    world.binder.turn.notify_one();
    second.await.unwrap().unwrap();
    assert!(world.service.bundle_for(&me.session, case, PLAN, 0).await.is_ok(), "still there");
    let lies = world.objects().iter().filter(|path| path.to_string_lossy().contains("bundles")).count();
    assert_eq!(lies, 1, "and what the second made is gone");
    world.assert_intact().await;
}
