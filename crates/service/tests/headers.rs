//! What clients write into the headers of an upload, and what stands in a slot instead of a file, damaged:
//! it is read or refused, and never panics. `ONEVISIT_LONG` makes a hundred times as many.

#![allow(clippy::unwrap_used, reason = "tests")]

use domain::materials::Fill;
use service::transfers::{Checksum, Metadata};

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

/// A text in which characters are lost, doubled, exchanged for hostile ones, or the rest is missing.
fn damaged(text: &str, dice: &mut Dice) -> String {
    const HOSTILE: [char; 12] = ['\0', ',', ' ', '=', '"', '{', '\\', '\u{202E}', '中', '\u{FFFD}', '9', '-'];
    let mut chars: Vec<char> = text.chars().collect();
    for _ in 0..=dice.roll(4) {
        let at = dice.roll(chars.len());
        match dice.roll(4) {
            0 => chars.truncate(at),
            1 if at < chars.len() => {
                chars.drain(at..=at);
            }
            2 if at < chars.len() => chars[at] = HOSTILE[dice.roll(HOSTILE.len())],
            _ => chars.insert(at, HOSTILE[dice.roll(HOSTILE.len())]),
        }
    }
    chars.into_iter().collect()
}

fn rounds() -> u64 {
    if std::env::var_os("ONEVISIT_LONG").is_some() { 500_000 } else { 5_000 }
}

#[test]
fn m3_damaged_upload_metadata_is_read_or_refused() {
    const SEEDS: [&str; 4] = [
        "filename 5ZCI5ZCMLnBkZg==,filetype YXBwbGljYXRpb24vcGRm, is_confidential",
        "filename Li4vLi4vZXRjL3Bhc3N3ZA==,mark YWJj",
        "filename AAAA,filename AAAA,digest MDEyMzQ1Njc4OWFiY2RlZg==",
        "",
    ];
    let (mut read, mut refused) = (0, 0);
    for round in 0..rounds() {
        let mut dice = Dice(round);
        let text = damaged(SEEDS[dice.roll(SEEDS.len())], &mut dice);
        match Metadata::parse(&text) {
            Ok(words) => {
                let name = words.name();
                assert!(!name.is_empty() && !name.contains(['/', '\\', '\0', '\u{202E}']), "{text:?} gives {name:?}");
                assert!(!words.media_type().contains('\0') && words.mark() != Some(""), "{text:?}");
                read += 1;
            }
            Err(failure) => {
                assert_eq!(failure.code(), "upload.metadata", "{text:?}");
                refused += 1;
            }
        }
    }
    assert!(read > 0 && refused > 0, "{read} read, {refused} refused");
}

#[test]
fn m3_damaged_checksums_are_read_or_refused() {
    for round in 0..rounds() {
        let text = damaged("sha256 47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=", &mut Dice(round));
        if let Err(failure) = Checksum::parse(&text) {
            assert_eq!(failure.code(), "upload.checksum_unknown", "{text:?}");
        }
    }
}

#[test]
fn m3_damaged_fills_are_read_as_they_are_written_or_not_at_all() {
    const SEEDS: [&str; 3] = [
        r#"{"way":"licence","kind":"id_card","title":"身份证","licence_id":"1.2.156.3005.2.1","number":"1","holder_name":"王建国","holder_number":"539999199003071017","issuer":"示例县公安局","issued_on":"2020-01-01","valid_until":null,"data":{"a":"b"},"labels":[["a","甲"]],"checked_at":1772413200000000,"reference":"1"}"#,
        r#"{"way":"earlier","case":"019a0000-0000-7000-8000-000000000001","files":["019a0000-0000-7000-8000-000000000002"]}"#,
        r#"{"way":"promise"}"#,
    ];
    for round in 0..rounds() {
        let mut dice = Dice(round);
        let text = damaged(SEEDS[dice.roll(SEEDS.len())], &mut dice);
        let Ok(fill) = serde_json::from_str::<Fill>(&text) else { continue };
        let written = serde_json::to_string(&fill).unwrap();
        assert_eq!(serde_json::from_str::<Fill>(&written).unwrap(), fill, "{text}");
    }
}
