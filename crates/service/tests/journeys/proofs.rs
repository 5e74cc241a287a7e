//! 有效期: where a rule looks at the day on a paper, its owner is asked for it, and the rule decides.

use crate::support::{DAY, FOOD, Filed, Person, TestWorld, code_of, in_pieces, pdf, shipped};
use domain::case::{CaseState, OwedState};
use domain::ids::{DraftId, FileId};
use domain::materials::Judging;
use domain::policy::Role;
use jiff::civil::date;
use precheck::{Code, Level};
use service::Catalogue;
use service::promises::Signing;
use service::report::ReportView;
use std::fmt::Write;
use std::fs;
use std::path::Path;

const DRIVING: &str = "driving-licence-renewal";
/// Counts for six months from its day.
const REPORT: &str = "health_report";
/// Counts until the day that stands on it.
const OLD_LICENCE: &str = "old_licence";
const RELIEF: &str = "temporary-relief";
/// May come later.
const PROOF: &str = "hardship_proof";

/// A complete draft with a fresh report, and the report's file.
async fn begun(world: &TestWorld, phone: &str) -> (Person, DraftId, FileId) {
    let me = world.sign_in(phone).await;
    let (draft, _) = world.answered(&me.owner, DRIVING, &[("checkup", "no")]).await;
    world.attach_all(&me.owner, draft).await;
    let file = file_of(world, &me, draft, REPORT).await;
    (me, draft, file)
}

async fn file_of(world: &TestWorld, me: &Person, draft: DraftId, material: &str) -> FileId {
    let view = world.service.draft(&me.owner, draft).await.unwrap();
    view.files.iter().find(|f| f.material == material).expect("handed in").id
}

async fn report(world: &TestWorld, me: &Person, draft: DraftId) -> ReportView {
    world.service.report(&me.owner, draft).await.unwrap()
}

/// What must be changed about days.
fn doubts(report: &ReportView) -> Vec<&str> {
    let days = report.items.iter().filter(|i| i.code.starts_with("file.proof_"));
    days.map(|i| if i.level == Level::MustFix { i.code.as_str() } else { "too weak" }).collect()
}

#[tokio::test]
async fn m3_a_proof_that_is_too_old_is_said_with_its_rule_and_cannot_be_submitted() {
    let world = TestWorld::new().await;
    let (me, draft, file) = begun(&world, "13912340701").await;
    let service = &world.service;
    assert!(report(&world, &me, draft).await.may_submit(), "a fresh one is right");
    service.sign(&me.owner, draft, "欧阳签名", None, true).await.unwrap();

    // Monday, 2 March 2026; six months ago and a day.
    service.date_proof(&me.owner, file, "2025年9月1日").await.unwrap();
    let view = service.draft(&me.owner, draft).await.unwrap();
    assert!(view.signature.is_none(), "what is signed is what is sent");
    let shown = view.files.iter().find(|f| f.id == file).unwrap();
    assert_eq!(shown.proof_day, Some(date(2025, 9, 1)));
    assert!(shown.must_fix() && !shown.report.must_fix(), "the file itself is right");
    assert!(shown.pictures() > 0, "and is shown as before");
    let found = report(&world, &me, draft).await;
    assert_eq!(doubts(&found), ["file.proof_too_old"]);
    let item = found.items.iter().find(|i| i.code == "file.proof_too_old").unwrap();
    let value = |key: &str| item.detail.iter().find(|(k, _)| k == key).map(|(_, v)| v.as_str());
    assert_eq!((value("months"), value("day")), (Some("6"), Some("2025年9月1日")));
    assert_eq!(value("last"), Some("2026年3月1日"));
    service.sign(&me.owner, draft, "欧阳签名", None, true).await.unwrap();
    assert_eq!(code_of(service.submit(&me.applicant, draft).await), "report.open");

    // The last day still counts; a day later it does not.
    service.date_proof(&me.owner, file, "20250902").await.unwrap();
    assert!(report(&world, &me, draft).await.may_submit());
    world.pass(DAY);
    assert_eq!(doubts(&report(&world, &me, draft).await), ["file.proof_too_old"]);
    service.date_proof(&me.owner, file, "2026-03-04").await.unwrap();
    assert_eq!(doubts(&report(&world, &me, draft).await), ["file.proof_future"]);
}

