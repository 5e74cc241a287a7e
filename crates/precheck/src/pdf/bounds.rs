//! How large a PDF becomes when a reader unpacks it: every stream with its whole chain of filters (7.4),
//! and the inline images of contents (8.9.7).
//!
//! Every object is looked at that stands anywhere in the bytes, also inside of a stream or behind an object
//! without one: a cross-reference table can lead a reader there. What nobody can bound does not fit.

use super::filters::{self, MOST_PIXELS, Step, Unbounded};
use super::load::{Loaded, stream_end, stream_start};
use super::lock::{self, Lock};
use super::parse::{Budget, Cursor, Stop, is_regular};
use crate::input::Input;
use lopdf::{Dictionary, Object, ObjectId, Stream};
use std::borrow::Cow;

/// So far behind a beginning that cannot be read one looks for the rest of an inline image, in bytes.
const NEAR: usize = 256;

impl From<Stop> for Unbounded {
    fn from(_: Stop) -> Self {
        Self
    }
}

/// Whether everything in the file, unpacked, stays within `budget` bytes altogether.
pub(crate) fn expanded_within(pdf: &[u8], budget: usize) -> bool {
    let input = Input::whole(pdf);
    let Ok(loaded) = Loaded::scan(&input) else { return false };
    let lock = lock::open(&loaded);
    let fits = match &lock {
        Lock::NeedsPassword => false,
        // Nobody but a forger names a lock where no reader would find it.
        Lock::None => input.find(0, b"/Encrypt").is_none(),
        Lock::Opened(_) => true,
    };
    let mut walk = Walk { input: &input, bytes: pdf, lock: &lock, work: Budget::for_file(pdf.len()), left: budget };
    fits && walk.all().is_ok()
}

struct Walk<'a> {
    input: &'a Input<'a>,
    bytes: &'a [u8],
    lock: &'a Lock,
    work: Budget,
    /// Bytes that may still be gained.
    left: usize,
}

impl Walk<'_> {
    fn all(&mut self) -> Result<(), Unbounded> {
        let (input, bytes) = (self.input, self.bytes);
        // Streams without a filter are seen here.
        self.inline(bytes)?;
        let mut from = 0;
        while let Some(at) = input.find(from, b"obj") {
            from = at + 3;
            let mut cursor = Cursor { data: input, at: from, budget: &mut self.work };
            cursor.space()?;
            if !input.starts_with(cursor.at, b"<<") {
                continue;
            }
            let dict = cursor.dictionary(0)?;
            let behind = cursor.at;
            cursor.space()?;
            let proper = Some(cursor.at).filter(|at| input.starts_with(*at, b"stream"));
            picture_fits(&dict)?;
            // With this key the content is another file's, which no reader opens.
            if dict.has(b"F") {
                continue;
            }
            let steps = filters::steps(&dict)?;
            let id = id_before(bytes, at);
            if let Some(keyword) = proper {
                self.stream(id, &dict, &steps, keyword)?;
            }
            // A lenient reader takes the next keyword that comes.
            let lenient = if steps.is_empty() { None } else { input.find(behind, b"stream") };
            if let Some(keyword) = lenient.filter(|found| Some(*found) != proper) {
                self.work.read(keyword - behind)?;
                self.stream(id, &dict, &steps, keyword)?;
            }
        }
        Ok(())
    }

    /// The stream whose keyword stands here.
    fn stream(&mut self, id: ObjectId, dict: &Dictionary, steps: &[Step], keyword: usize) -> Result<(), Unbounded> {
        let start = stream_start(self.input, keyword + b"stream".len()).min(self.bytes.len());
        let data = match self.lock {
            Lock::Opened(state) if !dict.has_type(b"XRef") => {
                let end = stream_end(self.input, start, dict, &mut self.work)?;
                let mut object = Object::Stream(Stream::new(dict.clone(), self.bytes[start..end].to_vec()));
                lopdf::encryption::decrypt_object(state, id, &mut object).map_err(|_| Unbounded)?;
                let Object::Stream(stream) = object else { return Err(Unbounded) };
                Cow::Owned(stream.content)
            }
            // Every filter ends by itself, or it is refused: where a reader takes the end to be does not matter.
            _ if steps.is_empty() => return Ok(()),
            _ => Cow::Borrowed(&self.bytes[start..]),
        };
        match filters::unpack(steps, data, &mut self.left)? {
            Some(plain) => self.inline(&plain),
            None => Ok(()),
        }
    }

    /// The inline images of what may be a content.
    fn inline(&mut self, content: &[u8]) -> Result<(), Unbounded> {
        let input = Input::whole(content);
        let mut from = 0;
        while let Some(at) = input.find(from, b"BI") {
            from = at + 2;
            let glued = |byte: u8| is_regular(byte) && !byte.is_ascii_digit() && byte != b'.';
            let before = at.checked_sub(1).and_then(|place| input.get(place));
            if before.is_some_and(glued) || input.get(from).is_some_and(is_regular) {
                continue;
            }
            let mut cursor = Cursor { data: &input, at: from, budget: &mut self.work };
            cursor.space()?;
            if input.get(cursor.at) != Some(b'/') {
                continue;
            }
            match cursor.inline_dictionary() {
                Ok(dict) => {
                    let start = (cursor.at + 1).min(content.len());
                    picture_fits(&dict)?;
                    let steps = filters::steps_inline(&dict)?;
                    filters::unpack(&steps, Cow::Borrowed(&content[start..]), &mut self.left)?;
                }
                // Noise; but a reader may be more lenient with what looks like one.
                Err(Stop::Syntax) => {
                    let near = &content[from..content.len().min(from + NEAR)];
                    if near.windows(2).any(|pair| pair == b"ID") {
                        return Err(Unbounded);
                    }
                }
                Err(Stop::Budget) => return Err(Unbounded),
            }
        }
        Ok(())
    }
}

