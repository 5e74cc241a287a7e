//! Uploads that break off and go on: what was acknowledged is never sent again, and nothing is kept
//! that was not sent.

use crate::support::{FOOD, Person, TestWorld, code_of, in_pieces, pdf};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use domain::ids::{DraftId, TransferId};
use futures_util::{Stream, TryStreamExt, stream};
use service::Failure;
use service::transfers::{Begin, Checksum, Patch, Place, TransferView};
use std::io;

pub const SLOT: &str = "floor_plan";

pub async fn begun_draft(world: &TestWorld, phone: &str) -> (Person, DraftId) {
    let me = world.sign_in(phone).await;
    let (draft, _) = world.answered(&me.owner, FOOD, &[]).await;
    (me, draft)
}

/// A right PDF of several segments.
pub fn large(note: &str) -> Vec<u8> {
    let mut bytes = pdf(note);
    bytes.extend(b"\n%");
    bytes.extend(vec![b'x'; 600_000]);
    bytes
}

pub fn metadata(name: &str) -> String {
    format!("filename {},filetype {}", STANDARD.encode(name), STANDARD.encode("application/pdf"))
}

pub fn place(me: &Person, draft: DraftId) -> Place {
    Place::Draft(me.owner.clone(), draft)
}

pub async fn begin(world: &TestWorld, me: &Person, draft: DraftId, size: usize) -> TransferView {
    let words = metadata("平面图.pdf");
    let begin = Begin { size: size as u64, partial: false, metadata: &words };
    world.service.begin_transfer(&place(me, draft), SLOT, &begin).await.unwrap()
}

pub async fn send(
    world: &TestWorld,
    me: &Person,
    id: TransferId,
    offset: usize,
    bytes: &[u8],
) -> Result<TransferView, Failure> {
    let patch = Patch { offset: offset as u64, announced: None, checksum: None };
    world.service.append_transfer(&me.owner, id, patch, in_pieces(bytes.to_vec())).await
}

/// Content whose line breaks after these bytes.
fn breaking(bytes: &[u8]) -> impl Stream<Item = Result<Bytes, io::Error>> + Send + Unpin + use<> {
    stream::iter([Ok(Bytes::copy_from_slice(bytes)), Err(io::Error::other("connection reset"))])
}

pub async fn offset(world: &TestWorld, me: &Person, id: TransferId) -> u64 {
    world.service.transfer(&me.owner, id).await.unwrap().offset
}

pub async fn content(world: &TestWorld, me: &Person, file: domain::ids::FileId) -> Vec<u8> {
    let read = world.service.file_for(&me.session, file).await.unwrap();
    let parts: Vec<_> = read.content.stream().try_collect().await.unwrap();
    parts.concat()
}

#[tokio::test]
async fn m3_an_upload_goes_on_where_the_line_broke() {
    let world = TestWorld::new().await;
    let (me, draft) = begun_draft(&world, "13912341001").await;
    let bytes = large("resumed");
    let upload = begin(&world, &me, draft, bytes.len()).await;
    assert_eq!((upload.offset, upload.file), (0, None));
    let patch = Patch { offset: 0, announced: None, checksum: None };
    let broken = world.service.append_transfer(&me.owner, upload.id, patch, breaking(&bytes[..400_000])).await;
    assert_eq!(code_of(broken), "upload.interrupted");
    assert_eq!(offset(&world, &me, upload.id).await, 400_000, "every byte that came is acknowledged");
    for object in world.objects() {
        let sealed = std::fs::read(object).unwrap();
        assert!(!sealed.windows(5).any(|w| w == b"%PDF-" || w == b"xxxxx"), "nothing lies there in clear");
    }
    let waiting = world.service.interrupted(&place(&me, draft)).await.unwrap();
    assert_eq!((waiting[0].name.as_str(), waiting[0].percent), ("平面图.pdf", 66));
    assert_eq!(waiting[0].ids, [upload.id]);
    let done = send(&world, &me, upload.id, 400_000, &bytes[400_000..]).await.unwrap();
    assert!(content(&world, &me, done.file.unwrap()).await == bytes, "the same bytes");
    let files = world.service.draft(&me.owner, draft).await.unwrap().files;
    assert_eq!(
        (files.len(), files[0].name.as_str(), files[0].media_type.as_str()),
        (1, "平面图.pdf", "application/pdf")
    );
    assert!(world.service.interrupted(&place(&me, draft)).await.unwrap().is_empty());
    world.service.housekeeping().await.unwrap();
    assert_eq!(world.objects().len(), 1, "the segments are gone, the file is there");
}