#[tokio::test]
async fn m3_a_day_is_asked_once_for_the_slot_and_only_where_a_rule_looks_at_it() {
    let world = TestWorld::new().await;
    let me = world.sign_in("13912340702").await;
    let service = &world.service;
    let (draft, _) = world.answered(&me.owner, DRIVING, &[("checkup", "no")]).await;
    assert!(doubts(&report(&world, &me, draft).await).is_empty(), "nothing lies there yet: that alone is said");
    let first = world.upload(&me.owner, draft, REPORT, "一.pdf", pdf("one")).await.unwrap();
    let second = world.upload(&me.owner, draft, REPORT, "二.pdf", pdf("two")).await.unwrap();
    assert_eq!(doubts(&report(&world, &me, draft).await), ["file.proof_undated"], "once for both pages");
    for (typed, code) in [(" ", "proof.day_missing"), ("上个月", "proof.day_wrong"), ("2026-02-30", "proof.day_wrong")]
    {
        assert_eq!(code_of(service.date_proof(&me.owner, first.id, typed).await), code);
    }
    service.date_proof(&me.owner, second.id, "2026-02-10").await.unwrap();
    let files = service.draft(&me.owner, draft).await.unwrap().files;
    assert!(files.iter().all(|f| f.proof_day == Some(date(2026, 2, 10)) && !f.must_fix()), "one paper, one day");
    // The day goes with the paper.
    service.remove_file(&me.owner, draft, first.id).await.unwrap();
    service.remove_file(&me.owner, draft, second.id).await.unwrap();
    world.upload(&me.owner, draft, REPORT, "三.pdf", pdf("three")).await.unwrap();
    assert_eq!(doubts(&report(&world, &me, draft).await), ["file.proof_undated"]);

    let card = world.upload(&me.owner, draft, "id_card", "证.pdf", pdf("card")).await.unwrap();
    assert_eq!(code_of(service.date_proof(&me.owner, card.id, "2026-02-10").await), "not_found");
    let stranger = world.sign_in("13912340703").await;
    let third = file_of(&world, &me, draft, REPORT).await;
    assert_eq!(code_of(service.date_proof(&stranger.owner, third, "2026-02-10").await), "not_found");
}

#[tokio::test]
async fn m3_the_desk_sees_the_day_and_a_new_paper_is_asked_for_its_own() {
    let world = TestWorld::new().await;
    let (me, draft, file) = begun(&world, "13912340704").await;
    let service = &world.service;
    service.date_proof(&me.owner, file, "2026-01-05").await.unwrap();
    service.sign(&me.owner, draft, "欧阳签名", None, true).await.unwrap();
    let case = service.submit(&me.applicant, draft).await.unwrap();
    world.run_jobs().await;
    assert_eq!(code_of(service.date_proof(&me.owner, file, "2026-01-06").await), "draft.submitted");
    let shown = world.view_of(case).await;
    let sent = shown.files.iter().find(|f| f.id == file).unwrap();
    assert_eq!(sent.proof_day, Some(date(2026, 1, 5)));

    // What was handed in is looked at by people: a year later no rule accuses it by itself.
    let filed = Filed { draft, case, answers: shown.answers.clone(), person: me };
    let me = &filed.person;
    let clerk = world.staff(Role::Clerk).await.clerk().unwrap();
    service.set_verdict(&clerk, case, REPORT, Some("recent"), "").await.unwrap();
    service.issue_notice(&clerk, case, world.version(&filed).await).await.unwrap();
    let again = service.receive_correction(&me.applicant, case, REPORT, "新.pdf", "", in_pieces(pdf("new"))).await;
    let again = again.unwrap();
    let view = world.view(&filed).await;
    let of = |id: FileId| view.files.iter().find(|f| f.id == id).unwrap();
    assert!(of(file).doubt.is_none(), "handed in, and no longer asked about");
    assert_eq!(of(again.id).doubt.as_ref().map(|d| d.code), Some(Code::ProofUndated));
    assert_eq!(code_of(service.answer_notice(&me.applicant, case).await), "refusal.notice_incomplete");
    service.date_proof(&me.owner, again.id, "2025-08-01").await.unwrap();
    assert_eq!(code_of(service.answer_notice(&me.applicant, case).await), "refusal.notice_incomplete");
    service.date_proof(&me.owner, again.id, "2026-03-02").await.unwrap();
    assert_eq!(code_of(service.answer_notice(&me.applicant, case).await), "ok");
    let shown = world.view_of(case).await;
    let sent = shown.files.iter().filter(|f| f.material == REPORT);
    let mut days: Vec<_> = sent.map(|f| (f.round, f.proof_day)).collect();
    days.sort_unstable();
    assert_eq!(days, [(0, Some(date(2026, 1, 5))), (1, Some(date(2026, 3, 2)))], "each paper keeps its own");
}