/// A side of a picture.
enum Side {
    Missing,
    Known(u64),
    /// Said by another object, of which a reader may know another version.
    Elsewhere,
}

fn side(dict: &Dictionary, long: &[u8], short: &[u8]) -> Side {
    match dict.get(long).or_else(|_| dict.get(short)) {
        Ok(Object::Integer(length)) => Side::Known(u64::try_from(*length).unwrap_or(0)),
        Ok(Object::Reference(_)) => Side::Elsewhere,
        _ => Side::Missing,
    }
}

/// Pictures of every kind: their decoders go by what the dictionary says.
fn picture_fits(dict: &Dictionary) -> Result<(), Unbounded> {
    match (side(dict, b"Width", b"W"), side(dict, b"Height", b"H")) {
        // `W` alone has other meanings, as with fonts.
        (Side::Missing, _) | (_, Side::Missing) => Ok(()),
        (Side::Known(width), Side::Known(height)) if width.saturating_mul(height) <= MOST_PIXELS => Ok(()),
        _ => Err(Unbounded),
    }
}

/// Number and generation in front of `obj`; zeros where there are none.
fn id_before(bytes: &[u8], at: usize) -> ObjectId {
    let (generation, rest) = last_number(&bytes[..at]);
    let (number, _) = last_number(rest);
    (u32::try_from(number).unwrap_or(0), u16::try_from(generation).unwrap_or(0))
}

