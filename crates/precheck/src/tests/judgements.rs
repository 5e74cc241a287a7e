//! The verdicts against what is true of the files.

use super::judged;
use crate::corpus::{self, Label, score};
use crate::{Aspect, Code, Level, alike, near_duplicate};

#[test]
fn m3_broken_files_are_refused_and_good_ones_are_not() {
    assert!(corpus::count() >= 700, "{} files", corpus::count());
    for (index, (case, found)) in judged().iter().enumerate() {
        let must_fix: Vec<Code> = found
            .findings
            .iter()
            .filter(|finding| finding.level == Level::MustFix)
            .map(|finding| finding.code)
            .collect();
        let context = format!("{index} {} {:?} {:?}", case.name, case.label, found.findings);
        match case.label {
            Label::Refused(code) => assert_eq!(must_fix, [code], "{context}"),
            Label::Remark(code) => {
                assert!(must_fix.is_empty(), "{context}");
                assert!(found.has(code), "{context}");
            }
            _ => assert!(must_fix.is_empty(), "{context}"),
        }
    }
}

/// At most two percent of those who did it right are bothered, at most five of the flaws missed.
#[test]
fn m3_each_judgement_is_seldom_wrong() {
    let rows = score::rows(judged());
    assert_eq!(rows.len(), 16);
    for row in rows {
        println!("{row:?}");
        assert!(row.flawed > 0 && row.sound > 0, "{row:?}");
        assert!(row.alarms() <= 20 && row.misses() <= 50, "{row:?}");
        if row.class == "must_fix" {
            assert_eq!((row.accused, row.missed), (0, 0));
        }
    }
}

/// What is judged from content is never more than advice.
#[test]
fn m3_judgements_are_advice() {
    let exact = [Code::Empty, Code::TooBig, Code::WrongType, Code::Heic, Code::HiddenContent, Code::ImageBroken];
    for (case, found) in judged() {
        for finding in found.findings.iter().filter(|finding| finding.level == Level::MustFix) {
            let code = finding.code;
            let of_pdf = code.as_str().starts_with("pdf_") && !matches!(code, Code::PdfBlankPage | Code::PdfScanCoarse);
            assert!(exact.contains(&code) || code == Code::ImageTooManyPixels || of_pdf, "{} {code:?}", case.name);
        }
    }
}

#[test]
fn m3_the_same_picture_in_two_slots_is_named() {
    let (at, original) = judged()
        .iter()
        .enumerate()
        .find_map(|(at, (case, _))| match case.label {
            Label::Copy(of) => Some((at, usize::try_from(of).unwrap())),
            _ => None,
        })
        .unwrap();
    let print = |at: usize| judged()[at].1.fingerprint.as_deref().unwrap();
    let others = [("户口本", print(original + 1)), ("身份证", print(original))];
    let finding = near_duplicate(print(at), &others).unwrap();
    assert_eq!(
        (finding.code, finding.level, finding.detail("slot")),
        (Code::NearDuplicate, Level::Advice, Some("身份证"))
    );
    assert!(near_duplicate(print(at), &others[..1]).is_none());
    // Nothing, rubbish and an empty page are like nothing.
    assert!(!alike("", "") && !alike("x", "x") && !alike(&"0".repeat(1024), &"0".repeat(1024)));
}

#[test]
fn m3_a_licence_photo_has_its_shape_within_four_percent() {
    let aspect = Aspect { width: 26, height: 32 };
    for (width, height, fits) in
        [(358, 441, true), (26, 32, true), (350, 441, true), (330, 441, false), (441, 358, false)]
    {
        assert_eq!(aspect.fits(width, height), fits, "{width} {height}");
    }
    assert!(!aspect.fits(0, 1) && aspect.fits(0, 0));
    assert!(Aspect { width: u32::MAX, height: u32::MAX }.fits(u32::MAX, u32::MAX));
}
