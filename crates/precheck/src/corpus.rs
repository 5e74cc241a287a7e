//! Labelled files made from a seed: the test corpus (预检样本).
//!
//! The same index and seed give the same bytes on every machine, so the corpus needs no storage
//! and serves for comparing the native with the browser build.

mod documents;
mod draw;
mod files;
mod photos;
mod scans;
mod scene;
pub mod score;
mod screen;
mod sheet;

use crate::types::{Code, Kind, Limits, Report};
use draw::Random;
use photos::Flaw;
use scans::Pages;

/// Seed of the corpus that the tests and the comparison use, and on which the thresholds are set.
pub const SEED: u64 = 20_260_701;
/// Seed of the corpus on which the figures of the documentation are measured; nothing is ever set
/// on it.
pub const REPORTED_SEED: u64 = 20_270_214;

/// What is true about a file of the corpus.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Label {
    /// In order: nothing that must be fixed, no advice about sharpness or light.
    Good,
    /// In order, but with this lesser finding.
    Remark(Code),
    /// Out of focus; strength 1 (hard to read) to 3 (nothing to read).
    Blurred(u8),
    /// Underexposed.
    Dark,
    /// Washed out.
    Bright,
    /// Has this flaw, which is judged from its content.
    Shows(Code),
    /// In order, but the same picture as the file of this index, saved anew.
    Copy(u32),
    /// Must be refused with this code.
    Refused(Code),
}

/// One file with its truth.
#[derive(Debug, Clone)]
pub struct Case {
    /// File name as a device would give it.
    pub name: String,
    /// Declared media type.
    pub media_type: Option<&'static str>,
    pub bytes: Vec<u8>,
    pub limits: Limits,
    pub label: Label,
}

/// How a group of cases is made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Recipe {
    Jpeg,
    LargeJpeg,
    Png,
    Blurred(u8),
    BlurredPng(u8),
    Dark,
    Bright,
    Turned,
    Tiny,
    CutJpeg,
    CutPng,
    Empty,
    WrongExtension,
    Html,
    ZipAsPdf,
    Word,
    Heic,
    Bomb,
    TooBig,
    JpegWithZip,
    Pdf,
    PackedPdf,
    LockedPdf,
    RestrictedPdf,
    CutPdf,
    GarbagePdf,
    NoPages,
    LostPage,
    Script,
    Launch,
    Attachment,
    ManyPages,
    PdfWithZip,
    DeepPdf,
    InflatingPdf,
    Photo(Flaw),
    Pages(Pages),
}

/// The corpus: recipe and number of files.
const PLAN: [(Recipe, u32); 61] = [
    (Recipe::Jpeg, 40),
    (Recipe::LargeJpeg, 4),
    (Recipe::Png, 16),
    (Recipe::Blurred(1), 10),
    (Recipe::Blurred(2), 10),
    (Recipe::Blurred(3), 10),
    (Recipe::BlurredPng(1), 4),
    (Recipe::BlurredPng(2), 4),
    (Recipe::BlurredPng(3), 4),
    (Recipe::Dark, 10),
    (Recipe::Bright, 10),
    (Recipe::Turned, 7),
    (Recipe::Tiny, 6),
    (Recipe::CutJpeg, 10),
    (Recipe::CutPng, 8),
    (Recipe::Empty, 2),
    (Recipe::WrongExtension, 6),
    (Recipe::Html, 6),
    (Recipe::ZipAsPdf, 4),
    (Recipe::Word, 2),
    (Recipe::Heic, 4),
    (Recipe::Bomb, 4),
    (Recipe::TooBig, 2),
    (Recipe::JpegWithZip, 2),
    (Recipe::Pdf, 20),
    (Recipe::PackedPdf, 8),
    (Recipe::LockedPdf, 8),
    (Recipe::RestrictedPdf, 4),
    (Recipe::CutPdf, 10),
    (Recipe::GarbagePdf, 6),
    (Recipe::NoPages, 4),
    (Recipe::LostPage, 2),
    (Recipe::Script, 6),
    (Recipe::Launch, 2),
    (Recipe::Attachment, 2),
    (Recipe::ManyPages, 4),
    (Recipe::PdfWithZip, 4),
    (Recipe::DeepPdf, 2),
    (Recipe::InflatingPdf, 2),
    (Recipe::Photo(Flaw::None), 60),
    (Recipe::Photo(Flaw::Filling), 20),
    (Recipe::Photo(Flaw::Sibling), 16),
    (Recipe::Photo(Flaw::Label), 10),
    (Recipe::Photo(Flaw::Blurred), 20),
    (Recipe::Photo(Flaw::Moved), 20),
    (Recipe::Photo(Flaw::Dark), 20),
    (Recipe::Photo(Flaw::Glare), 30),
    (Recipe::Photo(Flaw::Skewed), 30),
    (Recipe::Photo(Flaw::Cropped), 30),
    (Recipe::Photo(Flaw::Far), 24),
    (Recipe::Photo(Flaw::Screenshot), 30),
    (Recipe::Photo(Flaw::WideScreen), 10),
    (Recipe::Photo(Flaw::Blank), 20),
    (Recipe::Photo(Flaw::Portrait), 24),
    (Recipe::Photo(Flaw::WrongShape), 20),
    (Recipe::Photo(Flaw::Copy), 30),
    (Recipe::Pages(Pages::Scan), 12),
    (Recipe::Pages(Pages::Coarse), 20),
    (Recipe::Pages(Pages::BlankScan), 20),
    (Recipe::Pages(Pages::Empty), 20),
    (Recipe::Pages(Pages::Mixed), 12),
];