/// Submits, and reopens this slot with a notice.
async fn reopened(world: &TestWorld, person: Person, draft: DraftId, material: &str, criterion: &str) -> Filed {
    let service = &world.service;
    assert!(report(world, &person, draft).await.may_submit());
    service.sign(&person.owner, draft, "欧阳签名", None, true).await.unwrap();
    let case = service.submit(&person.applicant, draft).await.unwrap();
    world.run_jobs().await;
    let clerk = world.staff(Role::Clerk).await.clerk().unwrap();
    service.set_verdict(&clerk, case, material, Some(criterion), "").await.unwrap();
    let view = world.view_of(case).await;
    service.issue_notice(&clerk, case, view.version).await.unwrap();
    Filed { person, draft, case, answers: view.answers }
}

/// A new paper in the slot that is open.
async fn anew(world: &TestWorld, filed: &Filed, material: &str) -> FileId {
    let content = in_pieces(pdf(&format!("{material} anew")));
    let sent = world.service.receive_correction(&filed.person.applicant, filed.case, material, "新.pdf", "", content);
    sent.await.unwrap().id
}

/// What the rule says when this day is given.
async fn dated(world: &TestWorld, filed: &Filed, file: FileId, day: &str) -> Option<Code> {
    world.service.date_proof(&filed.person.owner, file, day).await.unwrap();
    let view = world.view(filed).await;
    let file = view.files.iter().find(|f| f.id == file).unwrap();
    let judging = Judging { on: date(2026, 3, 2), today: world.service.today() };
    assert_eq!(file.judged_on, Some(judging), "the browser is told the day of filing, and today");
    file.doubt.as_ref().map(|doubt| doubt.code)
}

#[tokio::test]
async fn m3_a_licence_that_held_on_the_day_of_filing_answers_the_notice_after_its_end() {
    let world = TestWorld::new().await;
    let me = world.sign_in("13912340708").await;
    let wanted = [("stage", "renew"), ("layout_changed", "no")];
    let (draft, _) = world.answered(&me.owner, FOOD, &wanted).await;
    world.attach_all(&me.owner, draft).await;
    let old = file_of(&world, &me, draft, OLD_LICENCE).await;
    world.service.date_proof(&me.owner, old, "2026-03-05").await.unwrap();
    let filed = reopened(&world, me, draft, OLD_LICENCE, "readable").await;
    // Friday, 6 March: the licence ran out yesterday, the application was made on Monday.
    world.pass(4 * DAY);
    let file = anew(&world, &filed, OLD_LICENCE).await;
    assert_eq!(dated(&world, &filed, file, "2026-03-01").await, Some(Code::ProofExpired), "before the filing");
    assert_eq!(dated(&world, &filed, file, "2026-03-05").await, None);
    world.service.answer_notice(&filed.person.applicant, filed.case).await.unwrap();
    world.assert_intact().await;
}

#[tokio::test]
async fn m3_the_age_of_a_proof_is_that_of_the_day_of_filing_and_its_day_has_come() {
    let world = TestWorld::new().await;
    let (me, draft, file) = begun(&world, "13912340709").await;
    world.service.date_proof(&me.owner, file, "2025-09-02").await.unwrap();
    let filed = reopened(&world, me, draft, REPORT, "sealed").await;
    world.pass(2 * DAY);
    let file = anew(&world, &filed, REPORT).await;
    assert_eq!(dated(&world, &filed, file, "2025-09-01").await, Some(Code::ProofTooOld));
    assert_eq!(dated(&world, &filed, file, "2026-03-05").await, Some(Code::ProofFuture), "tomorrow");
    assert_eq!(dated(&world, &filed, file, "2026-03-04").await, None, "made out after the filing");
    assert_eq!(dated(&world, &filed, file, "2025-09-02").await, None, "the same paper, photographed again");
    world.service.answer_notice(&filed.person.applicant, filed.case).await.unwrap();
}

