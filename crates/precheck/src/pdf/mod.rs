//! PDF (ISO 32000): pages, passwords, active content, damage.
//!
//! The file is read by a loader of our own that ignores the cross-reference table and takes the
//! objects in file order, the last version of each. A hostile file can steer a reader through its
//! cross-reference table into deep recursion or endless work; a single pass with fixed budgets for
//! nesting, objects, parsed bytes and inflated bytes cannot be steered. lopdf supplies the object
//! model and the security handlers.

mod active;
mod bounds;
mod content;
mod filters;
mod inflate;
mod load;
mod lock;
mod pages;
mod parse;
mod scan;
mod text;

pub(crate) use bounds::expanded_within;
pub(crate) use text::numbers;

use crate::detect::{PDF_HEADER_WINDOW, pdf_header};
use crate::hidden;
use crate::input::Input;
use crate::types::{Code, Finding, Level, Limits, Report};
use load::Loaded;
use lock::Lock;

/// Checks a PDF and adds what it finds to the report.
pub(crate) fn check(bytes: &Input, limits: &Limits, report: &mut Report) {
    let broken = |why: &str| Finding::new(Code::PdfBroken, Level::MustFix).with("why", why);
    let too_complex = || Finding::new(Code::PdfTooComplex, Level::MustFix);
    let head = bytes.slice(0, PDF_HEADER_WINDOW);
    let start = pdf_header(&head).unwrap_or(0);
    let before = head[..start].strip_prefix(b"\xEF\xBB\xBF").unwrap_or(&head[..start]);
    if !before.iter().all(u8::is_ascii_whitespace) {
        report.push(Finding::new(Code::HiddenContent, Level::Advice).with("where", "before"));
    }
    let end = end_marker(bytes);
    if hidden::is_also_archive(bytes, end.unwrap_or(bytes.len())) {
        report.push(Finding::new(Code::HiddenContent, Level::MustFix).with("where", "after"));
        return;
    }
    let document = bytes.skip(start);
    let Ok(mut loaded) = Loaded::scan(&document) else {
        report.push(too_complex());
        return;
    };
    // Objects behind the last end marker: an update or a linearised file that was cut off.
    let whole = end.is_some_and(|end| loaded.last_object < end.saturating_sub(start));
    if !whole {
        report.push(broken("cut_off"));
        return;
    }
    let lock = lock::open(&loaded);
    if matches!(lock, Lock::NeedsPassword) {
        report.push(Finding::new(Code::PdfEncrypted, Level::MustFix));
        return;
    }
    if matches!(lock, Lock::Opened(_)) {
        report.push(Finding::new(Code::PdfRestricted, Level::Advice));
    }
    if loaded.expand(&lock).is_err() {
        report.push(too_complex());
        return;
    }
    judge(&loaded, &lock, limits, report);
}

/// Pages and active content of a file that could be opened.
fn judge(loaded: &Loaded, lock: &Lock, limits: &Limits, report: &mut Report) {
    let broken = |why: &str| Finding::new(Code::PdfBroken, Level::MustFix).with("why", why);
    let Some(catalog) = loaded.catalog() else {
        report.push(broken("no_catalog"));
        return;
    };
    let pages = pages::collect(loaded, catalog);
    let found = u32::try_from(pages.found.len()).unwrap_or(u32::MAX);
    report.pages = Some(found);
    if pages.lost > 0 {
        report.push(broken("pages_lost"));
    } else if found == 0 {
        report.push(Finding::new(Code::PdfNoPages, Level::MustFix));
    } else if found > limits.max_pdf_pages {
        report.push(
            Finding::new(Code::PdfTooManyPages, Level::MustFix)
                .with("pages", found.to_string())
                .with("max_pages", limits.max_pdf_pages.to_string()),
        );
    }
    let active = active::search(loaded);
    if let Some(what) = active.hostile {
        report.push(Finding::new(Code::PdfActiveContent, Level::MustFix).with("what", what));
    }
    if active.attachment {
        report.push(Finding::new(Code::PdfAttachment, Level::Note));
    }
    if !report.must_fix() {
        scan::judge(loaded, lock, &pages.found, report);
    }
}

/// Position of the last `%%EOF`; for files that lack only that, of the `startxref` with its number
/// right at the end. `None`: the end of the file is missing.
fn end_marker(bytes: &Input) -> Option<usize> {
    bytes.find_last(0, b"%%EOF").or_else(|| {
        let at = bytes.find_last(bytes.len().saturating_sub(64), b"startxref")?;
        let rest = bytes.slice(at + 9, bytes.len());
        rest.trim_ascii().first().is_some_and(u8::is_ascii_digit).then_some(at)
    })
}