/// Number of files in the corpus.
pub fn count() -> u32 {
    PLAN.iter().map(|(_, count)| count).sum()
}

/// The file of this index, or `None` behind the end.
pub fn case(seed: u64, index: u32) -> Option<Case> {
    let (recipe, nth) = planned(index)?;
    let random = random_of(seed, index);
    Some(match recipe {
        Recipe::Photo(Flaw::Copy) => photos::copy(seed, nth, random, blank_case(nth)),
        Recipe::Photo(flaw) => photos::make(flaw, nth, random, blank_case(nth)),
        Recipe::Pages(pages) => scans::make(pages, nth, random, blank_case(nth)),
        recipe => files::make(recipe, nth, random),
    })
}

/// All files of a seed with the check's verdicts, made by two threads.
pub fn judged(seed: u64) -> Vec<(Case, Report)> {
    let half = |odd: u32| -> Vec<(Case, Report)> {
        (odd..count())
            .step_by(2)
            .filter_map(|index| case(seed, index))
            .map(|case| {
                let report = crate::check(&case.name, case.media_type, &case.bytes, &case.limits);
                (case, report)
            })
            .collect()
    };
    let (even, odd) = std::thread::scope(|scope| {
        let odd = scope.spawn(|| half(1));
        (half(0), odd.join().unwrap_or_default())
    });
    let (mut even, mut odd) = (even.into_iter(), odd.into_iter());
    (0..count()).filter_map(|index| if index % 2 == 0 { even.next() } else { odd.next() }).collect()
}

/// A photograph as large as phones make them, to measure time with.
pub fn large_photograph(width: usize, height: usize) -> Vec<u8> {
    photos::large((width, height)).jpeg(88)
}

/// Recipe of the file of this index, and how many of its kind come before.
fn planned(index: u32) -> Option<(Recipe, u32)> {
    let mut nth = index;
    for (recipe, count) in PLAN {
        if nth < count {
            return Some((recipe, nth));
        }
        nth -= count;
    }
    None
}

/// Index of the first file that is made so.
fn first(wanted: Recipe) -> u32 {
    PLAN.iter().take_while(|(recipe, _)| *recipe != wanted).map(|(_, count)| count).sum()
}

fn random_of(seed: u64, index: u32) -> Random {
    Random::new(seed ^ (u64::from(index) + 1).wrapping_mul(0x9E37_79B9_7F4A_7C15))
}

fn blank_case(nth: u32) -> Case {
    let limits = Limits {
        max_bytes: 8 * 1024 * 1024,
        min_long_edge_px: 600,
        max_pdf_pages: 20,
        accepts: vec![Kind::Jpeg, Kind::Png, Kind::Pdf],
        aspect: None,
    };
    Case {
        name: format!("材料{nth}.jpg"),
        media_type: Some("image/jpeg"),
        bytes: Vec::new(),
        limits,
        label: Label::Good,
    }
}