/// The shipped catalogue, but the proof that may come later names its last day.
fn with_a_last_day(folder: &Path) -> Catalogue {
    for part in ["", "calendar", "matters"] {
        fs::create_dir_all(folder.join(part)).unwrap();
        for entry in fs::read_dir(shipped().join(part)).unwrap().flatten().filter(|e| e.path().is_file()) {
            fs::copy(entry.path(), folder.join(part).join(entry.file_name())).unwrap();
        }
    }
    let file = folder.join("matters/temporary-relief.toml");
    let (old, end) = (fs::read_to_string(&file).unwrap(), "先受理，限期补交）\"\n");
    assert_eq!(old.matches(end).count(), 1);
    let rule = "\n[materials.validity]\nasks = \"until\"\nbasis = \"到期以前有效\"\n";
    fs::write(&file, old.replace(end, &[end, rule].concat())).unwrap();
    Catalogue::load(folder).unwrap_or_else(|errors| panic!("{errors:#?}"))
}

/// An accepted case that is owed its proof, which lies in the slot and holds until this day.
async fn owing(world: &TestWorld, phone: &str, until: &str) -> Filed {
    let (service, person) = (&world.service, world.sign_in(phone).await);
    let (draft, answers) = world.answered(&person.owner, RELIEF, &[]).await;
    let matter = service.catalogue().matter(RELIEF).unwrap();
    for slot in matter.personal_list(&answers).iter().filter(|s| s.material.id != PROOF) {
        let id = &slot.material.id;
        world.upload(&person.owner, draft, id, "一页.pdf", pdf(&format!("{draft} {id}"))).await.unwrap();
    }
    let signing = Signing { name: "欧阳签名", png: None, agreed: true, seen: matter.version };
    service.defer_material(&person.owner, draft, PROOF, signing).await.unwrap();
    service.sign(&person.owner, draft, "欧阳签名", None, true).await.unwrap();
    let case = service.submit(&person.applicant, draft).await.unwrap();
    world.run_jobs().await;
    let filed = Filed { person, draft, case, answers };
    let clerk = world.staff(Role::Clerk).await.clerk().unwrap();
    service.accept(&clerk, case, world.version(&filed).await).await.unwrap();
    let file = anew(world, &filed, PROOF).await;
    service.date_proof(&filed.person.owner, file, until).await.unwrap();
    filed
}

#[tokio::test]
async fn m4_what_held_through_the_last_day_is_not_judged_by_the_day_after() {
    let mut world = TestWorld::new().await;
    world.service = world.restarted_with(with_a_last_day(&world.base.folder.join("dated")));
    let holds = owing(&world, "13912340710", "2026-03-16").await;
    let ends = owing(&world, "13912340711", "2026-03-15").await;
    assert_eq!(world.view(&holds).await.case.owed[0].until, Some(date(2026, 3, 16)));
    // To the day after the last one: nobody has pressed the button.
    world.pass(15 * DAY);
    world.run_jobs().await;
    let seen = world.view(&holds).await.case;
    assert!(matches!(seen.owed[0].state, OwedState::Supplied { .. }), "{:?}", seen.owed);
    let seen = world.view(&ends).await.case;
    assert!(matches!(seen.state, CaseState::Closed(_)), "it had ended before: {:?}", seen.state);
    world.assert_intact().await;
}

#[tokio::test]
async fn m3_a_licence_that_names_its_last_day_holds_to_the_end_of_it() {
    let world = TestWorld::new().await;
    let me = world.sign_in("13912340705").await;
    let wanted = [("stage", "renew"), ("layout_changed", "no")];
    let (draft, _) = world.answered(&me.owner, FOOD, &wanted).await;
    let file = world.upload(&me.owner, draft, OLD_LICENCE, "旧证.pdf", pdf("old")).await.unwrap().id;
    assert_eq!(doubts(&report(&world, &me, draft).await), ["file.proof_no_end"]);
    for (day, expected) in [("2026-03-01", Some("file.proof_expired")), ("2026-03-02", None), ("2027-03-01", None)] {
        world.service.date_proof(&me.owner, file, day).await.unwrap();
        assert_eq!(doubts(&report(&world, &me, draft).await).first().copied(), expected, "{day}");
    }
}