/// The number at the end, and what stands before it.
fn last_number(bytes: &[u8]) -> (u64, &[u8]) {
    let bytes = bytes.trim_ascii_end();
    let start = bytes.iter().rposition(|byte| !byte.is_ascii_digit()).map_or(0, |place| place + 1);
    // No number of a PDF is longer.
    let start = start.max(bytes.len().saturating_sub(12));
    let value = bytes[start..].iter().fold(0_u64, |value, digit| value * 10 + u64::from(digit - b'0'));
    (value, &bytes[..start])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::corpus::{self, SEED};
    use crate::types::DetectedKind;
    use miniz_oxide::deflate::compress_to_vec_zlib;

    /// One object, a stream with this dictionary and content.
    fn file(dict: &str, content: &[u8]) -> Vec<u8> {
        let mut bytes = format!("%PDF-1.5\n4 0 obj\n<< {dict} /Length {} >>\nstream\n", content.len()).into_bytes();
        bytes.extend(content);
        bytes.extend(b"\nendstream\nendobj\ntrailer << /Root 1 0 R >>\nstartxref\n0\n%%EOF\n");
        bytes
    }

    const MB: usize = 1 << 20;

    #[test]
    fn m3_a_stream_is_bounded_through_its_whole_chain() {
        let flat = compress_to_vec_zlib(&vec![b' '; 8 * MB], 6);
        let twice = compress_to_vec_zlib(&flat, 6);
        let one = file("/Filter /FlateDecode", &flat);
        assert!(expanded_within(&one, 9 * MB) && !expanded_within(&one, 7 * MB));
        let two = file("/Filter [ /Fl /FlateDecode ]", &twice);
        assert!(expanded_within(&two, 9 * MB) && !expanded_within(&two, 7 * MB));
        let hex: Vec<u8> = twice.iter().flat_map(|byte| format!("{byte:02X}").into_bytes()).chain(*b">").collect();
        let three = file("/Filter [ /AHx /Fl /Fl ]", &hex);
        assert!(expanded_within(&three, 9 * MB) && !expanded_within(&three, 7 * MB));
    }

    #[test]
    fn m3_the_smaller_filters_are_bounded() {
        let runs: Vec<u8> = [129, b' '].repeat(10_000).into_iter().chain([128]).collect();
        let runs = file("/Filter /RunLengthDecode", &runs);
        assert!(expanded_within(&runs, 1_280_000) && !expanded_within(&runs, 1_279_999));
        let zeros: Vec<u8> = [b'z'; 1000].into_iter().chain(*b"~>").collect();
        let zeros = file("/Filter /ASCII85Decode", &zeros);
        assert!(expanded_within(&zeros, 4000) && !expanded_within(&zeros, 3999));
        // The example of the standard: ten bytes (7.4.4.2).
        let lzw = file("/Filter /LZWDecode", &[0x80, 0x0B, 0x60, 0x50, 0x22, 0x0C, 0x0C, 0x85, 0x01]);
        assert!(expanded_within(&lzw, 10) && !expanded_within(&lzw, 9));
    }

    #[test]
    fn m3_what_nobody_can_bound_does_not_fit() {
        let flat = compress_to_vec_zlib(b"q Q", 6);
        assert!(expanded_within(&file("/Filter /FlateDecode", &flat), MB));
        for dict in [
            "/Filter 9 0 R",
            "/Filter [ 9 0 R ]",
            "/Filter /JBIG2Decode",
            "/Filter /JPXDecode",
            "/Filter [ /DCTDecode /FlateDecode ]",
            "/Filter /FlateDecode /DecodeParms << /Predictor 12 /Columns 99999999999 >>",
            "/Filter /FlateDecode /DecodeParms 9 0 R",
            "/Filter /DCTDecode /Width 9000 /Height 9000",
            "/Filter /DCTDecode /Width 9 0 R /Height 10",
            "/Filter /CCITTFaxDecode /DecodeParms << /Columns 65000 /Rows 65000 >>",
            "/Width 100000 /Height 100000",
        ] {
            assert!(!expanded_within(&file(dict, &flat), MB), "{dict}");
        }
        // Cut off: how much a lenient reader makes of it, nobody knows.
        assert!(!expanded_within(&file("/Filter /FlateDecode", &flat[..flat.len() - 6]), MB));
    }

    #[test]
    fn m3_nothing_hides_in_a_stream_or_a_content() {
        let bomb = compress_to_vec_zlib(&vec![0; 8 * MB], 6);
        let inner = file("/Filter /FlateDecode", &bomb);
        assert!(!expanded_within(&file("", &inner), MB), "an object inside of a stream");
        let mut picture = b"q\nBI /W 10 /H 10 /BPC 8 /CS /G /F /Fl ID ".to_vec();
        picture.extend(&bomb);
        picture.extend(b"\nEI Q");
        assert!(!expanded_within(&file("", &picture), MB), "an inline image");
        let content = compress_to_vec_zlib(&picture, 6);
        assert!(!expanded_within(&file("/Filter /FlateDecode", &content), MB), "one in a packed content");
        let mut apart = b"%PDF-1.5\n4 0 obj\n<< /Filter /FlateDecode >>\nendobj\n5 0 obj\n<< >>\nstream\n".to_vec();
        apart.extend(&bomb);
        apart.extend(b"\nendstream\nendobj\nstartxref\n0\n%%EOF\n");
        assert!(!expanded_within(&apart, MB), "filters without a stream of their own");
    }

    #[test]
    fn m3_ordinary_files_fit() {
        let mut seen = 0;
        for index in 0..corpus::count() {
            let Some(case) = corpus::case(SEED, index) else { continue };
            let report = crate::check(&case.name, case.media_type, &case.bytes, &case.limits);
            if report.kind == DetectedKind::Pdf && !report.must_fix() {
                assert!(expanded_within(&case.bytes, 256 * MB), "{index} {}", case.name);
                seen += 1;
            }
        }
        assert!(seen > 5, "{seen}");
    }
}
