//! Parsers of uploaded bytes under damaged input: EXIF, names, and every input that was kept in
//! `tests/corpus`. Pictures and documents of the labelled corpus have their own damage in the crate's
//! unit tests.
//!
//! The same inputs in each run; `ONEVISIT_LONG` makes a hundred times as many. A failing input is
//! written to the build's folder: keep it in `tests/corpus`.

#![allow(clippy::unwrap_used, reason = "tests")]

use image::codecs::jpeg::JpegEncoder;
use image::{ExtendedColorType, ImageEncoder};
use precheck::{DetectedKind, Limits, Source, check, check_source, safe_name};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Once;
use std::sync::atomic::{AtomicUsize, Ordering};

/// Panics so far: `check` catches them, the hook sees them.
static PANICS: AtomicUsize = AtomicUsize::new(0);

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

/// Some of: flipped bits, bytes at the edge of their range, cut off, taken out, put in twice.
fn damage(bytes: &mut Vec<u8>, dice: &mut Dice) {
    for _ in 0..=dice.roll(3) {
        let at = dice.roll(bytes.len() + 1);
        let end = (at + 1 + dice.roll(16)).min(bytes.len());
        match dice.roll(5) {
            0 => bytes.truncate(at),
            1 => {
                if let Some(byte) = bytes.get_mut(at) {
                    *byte ^= 1 << dice.roll(8);
                }
            }
            2 => {
                if let Some(byte) = bytes.get_mut(at) {
                    *byte = [0, 1, 0x7F, 0x80, 0xFF][dice.roll(5)];
                }
            }
            3 => {
                bytes.drain(at.min(end)..end);
            }
            _ => {
                let part = bytes[at.min(end)..end].to_vec();
                bytes.splice(at..at, part);
            }
        }
    }
}

fn rounds(usual: u64) -> u64 {
    if std::env::var_os("ONEVISIT_LONG").is_some() { usual * 100 } else { usual }
}

fn kept(folder: &str) -> Vec<(String, Vec<u8>)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/corpus").join(folder);
    let mut paths: Vec<PathBuf> = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    let name = |path: &PathBuf| path.file_name().unwrap().to_string_lossy().into_owned();
    paths.iter().map(|path| (name(path), std::fs::read(path).unwrap())).collect()
}

struct Whole<'a>(&'a [u8]);

impl Source for Whole<'_> {
    fn size(&self) -> u64 {
        self.0.len() as u64
    }

    fn read(&self, at: u64, len: usize) -> io::Result<Vec<u8>> {
        let from = usize::try_from(at).unwrap().min(self.0.len());
        Ok(self.0[from..(from + len).min(self.0.len())].to_vec())
    }
}

/// Both ways of reading come to one verdict, and nothing panics on the way.
fn judged(target: &str, name: &str, bytes: &[u8]) -> precheck::Report {
    static HOOK: Once = Once::new();
    HOOK.call_once(|| {
        let usual = std::panic::take_hook();
        std::panic::set_hook(Box::new(move |info| {
            PANICS.fetch_add(1, Ordering::SeqCst);
            usual(info);
        }));
    });
    let before = PANICS.load(Ordering::SeqCst);
    let limits = Limits::default();
    let report = check(name, None, bytes, &limits);
    let paged = check_source(name, None, &Whole(bytes), &limits).unwrap();
    if PANICS.load(Ordering::SeqCst) != before || report != paged {
        let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("{target}-{name}"));
        std::fs::write(&path, bytes).unwrap();
        panic!("{name}: a panic, or two verdicts ({report:?}, {paged:?}); the input lies in {}", path.display());
    }
    report
}

/// A photograph with this TIFF block, as cameras write it.
fn photograph(tiff: &[u8]) -> Vec<u8> {
    let pixels: Vec<u8> = (0..64_u32 * 48 * 3).map(|n| (n * 7).to_le_bytes()[0]).collect();
    let mut jpeg = Vec::new();
    JpegEncoder::new_with_quality(&mut jpeg, 80).write_image(&pixels, 64, 48, ExtendedColorType::Rgb8).unwrap();
    let length = u16::try_from(tiff.len() + 8).unwrap().to_be_bytes();
    let parts: [&[u8]; 6] = [&jpeg[..2], &[0xFF, 0xE1], &length, b"Exif\0\0", tiff, &jpeg[2..]];
    parts.concat()
}

#[test]
fn m3_kept_inputs_are_judged_without_a_panic_and_so_are_damaged_ones() {
    for (name, bytes) in kept("files") {
        judged("files", &name, &bytes);
        for round in 0..rounds(100) {
            let mut bytes = bytes.clone();
            damage(&mut bytes, &mut Dice(round + 1));
            judged("files", &name, &bytes);
        }
    }
}

#[test]
fn m3_damaged_exif_turns_no_picture_into_anything_but_a_picture() {
    for (name, tiff) in kept("exif") {
        for round in 0..rounds(40) {
            let mut tiff = tiff.clone();
            if round > 0 {
                damage(&mut tiff, &mut Dice(round));
            }
            let report = judged("exif", &name, &photograph(&tiff));
            assert_eq!((report.kind, report.width, report.height), (DetectedKind::Jpeg, Some(64), Some(48)), "{name}");
            assert!([0, 90, 180, 270].contains(&report.rotation), "{name}: {}", report.rotation);
        }
    }
}

#[test]
fn m3_damaged_names_become_harmless_names() {
    let list: Vec<String> = serde_json::from_slice(&kept("names")[0].1).unwrap();
    for (index, name) in list.iter().enumerate() {
        for round in 0..rounds(500) {
            let mut bytes = name.clone().into_bytes();
            if round > 0 {
                damage(&mut bytes, &mut Dice(round + (index as u64) * 1_000_000));
            }
            let raw = String::from_utf8_lossy(&bytes).into_owned();
            let safe = safe_name(&raw);
            assert!(!safe.is_empty() && safe.chars().count() <= 100, "{raw:?} becomes {safe:?}");
            assert!(
                !safe.contains(['/', '\\', '\0', '\r', '\n', '\u{202E}', ':', '<', '"']),
                "{raw:?} becomes {safe:?}"
            );
            assert!(!safe.starts_with('.') && !safe.ends_with(['.', ' ']), "{raw:?} becomes {safe:?}");
            assert_eq!(safe_name(&safe), safe, "{raw:?}");
        }
    }
}
