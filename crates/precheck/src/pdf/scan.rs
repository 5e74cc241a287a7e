//! Pages on which nothing is to be seen, and scans too coarse to be read.

use super::content::{self, IDENTITY, Matrix, Painted, UNIT};
use super::inflate;
use super::load::Loaded;
use super::lock::Lock;
use super::pages::Page;
use super::parse::Budget;
use crate::jpeg;
use crate::quality;
use crate::small::Luma;
use crate::types::{Code, Finding, Level, Report};
use lopdf::{Dictionary, Object};

/// Pages that are looked at, from the first.
const MOST_PAGES: usize = 200;
/// Largest content stream and largest packed picture that are looked into, in bytes.
const MOST_CONTENT: usize = 2 * 1024 * 1024;
const MOST_PICTURE: usize = 2 * 1024 * 1024;
/// Pixels of pictures that are unpacked for a file altogether.
const MOST_PIXELS: u64 = 40_000_000;
/// A JPEG of an empty page packs to less than a byte for so many pixels; others are not unpacked.
const BLANK_PACKS: u64 = 16;
/// Deepest nesting of forms within forms.
const MOST_NESTED: u32 = 4;
/// Dots per inch below which print of ordinary size can hardly be read.
const LEAST_DPI: i64 = 120;
/// A scan covers so much of its page, in percent.
const COVERS: i64 = 60;
/// Longer side of a page that is still taken at its word, in points: A4 and a bit. Larger ones are
/// photographs on a page of as many points as they have pixels; they are printed on A4.
const LONGEST: i64 = 1000;
const A4_LONG: i64 = 842;
/// Longest side of a page in points: readers refuse more (annex C.2 has 14 400).
const LONGEST_SIDE: i64 = 20_000;
/// Page numbers named in a finding.
const NAMED: usize = 5;

/// What is left to spend.
struct Purse {
    budget: Budget,
    content: usize,
    pixels: u64,
}

/// What a page shows.
enum Shown {
    Nothing,
    /// One picture and nothing else; its transformation.
    Picture(u32, Matrix),
    Something,
}

/// Adds what is found on the pages to the report.
pub(super) fn judge(loaded: &Loaded, lock: &Lock, pages: &[Page], report: &mut Report) {
    let mut purse = Purse { budget: Budget::for_pages(), content: 16 * MOST_CONTENT, pixels: MOST_PIXELS };
    let (mut blank, mut coarse) = (Vec::new(), Vec::new());
    let mut lowest = i64::MAX;
    for (number, page) in (1_u32..).zip(pages.iter().take(MOST_PAGES)) {
        match shown(loaded, lock, page, &mut purse) {
            Shown::Something => {}
            Shown::Nothing => blank.push(number),
            Shown::Picture(picture, matrix) => {
                if is_blank(loaded, lock, picture, &mut purse) {
                    blank.push(number);
                } else if let Some(dots) = dots_per_inch(loaded, page, picture, matrix)
                    && dots < LEAST_DPI
                {
                    coarse.push(number);
                    lowest = lowest.min(dots);
                }
            }
        }
    }
    let named = |numbers: &[u32]| {
        let numbers: Vec<String> = numbers.iter().take(NAMED).map(u32::to_string).collect();
        numbers.join(",")
    };
    if !blank.is_empty() {
        // The back of a sheet is often empty; a file of nothing else is a mistake.
        let level = if blank.len() == pages.len() { Level::Advice } else { Level::Note };
        report.push(Finding::new(Code::PdfBlankPage, level).with("at", named(&blank)));
    }
    if !coarse.is_empty() {
        report.push(
            Finding::new(Code::PdfScanCoarse, Level::Advice).with("at", named(&coarse)).with("dpi", lowest.to_string()),
        );
    }
}

