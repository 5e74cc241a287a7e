//! The report, the one act of submission, and following a case by its code.

use crate::support::{BIRTH, FOOD, HOUR, Sort, TestWorld, code_of, corpus, pdf};
use domain::case::CaseStatus;
use domain::codes::case_number::CaseNumber;
use domain::rules::Answers;
use futures_util::future::join_all;
use precheck::Level;
use service::cases::NextStep;
use service::report::Place;

#[tokio::test]
async fn m3_the_report_lists_everything_at_once_with_its_place() {
    let world = TestWorld::new().await;
    let me = world.sign_in("13912340007").await;
    let draft = world.service.start_draft(&me.owner, FOOD).await.unwrap();
    let matter = world.service.catalogue().matter(FOOD).unwrap().clone();
    let locked = corpus(Sort::Locked, 0);
    world.upload(&me.owner, draft, "business_licence", &locked.name, locked.bytes).await.unwrap();
    let report = world.service.report(&me.owner, draft).await.unwrap();
    assert!(!report.may_submit());
    let has = |place: &dyn Fn(&Place) -> bool| report.items.iter().any(|i| place(&i.place));
    for question in matter.asked(&Answers::new()) {
        assert!(has(&|p| *p == Place::Question(question.id.clone())), "{}", question.id);
    }
    for field in matter.form.fields().filter(|f| !f.optional) {
        assert!(has(&|p| matches!(p, Place::Field { field: name, .. } if *name == field.name)), "{}", field.name);
    }
    for slot in matter.personal_list(&Answers::new()) {
        assert!(has(&|p| matches!(p, Place::Material { material, .. } if *material == slot.material.id)));
    }
    assert!(report.items.iter().any(|i| i.code == "file.pdf_encrypted"));
    let order: Vec<Level> = report.items.iter().map(|i| i.level).collect();
    assert!(order.is_sorted_by_key(|l| *l as u8), "the most pressing first");
    assert_eq!(report.must, order.iter().filter(|l| **l == Level::MustFix).count());
}

#[tokio::test]
async fn c11_who_needs_no_licence_is_told_so_and_cannot_submit() {
    let world = TestWorld::new().await;
    let me = world.sign_in("13912340007").await;
    let (draft, _) = world.fill(&me.owner, FOOD, &[]).await;
    let no = [("business".to_owned(), "prepacked".to_owned())].into();
    world.service.save_answers(&me.owner, draft, no, None).await.unwrap();
    world.service.sign(&me.owner, draft, "欧阳签名", None, true).await.unwrap();
    let report = world.service.report(&me.owner, draft).await.unwrap();
    assert!(report.items.iter().any(|i| i.code == "condition.not_met" && i.place == Place::Eligibility));
    assert_eq!(code_of(world.service.submit(&me.applicant, draft).await), "report.open");
}