#[tokio::test]
async fn m3_a_lost_acknowledgement_is_asked_for() {
    let world = TestWorld::new().await;
    let (me, draft) = begun_draft(&world, "13912341002").await;
    let bytes = pdf("lost");
    let upload = begin(&world, &me, draft, bytes.len()).await;
    send(&world, &me, upload.id, 0, &bytes[..100]).await.unwrap();
    // The answer never came: the client sends again from where it believes to be.
    assert_eq!(code_of(send(&world, &me, upload.id, 0, &bytes[..100]).await), "conflict");
    assert_eq!(offset(&world, &me, upload.id).await, 100);
    let file = send(&world, &me, upload.id, 100, &bytes[100..]).await.unwrap().file;
    assert!(file.is_some());
    // The last answer got lost as well: asking again gives the same file.
    assert_eq!(world.service.transfer(&me.owner, upload.id).await.unwrap().file, file);
    assert_eq!(send(&world, &me, upload.id, bytes.len(), b"").await.unwrap().file, file);
    assert_eq!(world.service.draft(&me.owner, draft).await.unwrap().files.len(), 1);
}

#[tokio::test]
async fn m3_a_piece_with_a_wrong_checksum_is_not_taken() {
    let world = TestWorld::new().await;
    let (me, draft) = begun_draft(&world, "13912341003").await;
    let bytes = large("checked");
    let upload = begin(&world, &me, draft, bytes.len()).await;
    let with = async |name: &str, algorithm: &'static aws_lc_rs::digest::Algorithm, proven: &[u8]| {
        let value = STANDARD.encode(aws_lc_rs::digest::digest(algorithm, proven));
        let checksum = Checksum::parse(&format!("{name} {value}")).unwrap();
        let offset = offset(&world, &me, upload.id).await;
        let patch = Patch { offset, announced: None, checksum: Some(checksum) };
        let rest = bytes[usize::try_from(offset).unwrap()..].to_vec();
        let piece: Vec<u8> = rest.into_iter().take(300_000).collect();
        world.service.append_transfer(&me.owner, upload.id, patch, in_pieces(piece)).await
    };
    let sha1 = &aws_lc_rs::digest::SHA1_FOR_LEGACY_USE_ONLY;
    assert_eq!(code_of(with("sha1", sha1, b"something else").await), "upload.checksum");
    assert_eq!(offset(&world, &me, upload.id).await, 0);
    assert!(world.objects().is_empty(), "what was not proven leaves nothing");
    assert_eq!(with("sha1", sha1, &bytes[..300_000]).await.unwrap().offset, 300_000);
    let sha256 = &aws_lc_rs::digest::SHA256;
    assert_eq!(with("sha256", sha256, &bytes[300_000..600_000]).await.unwrap().offset, 600_000);
    let file = with("sha256", sha256, &bytes[600_000..]).await.unwrap().file.unwrap();
    assert!(content(&world, &me, file).await == bytes);
}

