//! Files: kept exactly, looked into, and never left half.

use crate::support::{BIRTH, FOOD, Sort, TestWorld, broken, code_of, corpus, pdf};
use domain::ids::{DraftId, FileId};
use domain::policy::Role;
use futures_util::TryStreamExt;
use futures_util::future::join_all;
use precheck::{Code, Level};
use service::Owner;
use service::uploads::FileView;

const SLOT: &str = "floor_plan";

async fn draft(world: &TestWorld) -> (service::Session, Owner, DraftId) {
    let me = world.sign_in("13912340004").await;
    let (draft, _) = world.answered(&me.owner, FOOD, &[]).await;
    (me.session, me.owner, draft)
}

fn must(file: &FileView) -> Vec<Code> {
    file.report.findings.iter().filter(|f| f.level == Level::MustFix).map(|f| f.code).collect()
}

#[tokio::test]
async fn m3_a_good_file_is_kept_and_read_back_byte_by_byte() {
    let world = TestWorld::new().await;
    let (session, me, draft) = draft(&world).await;
    let photo = corpus(Sort::Photo, 0);
    let big = {
        // Several segments and parts: a right PDF may carry anything behind a comment sign.
        let mut bytes = pdf("big");
        bytes.extend(b"\n%");
        bytes.extend(vec![b'x'; 3_000_000]);
        bytes
    };
    for (name, bytes, kind) in
        [(photo.name.as_str(), photo.bytes.clone(), "image/jpeg"), ("大文件.pdf", big, "application/pdf")]
    {
        let file = world.upload(&me, draft, SLOT, name, bytes.clone()).await.unwrap();
        assert!(must(&file).is_empty(), "{:?}", file.report);
        assert_eq!((file.name.as_str(), file.bytes, file.media_type.as_str()), (name, bytes.len() as u64, kind));
        let read = world.service.file_for(&session, file.id).await.unwrap();
        assert_eq!(read.name, name);
        let parts: Vec<_> = read.content.stream().try_collect().await.unwrap();
        assert!(parts.concat() == bytes, "the same bytes");
    }
    for object in world.objects() {
        let sealed = std::fs::read(object).unwrap();
        assert!(!sealed.windows(5).any(|w| w == b"%PDF-" || w == &photo.bytes[..5]), "nothing lies there in clear");
    }
}

#[tokio::test]
async fn m3_unusable_files_are_kept_with_what_must_be_mended() {
    let world = TestWorld::new().await;
    let (_, me, draft) = draft(&world).await;
    for (sort, code) in [(Sort::Empty, Code::Empty), (Sort::Html, Code::WrongType), (Sort::Locked, Code::PdfEncrypted)]
    {
        let case = corpus(sort, 0);
        let file = world.upload(&me, draft, SLOT, &case.name, case.bytes).await.unwrap();
        assert_eq!(must(&file), [code]);
    }
    let report = world.service.report(&me, draft).await.unwrap();
    for code in ["file.empty", "file.wrong_type", "file.pdf_encrypted"] {
        assert!(report.items.iter().any(|i| i.code == code && i.level == Level::MustFix), "{code}");
    }
    let blurred = corpus(Sort::Blurred, 0);
    let file = world.upload(&me, draft, SLOT, &blurred.name, blurred.bytes).await.unwrap();
    assert!(must(&file).is_empty(), "what is judged from pixels is advice");
    assert!(file.report.findings.iter().any(|f| f.code == Code::Blurred));
}

#[tokio::test]
async fn m3_a_file_over_the_limit_is_not_kept() {
    let world = TestWorld::new().await;
    let (_, me, draft) = draft(&world).await;
    let file = world.upload(&me, draft, "business_licence", "大.pdf", vec![b'%'; (20 << 20) + 1]).await.unwrap();
    assert_eq!(must(&file), [Code::TooBig]);
    assert!(world.objects().is_empty());
    assert!(world.service.draft(&me, draft).await.unwrap().files.is_empty());
}

