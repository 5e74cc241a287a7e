//! How often the check is wrong about the corpus: false alarms and misses per class of judgement.

use super::{Case, Label};
use crate::types::{Code, Level, Report};

/// Counts of one class.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Row {
    pub class: &'static str,
    /// Files that have the flaw, and those of them on which it was not noticed.
    pub flawed: u32,
    pub missed: u32,
    /// Files that do not have it, and those of them that were accused of it.
    pub sound: u32,
    pub accused: u32,
}

impl Row {
    fn new(class: &'static str) -> Self {
        Self { class, flawed: 0, missed: 0, sound: 0, accused: 0 }
    }

    fn add(&mut self, truth: bool, verdict: bool) {
        self.flawed += u32::from(truth);
        self.sound += u32::from(!truth);
        self.missed += u32::from(truth && !verdict);
        self.accused += u32::from(!truth && verdict);
    }

    /// False alarms among sound files, in tenths of a percent, rounded up.
    pub fn alarms(&self) -> u32 {
        (self.accused * 1000).div_ceil(self.sound.max(1))
    }

    /// Misses among flawed files, in tenths of a percent, rounded up.
    pub fn misses(&self) -> u32 {
        (self.missed * 1000).div_ceil(self.flawed.max(1))
    }
}

/// Judgements from pixels and from what a document draws.
const JUDGED: [Code; 14] = [
    Code::ResolutionLow,
    Code::AspectOff,
    Code::Blurred,
    Code::TooDark,
    Code::TooBright,
    Code::Blank,
    Code::Glare,
    Code::Skewed,
    Code::Cropped,
    Code::TooFar,
    Code::Screenshot,
    Code::Sideways,
    Code::PdfBlankPage,
    Code::PdfScanCoarse,
];

/// One row per class over all files with their reports, in the order of the corpus.
pub fn rows(judged: &[(Case, Report)]) -> Vec<Row> {
    let mut rows = vec![must_fix(judged)];
    for code in JUDGED {
        let mut row = Row::new(code.as_str());
        for (case, report) in judged {
            if let Some(truth) = truth(code, case, report) {
                row.add(truth, report.has(code));
            }
        }
        rows.push(row);
    }
    rows.push(near_duplicates(judged));
    rows
}

/// 必须改: a wrong code counts as missed.
fn must_fix(judged: &[(Case, Report)]) -> Row {
    let mut row = Row::new("must_fix");
    for (case, report) in judged {
        let found = || report.findings.iter().filter(|f| f.level == Level::MustFix).map(|f| f.code);
        match case.label {
            Label::Refused(code) => row.add(true, found().eq([code])),
            _ => row.add(false, found().next().is_some()),
        }
    }
    row
}

/// Whether the file has the flaw; `None` where the question makes no sense.
fn truth(code: Code, case: &Case, report: &Report) -> Option<bool> {
    let for_pdf = matches!(code, Code::PdfBlankPage | Code::PdfScanCoarse);
    if matches!(case.label, Label::Refused(_)) || for_pdf == report.pages.is_none() {
        return None;
    }
    match (code, case.label) {
        // Darkness and haze hide the edges; empty paper has none, and is bright.
        (Code::Blurred, Label::Dark | Label::Bright) | (Code::Blurred | Code::TooBright, Label::Shows(Code::Blank)) => {
            None
        }
        (Code::Blurred, Label::Blurred(_)) | (Code::TooDark, Label::Dark) | (Code::TooBright, Label::Bright) => {
            Some(true)
        }
        (code, Label::Remark(shown) | Label::Shows(shown)) => Some(code == shown),
        _ => Some(false),
    }
}

/// Copies that are not seen as such; pictures that are taken for a copy of another one.
fn near_duplicates(judged: &[(Case, Report)]) -> Row {
    let mut row = Row::new(Code::NearDuplicate.as_str());
    let prints: Vec<Option<&str>> = judged.iter().map(|(_, report)| report.fingerprint.as_deref()).collect();
    let alike =
        |one: usize, other: usize| prints[one].zip(prints[other]).is_some_and(|(one, other)| crate::alike(one, other));
    for (at, (case, _)) in judged.iter().enumerate() {
        if prints[at].is_none() {
            continue;
        }
        let original = match case.label {
            Label::Copy(original) => usize::try_from(original).ok(),
            _ => None,
        };
        if let Some(original) = original {
            row.add(true, alike(at, original));
        }
        let stranger = |other: &usize| {
            let copies = matches!(judged[*other].0.label, Label::Copy(of) if usize::try_from(of).ok() == Some(at));
            *other != at && Some(*other) != original && !copies
        };
        row.add(false, (0..judged.len()).filter(stranger).any(|other| alike(at, other)));
    }
    row
}
