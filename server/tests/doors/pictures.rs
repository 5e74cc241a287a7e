//! Files made to break a reader: huge pictures, bombs, rubbish. Each gets findings, none a crash.

use crate::support::{FOOD, House, Part, multipart, pdf};
use crate::{assert_page, is_chinese};
use image::codecs::png::{CompressionType, FilterType, PngEncoder};
use image::{ExtendedColorType, ImageEncoder};
use std::sync::OnceLock;
use std::time::{Duration, Instant};

/// Longest time that one hostile file may take; nothing else waits for it meanwhile.
const PATIENCE: Duration = Duration::from_secs(30);

/// A grey picture in one colour: big on the screen, small in the file.
pub fn grey(width: u32, height: u32) -> Vec<u8> {
    let pixels = vec![0xb0; width as usize * height as usize];
    let mut file = Vec::new();
    let encoder = PngEncoder::new_with_quality(&mut file, CompressionType::Default, FilterType::Up);
    encoder.write_image(&pixels, width, height, ExtendedColorType::L8).unwrap();
    file
}

/// A picture of 144 million pixels in a few hundred kilobytes.
fn bomb() -> &'static [u8] {
    static BOMB: OnceLock<Vec<u8>> = OnceLock::new();
    BOMB.get_or_init(|| grey(12_000, 12_000))
}

/// The compressed pixels of a PNG: one zlib stream that unfolds to a hundred times its size.
fn zlib_bomb() -> Vec<u8> {
    let picture = bomb();
    let (mut at, mut stream) = (8, Vec::new());
    while at + 8 <= picture.len() {
        let length = u32::from_be_bytes(picture[at..at + 4].try_into().unwrap()) as usize;
        if &picture[at + 4..at + 8] == b"IDAT" {
            stream.extend_from_slice(&picture[at + 8..at + 8 + length]);
        }
        at += 12 + length;
    }
    assert!(stream.len() < 4 << 20, "a bomb is small: {}", stream.len());
    stream
}

/// A PDF whose object stream, or page content, is the bomb.
fn pdf_bomb(kind: &str) -> Vec<u8> {
    let bomb = zlib_bomb();
    let mut file = b"%PDF-1.5\n1 0 obj\n<< /Type /Catalog /Pages 2 0 R >>\nendobj\n\
        2 0 obj\n<< /Type /Pages /Kids [3 0 R] /Count 1 >>\nendobj\n\
        3 0 obj\n<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R >>\nendobj\n"
        .to_vec();
    let head = format!("4 0 obj\n<< {kind} /Filter /FlateDecode /Length {} >>\nstream\n", bomb.len());
    file.extend_from_slice(head.as_bytes());
    file.extend_from_slice(&bomb);
    file.extend_from_slice(b"\nendstream\nendobj\ntrailer\n<< /Size 5 /Root 1 0 R >>\n%%EOF\n");
    file
}

/// A PNG that claims a size and stops there.
fn claims(width: u32, height: u32) -> Vec<u8> {
    let mut file = grey(8, 8);
    file[16..20].copy_from_slice(&width.to_be_bytes());
    file[20..24].copy_from_slice(&height.to_be_bytes());
    file
}

/// An archive (its content does not matter) under another name.
fn archive() -> Vec<u8> {
    let mut file = b"PK\x03\x04\x14\x00\x00\x00\x08\x00".to_vec();
    file.extend_from_slice(&zlib_bomb());
    file
}