#[tokio::test]
async fn the_same_content_twice_in_a_slot_is_one_file() {
    let world = TestWorld::new().await;
    let (_, me, draft) = draft(&world).await;
    let first = world.upload(&me, draft, "business_licence", "a.pdf", pdf("a")).await.unwrap();
    let again = world.upload(&me, draft, "business_licence", "again.pdf", pdf("a")).await.unwrap();
    assert_eq!((first.id, again.name.as_str()), (again.id, "a.pdf"));
    // A retry is no new file, in a full slot neither.
    world.upload(&me, draft, "business_licence", "b.pdf", pdf("b")).await.unwrap();
    assert_eq!(world.upload(&me, draft, "business_licence", "a.pdf", pdf("a")).await.unwrap().id, first.id);
    assert_eq!(world.objects().len(), 2);
    // In another slot it is a file with a remark.
    let other = world.upload(&me, draft, SLOT, "a.pdf", pdf("a")).await.unwrap();
    assert!(other.report.findings.iter().any(|f| f.code == Code::SameFile && f.level != Level::MustFix));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn uploads_at_once_neither_overfill_a_slot_nor_double_a_file() {
    let world = TestWorld::new().await;
    let (_, me, draft) = draft(&world).await;
    let sent = (0..8).map(|n| {
        let (service, me) = (world.service.clone(), me.clone());
        let stream = crate::support::in_pieces(pdf(&format!("copy {}", n % 4)));
        tokio::spawn(
            async move { code_of(service.receive_file(&me, draft, "business_licence", "a.pdf", "", stream).await) },
        )
    });
    let outcomes: Vec<String> = join_all(sent).await.into_iter().map(Result::unwrap).collect();
    assert!(outcomes.iter().all(|o| o == "ok" || o == "file.too_many"), "{outcomes:?}");
    let files = world.service.draft(&me, draft).await.unwrap().files;
    assert_eq!(files.len(), 2);
    assert_ne!(files[0].bytes, 0);
    assert_eq!(world.objects().len(), 2, "what was refused left no object");
}

#[tokio::test]
async fn a_broken_upload_leaves_nothing() {
    let world = TestWorld::new().await;
    let (_, me, draft) = draft(&world).await;
    let mut bytes = pdf("broken");
    bytes.extend(vec![b'x'; 5_000_000]);
    let outcome = world.service.receive_file(&me, draft, SLOT, "a.pdf", "application/pdf", broken(&bytes)).await;
    assert_eq!(code_of(outcome), "upload.broken");
    assert!(world.objects().is_empty(), "{:?}", world.objects());
    assert_eq!(world.number("select count(*) as number from files").await, 0);
}

#[tokio::test]
async fn hostile_names_are_cleaned() {
    let world = TestWorld::new().await;
    let (session, me, draft) = draft(&world).await;
    let names = ["../../etc/passwd.pdf", "a\u{202e}gpj.pdf", "C:\\secret\\营业执照.pdf", "con.pdf"];
    for (n, name) in names.into_iter().enumerate() {
        let file = world.upload(&me, draft, SLOT, name, pdf(&n.to_string())).await.unwrap();
        assert!(
            !file.name.contains(['/', '\\', ':', '\u{202e}']) && file.media_type == "application/pdf",
            "{}",
            file.name
        );
        assert_eq!(world.service.file_for(&session, file.id).await.unwrap().name, file.name);
    }
    let inside = world.base.folder.join("files");
    assert!(world.objects().iter().all(|o| o.starts_with(&inside)));
}

#[tokio::test]
async fn too_many_files_and_unknown_slots_are_refused() {
    let world = TestWorld::new().await;
    let (_, me, draft) = draft(&world).await;
    for n in 0..2 {
        world.upload(&me, draft, "business_licence", "a.pdf", pdf(&n.to_string())).await.unwrap();
    }
    assert_eq!(code_of(world.upload(&me, draft, "business_licence", "a.pdf", pdf("third")).await), "file.too_many");
    assert_eq!(code_of(world.upload(&me, draft, "no_such_slot", "a.pdf", pdf("x")).await), "not_found");
    assert_eq!(world.objects().len(), 2);
}

#[tokio::test]
async fn a_file_is_for_its_owner_and_for_staff_after_submission_only() {
    let world = TestWorld::new().await;
    let (session, me, draft) = draft(&world).await;
    let file = world.upload(&me, draft, SLOT, "a.pdf", pdf("a")).await.unwrap();
    let other = world.sign_in("13912340005").await;
    let guest = world.service.open_guest_session().await.unwrap();
    let (clerk, treasurer) = (world.staff(Role::Clerk).await, world.staff(Role::Treasurer).await);
    let read = async |who: &service::Session| code_of(world.service.file_for(who, file.id).await);
    assert_eq!(read(&session).await, "ok");
    assert_eq!(read(&other.session).await, "not_found");
    assert_eq!(read(&guest.session).await, "sign_in");
    assert_eq!(read(&clerk).await, "not_found");
    assert_eq!(read(&treasurer).await, "forbidden");
    assert_eq!(code_of(world.service.file_for(&session, FileId(uuid::Uuid::now_v7())).await), "not_found");

    let person = service_person(&session);
    world.attach_all(&me, draft).await;
    world.service.sign(&me, draft, "欧阳签名", None, true).await.unwrap();
    let case = world.service.submit(&person, draft).await.unwrap();
    assert_eq!(read(&clerk).await, "ok");
    assert_eq!(read(&treasurer).await, "forbidden");
    let seen = store::tables::audit::of_subject(&world.service.db, &case.to_string()).await.unwrap();
    assert!(seen.iter().any(|e| e.action == "read_file" && e.detail == file.id.to_string()), "the look is recorded");
}

fn service_person(session: &service::Session) -> service::Applicant {
    session.applicant().unwrap()
}

#[tokio::test]
async fn after_submission_files_are_frozen() {
    let world = TestWorld::new().await;
    let filed = world.submit("13912340006", BIRTH, &[]).await;
    let me = &filed.person;
    let file = world.view(&filed).await.files[0].clone();
    let objects = world.objects().len();
    assert_eq!(
        code_of(world.upload(&me.owner, filed.draft, &file.material, "b.pdf", pdf("b")).await),
        "draft.submitted"
    );
    assert_eq!(code_of(world.service.remove_file(&me.owner, filed.draft, file.id).await), "draft.submitted");
    assert_eq!(
        code_of(world.service.remove_correction(&me.applicant, filed.case, file.id).await),
        "refusal.wrong_state"
    );
    let late = crate::support::in_pieces(pdf("late"));
    let outcome = world.service.receive_correction(&me.applicant, filed.case, &file.material, "c.pdf", "", late).await;
    assert_eq!(code_of(outcome), "refusal.wrong_state");
    assert_eq!(world.objects().len(), objects);
    world.assert_intact().await;
}
