//! Looking into a file before it counts (完整性预检).
//!
//! Pure functions over bytes: no clock, no randomness, no threads, integer arithmetic only, so that
//! the browser (wasm32) and the server (native) come to the same verdict bit for bit. Only what can
//! be decided exactly is [`Level::MustFix`]; everything judged from pixels is at most
//! [`Level::Advice`], because a person may know better than a threshold.
//!
//! The crate holds no texts. Each [`Code`] has its sentence in the locale files; the table of codes
//! is `docs/precheck-codes.md`.

#[cfg(any(test, feature = "corpus"))]
pub mod corpus;
mod detect;
mod exif;
mod glare;
mod hidden;
mod input;
mod jpeg;
mod likeness;
mod name;
mod outline;
mod pdf;
mod png_file;
mod quality;
mod screenshot;
mod small;
#[cfg(test)]
mod tests;
mod types;

pub use detect::detect;
pub use input::Source;
pub use likeness::{alike, near_duplicate};
pub use name::safe_name;
pub use types::{Aspect, Code, DetectedKind, Finding, Kind, Level, Limits, Report};

use input::Input;
use std::panic::AssertUnwindSafe;

/// How much of a file tells what it is.
const HEAD: usize = 4096;
/// Largest side of an image that is decoded, in pixels.
pub const MAX_SIDE_PX: u32 = 12_000;
/// Largest area of an image that is decoded, in pixels (50 megapixels).
pub const MAX_PIXELS: u64 = 50_000_000;

/// Largest image file that is decoded, in bytes; a decoder needs it whole.
pub const MAX_IMAGE_BYTES: u64 = 32 * 1024 * 1024;

/// The full check of one file.
///
/// `name` is the file's name as the person's device gave it, `declared_media_type` what the browser
/// or the multipart header claimed (may be absent or empty), `bytes` the whole file.
///
/// Never panics: should a decoder give up on a hostile file in an unforeseen way, the answer is
/// [`crashed`]. The browser's worker gives the same answer when its module traps.
pub fn check(name: &str, declared_media_type: Option<&str>, bytes: &[u8], limits: &Limits) -> Report {
    let input = Input::whole(bytes);
    let attempt = std::panic::catch_unwind(AssertUnwindSafe(|| look(name, declared_media_type, &input, limits)));
    attempt.unwrap_or_else(|_| crashed(name, bytes, bytes.len() as u64, limits))
}

/// The same for a file that is not in memory; documents are read page by page, pictures whole (at
/// most [`MAX_IMAGE_BYTES`]), so memory does not grow with the file.
///
/// Fails only when the source cannot be read.
pub fn check_source(
    name: &str,
    declared_media_type: Option<&str>,
    source: &dyn Source,
    limits: &Limits,
) -> std::io::Result<Report> {
    let input = Input::paged(source);
    let attempt = std::panic::catch_unwind(AssertUnwindSafe(|| look(name, declared_media_type, &input, limits)));
    let report = attempt.unwrap_or_else(|_| crashed(name, &input.slice(0, HEAD), source.size(), limits));
    if input.failed() { Err(std::io::Error::other("the file could not be read")) } else { Ok(report) }
}

/// The verdict for a file on which a decoder gave up without an answer: broken, and nothing else
/// is said about its inside. `first_bytes` and `total_len` as for [`check_head`].
pub fn crashed(name: &str, first_bytes: &[u8], total_len: u64, limits: &Limits) -> Report {
    let mut report = Report::new(detect(first_bytes));
    report.findings = check_head(name, first_bytes, total_len, limits);
    let code = if report.kind == DetectedKind::Pdf { Code::PdfBroken } else { Code::ImageBroken };
    if report.kind.accepted().is_some() {
        report.push(Finding::new(code, Level::MustFix).with("why", "unreadable"));
    }
    report
}