fn shown(loaded: &Loaded, lock: &Lock, page: &Page, purse: &mut Purse) -> Shown {
    // What stands on notes and in form fields is drawn elsewhere.
    let notes = page.dict.get(b"Annots").map(|notes| loaded.resolve(notes));
    if notes.is_ok_and(|notes| !notes.is_null() && notes.as_array().is_ok_and(|list| !list.is_empty())) {
        return Shown::Something;
    }
    let parts: Vec<&Object> = match page.dict.get(b"Contents") {
        Err(_) => Vec::new(),
        Ok(contents) => match loaded.resolve(contents) {
            Object::Array(parts) => parts.iter().collect(),
            Object::Null => Vec::new(),
            _ => vec![contents],
        },
    };
    let mut data = Vec::new();
    for part in parts {
        let Some(plain) = plain(loaded, lock, part, purse) else {
            return Shown::Something;
        };
        data.extend(plain);
        data.push(b'\n');
    }
    let mut pictures = Vec::new();
    let resources = page.resources.and_then(|resources| loaded.resolve(resources).as_dict().ok());
    if !only_pictures(loaded, lock, &data, resources, (IDENTITY, 0), purse, &mut pictures) {
        return Shown::Something;
    }
    match pictures[..] {
        [] => Shown::Nothing,
        [(picture, matrix)] => Shown::Picture(picture, matrix),
        _ => Shown::Something,
    }
}

/// A content stream without its filters; `None` when it cannot be read or costs too much.
fn plain(loaded: &Loaded, lock: &Lock, part: &Object, purse: &mut Purse) -> Option<Vec<u8>> {
    let (number, _) = part.as_reference().ok()?;
    let stream = loaded.stream(number, MOST_CONTENT.min(purse.content), lock)?;
    // What is read is paid for as well as what it unpacks to: one stream may be named many times.
    purse.content = purse.content.checked_sub(stream.content.len())?;
    let plain = inflate::plain(&stream, &mut purse.budget).ok()?;
    purse.content = purse.content.checked_sub(plain.len())?;
    Some(plain)
}

/// Collects the pictures a stream paints; false when it paints anything else, or too many.
fn only_pictures(
    loaded: &Loaded,
    lock: &Lock,
    data: &[u8],
    resources: Option<&Dictionary>,
    (matrix, depth): (Matrix, u32),
    purse: &mut Purse,
    pictures: &mut Vec<(u32, Matrix)>,
) -> bool {
    let mut objects = Vec::new();
    let mut only = true;
    content::run(data, matrix, &mut |painted| {
        match painted {
            Painted::Object(name, matrix) if objects.len() < 2 => objects.push((name, matrix)),
            _ => only = false,
        }
        only
    });
    if !only {
        return false;
    }
    let named = resources.and_then(|r| loaded.resolve(r.get(b"XObject").ok()?).as_dict().ok());
    for (name, matrix) in objects {
        let Some((number, dict)) = named.and_then(|named| {
            let (number, _) = named.get(&name).ok()?.as_reference().ok()?;
            Some((number, loaded.get(number)?.as_dict().ok()?))
        }) else {
            return false;
        };
        let kind = dict.get(b"Subtype").and_then(Object::as_name).unwrap_or_default();
        if kind == b"Image" {
            pictures.push((number, matrix));
        } else if kind == b"Form" && depth < MOST_NESTED && !dict.has(b"Matrix") {
            let Some(data) = plain(loaded, lock, &Object::Reference((number, 0)), purse) else {
                return false;
            };
            let own = dict.get(b"Resources").ok().and_then(|own| loaded.resolve(own).as_dict().ok());
            let inner = own.or(resources);
            if !only_pictures(loaded, lock, &data, inner, (matrix, depth + 1), purse, pictures) {
                return false;
            }
        } else {
            return false;
        }
        if pictures.len() > 1 {
            return false;
        }
    }
    true
}

fn whole(loaded: &Loaded, dict: &Dictionary, key: &[u8]) -> Option<i64> {
    loaded.resolve(dict.get(key).ok()?).as_i64().ok()
}

