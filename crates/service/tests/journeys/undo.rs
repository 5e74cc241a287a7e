//! 撤销: within ten minutes everything that followed by itself is taken back, and nothing is lost.

use crate::support::{FOOD, Filed, MINUTE, PROPERTY, TestWorld, code_of, shipped};
use domain::case::{BillState, CaseState, CaseStatus, ClosedHow};
use domain::ids::{DraftId, FileId};
use domain::policy::Role;
use futures_util::TryStreamExt;
use service::Catalogue;
use service::cases::CaseView;
use service::payments::BillStatus;
use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use std::sync::atomic::Ordering;

fn undone(view: &CaseView) -> Option<DraftId> {
    match &view.case.state {
        CaseState::Closed(closed) => match closed.how {
            ClosedHow::Undone { draft } => Some(draft),
            _ => None,
        },
        _ => None,
    }
}

#[tokio::test]
async fn m9_what_was_submitted_comes_back_as_a_draft_with_answers_and_files() {
    let world = TestWorld::new().await;
    let filed = world.submit("13912340321", FOOD, &[]).await;
    let before = world.view(&filed).await;
    assert_eq!(before.undo_until, Some(before.case.submitted_at.plus_seconds(10 * MINUTE)));
    let (me, owner) = (&filed.person.applicant, &filed.person.owner);
    let stranger = world.sign_in("13912340322").await;
    assert_eq!(code_of(world.service.undo(&stranger.applicant, filed.case).await), "not_found");

    let draft = world.service.undo(me, filed.case).await.unwrap();
    let view = world.view(&filed).await;
    assert_eq!((undone(&view), view.undo_until), (Some(draft), None));
    assert!(view.timeline.iter().any(|e| e.kind == "undone"));
    assert_eq!(code_of(world.service.undo(me, filed.case).await), "refusal.already_done");
    let back = world.service.draft(owner, draft).await.unwrap();
    assert!(back.files.is_empty() && back.signature.is_none(), "the files are on their way");
    world.run_jobs().await;

    let old = world.service.draft(owner, filed.draft).await.unwrap();
    let back = world.service.draft(owner, draft).await.unwrap();
    assert_eq!(back.answers, old.answers);
    let names = |files: &[service::uploads::FileView]| -> BTreeSet<(String, String, u64)> {
        files.iter().map(|f| (f.material.clone(), f.name.clone(), f.bytes)).collect()
    };
    assert_eq!(names(&back.files), names(&before.files));
    for (new, was) in back.files.iter().zip(&before.files) {
        assert_ne!(new.id, was.id);
        let bytes = async |id: FileId| {
            let file = world.service.file_for(&filed.person.session, id).await.unwrap();
            file.content.stream().try_collect::<Vec<_>>().await.unwrap().concat()
        };
        assert!(bytes(new.id).await == bytes(was.id).await, "sealed anew, the same content");
    }
    // Once more is no second copy.
    world.tamper("update jobs set state = 'queued', lease_until = 0 where kind = 'undo_files'", Vec::new()).await;
    world.run_jobs().await;
    assert_eq!(world.service.draft(owner, draft).await.unwrap().files.len(), before.files.len());
    world.service.sign(owner, draft, "欧阳签名", None, true).await.unwrap();
    let again = world.service.submit(me, draft).await.unwrap();
    assert_ne!(again, filed.case);
    world.assert_intact().await;
}

#[tokio::test]
async fn m9_after_ten_minutes_or_once_the_office_has_acted_nothing_is_undone() {
    let world = TestWorld::new().await;
    let filed = world.submit("13912340323", FOOD, &[]).await;
    let clerk = world.staff(Role::Clerk).await.clerk().unwrap();
    world.service.accept(&clerk, filed.case, world.version(&filed).await).await.unwrap();
    assert_eq!(world.view(&filed).await.undo_until, None);
    let undo = async |f: &Filed| code_of(world.service.undo(&f.person.applicant, f.case).await);
    assert_eq!(undo(&filed).await, "refusal.staff_acted");
    assert_eq!(world.status(&filed).await, CaseStatus::InProgress);
    let late = world.submit("13912340324", FOOD, &[]).await;
    world.pass(10 * MINUTE + 1);
    assert_eq!(undo(&late).await, "refusal.undo_over");
    assert_eq!(world.view(&late).await.undo_until, None);
    assert_eq!(world.number("select count(*) as number from jobs where kind = 'undo_files'").await, 0);
}