fn hostile() -> Vec<(&'static str, &'static str, Vec<u8>)> {
    let mut truncated = grey(3000, 2000);
    truncated.truncate(truncated.len() / 2);
    let mut corrupt = pdf("corrupt");
    corrupt.iter_mut().skip(20).step_by(7).for_each(|b| *b ^= 0x55);
    vec![
        ("宽一万.png", "image/png", grey(10_000, 1_200)),
        ("炸弹.png", "image/png", bomb().to_vec()),
        ("说大话.png", "image/png", claims(65_535, 65_535)),
        ("说更大的话.png", "image/png", claims(u32::MAX, u32::MAX)),
        ("没有.png", "image/png", claims(0, 0)),
        ("半张.png", "image/png", truncated),
        ("只有头.jpg", "image/jpeg", b"\xff\xd8\xff\xe0\x00\x10JFIF\x00".to_vec()),
        ("对象流.pdf", "application/pdf", pdf_bomb("/Type /ObjStm /N 100000 /First 10")),
        ("内容流.pdf", "application/pdf", pdf_bomb("")),
        ("坏的.pdf", "application/pdf", corrupt),
        ("压缩包.pdf", "application/pdf", archive()),
        ("程序.jpg", "image/jpeg", b"MZ\x90\x00\x03\x00\x00\x00".to_vec()),
        ("空的.pdf", "application/pdf", Vec::new()),
        ("网页.pdf", "application/pdf", b"<html><script>alert(1)</script></html>".to_vec()),
    ]
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn m3_hostile_files_get_findings_and_no_crash() {
    let house = House::new().await;
    let mut person = house.applicant().await;
    let draft = house.service.start_draft(&person.owner, FOOD).await.unwrap();
    house.service.save_answers(&person.owner, draft, [("stage".into(), "new".into())].into(), None).await.unwrap();
    let path = format!("/uploads/drafts/{draft}/safety_rules");
    person.browser.json = true;
    for (name, media_type, content) in hostile() {
        let started = Instant::now();
        let answer = person.browser.upload(&path, multipart(&[Part { name, media_type, content: &content }])).await;
        let json = answer.json();
        assert!(matches!(answer.status.as_u16(), 200 | 422), "{name}: {} {json}", answer.status);
        let findings = json["files"][0]["findings"].as_array().cloned().unwrap_or_default();
        let words: Vec<&str> = findings.iter().filter_map(|f| f.as_str()).chain(json["problem"].as_str()).collect();
        assert!(words.iter().all(|w| is_chinese(w)), "{name}: {words:?}");
        // The wide picture is a right one, and nobody unfolds what stands on a page.
        if !matches!(name, "宽一万.png" | "内容流.pdf") {
            assert!(!words.is_empty(), "{name}: not a word about it");
        }
        assert!(started.elapsed() < PATIENCE, "{name}: {:?}", started.elapsed());
        for file in house.service.draft(&person.owner, draft).await.unwrap().files {
            house.service.remove_file(&person.owner, draft, file.id).await.unwrap();
        }
    }
    person.browser.json = false;
    assert_page(&person.browser.get(&format!("/apply/{draft}/report")).await, 200, "the report still opens");
    assert_eq!(house.browser().get("/readyz").await.status.as_u16(), 200);
}

#[tokio::test]
async fn m3_a_file_over_the_limit_is_told_and_not_kept() {
    let house = House::new().await;
    let mut person = house.applicant().await;
    let draft = house.service.start_draft(&person.owner, FOOD).await.unwrap();
    let path = format!("/uploads/drafts/{draft}/business_licence");
    let mut content = pdf("big");
    content.resize(20 << 20, b' ');
    content.push(b'\n');
    let form = || multipart(&[Part { name: "执照.pdf", media_type: "application/pdf", content: &content }]);
    let answer = person.browser.upload(&path, form()).await;
    assert!(answer.location().contains("say=file.too_big"), "{} {}", answer.status, answer.location());
    person.browser.json = true;
    let json = person.browser.upload(&path, form()).await.json();
    assert_eq!((json["files"][0]["kept"].as_bool(), json["files"][0]["must_fix"].as_bool()), (Some(false), Some(true)));
    assert!(house.service.draft(&person.owner, draft).await.unwrap().files.is_empty());
    // More files than one request may bring.
    let small: Vec<Vec<u8>> = (0..25).map(|n| pdf(&format!("small {n}"))).collect();
    let parts: Vec<Part> =
        small.iter().map(|c| Part { name: "一页.pdf", media_type: "application/pdf", content: c }).collect();
    let answer = person.browser.upload(&path, multipart(&parts)).await;
    assert_eq!(answer.status.as_u16(), 422);
    assert!(answer.json()["problem"].as_str().is_some_and(is_chinese), "{}", answer.text());
    assert!(house.service.draft(&person.owner, draft).await.unwrap().files.len() <= 2, "the slot's own limit holds");
}
