//! Bodies and headers that bring files, damaged by a seeded chance: each is answered, none breaks anything,
//! and nothing half is left in a slot or on the disk. `ONEVISIT_LONG` makes fifty times as many.

use crate::support::{FOOD, House, Part, Person, multipart, pdf, photo};
use axum::body::Body;
use axum::http::{HeaderValue, Request};
use domain::ids::DraftId;
use std::path::Path;

/// `SplitMix64`: the same numbers for the same seed everywhere.
struct Dice(u64);

impl Dice {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }

    fn roll(&mut self, below: usize) -> usize {
        usize::try_from(self.next() % (below.max(1) as u64)).unwrap()
    }
}

/// Pieces that mean something to a parser of forms.
const WORDS: [&[u8]; 10] = [
    b"\r\n",
    b"\r\n\r\n",
    b"--",
    b"\0",
    b"\"",
    b"filename*=UTF-8''%FF%FE",
    b"Content-Disposition: form-data; name=\"files\"; filename=\"b.pdf\"\r\n",
    b"Content-Type: multipart/mixed; boundary=x\r\n",
    b"Content-Transfer-Encoding: base64\r\n",
    b"\xFF\xFE",
];

fn damage(bytes: &mut Vec<u8>, dice: &mut Dice) {
    for _ in 0..=dice.roll(3) {
        // The heads of the parts tell most, and stand at the beginning and at the end.
        let near = dice.roll(bytes.len().min(400) + 1);
        let at = if dice.roll(2) == 0 { near } else { bytes.len() - near };
        let end = (at + dice.roll(40)).min(bytes.len());
        match dice.roll(5) {
            0 => bytes.truncate(at),
            1 => {
                if let Some(byte) = bytes.get_mut(at) {
                    *byte ^= 1 << dice.roll(8);
                }
            }
            2 => {
                bytes.drain(at..end);
            }
            3 => {
                let part = bytes[at..end].to_vec();
                bytes.splice(at..at, part);
            }
            _ => {
                bytes.splice(at..at, WORDS[dice.roll(WORDS.len())].iter().copied());
            }
        }
    }
}

fn rounds() -> u64 {
    if std::env::var_os("ONEVISIT_LONG").is_some() { 10_000 } else { 200 }
}

async fn drafted(house: &House) -> (Person, DraftId) {
    let person = house.applicant().await;
    let draft = house.service.start_draft(&person.owner, FOOD).await.unwrap();
    (person, draft)
}

/// What was taken out of a slot stays for a day.
async fn swept(house: &House) {
    house.pass(2 * 86_400);
    for _ in 0..=rounds() / 50 {
        house.service.housekeeping().await.unwrap();
    }
}

fn objects(folder: &Path) -> usize {
    let entries = std::fs::read_dir(folder).into_iter().flatten().flatten();
    entries.map(|entry| if entry.path().is_dir() { objects(&entry.path()) } else { 1 }).sum()
}

#[tokio::test]
async fn m3_damaged_upload_forms_break_nothing_and_leave_nothing_half() {
    let house = House::new().await;
    let (mut person, draft) = drafted(&house).await;
    let path = format!("/uploads/drafts/{draft}/floor_plan");
    let (document, picture) = (pdf("damaged"), photo());
    let whole = multipart(&[
        Part { name: "平面图.pdf", media_type: "application/pdf", content: &document },
        Part { name: "照片.jpg", media_type: "image/jpeg", content: &picture[..2000] },
    ]);
    for round in 0..rounds() {
        let mut dice = Dice(round);
        let (mut kind, mut body) = (whole.0.clone().into_bytes(), whole.1.clone());
        damage(&mut body, &mut dice);
        if dice.roll(8) == 0 {
            damage(&mut kind, &mut dice);
        }
        let Ok(kind) = HeaderValue::from_bytes(&kind) else { continue };
        let request = Request::post(&path).header("sec-fetch-site", "same-origin").header("accept", "text/html");
        let answer = person.browser.call(request.header("content-type", kind).body(Body::from(body)).unwrap()).await;
        let status = answer.status.as_u16();
        assert!(matches!(status, 303 | 400 | 413 | 415 | 422), "round {round}: {status} {}", answer.text());
        // The slot must not be full for ever.
        if round % 10 == 9 {
            for file in house.service.draft(&person.owner, draft).await.unwrap().files {
                house.service.remove_file(&person.owner, draft, file.id).await.unwrap();
            }
        }
    }
    let files = house.service.draft(&person.owner, draft).await.unwrap().files;
    for file in &files {
        assert!(!file.name.contains(['/', '\\', '\0', '\r', '\n']), "{:?}", file.name);
        let link = person.browser.file_link(file.id).await;
        assert_eq!(person.browser.get(&link).await.body.len() as u64, file.bytes, "what is listed is whole");
    }
    swept(&house).await;
    assert_eq!(objects(&house.folder.0.join("files").join("files")), files.len(), "one object a file");
}

#[tokio::test]
async fn m3_damaged_headers_of_resumable_uploads_break_nothing() {
    let house = House::new().await;
    let (mut person, draft) = drafted(&house).await;
    let path = format!("/tus/drafts/{draft}/floor_plan");
    let fields: [(&'static str, &[u8]); 6] = [
        ("tus-resumable", b"1.0.0"),
        ("upload-length", b"1000"),
        ("upload-metadata", b"filename 5ZCI5ZCMLnBkZg==,filetype YXBwbGljYXRpb24vcGRm,mark YWJj"),
        ("upload-concat", b"final;/tus/019a0000-0000-7000-8000-000000000001 /tus/019a0000-0000-7000-8000-000000000002"),
        ("upload-checksum", b"sha256 47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU="),
        ("upload-offset", b"0"),
    ];
    for round in 0..rounds() {
        let mut dice = Dice(round);
        let hit = dice.roll(fields.len());
        let mut request = Request::post(&path).header("sec-fetch-site", "same-origin");
        for (index, (name, value)) in fields.iter().enumerate() {
            // Two are sent only where they are damaged: nobody has these parts, and these are not the bytes.
            if matches!(*name, "upload-concat" | "upload-checksum") && hit != index {
                continue;
            }
            let mut value = value.to_vec();
            if index == hit {
                damage(&mut value, &mut dice);
            }
            if let Ok(value) = HeaderValue::from_bytes(&value) {
                request = request.header(*name, value);
            }
        }
        let bytes = "application/offset+octet-stream";
        let answer =
            person.browser.call(request.header("content-type", bytes).body(Body::from("%PDF-")).unwrap()).await;
        let status = answer.status.as_u16();
        assert!(status < 500, "round {round}: {status} {}", answer.text());
        if status == 201 {
            let upload = answer.location().to_owned();
            let end = Request::delete(upload).header("sec-fetch-site", "same-origin").header("tus-resumable", "1.0.0");
            let ended = person.browser.call(end.body(Body::empty()).unwrap()).await;
            assert!(matches!(ended.status.as_u16(), 204 | 410), "round {round}: {}", ended.status);
        }
    }
    swept(&house).await;
    let files = house.service.draft(&person.owner, draft).await.unwrap().files;
    assert_eq!(objects(&house.folder.0.join("files").join("transfers")), 0, "what ended left the disk");
    assert_eq!(objects(&house.folder.0.join("files").join("files")), files.len(), "one object a file");
}