/// A page on which this stands as text.
fn written(text: &str) -> Vec<u8> {
    let content = format!("BT /F1 12 Tf 72 700 Td ({text}) Tj ET");
    let objects = [
        "<< /Type /Catalog /Pages 2 0 R >>".to_owned(),
        "<< /Type /Pages /Kids [3 0 R] /Count 1 /MediaBox [0 0 595 842] >>".to_owned(),
        "<< /Type /Page /Parent 2 0 R /Contents 4 0 R /Resources << /Font << /F1 5 0 R >> >> >>".to_owned(),
        format!("<< /Length {} >>\nstream\n{content}\nendstream", content.len()),
        "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>".to_owned(),
    ];
    let mut out = "%PDF-1.5\n".to_owned();
    for (index, object) in objects.iter().enumerate() {
        write!(out, "{} 0 obj\n{object}\nendobj\n", index + 1).unwrap();
    }
    out.push_str("trailer << /Root 1 0 R >>\nstartxref\n0\n%%EOF\n");
    out.into_bytes()
}

#[tokio::test]
async fn m3_a_number_that_is_not_the_papers_own_is_said_masked_and_holds_nobody_up() {
    const OTHER: &str = "91539999MA9999001Q";
    let world = TestWorld::new().await;
    let me = world.sign_in("13912340707").await;
    let service = &world.service;
    let (draft, answers) = world.answered(&me.owner, FOOD, &[("stage", "new")]).await;
    let own = answers["firm_uscc"].as_str();
    assert_ne!(own, OTHER);
    let said = async |text: &str| {
        let file = world.upload(&me.owner, draft, "business_licence", "执照.pdf", written(text)).await.unwrap();
        assert!(!file.must_fix(), "{:?}", file.report);
        let found = report(&world, &me, draft).await;
        service.remove_file(&me.owner, draft, file.id).await.unwrap();
        found.items.into_iter().find(|i| i.code == "number.differs")
    };
    assert!(said(&format!("USCC: {own}")).await.is_none(), "the same");
    assert!(said(&format!("{OTHER}, formerly {own}")).await.is_none(), "among others");
    assert!(said("Licence without any number").await.is_none());
    assert!(said("91539999MA9999001X").await.is_none(), "its check digit is wrong: no number");
    let item = said(&format!("USCC: {OTHER}")).await.expect("another one");
    assert_eq!(item.level, Level::Advice);
    let values: Vec<&str> = item.detail.iter().map(|(_, value)| value.as_str()).collect();
    assert_eq!(values, [domain::text::mask_id(own), domain::text::mask_id(OTHER)]);
    // Nobody reads it in the database.
    let clear = "select count(*) as number from files where report like '%91539999MA9999001Q%'";
    assert_eq!(world.number(clear).await, 0);
    world.upload(&me.owner, draft, "business_licence", "执照.pdf", written(OTHER)).await.unwrap();
    for slot in ["floor_plan", "safety_rules"] {
        world.upload(&me.owner, draft, slot, "一页.pdf", pdf(&format!("{draft} {slot}"))).await.unwrap();
    }
    service.sign(&me.owner, draft, "欧阳签名", None, true).await.unwrap();
    service.submit(&me.applicant, draft).await.unwrap();
}

#[tokio::test]
async fn m9_an_undone_case_comes_back_with_the_day_on_its_papers() {
    let world = TestWorld::new().await;
    let (me, draft, file) = begun(&world, "13912340706").await;
    world.service.date_proof(&me.owner, file, "2026-01-05").await.unwrap();
    world.service.sign(&me.owner, draft, "欧阳签名", None, true).await.unwrap();
    let case = world.service.submit(&me.applicant, draft).await.unwrap();
    let back = world.service.undo(&me.applicant, case).await.unwrap();
    world.run_jobs().await;
    let files = world.service.draft(&me.owner, back).await.unwrap().files;
    let sent = files.iter().find(|f| f.material == REPORT).expect("came along");
    assert_eq!(sent.proof_day, Some(date(2026, 1, 5)));
    assert!(report(&world, &me, back).await.may_submit());
}
