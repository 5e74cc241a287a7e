//! Uploads that end: by time, by their owner, by a server that was killed; and content that is known.

use crate::support::{DAY, FOOD, HOUR, TestWorld, code_of, pdf};
use crate::transfers::{SLOT, begin, begun_draft, content, large, metadata, offset, place, send};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use domain::ids::TransferId;
use precheck::Code;
use service::transfers::{Begin, Place};
use store::Value;

fn with(words: &str, key: &str, value: &str) -> String {
    format!("{words},{key} {}", STANDARD.encode(value))
}

fn digest(bytes: &[u8]) -> String {
    hex::encode(aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, bytes))
}

#[tokio::test]
async fn m3_an_upload_waits_a_week_for_its_next_byte() {
    let world = TestWorld::new().await;
    let (me, draft) = begun_draft(&world, "13912342001").await;
    let bytes = pdf("late");
    let upload = begin(&world, &me, draft, bytes.len()).await;
    world.pass(6 * DAY);
    send(&world, &me, upload.id, 0, &bytes[..10]).await.unwrap();
    world.pass(6 * DAY);
    world.service.housekeeping().await.unwrap();
    assert_eq!(offset(&world, &me, upload.id).await, 10, "counted from the last byte");
    world.pass(2 * DAY);
    assert_eq!(code_of(world.service.transfer(&me.owner, upload.id).await), "upload.expired");
    assert_eq!(code_of(send(&world, &me, upload.id, 10, &bytes[10..]).await), "upload.expired");
    world.service.housekeeping().await.unwrap();
    assert!(world.objects().is_empty());
    world.pass(2 * DAY);
    world.service.housekeeping().await.unwrap();
    assert_eq!(code_of(world.service.transfer(&me.owner, upload.id).await), "not_found");
    assert_eq!(world.number("select count(*) as number from transfers").await, 0);
    assert_eq!(world.number("select count(*) as number from transfer_segments").await, 0);
}

#[tokio::test]
async fn m3_a_guests_upload_waits_a_day_and_goes_along_when_they_sign_in() {
    let world = TestWorld::new().await;
    let guest = world.service.open_guest_session().await.unwrap();
    let owner = guest.session.owner().unwrap();
    let draft = world.service.start_draft(&owner, FOOD).await.unwrap();
    let (here, words) = (Place::Draft(owner.clone(), draft), metadata("平面图.pdf"));
    let nine = Begin { size: 9, partial: false, metadata: &words };
    let first = world.service.begin_transfer(&here, SLOT, &nine).await.unwrap();
    world.pass(25 * HOUR);
    assert_eq!(code_of(world.service.transfer(&owner, first.id).await), "upload.expired");
    let second = world.service.begin_transfer(&here, SLOT, &nine).await.unwrap();
    let me = world.sign_in_from(&guest.session, "13912342002").await;
    assert_eq!(code_of(world.service.transfer(&owner, second.id).await), "not_found");
    assert_eq!(send(&world, &me, second.id, 0, b"%PDF").await.unwrap().offset, 4);
}

#[tokio::test]
async fn m3_an_upload_can_be_taken_back_and_is_nobody_elses() {
    let world = TestWorld::new().await;
    let (me, draft) = begun_draft(&world, "13912342003").await;
    let other = world.sign_in("13912342004").await;
    let upload = begin(&world, &me, draft, 1000).await;
    send(&world, &me, upload.id, 0, &[b'x'; 500]).await.unwrap();
    assert_eq!(code_of(world.service.transfer(&other.owner, upload.id).await), "not_found");
    assert_eq!(code_of(send(&world, &other, upload.id, 500, &[b'x'; 500]).await), "not_found");
    assert_eq!(code_of(world.service.end_transfer(&other.owner, upload.id).await), "not_found");
    world.service.end_transfer(&me.owner, upload.id).await.unwrap();
    assert_eq!(code_of(world.service.transfer(&me.owner, upload.id).await), "upload.expired");
    assert_eq!(code_of(send(&world, &me, upload.id, 500, &[b'x'; 500]).await), "upload.expired");
    world.service.housekeeping().await.unwrap();
    assert!(world.objects().is_empty());
}

