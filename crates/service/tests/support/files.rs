//! Files to upload, good and bad.

use bytes::Bytes;
use futures_util::{Stream, stream};
use precheck::Code;
use precheck::corpus::{self, Case, Label};
use std::fmt::Write;
use std::io;

/// Groups of the corpus that the tests use.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Sort {
    Photo,
    Empty,
    Html,
    Locked,
    Blurred,
}

/// The file of the corpus; its label is checked, so that a moved group is noticed.
pub fn corpus(sort: Sort, nth: u32) -> Case {
    let (first, label): (u32, fn(Label) -> bool) = match sort {
        Sort::Photo => (0, |l| l == Label::Good),
        Sort::Blurred => (80, |l| matches!(l, Label::Blurred(_))),
        Sort::Empty => (153, |l| l == Label::Refused(Code::Empty)),
        Sort::Html => (161, |l| l == Label::Refused(Code::WrongType)),
        Sort::Locked => (213, |l| l == Label::Refused(Code::PdfEncrypted)),
    };
    let case = corpus::case(corpus::SEED, first + nth).expect("within the corpus");
    assert!(label(case.label), "the corpus has another order: {:?}", case.label);
    case
}

/// A small right PDF of one page; `note` makes its content its own.
pub fn pdf(note: &str) -> Vec<u8> {
    let content = format!("BT /F1 24 Tf 72 700 Td ({note}) Tj ET");
    let objects = [
        "<< /Type /Catalog /Pages 2 0 R >>".to_owned(),
        "<< /Type /Pages /Kids [3 0 R] /Count 1 /MediaBox [0 0 595 842] >>".to_owned(),
        "<< /Type /Page /Parent 2 0 R /Contents 4 0 R /Resources << /Font << /F1 5 0 R >> >> >>".to_owned(),
        format!("<< /Length {} >>\nstream\n{content}\nendstream", content.len()),
        "<< /Type /Font /Subtype /Type1 /BaseFont /Courier >>".to_owned(),
    ];
    let mut out = "%PDF-1.5\n".to_owned();
    let mut table = "0000000000 65535 f \n".to_owned();
    for (index, object) in objects.iter().enumerate() {
        writeln!(table, "{:010} 00000 n ", out.len()).unwrap();
        write!(out, "{} 0 obj\n{object}\nendobj\n", index + 1).unwrap();
    }
    let start = out.len();
    write!(out, "xref\n0 6\n{table}trailer\n<< /Size 6 /Root 1 0 R >>\nstartxref\n{start}\n%%EOF\n").unwrap();
    out.into_bytes()
}

/// Content as the network brings it.
pub fn in_pieces(bytes: Vec<u8>) -> impl Stream<Item = Result<Bytes, io::Error>> + Send + Unpin {
    let pieces: Vec<_> = bytes.chunks(48_000).map(|c| Ok(Bytes::copy_from_slice(c))).collect();
    stream::iter(pieces)
}

/// Content that breaks off after some bytes.
pub fn broken(bytes: &[u8]) -> impl Stream<Item = Result<Bytes, io::Error>> + Send + Unpin {
    let first = Bytes::copy_from_slice(&bytes[..bytes.len() / 2]);
    stream::iter([Ok(first), Err(io::Error::other("connection reset"))])
}
