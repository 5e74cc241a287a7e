//! Pictures, such as a handwritten signature.

use krilla::Data;
use krilla::image::Image;
use service::ports::documents::DocumentError;

use super::blocks::{PADDING, body_look, body_setting, title};
use super::flow::Flow;
use super::fonts::Style;
use super::marks::{Mark, Role, count};
use super::text;

/// Largest size of a picture (signature), points.
const PICTURE: (f32, f32) = (180.0, 72.0);
/// Points per pixel above which a small picture is not enlarged.
const PICTURE_SCALE: f32 = 0.75;
/// Pixels of a picture; more is refused before it is unpacked.
const MOST_PIXELS: u64 = 8_000_000;

/// Draws a picture with its caption before or above it.
pub(super) fn picture(flow: &mut Flow<'_, '_>, png: &[u8], caption: &str) -> Result<(), DocumentError> {
    let refused = |reason: &str| DocumentError::Layout(format!("picture: {reason}"));
    let image = Image::from_png(Data::from(png.to_vec()), false).map_err(|error| refused(&error))?;
    let (width, height) = image.size();
    if u64::from(width) * u64::from(height) > MOST_PIXELS || width == 0 || height == 0 {
        return Err(refused("too large"));
    }
    let side = |pixels: u32| f32::from(u16::try_from(pixels).unwrap_or(u16::MAX));
    let (width, height) = (side(width), side(height));
    let scale = (PICTURE.0 / width).min(PICTURE.1 / height).min(PICTURE_SCALE);
    let (width, height) = (width * scale, height * scale);

    let look = body_look(flow);
    let caption = title(caption);
    let signs = text::measure(&caption, Style::Text, flow.faces)?;
    let beside = text::width(&signs) * look.size + 8.0;
    // A short caption stands before the picture, like 签名：; a long one above it.
    let inline = beside + width <= flow.area.width();
    let setting = body_setting(flow, flow.area.width(), 0.0);
    let lines = text::lines(&caption, setting, flow.faces)?;
    let text_height = look.pitch * count(lines.len());
    let total = if inline { height.max(text_height) } else { text_height + height };
    flow.space(PADDING);
    flow.row(total)?;
    let top = flow.y;
    let leaf = flow.structure.paragraph();
    let left = flow.area.left;
    if inline {
        flow.y = top + (total - text_height) / 2.0;
    }
    for line in lines {
        flow.line(leaf, left, line, look);
        flow.y += look.pitch;
    }
    let (x, y) = if inline { (left + beside, top + (total - height) / 2.0) } else { (left, top + text_height) };
    let alt = format!("图片：{caption}");
    let leaf = flow.structure.figure(alt);
    flow.draw(Role::Leaf(leaf), Mark::Picture { x, y, width, height, image });
    flow.y = top + total + PADDING;
    Ok(())
}