#[tokio::test]
async fn m3_more_than_was_declared_is_refused() {
    let world = TestWorld::new().await;
    let (me, draft) = begun_draft(&world, "13912341004").await;
    let upload = begin(&world, &me, draft, 10).await;
    assert_eq!(code_of(send(&world, &me, upload.id, 0, b"eleven byte").await), "upload.too_long");
    let patch = Patch { offset: 0, announced: Some(11), checksum: None };
    let announced = world.service.append_transfer(&me.owner, upload.id, patch, in_pieces(vec![b'x'; 11])).await;
    assert_eq!(code_of(announced), "upload.too_long");
    assert_eq!(offset(&world, &me, upload.id).await, 0);
    let words = metadata("大.pdf");
    let huge = Begin { size: (50 << 20) + 1, partial: false, metadata: &words };
    assert_eq!(code_of(world.service.begin_transfer(&place(&me, draft), SLOT, &huge).await), "file.too_big");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn m3_of_two_pieces_at_once_one_waits() {
    let world = TestWorld::new().await;
    let (me, draft) = begun_draft(&world, "13912341005").await;
    let bytes = pdf("twice");
    let upload = begin(&world, &me, draft, bytes.len()).await;
    let (sender, receiver) = tokio::sync::mpsc::channel::<Bytes>(1);
    let slow = Box::pin(stream::unfold(receiver, async |mut receiver| {
        receiver.recv().await.map(|piece| (Ok::<_, io::Error>(piece), receiver))
    }));
    let (service, owner) = (world.service.clone(), me.owner.clone());
    let patch = Patch { offset: 0, announced: None, checksum: None };
    let first = tokio::spawn(async move { service.append_transfer(&owner, upload.id, patch, slow).await });
    // Taken twice from the channel: by then the first request has its upload.
    sender.send(Bytes::copy_from_slice(&bytes[..10])).await.unwrap();
    sender.send(Bytes::copy_from_slice(&bytes[10..20])).await.unwrap();
    assert_eq!(code_of(send(&world, &me, upload.id, 0, &bytes).await), "upload.locked");
    assert_eq!(code_of(world.service.end_transfer(&me.owner, upload.id).await), "upload.locked");
    drop(sender);
    assert_eq!(first.await.unwrap().unwrap().offset, 20, "its line ended, and with it its lock");
    assert!(send(&world, &me, upload.id, 20, &bytes[20..]).await.unwrap().file.is_some());
}

#[tokio::test]
async fn m3_parts_sent_beside_each_other_become_one_file() {
    let world = TestWorld::new().await;
    let (me, draft) = begun_draft(&world, "13912341006").await;
    let (bytes, words) = (large("joined"), metadata("平面图.pdf"));
    let here = place(&me, draft);
    let (left, right) = bytes.split_at(bytes.len() / 2);
    let mut parts = Vec::new();
    for half in [left, right] {
        let begin = Begin { size: half.len() as u64, partial: true, metadata: "" };
        parts.push(world.service.begin_transfer(&here, SLOT, &begin).await.unwrap().id);
    }
    // The second one first.
    assert_eq!(send(&world, &me, parts[1], 0, right).await.unwrap().file, None, "a part is no file");
    let early = world.service.join_transfers(&here, SLOT, &parts, &words).await;
    assert_eq!(code_of(early), "upload.parts");
    send(&world, &me, parts[0], 0, left).await.unwrap();
    let other_slot = world.service.join_transfers(&here, "business_licence", &parts, &words).await;
    assert_eq!(code_of(other_slot), "upload.parts");
    let whole = world.service.join_transfers(&here, SLOT, &parts, &words).await.unwrap();
    assert!(content(&world, &me, whole.file.unwrap()).await == bytes, "in their order");
    let again = world.service.join_transfers(&here, SLOT, &parts, &words).await.unwrap();
    assert_eq!((again.id, again.file), (whole.id, whole.file), "a lost answer makes no second file");
    assert_eq!(code_of(send(&world, &me, whole.id, bytes.len(), b"").await), "upload.is_final");
    assert_eq!(world.service.transfer(&me.owner, whole.id).await.unwrap().parts, parts);
    world.service.housekeeping().await.unwrap();
    assert_eq!(world.objects().len(), 1);
}