#[tokio::test]
async fn m3_killed_between_a_segment_and_its_row() {
    let world = TestWorld::new().await;
    let (me, draft) = begun_draft(&world, "13912342005").await;
    let bytes = large("killed");
    let upload = begin(&world, &me, draft, bytes.len()).await;
    send(&world, &me, upload.id, 0, &bytes[..300_000]).await.unwrap();
    // A segment that reached the disk, but not the database.
    let orphan = format!("transfers/{draft}/{}.{}", upload.id, uuid::Uuid::now_v7());
    world.service.files.put(&orphan, b"half of it".to_vec()).await.unwrap();
    assert_eq!(offset(&world, &me, upload.id).await, 300_000);
    let file = send(&world, &me, upload.id, 300_000, &bytes[300_000..]).await.unwrap().file.unwrap();
    assert!(content(&world, &me, file).await == bytes);
    world.service.housekeeping().await.unwrap();
    assert_eq!(world.objects().len(), 1, "the orphan went with the upload");
}

#[tokio::test]
async fn m3_killed_between_the_last_byte_and_the_file() {
    let world = TestWorld::new().await;
    let (me, draft) = begun_draft(&world, "13912342006").await;
    let bytes = large("kept later");
    let upload = begin(&world, &me, draft, bytes.len()).await;
    let first = send(&world, &me, upload.id, 0, &bytes).await.unwrap().file.unwrap();
    let as_if = "update transfers set state = 'complete', file_id = null";
    // The file was there, but nobody had been told: it is found again.
    world.tamper(as_if, Vec::new()).await;
    assert_eq!(send(&world, &me, upload.id, bytes.len(), b"").await.unwrap().file, Some(first));
    // It was not there: the job brings it in.
    world.tamper(as_if, Vec::new()).await;
    world.tamper("delete from files where id = $1", vec![Value::from(first.to_string())]).await;
    world.pass(60);
    assert!(world.run_jobs().await >= 1);
    let second = world.service.transfer(&me.owner, upload.id).await.unwrap().file.unwrap();
    assert_ne!(first, second);
    assert!(content(&world, &me, second).await == bytes);
    assert_eq!(world.service.draft(&me.owner, draft).await.unwrap().files.len(), 1);
}

#[tokio::test]
async fn m3_a_full_slot_and_a_submitted_draft_take_nothing() {
    let world = TestWorld::new().await;
    let (me, draft) = begun_draft(&world, "13912342007").await;
    let words = metadata("执照.pdf");
    let one = async |bytes: Vec<u8>| {
        let begin = Begin { size: bytes.len() as u64, partial: false, metadata: &words };
        let upload = world.service.begin_transfer(&place(&me, draft), "business_licence", &begin).await?;
        send(&world, &me, upload.id, 0, &bytes).await
    };
    one(pdf("1")).await.unwrap();
    let waiting = Begin { size: 4, partial: false, metadata: &words };
    let waiting = world.service.begin_transfer(&place(&me, draft), "business_licence", &waiting).await.unwrap();
    one(pdf("2")).await.unwrap();
    assert_eq!(code_of(one(pdf("3")).await), "file.too_many");
    // It was begun while there was room.
    assert_eq!(code_of(send(&world, &me, waiting.id, 0, b"%PDF").await), "file.too_many");
    assert_eq!(code_of(world.service.transfer(&me.owner, waiting.id).await), "upload.expired");
    let empty = begin(&world, &me, draft, 0).await;
    let files = world.service.draft(&me.owner, draft).await.unwrap().files;
    let file = files.iter().find(|f| Some(f.id) == empty.file).unwrap();
    assert_eq!(file.report.findings[0].code, Code::Empty);

    let filed = world.submit("13912342008", FOOD, &[]).await;
    let late = Begin { size: 4, partial: false, metadata: &words };
    let late = world.service.begin_transfer(&place(&filed.person, filed.draft), SLOT, &late).await;
    assert_eq!(code_of(late), "draft.submitted");
}

#[tokio::test]
async fn m3_what_one_person_has_under_way_is_bounded() {
    let world = TestWorld::new().await;
    let (me, draft) = begun_draft(&world, "13912342009").await;
    let words = metadata("平面图.pdf");
    let sized = async |size: u64| {
        let begin = Begin { size, partial: false, metadata: &words };
        world.service.begin_transfer(&place(&me, draft), SLOT, &begin).await
    };
    for _ in 0..40 {
        sized(50 << 20).await.unwrap();
    }
    assert_eq!(code_of(sized(50 << 20).await), "upload.too_much_open");
    for _ in 40..200 {
        sized(1).await.unwrap();
    }
    assert_eq!(code_of(sized(1).await), "upload.too_many_open");
    let (other, theirs) = begun_draft(&world, "13912342010").await;
    begin(&world, &other, theirs, 50 << 20).await;
}

