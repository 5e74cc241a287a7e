//! JPEG: structure first (size, completeness, EXIF), then the luma plane.

use crate::exif;
use crate::input::Input;
use crate::quality::{self, Origin};
use crate::small::Luma;
use crate::types::{Code, Finding, Level, Limits, Report};
use crate::{hidden, image_size_ok};
use zune_jpeg::JpegDecoder;
use zune_jpeg::zune_core::bytestream::ZCursor;
use zune_jpeg::zune_core::colorspace::ColorSpace;
use zune_jpeg::zune_core::options::DecoderOptions;

/// More scans than any real progressive file has; each costs a pass over the picture.
const MAX_SCANS: usize = 64;

/// What the markers tell (ITU-T T.81 annex B).
#[derive(Debug, Default)]
struct Outline {
    width: u32,
    height: u32,
    origin: Origin,
    /// Position just behind the end-of-image marker; `None` when it is missing.
    end: Option<usize>,
}

/// Checks a JPEG and adds what it finds to the report.
pub(crate) fn check(bytes: &[u8], limits: &Limits, report: &mut Report) {
    let broken = |why: &str| Finding::new(Code::ImageBroken, Level::MustFix).with("why", why);
    let Some(outline) = outline(bytes) else {
        report.push(broken("damaged"));
        return;
    };
    report.rotation = outline.origin.orientation.rotation;
    report.mirrored = outline.origin.orientation.mirrored;
    if !image_size_ok(outline.width, outline.height, limits, report) {
        return;
    }
    let Some(end) = outline.end else {
        report.push(broken("cut_off"));
        return;
    };
    if hidden::is_also_archive(&Input::whole(bytes), end) {
        report.push(Finding::new(Code::HiddenContent, Level::MustFix).with("where", "after"));
        return;
    }
    match luma(bytes) {
        Some(luma) if luma.width == outline.width && luma.height == outline.height => {
            quality::judge(&luma, outline.origin, limits, report);
        }
        _ => report.push(broken("damaged")),
    }
}

/// The brightness of a JPEG that must be of this size; a larger one is not decoded.
pub(crate) fn luma_of_size(bytes: &[u8], size: (u32, u32)) -> Option<Luma> {
    let outline = outline(bytes)?;
    ((outline.width, outline.height) == size).then(|| luma(bytes))?
}

/// Walks the markers without decoding. `None`: no frame header, or the chain is broken before it.
fn outline(bytes: &[u8]) -> Option<Outline> {
    let mut found = Outline::default();
    let mut at = 2;
    let mut framed = false;
    loop {
        let Some(marker) = next_marker(bytes, &mut at) else {
            return framed.then_some(found);
        };
        match marker {
            0xD9 => {
                found.end = Some(at);
                return framed.then_some(found);
            }
            0x01 | 0xD0..=0xD8 => {}
            _ => {
                let Some(body) = segment(bytes, at) else {
                    return framed.then_some(found);
                };
                match marker {
                    0xC0..=0xC3 | 0xC5..=0xC7 | 0xC9..=0xCB | 0xCD..=0xCF if !framed => {
                        found.height = u32::from(u16::from_be_bytes([*body.get(1)?, *body.get(2)?]));
                        found.width = u32::from(u16::from_be_bytes([*body.get(3)?, *body.get(4)?]));
                        framed = true;
                    }
                    0xE1 => {
                        if let Some(tiff) = body.strip_prefix(b"Exif\0\0") {
                            found.origin =
                                Origin { orientation: exif::orientation(tiff), camera: exif::is_from_camera(tiff) };
                        }
                    }
                    _ => {}
                }
                at += body.len() + 2;
            }
        }
    }
}

/// Moves behind the next marker. Entropy-coded data holds `FF 00` and restart markers, which are
/// passed over like data.
fn next_marker(bytes: &[u8], at: &mut usize) -> Option<u8> {
    loop {
        let rest = bytes.get(*at..)?;
        let start = rest.iter().position(|byte| *byte == 0xFF)?;
        let mut pos = *at + start + 1;
        while *bytes.get(pos)? == 0xFF {
            pos += 1;
        }
        *at = pos + 1;
        let marker = bytes[pos];
        if marker != 0 {
            return Some(marker);
        }
    }
}

/// The body of the segment whose length field is at `at`.
fn segment(bytes: &[u8], at: usize) -> Option<&[u8]> {
    let length = usize::from(u16::from_be_bytes([*bytes.get(at)?, *bytes.get(at + 1)?]));
    bytes.get(at + 2..at + length.max(2))
}

/// Decodes the brightness only. Vector instructions are switched off: they are not the same on all
/// machines, and the verdict has to be.
fn luma(bytes: &[u8]) -> Option<Luma> {
    let side = usize::try_from(crate::MAX_SIDE_PX).ok()?;
    let options = DecoderOptions::default()
        .set_use_unsafe(false)
        .set_strict_mode(false)
        .set_max_width(side)
        .set_max_height(side)
        .jpeg_set_max_scans(MAX_SCANS);
    let mut decoder = JpegDecoder::new_with_options(ZCursor::new(bytes), options);
    decoder.decode_headers().ok()?;
    let wanted = match decoder.input_colorspace()? {
        ColorSpace::Luma | ColorSpace::YCbCr => ColorSpace::Luma,
        _ => ColorSpace::RGB,
    };
    decoder.set_options(options.jpeg_set_out_colorspace(wanted));
    let (width, height) = decoder.dimensions()?;
    let data = decoder.decode().ok()?;
    let data = if wanted == ColorSpace::RGB {
        data.chunks_exact(3).map(|p| quality::grey(p[0], p[1], p[2])).collect()
    } else {
        data
    };
    Luma::new(u32::try_from(width).ok()?, u32::try_from(height).ok()?, data)
}
