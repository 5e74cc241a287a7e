//! Files to upload and the forms that carry them.

use bytes::Bytes;
use futures_util::{Stream, stream};
use std::fmt::Write;
use std::io;

const BOUNDARY: &str = "----------------------------onevisit7d1f";

/// One file of a form: its name as the browser sends it, type and content.
pub struct Part<'a> {
    pub name: &'a str,
    pub media_type: &'a str,
    pub content: &'a [u8],
}

/// Content type and body of an upload form.
pub fn multipart(parts: &[Part<'_>]) -> (String, Vec<u8>) {
    let mut body = Vec::new();
    for part in parts {
        let head = format!(
            "--{BOUNDARY}\r\nContent-Disposition: form-data; name=\"files\"; filename=\"{}\"\r\nContent-Type: {}\r\n\r\n",
            part.name, part.media_type
        );
        body.extend_from_slice(head.as_bytes());
        body.extend_from_slice(part.content);
        body.extend_from_slice(b"\r\n");
    }
    body.extend_from_slice(format!("--{BOUNDARY}--\r\n").as_bytes());
    (format!("multipart/form-data; boundary={BOUNDARY}"), body)
}

/// The same, cut off in the middle.
pub fn broken_form(part: &Part<'_>) -> (String, Vec<u8>) {
    let (kind, mut body) = multipart(std::slice::from_ref(part));
    body.truncate(body.len() / 2);
    (kind, body)
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
pub fn pieces(bytes: Vec<u8>) -> impl Stream<Item = Result<Bytes, io::Error>> + Send + Unpin {
    let list: Vec<_> = bytes.chunks(48_000).map(|c| Ok(Bytes::copy_from_slice(c))).collect();
    stream::iter(list)
}

/// A right photograph.
pub fn photo() -> Vec<u8> {
    precheck::corpus::case(precheck::corpus::SEED, 0).expect("within the corpus").bytes
}