#[tokio::test]
async fn m3_nothing_is_submitted_while_something_must_be_mended_or_signed() {
    let world = TestWorld::new().await;
    let me = world.sign_in("13912340007").await;
    let (draft, _) = world.answered(&me.owner, BIRTH, &[]).await;
    let submit = async || code_of(world.service.submit(&me.applicant, draft).await);
    assert_eq!(submit().await, "sign.missing");
    world.service.sign(&me.owner, draft, "欧阳签名", None, true).await.unwrap();
    assert_eq!(submit().await, "report.open");
    world.attach_all(&me.owner, draft).await;
    assert_eq!(submit().await, "sign.missing", "files came after signing");
    let html = corpus(Sort::Html, 0);
    let bad = world.upload(&me.owner, draft, "household_register", &html.name, html.bytes).await.unwrap();
    world.service.sign(&me.owner, draft, "欧阳签名", None, true).await.unwrap();
    assert_eq!(submit().await, "report.open");
    world.service.remove_file(&me.owner, draft, bad.id).await.unwrap();
    world.service.sign(&me.owner, draft, "欧阳签名", None, true).await.unwrap();
    assert_eq!(submit().await, "ok");
    let other = world.sign_in("13912340008").await;
    assert_eq!(code_of(world.service.submit(&other.applicant, draft).await), "not_found");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn eight_submissions_at_once_are_one_case_with_one_number() {
    let world = TestWorld::new().await;
    let me = world.sign_in("13912340007").await;
    let (draft, _) = world.fill(&me.owner, FOOD, &[]).await;
    let sent = (0..8).map(|_| {
        let (service, me) = (world.service.clone(), me.applicant.clone());
        tokio::spawn(async move { service.submit(&me, draft).await })
    });
    let cases: Vec<_> = join_all(sent).await.into_iter().map(|r| r.unwrap().unwrap()).collect();
    assert!(cases.iter().all(|c| *c == cases[0]));
    assert_eq!(world.service.submit(&me.applicant, draft).await.unwrap(), cases[0], "and later again");
    assert_eq!(world.number("select count(*) as number from cases").await, 1);
    assert_eq!(world.number("select count(*) as number from documents where kind = 'receipt'").await, 1);
    world.run_jobs().await;
    let told = world.sms.to(&me.phone).iter().filter(|m| m.template == "case_changed").count();
    assert_eq!(told, 1);
    // The refused seven did not use up a number.
    let next = world.submit("13912340008", FOOD, &[]).await;
    let number = world.view(&next).await.case.number;
    let first = world.service.my_case(&me.applicant, cases[0]).await.unwrap().case.number;
    assert_eq!((sequence(&first), sequence(&number)), (1, 2));
    world.assert_intact().await;
}

fn sequence(number: &str) -> u32 {
    // Implementation code, date, sequence of the day.
    number[39..].parse().unwrap()
}

#[tokio::test]
async fn the_case_number_has_the_standards_shape() {
    let world = TestWorld::new().await;
    let filed = world.submit("13912340007", BIRTH, &[]).await;
    let number = world.view(&filed).await.case.number;
    assert_eq!(number.chars().count(), 43, "{number}");
    assert!(number.parse::<CaseNumber>().is_ok());
    let matter = world.service.catalogue().matter(BIRTH).unwrap();
    assert!(number.starts_with(&matter.code) && number[31..].starts_with("20260302"), "{number}");
}

#[tokio::test]
async fn d13_progress_by_code_and_four_digits() {
    let world = TestWorld::new().await;
    let filed = world.submit("13912340007", FOOD, &[]).await;
    let code = world.view(&filed).await.tracking_code;
    let typed = format!("{}-{}", code[..4].to_lowercase(), &code[4..]);
    let seen = world.service.track(&typed, "0007", "192.0.2.50").await.unwrap();
    assert_eq!((seen.status, seen.title.as_str()), (CaseStatus::Received, "食品经营许可"));
    assert_eq!(seen.timeline.len(), 1);
    assert!(matches!(&seen.next, NextStep::Wait { who } if !who.is_empty()));
    assert!(seen.due.and_then(|d| d.due()).is_some());
    let text = format!("{:?}{:?}", seen.timeline, seen.next);
    for value in filed.answers.values().filter(|v| v.chars().count() > 4) {
        assert!(!text.contains(value.as_str()), "no personal data: {value}");
    }
    assert_eq!(code_of(world.service.track(&code, "0008", "192.0.2.51").await), "track.unknown");
    assert_eq!(code_of(world.service.track(&code, "7", "192.0.2.51").await), "track.digits");
    assert_eq!(code_of(world.service.track("AAAA", "0007", "192.0.2.51").await), "tracking.length");
}

#[tokio::test]
async fn d13_five_looks_an_hour_then_a_pause() {
    let world = TestWorld::new().await;
    let filed = world.submit("13912340007", FOOD, &[]).await;
    let code = world.view(&filed).await.tracking_code;
    let look = async |digits: &str| code_of(world.service.track(&code, digits, "192.0.2.60").await);
    for _ in 0..5 {
        assert_eq!(look("1111").await, "track.unknown");
    }
    assert_eq!(look("0007").await, "busy", "guessing on is useless");
    world.pass(HOUR);
    assert_eq!(look("0007").await, "ok");
}

#[tokio::test]
async fn d13_the_list_of_cases_says_what_is_next() {
    let world = TestWorld::new().await;
    let filed = world.submit("13912340007", FOOD, &[]).await;
    let list = world.service.my_cases(&filed.person.applicant).await.unwrap();
    assert_eq!((list.len(), list[0].id, list[0].status), (1, filed.case, CaseStatus::Received));
    let window = world.service.catalogue().region.window("enterprise").unwrap().name.clone();
    assert_eq!(list[0].next, NextStep::Wait { who: window });
    let other = world.sign_in("13912340008").await;
    assert!(world.service.my_cases(&other.applicant).await.unwrap().is_empty());
    assert_eq!(code_of(world.service.my_case(&other.applicant, filed.case).await), "not_found");
    assert_eq!(code_of(world.service.withdraw(&other.applicant, filed.case).await), "not_found");
    world.service.withdraw(&filed.person.applicant, filed.case).await.unwrap();
    assert_eq!(world.status(&filed).await, CaseStatus::Closed);
    assert_eq!(code_of(world.service.withdraw(&filed.person.applicant, filed.case).await), "refusal.already_done");
    world.assert_intact().await;
}

#[tokio::test]
async fn a_submission_and_an_upload_at_once_never_slip_a_file_past_the_manifest() {
    let world = TestWorld::new().await;
    let me = world.sign_in("13912340007").await;
    let (draft, _) = world.fill(&me.owner, FOOD, &[]).await;
    let late = crate::support::in_pieces(pdf("late"));
    let upload = world.service.receive_file(&me.owner, draft, "floor_plan", "late.pdf", "", late);
    let (submitted, uploaded) = tokio::join!(world.service.submit(&me.applicant, draft), upload);
    match submitted {
        Ok(case) => {
            assert_eq!(code_of(uploaded), "draft.submitted");
            let view = world.service.my_case(&me.applicant, case).await.unwrap();
            assert!(view.files.iter().all(|f| f.name != "late.pdf"));
        }
        Err(error) => {
            assert_eq!(error.code(), "sign.missing", "the file came first and took the signature away");
            assert!(uploaded.is_ok());
        }
    }
}
