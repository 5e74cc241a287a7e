//! Documents: numbered without gaps, verified by anybody who holds the paper.

use crate::support::{FOOD, TestWorld, code_of};
use domain::ids::DocumentId;
use domain::policy::Role;
use futures_util::future::join_all;
use service::Session;
use std::collections::BTreeSet;

#[tokio::test]
async fn m9_every_step_leaves_its_document_with_number_issuer_and_code() {
    let world = TestWorld::new().await;
    let filed = world.submit("13912340040", FOOD, &[]).await;
    let service = &world.service;
    let (clerk, approver, issuer) =
        (world.staff(Role::Clerk).await, world.staff(Role::Approver).await, world.staff(Role::Issuer).await);
    let clerk = clerk.clerk().unwrap();
    service.set_verdict(&clerk, filed.case, "floor_plan", Some("areas"), "").await.unwrap();
    service.issue_notice(&clerk, filed.case, world.version(&filed).await).await.unwrap();
    let stream = crate::support::in_pieces(crate::support::pdf("mended"));
    service.receive_correction(&filed.person.applicant, filed.case, "floor_plan", "a.pdf", "", stream).await.unwrap();
    service.answer_notice(&filed.person.applicant, filed.case).await.unwrap();
    service.accept(&clerk, filed.case, world.version(&filed).await).await.unwrap();
    let approver = approver.approver().unwrap();
    service.start_special(&approver, filed.case, world.version(&filed).await, "site").await.unwrap();
    service.end_special(&approver, filed.case, world.version(&filed).await, "符合").await.unwrap();
    service.grant(&approver, filed.case, world.version(&filed).await).await.unwrap();
    service.issue_result(&issuer.issuer().unwrap(), filed.case, world.version(&filed).await).await.unwrap();

    let view = world.view(&filed).await;
    let kinds: Vec<&str> = view.documents.iter().map(|d| d.kind.as_str()).collect();
    assert_eq!(kinds, ["receipt", "notice", "acceptance", "special", "decision"]);
    for document in &view.documents {
        assert!(document.number.contains("〔2026〕1号"), "{}", document.number);
        let pdf = service.document_pdf(&filed.person.session, document.id).await.unwrap();
        assert_eq!(pdf.file_name, format!("{}.pdf", document.title));
        let text = String::from_utf8(pdf.bytes).unwrap();
        assert!(text.contains(&document.number) && text.contains(&document.verify_code));
        assert!(text.contains("2026年3月2日") && text.contains("示例县市场监督管理局") && text.contains("仅供演示"));
        assert!(text.contains(&filed.answers["firm_name"]), "addressed to the applicant");
    }
    let receipt =
        String::from_utf8(service.document_pdf(&filed.person.session, view.documents[0].id).await.unwrap().bytes)
            .unwrap();
    assert!(
        receipt.contains("营业执照（电子，1 个文件）") && receipt.contains("欧阳签名"),
        "the list of materials: {receipt}"
    );
    let printed = world.printer.printed.lock().unwrap();
    assert!(printed.iter().all(|d| d.verify_url.ends_with(&format!("/verify/{}", d.verify_code))));
}

#[tokio::test]
async fn m9_a_document_is_for_its_applicant_and_the_staff() {
    let world = TestWorld::new().await;
    let filed = world.submit("13912340040", FOOD, &[]).await;
    let id = world.view(&filed).await.documents[0].id;
    let other = world.sign_in("13912340041").await;
    let read = async |who: &Session| code_of(world.service.document_pdf(who, id).await.map(drop));
    assert_eq!(read(&filed.person.session).await, "ok");
    assert_eq!(read(&other.session).await, "not_found");
    assert_eq!(read(&Session::nobody()).await, "sign_in");
    assert_eq!(read(&world.staff(Role::Clerk).await).await, "ok");
    assert_eq!(read(&world.staff(Role::Administrator).await).await, "forbidden");
    let unknown = world.service.document_pdf(&filed.person.session, DocumentId(uuid::Uuid::now_v7())).await;
    assert_eq!(code_of(unknown.map(drop)), "not_found");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn m9_numbers_count_up_without_gaps_when_many_are_issued_at_once() {
    let world = TestWorld::new().await;
    let mut drafts = Vec::new();
    for n in 0..6 {
        let me = world.sign_in(&format!("1391234005{n}")).await;
        let (draft, _) = world.fill(&me.owner, FOOD, &[]).await;
        drafts.push((me, draft));
    }
    let (spoilt, spoilt_draft) = drafts.pop().unwrap();
    let html = crate::support::corpus(crate::support::Sort::Html, 0);
    world.upload(&spoilt.owner, spoilt_draft, "floor_plan", "a.pdf", html.bytes).await.unwrap();
    let submits = drafts.into_iter().map(|(me, draft)| {
        let service = world.service.clone();
        tokio::spawn(async move { (service.submit(&me.applicant, draft).await.unwrap(), me) })
    });
    let done: Vec<_> = join_all(submits).await.into_iter().map(Result::unwrap).collect();
    assert_ne!(code_of(world.service.submit(&spoilt.applicant, spoilt_draft).await), "ok");
    let mut numbers = BTreeSet::new();
    for (case, me) in &done {
        let receipt = world.service.my_case(&me.applicant, *case).await.unwrap().documents[0].number.clone();
        let digits: String = receipt.split('〕').nth(1).unwrap().chars().filter(char::is_ascii_digit).collect();
        numbers.insert(digits.parse::<u32>().unwrap());
    }
    assert_eq!(numbers, (1..=5).collect(), "no gap, nothing twice");
    // A new year begins a new series.
    world.pass(310 * crate::support::DAY);
    let next = world.submit("13912340059", FOOD, &[("opening_date", "")]).await;
    assert!(world.view(&next).await.documents[0].number.contains("〔2027〕1号"));
}

#[tokio::test]
async fn d8_a_code_verifies_a_document_and_shows_only_a_masked_name() {
    let world = TestWorld::new().await;
    let filed = world.submit("13912340040", FOOD, &[]).await;
    let view = world.view(&filed).await;
    let (receipt, code) = (&view.documents[0], view.documents[0].verify_code.clone());
    assert_eq!(code.len(), 12);
    let typed = format!(" {}-{}-{} ", &code[..4], code[4..8].to_lowercase(), &code[8..]);
    for spelling in [code.clone(), code.to_lowercase(), typed] {
        let verified = world.service.verify_document(&spelling).await.unwrap();
        assert!(verified.intact);
        assert_eq!((&verified.number, &verified.title), (&receipt.number, &receipt.title));
        let text = format!("{:?}", verified.rows);
        assert!(text.contains('*') && !text.contains(&filed.answers["firm_name"]), "{text}");
    }
    for unknown in ["ABCDEFGHJKLM", "", "'; drop table documents"] {
        assert_eq!(code_of(world.service.verify_document(unknown).await), "not_found");
    }
}
