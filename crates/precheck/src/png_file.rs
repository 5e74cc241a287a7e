//! PNG: chunk chain first (size, completeness, EXIF), then the luma plane row by row.

use crate::exif;
use crate::input::Input;
use crate::quality::{self, Origin};
use crate::small::Luma;
use crate::types::{Code, Finding, Level, Limits, Report};
use crate::{hidden, image_size_ok};
use png::{ColorType, Decoder, Transformations};
use std::io::Cursor;

/// What the decoder may hold besides the picture itself, in bytes.
const DECODER_BYTES: usize = 64 * 1024 * 1024;

/// Checks a PNG and adds what it finds to the report.
pub(crate) fn check(bytes: &[u8], limits: &Limits, report: &mut Report) {
    let broken = |why: &str| Finding::new(Code::ImageBroken, Level::MustFix).with("why", why);
    let Some((width, height)) = header(bytes) else {
        report.push(broken("damaged"));
        return;
    };
    let (end, origin) = chunks(bytes);
    report.rotation = origin.orientation.rotation;
    report.mirrored = origin.orientation.mirrored;
    if !image_size_ok(width, height, limits, report) {
        return;
    }
    let Some(end) = end else {
        report.push(broken("cut_off"));
        return;
    };
    if hidden::is_also_archive(&Input::whole(bytes), end) {
        report.push(Finding::new(Code::HiddenContent, Level::MustFix).with("where", "after"));
        return;
    }
    match luma(bytes, width, height) {
        Some(luma) => quality::judge(&luma, origin, limits, report),
        None => report.push(broken("damaged")),
    }
}

/// Width and height from the IHDR chunk, which must come first (PNG, 11.2.1).
fn header(bytes: &[u8]) -> Option<(u32, u32)> {
    if bytes.get(12..16)? != b"IHDR" {
        return None;
    }
    let number = |at: usize| Some(u32::from_be_bytes(bytes.get(at..at + 4)?.try_into().ok()?));
    Some((number(16)?, number(20)?))
}

/// Walks the chunks: position behind IEND (`None` when missing) and the origin.
fn chunks(bytes: &[u8]) -> (Option<usize>, Origin) {
    let mut origin = Origin::default();
    let mut at = 8_usize;
    while let Some(head) = bytes.get(at..at.saturating_add(8)) {
        let length = u32::from_be_bytes([head[0], head[1], head[2], head[3]]);
        let Some(end) = usize::try_from(length)
            .ok()
            .and_then(|length| at.checked_add(length)?.checked_add(12))
            .filter(|end| *end <= bytes.len())
        else {
            break;
        };
        match &head[4..] {
            b"IEND" => return (Some(end), origin),
            b"eXIf" => {
                let tiff = &bytes[at + 8..end - 4];
                origin = Origin { orientation: exif::orientation(tiff), camera: exif::is_from_camera(tiff) };
            }
            _ => {}
        }
        at = end;
    }
    (None, origin)
}

fn luma(bytes: &[u8], width: u32, height: u32) -> Option<Luma> {
    let limits = png::Limits { bytes: DECODER_BYTES };
    let mut decoder = Decoder::new_with_limits(Cursor::new(bytes), limits);
    decoder.set_transformations(Transformations::EXPAND | Transformations::STRIP_16);
    decoder.set_ignore_text_chunk(true);
    decoder.set_ignore_iccp_chunk(true);
    let mut reader = decoder.read_info().ok()?;
    let (color, _) = reader.output_color_type();
    let pixels = usize::try_from(u64::from(width) * u64::from(height)).ok()?;
    let mut data = Vec::with_capacity(pixels);
    if reader.info().interlaced {
        let mut frame = vec![0; reader.output_buffer_size()?];
        let used = reader.next_frame(&mut frame).ok()?.buffer_size();
        to_grey(frame.get(..used)?, color, &mut data);
    } else {
        for _ in 0..height {
            let row = reader.next_row().ok()??;
            to_grey(row.data(), color, &mut data);
        }
    }
    Luma::new(width, height, data)
}

/// Appends brightness; what is transparent shows the white paper below it.
fn to_grey(pixels: &[u8], color: ColorType, out: &mut Vec<u8>) {
    let on_white = |grey: u8, alpha: u8| {
        let mixed = u32::from(grey) * u32::from(alpha) + 255 * (255 - u32::from(alpha));
        u8::try_from(mixed / 255).unwrap_or(u8::MAX)
    };
    match color {
        ColorType::Grayscale | ColorType::Indexed => out.extend_from_slice(pixels),
        ColorType::GrayscaleAlpha => {
            out.extend(pixels.chunks_exact(2).map(|p| on_white(p[0], p[1])));
        }
        ColorType::Rgb => {
            out.extend(pixels.chunks_exact(3).map(|p| quality::grey(p[0], p[1], p[2])));
        }
        ColorType::Rgba => out.extend(pixels.chunks_exact(4).map(|p| on_white(quality::grey(p[0], p[1], p[2]), p[3]))),
    }
}
