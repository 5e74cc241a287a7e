//! 查毒: what waits is seen by its owner only, what is infected by nobody, and nothing is lost.

use crate::support::{DAY, FOOD, Filed, HOUR, Nose, TestWorld, code_of, pdf};
use domain::policy::Role;
use precheck::{Code, Level};
use service::Session;
use service::uploads::{FileView, Scan};
use std::sync::Arc;
use std::sync::atomic::Ordering;

const SLOT: &str = "floor_plan";

async fn guarded() -> (TestWorld, Arc<Nose>) {
    let nose = Arc::new(Nose::default());
    (TestWorld::new().await.with_scanner(nose.clone()), nose)
}

fn infected() -> Vec<u8> {
    pdf(Nose::VIRUS)
}

fn plan(files: &[FileView]) -> &FileView {
    files.iter().find(|f| f.material == SLOT).expect("handed in")
}

async fn plan_of(world: &TestWorld, filed: &Filed) -> FileView {
    plan(&world.view(filed).await.files).clone()
}

async fn reads(world: &TestWorld, who: &Session, file: &FileView) -> String {
    let whole = code_of(world.service.file_for(who, file.id).await);
    let preview = code_of(world.service.preview_for(who, file.id, 1, false, 0).await);
    assert_eq!(whole, preview, "a picture shows no more than the file");
    whole
}

/// Submitted before the scanner has answered; with a virus in the plan if wanted.
async fn waiting(world: &TestWorld, nose: &Nose, virus: bool) -> Filed {
    nose.down.store(true, Ordering::SeqCst);
    let person = world.sign_in("13912340301").await;
    let (draft, answers) = world.answered(&person.owner, FOOD, &[]).await;
    world.attach_all(&person.owner, draft).await;
    if virus {
        let files = world.service.draft(&person.owner, draft).await.unwrap().files;
        world.service.remove_file(&person.owner, draft, plan(&files).id).await.unwrap();
        world.upload(&person.owner, draft, SLOT, "平面图.pdf", infected()).await.unwrap();
    }
    world.service.sign(&person.owner, draft, "欧阳签名", None, true).await.unwrap();
    let case = world.service.submit(&person.applicant, draft).await.expect("waiting holds nobody up");
    world.run_jobs().await;
    Filed { person, draft, case, answers }
}

#[tokio::test]
async fn m3_a_file_is_hidden_from_staff_until_it_is_clean() {
    let (world, nose) = guarded().await;
    let filed = waiting(&world, &nose, false).await;
    let clerk = world.staff(Role::Clerk).await;
    let file = plan_of(&world, &filed).await;
    assert_eq!(file.scan, Scan::Waiting);
    assert!(file.report.has(Code::Scanning) && !file.report.must_fix(), "the owner is told, and goes on");
    assert_eq!(reads(&world, &clerk, &file).await, "file.scanning");
    assert_eq!(reads(&world, &filed.person.session, &file).await, "ok", "one's own papers");

    // A scanner that is down delays and never loses.
    for _ in 0..40 {
        world.pass(HOUR);
        world.run_jobs().await;
    }
    world.pass(3 * DAY);
    assert_eq!(plan_of(&world, &filed).await.scan, Scan::Waiting);
    let operator = world.staff(Role::Administrator).await.operator().unwrap();
    assert!(world.service.failed_jobs(&operator).await.unwrap().is_empty(), "no scan is given up");

    nose.down.store(false, Ordering::SeqCst);
    world.run_jobs().await;
    let file = plan_of(&world, &filed).await;
    assert_eq!(file.scan, Scan::Clean);
    assert!(file.report.findings.iter().all(|f| f.code != Code::Scanning));
    assert_eq!(reads(&world, &clerk, &file).await, "ok");
    let asked = nose.asked.load(Ordering::SeqCst);
    world.pass(DAY);
    world.run_jobs().await;
    assert_eq!(nose.asked.load(Ordering::SeqCst), asked, "once is enough");
    world.assert_intact().await;
}