/// What can be said before the whole file has been read: empty, too big, not a kind we take.
///
/// `first_bytes` should be at least the first 4 KiB (all, if the file is shorter), `total_len` is
/// the size of the whole file in bytes.
pub fn check_head(name: &str, first_bytes: &[u8], total_len: u64, limits: &Limits) -> Vec<Finding> {
    if total_len == 0 {
        return vec![Finding::new(Code::Empty, Level::MustFix)];
    }
    let mut findings = Vec::new();
    let kind = detect(first_bytes);
    let image = matches!(kind, DetectedKind::Jpeg | DetectedKind::Png);
    let most = if image { limits.max_bytes.min(MAX_IMAGE_BYTES) } else { limits.max_bytes };
    if total_len > most {
        findings.push(
            Finding::new(Code::TooBig, Level::MustFix)
                .with("bytes", total_len.to_string())
                .with("max_bytes", most.to_string()),
        );
    }
    let accepted = kind.accepted().filter(|kind| limits.accepts.contains(kind));
    if accepted.is_none() {
        let code = if kind == DetectedKind::Heic { Code::Heic } else { Code::WrongType };
        let mut wanted = String::new();
        for kind in &limits.accepts {
            if !wanted.is_empty() {
                wanted.push(',');
            }
            wanted.push_str(kind.as_str());
        }
        findings.push(
            Finding::new(code, Level::MustFix)
                .with("found", kind.as_str())
                .with("accepts", wanted)
                .with("name_says", name::extension(name).unwrap_or_default()),
        );
    }
    findings
}

/// Tells that the same bytes already lie in another slot (同一文件重复上传).
///
/// `digest` is the SHA-256 of this file, `others` pairs of slot name and digest; both in hex, the
/// case of the letters does not matter. The first slot with the same bytes is named.
pub fn same_file(digest: &str, others: &[(&str, &str)]) -> Option<Finding> {
    let (slot, _) = others.iter().find(|(_, other)| !digest.is_empty() && other.eq_ignore_ascii_case(digest))?;
    Some(Finding::new(Code::SameFile, Level::Advice).with("slot", *slot))
}

/// Whether everything in a PDF, unpacked, stays within `budget` bytes altogether, and every picture in it within 64
/// megapixels: to be asked before a program opens it that unpacks without end. False also for what nobody can bound.
pub fn expanded_within(pdf: &[u8], budget: usize) -> bool {
    pdf::expanded_within(pdf, budget)
}

/// Words of eighteen letters and digits in the text of a PDF, in capitals: what may be a 居民身份证号 or a
/// 统一社会信用代码. Read from the text layer only, never from pictures or codes printed on the page; none where the
/// file is no PDF, or cannot be read. They are personal data: not for a report, which is kept in the clear.
pub fn numbers_in_text(source: &dyn Source) -> Vec<String> {
    let input = Input::paged(source);
    std::panic::catch_unwind(AssertUnwindSafe(|| pdf::numbers(&input))).unwrap_or_default()
}

fn look(name: &str, declared: Option<&str>, input: &Input, limits: &Limits) -> Report {
    let head = input.slice(0, HEAD);
    let mut report = Report::new(detect(&head));
    report.findings = check_head(name, &head, input.len() as u64, limits);
    // A file that is not wanted anyway is not decoded: less work, less attack surface.
    if !report.findings.is_empty() {
        return report;
    }
    if let Some(kind) = report.kind.accepted() {
        if let Some(finding) = detect::mismatch(name, declared, kind) {
            report.push(finding);
        }
        match kind {
            Kind::Jpeg => jpeg::check(&input.all(), limits, &mut report),
            Kind::Png => png_file::check(&input.all(), limits, &mut report),
            Kind::Pdf => pdf::check(input, limits, &mut report),
        }
    }
    report
}

/// Checks shared by both image kinds before any pixel is decoded. Returns whether to go on.
fn image_size_ok(width: u32, height: u32, limits: &Limits, report: &mut Report) -> bool {
    report.width = Some(width);
    report.height = Some(height);
    if width == 0 || height == 0 {
        report.push(Finding::new(Code::ImageBroken, Level::MustFix).with("why", "no_pixels"));
        return false;
    }
    let pixels = u64::from(width) * u64::from(height);
    if width > MAX_SIDE_PX || height > MAX_SIDE_PX || pixels > MAX_PIXELS {
        report.push(
            Finding::new(Code::ImageTooManyPixels, Level::MustFix)
                .with("width", width.to_string())
                .with("height", height.to_string()),
        );
        return false;
    }
    if width.max(height) < limits.min_long_edge_px {
        report.push(
            Finding::new(Code::ResolutionLow, Level::Advice)
                .with("long_edge", width.max(height).to_string())
                .with("min_long_edge", limits.min_long_edge_px.to_string()),
        );
    }
    // As it is shown: a quarter turn changes the sides.
    let (across, down) = if report.rotation % 180 == 90 { (height, width) } else { (width, height) };
    if let Some(aspect) = limits.aspect.filter(|aspect| !aspect.fits(across, down)) {
        report.push(
            Finding::new(Code::AspectOff, Level::Advice)
                .with("width", across.to_string())
                .with("height", down.to_string())
                .with("aspect", aspect.to_string()),
        );
    }
    true
}