/// Accepted on receipt, so that documents and bill follow by themselves.
fn accepting(folder: &Path, slug: &str) -> Catalogue {
    for part in ["", "calendar", "matters"] {
        fs::create_dir_all(folder.join(part)).unwrap();
        for entry in fs::read_dir(shipped().join(part)).unwrap().flatten().filter(|e| e.path().is_file()) {
            fs::copy(entry.path(), folder.join(part).join(entry.file_name())).unwrap();
        }
    }
    let file = folder.join(format!("matters/{slug}.toml"));
    let matter = fs::read_to_string(&file).unwrap();
    assert!(!matter.contains("\naccepted_on_receipt"));
    fs::write(&file, matter.replacen("\nstatement = \"", "\naccepted_on_receipt = true\nstatement = \"", 1)).unwrap();
    Catalogue::load(folder).unwrap_or_else(|errors| panic!("{errors:#?}"))
}

#[tokio::test]
async fn d5_what_was_paid_for_an_undone_case_is_owed_back_and_its_documents_are_revoked() {
    let mut world = TestWorld::new().await;
    world.service = world.restarted_with(accepting(&world.base.folder.join("accepting"), PROPERTY));
    let wanted = [("scenario", "inheritance"), ("house_use", "dwelling"), ("extra_copies", "1")];
    let filed = world.submit("13912340326", PROPERTY, &wanted).await;
    let me = &filed.person.applicant;
    let view = world.view(&filed).await;
    assert_eq!(view.case.status(), CaseStatus::InProgress);
    let bill = view.bill.expect("raised at acceptance").id;
    world.service.start_payment(me, bill, "till", "192.0.2.1").await.unwrap();
    world.till.pay(&world.till.only_order());
    assert_eq!(world.service.check_payment(me, bill).await.unwrap().status, BillStatus::Paid);

    world.service.undo(me, filed.case).await.unwrap();
    let view = world.view(&filed).await;
    assert_eq!(view.case.bill, BillState::RefundDue);
    assert_eq!(view.bill.unwrap().status, BillStatus::RefundDue);
    let treasurer = world.staff(Role::Treasurer).await.treasurer().unwrap();
    let rows = world.service.bills(&treasurer).await.unwrap();
    assert_eq!((rows.len(), rows[0].status), (1, BillStatus::RefundDue));
    assert!(rows[0].transaction_id.is_some(), "the treasurer knows which payment");
    let told = world.service.my_messages(me).await.unwrap();
    assert!(told.iter().any(|m| m.body.contains("已缴的钱要退给您")));

    let of = |kind: &str| view.documents.iter().find(|d| d.kind == kind).expect("issued").clone();
    let (receipt, acceptance) = (of("receipt"), of("acceptance"));
    assert!(receipt.revoked_at.is_none() && acceptance.revoked_at.is_some());
    let seen = world.service.verify_document(&acceptance.verify_code).await.unwrap();
    assert!(seen.intact && seen.revoked_at == acceptance.revoked_at, "issued here, and not valid any more");
    assert!(world.service.verify_document(&receipt.verify_code).await.unwrap().revoked_at.is_none());
    world.assert_intact().await;
}

#[tokio::test]
async fn d5_money_that_comes_after_the_undoing_is_no_income() {
    let mut world = TestWorld::new().await;
    world.service = world.restarted_with(accepting(&world.base.folder.join("accepting"), PROPERTY));
    let wanted = [("scenario", "inheritance"), ("house_use", "dwelling"), ("extra_copies", "1")];
    let filed = world.submit("13912340327", PROPERTY, &wanted).await;
    let me = &filed.person.applicant;
    let bill = world.view(&filed).await.bill.expect("raised at acceptance").id;
    world.service.start_payment(me, bill, "till", "192.0.2.1").await.unwrap();
    let order = world.till.only_order();
    // The payer pays in the very moment of undoing.
    world.till.pays_while_closing.store(true, Ordering::SeqCst);
    world.service.undo(me, filed.case).await.unwrap();
    let view = world.view(&filed).await;
    assert_eq!((view.case.bill, view.bill.unwrap().status), (BillState::Due, BillStatus::Closed));
    assert_eq!(code_of(world.service.start_payment(me, bill, "till", "192.0.2.1").await), "bill.case_closed");
    let treasurer = world.staff(Role::Treasurer).await.treasurer().unwrap();
    let rows = world.service.bills(&treasurer).await.unwrap();
    assert_eq!((rows[0].status, rows[0].disputed), (BillStatus::Closed, 1), "order {order}: to be given back");
    world.assert_intact().await;
}