#[tokio::test]
async fn m3_an_infected_file_blocks_the_submission_and_opens_for_nobody() {
    let (world, _) = guarded().await;
    let me = world.sign_in("13912340302").await;
    let (draft, _) = world.answered(&me.owner, FOOD, &[]).await;
    let file = world.upload(&me.owner, draft, SLOT, "平面图.pdf", infected()).await.unwrap();
    assert!(file.report.has(Code::Scanning));
    world.run_jobs().await;
    let view = world.service.draft(&me.owner, draft).await.unwrap();
    let found = plan(&view.files);
    assert!(found.report.has(Code::Infected) && found.report.must_fix());
    let report = world.service.report(&me.owner, draft).await.unwrap();
    assert!(report.items.iter().any(|i| i.code == "file.infected" && i.level == Level::MustFix));
    assert_eq!(reads(&world, &me.session, found).await, "file.infected", "not even the owner");
    // Another file takes its place.
    world.service.remove_file(&me.owner, draft, found.id).await.unwrap();
    world.attach_all(&me.owner, draft).await;
    world.run_jobs().await;
    assert!(world.service.report(&me.owner, draft).await.unwrap().may_submit());
}

#[tokio::test]
async fn m3_a_virus_found_after_the_submission_is_a_defect_and_the_applicant_is_told() {
    let (world, nose) = guarded().await;
    let filed = waiting(&world, &nose, true).await;
    let before = world.service.my_messages(&filed.person.applicant).await.unwrap().len();
    nose.down.store(false, Ordering::SeqCst);
    world.pass(DAY);
    world.run_jobs().await;
    let file = plan_of(&world, &filed).await;
    assert_eq!(file.scan, Scan::Infected);
    let session = world.staff(Role::Clerk).await;
    let desk = world.service.desk_case(&session.reader().unwrap(), filed.case, &[Role::Clerk].into()).await.unwrap();
    assert!(plan(&desk.view.files).report.has(Code::Infected), "shown as a defect");
    assert_eq!(reads(&world, &session, &file).await, "file.infected");
    let messages = world.service.my_messages(&filed.person.applicant).await.unwrap();
    assert_eq!(messages.len(), before + 1);
    assert!(messages.iter().any(|m| m.body.contains("病毒") && m.case == Some(filed.case)));
    let log = store::tables::audit::of_subject(&world.service.db, &file.id.to_string()).await.unwrap();
    assert!(log.iter().any(|e| e.action == "file_infected" && e.detail == "Test"));

    // In a reopened slot it does not count as an answer either.
    let clerk = session.clerk().unwrap();
    world.service.set_verdict(&clerk, filed.case, SLOT, Some("areas"), "").await.unwrap();
    world.service.issue_notice(&clerk, filed.case, world.version(&filed).await).await.unwrap();
    let (me, case) = (&filed.person.applicant, filed.case);
    let send = async |bytes: Vec<u8>| {
        let content = crate::support::in_pieces(bytes);
        world.service.receive_correction(me, case, SLOT, "平面图.pdf", "", content).await.unwrap()
    };
    let mut again = infected();
    again.extend_from_slice(b"\n% again");
    let again = send(again).await;
    world.run_jobs().await;
    assert_eq!(code_of(world.service.answer_notice(me, case).await), "refusal.notice_incomplete");
    world.service.remove_correction(me, case, again.id).await.unwrap();
    send(pdf("a clean plan")).await;
    assert_eq!(code_of(world.service.answer_notice(me, case).await), "ok");
}

#[tokio::test]
async fn m3_what_the_scanner_does_not_take_is_given_up_loudly_and_stays_hidden() {
    let (world, nose) = guarded().await;
    nose.full.store(true, Ordering::SeqCst);
    let filed = world.submit("13912340303", FOOD, &[]).await;
    let operator = world.staff(Role::Administrator).await.operator().unwrap();
    let failed = world.service.failed_jobs(&operator).await.unwrap();
    assert!(!failed.is_empty() && failed.iter().all(|j| j.last_error == "scan.size_limit"));
    let clerk = world.staff(Role::Clerk).await;
    let file = plan_of(&world, &filed).await;
    assert_eq!(reads(&world, &clerk, &file).await, "file.scanning");
    // Somebody has raised the scanner's limit.
    nose.full.store(false, Ordering::SeqCst);
    for job in failed {
        world.service.retry_job(&operator, &job.id).await.unwrap();
    }
    world.run_jobs().await;
    assert_eq!(reads(&world, &clerk, &file).await, "ok");
}

#[tokio::test]
async fn m3_without_a_scanner_files_are_shown_as_they_came() {
    let world = TestWorld::new().await;
    let filed = world.submit("13912340304", FOOD, &[]).await;
    let clerk = world.staff(Role::Clerk).await;
    let file = plan_of(&world, &filed).await;
    assert_eq!(file.scan, Scan::None);
    assert_eq!(reads(&world, &clerk, &file).await, "ok");
    assert_eq!(world.number("select count(*) as number from jobs where kind = 'scan'").await, 0);
}