fn size(loaded: &Loaded, dict: &Dictionary) -> Option<(u32, u32)> {
    let side = |key: &[u8]| u32::try_from(whole(loaded, dict, key)?).ok().filter(|side| (1..=100_000).contains(side));
    Some((side(b"Width")?, side(b"Height")?))
}

/// Dots per inch of a picture that covers its page.
fn dots_per_inch(loaded: &Loaded, page: &Page, picture: u32, matrix: Matrix) -> Option<i64> {
    let (width, height) = size(loaded, loaded.get(picture)?.as_dict().ok()?)?;
    let Object::Array(corners) = loaded.resolve(page.media_box?) else {
        return None;
    };
    let corner = |at: usize| loaded.resolve(corners.get(at)?).as_i64().ok();
    let side = |from: usize, to: usize| {
        corner(to)?.checked_sub(corner(from)?)?.checked_abs().filter(|side| (1..=LONGEST_SIDE).contains(side))
    };
    let (wide, high) = (side(0, 2)?, side(1, 3)?);
    let length = |a: i64, b: i64| {
        let square = i128::from(a) * i128::from(a) + i128::from(b) * i128::from(b);
        i64::try_from(square.isqrt() / i128::from(UNIT)).ok().filter(|length| (1..=LONGEST_SIDE).contains(length))
    };
    let (across, down) = (length(matrix[0], matrix[1])?, length(matrix[2], matrix[3])?);
    if across * down * 100 < wide * high * COVERS || page.dict.has(b"UserUnit") {
        return None;
    }
    let dots = (i64::from(width) * 72 / across).min(i64::from(height) * 72 / down);
    let long = wide.max(high);
    Some(if long > LONGEST { dots * long / A4_LONG } else { dots })
}

/// Whether a picture is of one brightness; false when that cannot be told cheaply.
fn is_blank(loaded: &Loaded, lock: &Lock, picture: u32, purse: &mut Purse) -> bool {
    one_brightness(loaded, lock, picture, purse).unwrap_or(false)
}

fn one_brightness(loaded: &Loaded, lock: &Lock, picture: u32, purse: &mut Purse) -> Option<bool> {
    let dict = loaded.get(picture)?.as_dict().ok()?;
    let (width, height) = size(loaded, dict)?;
    let pixels = u64::from(width) * u64::from(height);
    if dict.has(b"SMask") || dict.has(b"Mask") {
        return None;
    }
    let stream = loaded.stream(picture, MOST_PICTURE, lock)?;
    purse.pixels = purse.pixels.checked_sub(pixels.max(1))?;
    let filter = match loaded.resolve(dict.get(b"Filter").ok()?) {
        Object::Name(name) => name,
        Object::Array(names) => match names.as_slice() {
            [Object::Name(name)] => name,
            _ => return None,
        },
        _ => return None,
    };
    if filter == b"DCTDecode" {
        if stream.content.len() as u64 * BLANK_PACKS > pixels + 4096 {
            return None;
        }
        return jpeg::luma_of_size(&stream.content, (width, height)).map(|luma| quality::is_blank(&luma));
    }
    let plain = inflate::plain(&stream, &mut purse.budget).ok()?;
    let colours = loaded.resolve(dict.get(b"ColorSpace").ok()?).as_name().ok()?;
    match (whole(loaded, dict, b"BitsPerComponent")?, colours) {
        (1, _) => Some(plain.iter().all(|byte| *byte == 0) || plain.iter().all(|byte| *byte == 0xFF)),
        (8, b"DeviceGray") => Luma::new(width, height, plain).map(|luma| quality::is_blank(&luma)),
        (8, b"DeviceRGB") => {
            let grey = plain.chunks_exact(3).map(|p| quality::grey(p[0], p[1], p[2])).collect();
            Luma::new(width, height, grey).map(|luma| quality::is_blank(&luma))
        }
        _ => None,
    }
}
