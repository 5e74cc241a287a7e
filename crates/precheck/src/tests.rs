//! The check against the labelled corpus and against arbitrary bytes.

mod judgements;
mod mutations;

use crate::corpus::{self, Case, Label, SEED};
use crate::input::Input;
use crate::{Code, DetectedKind, Finding, Kind, Limits, Report, check, check_head, same_file};
use proptest::prelude::*;
use std::sync::OnceLock;

/// The corpus with its verdicts, made once.
fn judged() -> &'static [(Case, Report)] {
    static JUDGED: OnceLock<Vec<(Case, Report)>> = OnceLock::new();
    JUDGED.get_or_init(|| corpus::judged(SEED))
}

/// A file that is read in parts.
struct Parts<'a>(&'a [u8]);

impl crate::Source for Parts<'_> {
    fn size(&self) -> u64 {
        self.0.len() as u64
    }
    fn read(&self, at: u64, len: usize) -> std::io::Result<Vec<u8>> {
        let at = usize::try_from(at).unwrap();
        Ok(self.0[at..(at + len).min(self.0.len())].to_vec())
    }
}

#[test]
fn m3_a_file_read_in_parts_gets_the_same_verdict() {
    for (case, report) in judged() {
        let parts = crate::check_source(&case.name, case.media_type, &Parts(&case.bytes), &case.limits).unwrap();
        assert_eq!(parts, *report, "{}", case.name);
    }
}

#[test]
fn m3_page_counts_are_right() {
    for (case, report) in judged() {
        if matches!(case.label, Label::Good) && case.bytes.starts_with(b"%PDF") {
            let expected = lopdf::Document::load_mem(&case.bytes).unwrap().get_pages().len();
            assert_eq!(report.pages, Some(u32::try_from(expected).unwrap()), "{}", case.name);
        }
    }
}

#[test]
fn m3_the_head_alone_tells_size_and_kind() {
    let limits = Limits { max_bytes: 100, ..Limits::default() };
    let codes = |findings: Vec<Finding>| findings.iter().map(|f| f.code).collect::<Vec<_>>();
    assert_eq!(codes(check_head("a.jpg", b"", 0, &limits)), [Code::Empty]);
    assert_eq!(codes(check_head("a.jpg", b"\xFF\xD8\xFF\xE0", 101, &limits)), [Code::TooBig]);
    assert_eq!(codes(check_head("a.jpg", b"\xFF\xD8\xFF\xE0", 100, &limits)), []);
    assert_eq!(codes(check_head("a.pdf", b"PK\x03\x04..", 50, &limits)), [Code::WrongType]);
    let pdf_only = Limits { accepts: vec![Kind::Pdf], ..limits };
    let findings = check_head("a.jpg", b"\xFF\xD8\xFF\xE0", 10, &pdf_only);
    assert_eq!(findings[0].detail("found"), Some("jpeg"));
    assert_eq!(findings[0].detail("accepts"), Some("pdf"));
}

#[test]
fn m3_the_same_file_in_two_slots_is_named() {
    let others = [("身份证", "ab12"), ("户口本", "cd34")];
    let finding = same_file("CD34", &others).unwrap();
    assert_eq!((finding.code, finding.detail("slot")), (Code::SameFile, Some("户口本")));
    assert!(same_file("ef56", &others).is_none());
    assert!(same_file("", &[("空", "")]).is_none());
}

#[test]
fn m3_strong_encryption_is_recognised() {
    use lopdf::encryption::crypt_filters::{Aes256CryptFilter, CryptFilter};
    use lopdf::{Document, EncryptionState, EncryptionVersion, Permissions};
    use std::collections::BTreeMap;
    use std::sync::Arc;
    for (password, code) in [("geheim", Code::PdfEncrypted), ("", Code::PdfRestricted)] {
        let (plain, _) =
            judged().iter().find(|(case, _)| case.label == Label::Good && case.bytes.starts_with(b"%PDF")).unwrap();
        let mut document = Document::load_mem(&plain.bytes).unwrap();
        let filter: Arc<dyn CryptFilter> = Arc::new(Aes256CryptFilter);
        let state = EncryptionState::try_from(EncryptionVersion::V5 {
            encrypt_metadata: true,
            crypt_filters: BTreeMap::from([(b"StdCF".to_vec(), filter)]),
            file_encryption_key: &[7; 32],
            stream_filter: b"StdCF".to_vec(),
            string_filter: b"StdCF".to_vec(),
            owner_password: "owner",
            user_password: password,
            permissions: Permissions::PRINTABLE,
        })
        .unwrap();
        document.encrypt(&state).unwrap();
        for packed in [false, true] {
            let mut bytes = Vec::new();
            let mut copy = document.clone();
            let written = if packed { copy.save_modern(&mut bytes) } else { copy.save_to(&mut bytes) };
            if written.is_err() {
                continue;
            }
            let found = check("a.pdf", None, &bytes, &plain.limits);
            assert_eq!(found.findings.len(), 1, "{packed} {found:?}");
            assert!(found.has(code), "{packed} {found:?}");
            assert_eq!(found.pages.is_some(), code == Code::PdfRestricted);
        }
    }
}