#[tokio::test]
async fn m3_the_same_file_chosen_again_goes_on() {
    let world = TestWorld::new().await;
    let (me, draft) = begun_draft(&world, "13912342011").await;
    let words = with(&metadata("平面图.pdf"), "mark", "a digest");
    let chosen = async |size: u64, words: &str| {
        let begin = Begin { size, partial: false, metadata: words };
        world.service.begin_transfer(&place(&me, draft), SLOT, &begin).await.unwrap()
    };
    let first = chosen(100, &words).await;
    send(&world, &me, first.id, 0, &[b'x'; 60]).await.unwrap();
    let again = chosen(100, &words).await;
    assert_eq!((again.id, again.offset, again.resumed), (first.id, 60, true));
    let others: Vec<TransferId> = vec![
        chosen(101, &words).await.id,
        chosen(100, &with(&metadata("平面图.pdf"), "mark", "another")).await.id,
        chosen(100, &with(&metadata("别的.pdf"), "mark", "a digest")).await.id,
        chosen(100, &metadata("平面图.pdf")).await.id,
    ];
    assert!(!others.contains(&first.id), "another size, content or name is another file");
}

#[tokio::test]
async fn m3_content_that_was_sent_before_is_not_sent_again() {
    let world = TestWorld::new().await;
    let (me, draft) = begun_draft(&world, "13912342012").await;
    let bytes = large("sent once");
    let words = with(&metadata("同一份.pdf"), "digest", &digest(&bytes));
    let ask = async |place: &Place, slot: &str| world.service.reuse_content(place, slot, &words).await.unwrap();
    assert!(ask(&place(&me, draft), SLOT).await.is_none());
    let file = world.upload(&me.owner, draft, SLOT, "平面图.pdf", bytes.clone()).await.unwrap();
    assert_eq!(ask(&place(&me, draft), SLOT).await.unwrap().id, file.id, "it is in the slot already");
    let second = ask(&place(&me, draft), "safety_rules").await.unwrap();
    assert_ne!(second.id, file.id);
    assert!(second.report.findings.iter().any(|f| f.code == Code::SameFile), "judged like any other file");
    assert_eq!(world.objects().len(), 1, "stored once");
    // The object stays as long as one of them needs it.
    world.service.remove_file(&me.owner, draft, file.id).await.unwrap();
    world.pass(2 * DAY);
    world.service.housekeeping().await.unwrap();
    assert!(content(&world, &world.sign_in("13912342012").await, second.id).await == bytes);

    let (other, theirs) = begun_draft(&world, "13912342013").await;
    assert!(ask(&place(&other, theirs), SLOT).await.is_none(), "nothing is learnt about others");
    let mine_too = world.service.start_draft(&me.owner, crate::support::BIRTH).await.unwrap();
    let copied = ask(&place(&me, mine_too), "birth_certificate").await.unwrap();
    assert_eq!((copied.bytes, copied.material.as_str()), (bytes.len() as u64, "birth_certificate"));
    assert_eq!(world.objects().len(), 2, "another draft has another key");
}

#[tokio::test]
async fn m3_an_upload_ends_a_month_after_its_beginning_however_often_a_byte_comes() {
    let world = TestWorld::new().await;
    let (me, draft) = begun_draft(&world, "13912342021").await;
    let upload = begin(&world, &me, draft, 1000).await;
    for n in 0..4 {
        world.pass(6 * DAY);
        send(&world, &me, upload.id, n * 10, &[b'x'; 10]).await.unwrap();
    }
    world.pass(6 * DAY);
    assert_eq!(code_of(send(&world, &me, upload.id, 40, &[b'x'; 10]).await), "upload.expired");
}

#[tokio::test]
async fn m3_an_upload_in_countless_pieces_is_refused() {
    let world = TestWorld::new().await;
    let (me, draft) = begun_draft(&world, "13912342022").await;
    let upload = begin(&world, &me, draft, 1000).await;
    send(&world, &me, upload.id, 0, &[b'x'; 10]).await.unwrap();
    let many = "insert into transfer_segments (transfer_id, at, bytes, path)
        with recursive n(i) as (select 1 union all select i + 1 from n where i < 4095)
        select $1, 1000 + n.i, 1, 'none' from n";
    world.tamper(many, vec![Value::from(upload.id.to_string())]).await;
    assert_eq!(code_of(send(&world, &me, upload.id, 10, &[b'x'; 10]).await), "upload.too_many_pieces");
    assert_eq!(offset(&world, &me, upload.id).await, 10);
}
