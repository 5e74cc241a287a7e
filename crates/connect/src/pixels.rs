//! Pictures as pixels: decoded within bounds, turned, cut, put on white paper.

use std::io::Cursor;

use image::{DynamicImage, ImageDecoder, ImageFormat, ImageReader, Limits, Rgb, RgbImage, metadata::Orientation};
use service::ports::preview::{Arranged, Kind};

/// The pre-check's limit for the longer side, in pixels.
const MAX_SIDE: u32 = 12_000;
/// Most memory that one decoded picture may take, in bytes: 50 megapixels in colour, with room.
const MAX_MEMORY: u64 = 256 << 20;

/// The format of a kind of picture; none for a document.
pub(crate) fn format_of(kind: Kind) -> Option<ImageFormat> {
    match kind {
        Kind::Jpeg => Some(ImageFormat::Jpeg),
        Kind::Png => Some(ImageFormat::Png),
        Kind::Pdf => None,
    }
}

/// A picture as it is stored, and how the camera was held; none when it is broken or too big.
pub(crate) fn decode(content: &[u8], format: ImageFormat) -> Option<(DynamicImage, Orientation)> {
    let mut limits = Limits::no_limits();
    limits.max_image_width = Some(MAX_SIDE);
    limits.max_image_height = Some(MAX_SIDE);
    limits.max_alloc = Some(MAX_MEMORY);
    let mut reader = ImageReader::with_format(Cursor::new(content), format);
    reader.limits(limits);
    let mut decoder = reader.into_decoder().ok()?;
    let orientation = decoder.orientation().unwrap_or(Orientation::NoTransforms);
    if decoder.total_bytes() > MAX_MEMORY {
        return None;
    }
    Some((DynamicImage::from_decoder(decoder).ok()?, orientation))
}

/// How the camera was held, without decoding.
pub(crate) fn orientation(content: &[u8], format: ImageFormat) -> Option<Orientation> {
    let mut decoder = ImageReader::with_format(Cursor::new(content), format).into_decoder().ok()?;
    Some(decoder.orientation().unwrap_or(Orientation::NoTransforms))
}

/// Upright as the camera noted, then as its owner has turned and cut it.
pub(crate) fn arranged(mut picture: DynamicImage, orientation: Orientation, how: Arranged) -> DynamicImage {
    picture.apply_orientation(orientation);
    let picture = turned(picture, how.turn);
    if how.crop.is_whole() {
        return picture;
    }
    let (x, y, width, height) = how.crop.area(picture.width(), picture.height());
    picture.crop_imm(x, y, width, height)
}

/// Turned clockwise by quarters.
pub(crate) fn turned(picture: DynamicImage, quarters: u8) -> DynamicImage {
    match quarters % 4 {
        1 => picture.rotate90(),
        2 => picture.rotate180(),
        3 => picture.rotate270(),
        _ => picture,
    }
}

/// Never larger than so many pixels a side, and never enlarged.
pub(crate) fn fitted(picture: DynamicImage, edge: u32) -> DynamicImage {
    let too_big = picture.width().max(picture.height()) > edge;
    if too_big { picture.thumbnail(edge, edge) } else { picture }
}

/// JPEG knows no transparency: what shines through is paper.
pub(crate) fn on_white(picture: &DynamicImage) -> RgbImage {
    if !picture.color().has_alpha() {
        return picture.to_rgb8();
    }
    let seen = picture.to_rgba8();
    RgbImage::from_fn(seen.width(), seen.height(), |x, y| {
        let [red, green, blue, alpha] = seen.get_pixel(x, y).0;
        let mix = |colour: u8| {
            let mixed = (u16::from(colour) * u16::from(alpha) + 255 * (255 - u16::from(alpha))) / 255;
            u8::try_from(mixed).unwrap_or(u8::MAX)
        };
        Rgb([mix(red), mix(green), mix(blue)])
    })
}