#[test]
fn m3_an_update_replaces_older_objects() {
    let mut bytes = b"%PDF-1.4\n1 0 obj <</Type/Catalog/Pages 2 0 R/OpenAction 4 0 R>> endobj\n\
        2 0 obj <</Type/Pages/Kids[3 0 R]/Count 1>> endobj\n3 0 obj <</Type/Page>> endobj\n\
        4 0 obj <</S/JavaScript/JS(1)>> endobj\ntrailer <</Root 1 0 R>>\nstartxref\n0\n%%EOF\n"
        .to_vec();
    let limits = Limits::default();
    assert!(check("a.pdf", None, &bytes, &limits).has(Code::PdfActiveContent));
    bytes.extend(b"1 0 obj <</Type/Catalog/Pages 2 0 R>> endobj\ntrailer <</Root 1 0 R>>\nstartxref\n0\n%%EOF");
    let found = check("a.pdf", None, &bytes, &limits);
    assert!(!found.must_fix(), "{found:?}");
    assert_eq!((found.has(Code::PdfActiveContent), found.pages), (false, Some(1)));
    bytes.extend(b"\n5 0 obj <</Half");
    assert!(check("a.pdf", None, &bytes, &limits).has(Code::PdfBroken));
}

#[test]
fn m3_a_script_cannot_hide_behind_an_escaped_name() {
    let bytes = b"%PDF-1.4\n1 0 obj <</Type/Catalog/Pages 2 0 R/OpenAction<</S/Java#53cript/JS(1)>>>> endobj\n\
        2 0 obj <</Type/Pages/Kids[3 0 R]/Count 1>> endobj\n3 0 obj <</Type/Page>> endobj\n\
        trailer <</Root 1 0 R>>\nstartxref\n0\n%%EOF\n";
    assert!(check("a.pdf", None, bytes, &Limits::default()).has(Code::PdfActiveContent));
}

#[test]
fn m3_rubbish_before_a_pdf_is_told() {
    let mut bytes = b"HTTP/1.1 200 OK\r\n\r\n".to_vec();
    bytes.extend(
        b"%PDF-1.4\n1 0 obj <</Type/Catalog/Pages 2 0 R>> endobj\n\
        2 0 obj <</Type/Pages/Kids[3 0 R]>> endobj\n3 0 obj <</Type/Page>> endobj\n\
        trailer <</Root 1 0 R>>\nstartxref\n0\n%%EOF\n",
    );
    let found = check("a.pdf", None, &bytes, &Limits::default());
    assert_eq!(found.kind, DetectedKind::Pdf);
    assert!(found.has(Code::HiddenContent) && !found.must_fix(), "{found:?}");
}

#[test]
fn m3_exif_orientations_turn_the_right_way() {
    let expected = [(0, true), (180, false), (180, true), (270, true), (90, false), (90, true), (270, false)];
    let turned: Vec<_> = judged()
        .iter()
        .filter(|(case, _)| case.label == Label::Remark(Code::Sideways))
        .map(|(_, found)| (found.rotation, found.mirrored))
        .collect();
    assert_eq!(turned, expected);
}

#[test]
fn m3_codes_have_one_name_in_code_and_json() {
    for code in Code::ALL {
        assert_eq!(serde_json::to_string(&code).unwrap(), format!("\"{}\"", code.as_str()));
    }
    let (_, found) = &judged()[0];
    let json = serde_json::to_string(found).unwrap();
    assert_eq!(serde_json::from_str::<Report>(&json).unwrap(), *found);
    // Reports that were stored before there were fingerprints.
    let older = json.split(",\"fingerprint\"").next().unwrap().to_owned() + ",\"findings\":[]}";
    assert_eq!(serde_json::from_str::<Report>(&older).unwrap().fingerprint, None);
    assert!(json.contains("\"kind\":\"jpeg\""));
}

#[test]
fn m3_a_decoder_that_gives_up_means_broken() {
    let limits = Limits::default();
    let found = crate::crashed("a.pdf", b"%PDF-1.4", 8, &limits);
    assert!(found.has(Code::PdfBroken) && found.must_fix());
    let found = crate::crashed("a.jpg", b"\xFF\xD8\xFF", 3, &limits);
    assert!(found.has(Code::ImageBroken));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(600))]

    #[test]
    fn m3_arbitrary_bytes_never_panic(
        head in prop::sample::select(vec![
            b"".as_slice(), b"\xFF\xD8\xFF", b"\x89PNG\r\n\x1A\n\0\0\0\x0DIHDR", b"%PDF-1.4\n1 0 obj ",
        ]),
        tail in prop::collection::vec(any::<u8>(), 0..800),
    ) {
        let bytes = [head, &tail].concat();
        let found = crate::look("x", None, &Input::whole(&bytes), &Limits::default());
        prop_assert_eq!(&found, &crate::look("x", None, &Input::whole(&bytes), &Limits::default()));
    }
}

/// Streams that never end, streams whose length points far away, one endless string: each ends soon,
/// whether the file lies in memory or is read in parts.
#[test]
fn m3_hostile_streams_are_paid_for() {
    let limits = Limits { max_bytes: 64 << 20, ..Limits::default() };
    let endless = b"1 0 obj<<>>stream ".repeat(400_000);
    let far: Vec<u8> =
        (0..200_000).flat_map(|n| format!("1 0 obj<</Length {}>>stream ", n * 37).into_bytes()).collect();
    let mut string = b"1 0 obj (".to_vec();
    string.resize(8 << 20, b'a');
    string.extend(b") endobj");
    for body in [endless, far, string] {
        let mut file = b"%PDF-1.4\n".to_vec();
        file.extend(body);
        file.extend(b"\n%%EOF\n");
        let began = std::time::Instant::now();
        let whole = check("a.pdf", None, &file, &limits);
        assert!(whole.must_fix(), "{whole:?}");
        assert_eq!(crate::check_source("a.pdf", None, &Parts(&file), &limits).unwrap(), whole);
        assert!(began.elapsed().as_secs() < 20, "{:?}", began.elapsed());
    }
}
