//! What a file is by its content; the name and the declared type are only compared with it.

use crate::name::extension;
use crate::types::{Code, DetectedKind, Finding, Kind, Level};

/// How far into a file readers look for `%PDF-` (ISO 32000-1, implementation note on 7.5.2).
pub(crate) const PDF_HEADER_WINDOW: usize = 1024;

/// Recognises the kind of a file from its first bytes (4 KiB are enough).
pub fn detect(bytes: &[u8]) -> DetectedKind {
    if bytes.is_empty() {
        return DetectedKind::Empty;
    }
    if let Some(kind) = by_magic(bytes) {
        return kind;
    }
    if looks_like_markup(bytes) {
        return DetectedKind::Html;
    }
    if pdf_header(bytes).is_some() {
        return DetectedKind::Pdf;
    }
    DetectedKind::Unknown
}

/// Position of `%PDF-` within the window readers accept.
pub(crate) fn pdf_header(bytes: &[u8]) -> Option<usize> {
    let window = &bytes[..bytes.len().min(PDF_HEADER_WINDOW)];
    window.windows(5).position(|part| part == b"%PDF-")
}

fn by_magic(bytes: &[u8]) -> Option<DetectedKind> {
    let table: [(&[u8], DetectedKind); 17] = [
        (b"%PDF-", DetectedKind::Pdf),
        (b"\xFF\xD8\xFF", DetectedKind::Jpeg),
        (b"\x89PNG\r\n\x1A\n", DetectedKind::Png),
        (b"GIF87a", DetectedKind::Gif),
        (b"GIF89a", DetectedKind::Gif),
        (b"II*\0", DetectedKind::Tiff),
        (b"MM\0*", DetectedKind::Tiff),
        (b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1", DetectedKind::OldOffice),
        (b"Rar!\x1A\x07", DetectedKind::Archive),
        (b"7z\xBC\xAF\x27\x1C", DetectedKind::Archive),
        (b"\x1F\x8B\x08", DetectedKind::Archive),
        (b"\x7FELF", DetectedKind::Program),
        (b"MZ", DetectedKind::Program),
        (b"#!/", DetectedKind::Program),
        (b"\x1A\x45\xDF\xA3", DetectedKind::Video),
        (b"ID3", DetectedKind::Video),
        (b"BM", DetectedKind::Bmp),
    ];
    if bytes.starts_with(b"PK\x03\x04") || bytes.starts_with(b"PK\x05\x06") {
        return Some(zip_kind(bytes));
    }
    if bytes.starts_with(b"RIFF") {
        return Some(if bytes.get(8..12) == Some(b"WEBP".as_slice()) {
            DetectedKind::Webp
        } else {
            DetectedKind::Video
        });
    }
    if bytes.get(4..8) == Some(b"ftyp".as_slice()) {
        let heif: [&[u8]; 10] =
            [b"heic", b"heix", b"hevc", b"heim", b"heis", b"mif1", b"msf1", b"avif", b"avis", b"mif2"];
        let brand = bytes.get(8..12).unwrap_or_default();
        return Some(if heif.contains(&brand) { DetectedKind::Heic } else { DetectedKind::Video });
    }
    let (_, kind) = table.iter().find(|(magic, _)| bytes.starts_with(magic))?;
    Some(*kind)
}

/// Office and OFD documents are ZIP archives whose first entries give them away.
fn zip_kind(bytes: &[u8]) -> DetectedKind {
    let head = &bytes[..bytes.len().min(4096)];
    let has = |needle: &[u8]| head.windows(needle.len()).any(|part| part == needle);
    if has(b"OFD.xml") {
        DetectedKind::Ofd
    } else if has(b"[Content_Types].xml") || has(b"word/") || has(b"xl/") || has(b"ppt/") {
        DetectedKind::Ooxml
    } else {
        DetectedKind::Zip
    }
}

/// Markup after an optional byte-order mark and white space, in the manner of the WHATWG
/// "MIME Sniffing" standard, section 7.1.
fn looks_like_markup(bytes: &[u8]) -> bool {
    let text = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes);
    let start = text.iter().take(512).position(|byte| !byte.is_ascii_whitespace()).unwrap_or(0);
    let text = &text[start..];
    let tags: [&[u8]; 17] = [
        b"<!doctype",
        b"<html",
        b"<head",
        b"<body",
        b"<script",
        b"<iframe",
        b"<h1",
        b"<div",
        b"<font",
        b"<table",
        b"<a ",
        b"<style",
        b"<title",
        b"<svg",
        b"<?xml",
        b"<!--",
        b"<?php",
    ];
    tags.iter().any(|tag| text.get(..tag.len()).is_some_and(|head| head.eq_ignore_ascii_case(tag)))
}

/// A note when the file's extension or declared type names another kind than its content has.
pub(crate) fn mismatch(name: &str, declared: Option<&str>, kind: Kind) -> Option<Finding> {
    let by_name = extension(name).filter(|ext| !fits_extension(ext, kind));
    let by_type = declared
        .map(|declared| declared.split(';').next().unwrap_or_default().trim())
        .filter(|declared| !fits_type(declared, kind));
    if by_name.is_none() && by_type.is_none() {
        return None;
    }
    Some(
        Finding::new(Code::NameMismatch, Level::Note)
            .with("found", kind.as_str())
            .with("name_says", by_name.unwrap_or_default()),
    )
}

fn fits_extension(ext: &str, kind: Kind) -> bool {
    match kind {
        Kind::Jpeg => matches!(ext, "jpg" | "jpeg" | "jpe" | "jfif"),
        Kind::Png => ext == "png",
        Kind::Pdf => ext == "pdf",
    }
}

fn fits_type(declared: &str, kind: Kind) -> bool {
    let known = [kind.media_type(), "", "application/octet-stream"];
    known.iter().any(|known| declared.eq_ignore_ascii_case(known))
        || (kind == Kind::Jpeg && ["image/jpg", "image/pjpeg"].iter().any(|known| declared.eq_ignore_ascii_case(known)))
        || (kind == Kind::Pdf && declared.eq_ignore_ascii_case("application/x-pdf"))
}
