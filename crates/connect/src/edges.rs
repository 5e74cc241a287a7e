//! 找证件边缘: where a document lies in a photograph, by what stands out from its ground. An upright box is
//! enough: it is only offered, and the person sees and corrects it.

use image::GrayImage;
use service::ports::preview::Crop;

/// Longest side of the picture that is looked at, in pixels.
pub(crate) const EDGE: u32 = 240;
/// From so many levels on, something is not the ground.
const STEP: u8 = 40;
/// The ground is known when so much of the border has its level, in percent.
const GROUND: usize = 80;
/// A row or column belongs to the document when so much of it stands out, in percent.
const FILLED: u32 = 25;
/// Left around the document, in per mille: a corner cut off is worse than a strip of table.
const MARGIN: u16 = 8;
/// Cutting off less than this in all is not worth it, in per mille.
const LEAST_CUT: u16 = 20;
/// A side of the document is at least so long, in per mille: a label on a table is not the document.
const LEAST_SIDE: u16 = 250;

/// What can be cut off around the document; none where nothing stands out clearly.
pub(crate) fn find(picture: &GrayImage) -> Option<Crop> {
    let ground = ground(picture)?;
    let (width, height) = picture.dimensions();
    let stands_out = |x: u32, y: u32| picture.get_pixel(x, y).0[0].abs_diff(ground) >= STEP;
    let in_column = |x: u32| (0..height).filter(|y| stands_out(x, *y)).count();
    let in_row = |y: u32| (0..width).filter(|x| stands_out(*x, y)).count();
    let (left, right) = sides(width, height, in_column)?;
    let (top, bottom) = sides(height, width, in_row)?;
    let cut = left + right + top + bottom;
    (cut >= LEAST_CUT).then(|| Crop::new(left, top, right, bottom)).flatten()
}

/// The level of the table: of most of the picture's border.
fn ground(picture: &GrayImage) -> Option<u8> {
    let (width, height) = picture.dimensions();
    if width < 8 || height < 8 {
        return None;
    }
    let level = |x: u32, y: u32| picture.get_pixel(x, y).0[0];
    let across = (0..width).flat_map(|x| [level(x, 0), level(x, height - 1)]);
    let down = (0..height).flat_map(|y| [level(0, y), level(width - 1, y)]);
    let mut border: Vec<u8> = across.chain(down).collect();
    border.sort_unstable();
    let middle = *border.get(border.len() / 2)?;
    let alike = border.iter().filter(|level| level.abs_diff(middle) < STEP).count();
    (alike * 100 >= border.len() * GROUND).then_some(middle)
}

/// How much lies before the first and behind the last line of the document, in per mille of a side of `length`;
/// lines across it are `across` pixels long.
fn sides(length: u32, across: u32, filled: impl Fn(u32) -> usize) -> Option<(u16, u16)> {
    let least = usize::try_from(across * FILLED / 100).unwrap_or(usize::MAX).max(1);
    let first = (0..length).find(|at| filled(*at) >= least)?;
    let last = (0..length).rev().find(|at| filled(*at) >= least)?;
    let share = |pixels: u32| u16::try_from(u64::from(pixels) * 1000 / u64::from(length.max(1))).unwrap_or(1000);
    if share(last + 1 - first) < LEAST_SIDE {
        return None;
    }
    let (before, behind) = (share(first), share(length - 1 - last));
    Some((before.saturating_sub(MARGIN), behind.saturating_sub(MARGIN)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use image::Luma;

    /// A sheet of one level on a table of another.
    fn on_table(table: u8, sheet: u8, area: [u32; 4]) -> GrayImage {
        let [left, top, right, bottom] = area;
        GrayImage::from_fn(200, 100, |x, y| {
            let within = (left..right).contains(&x) && (top..bottom).contains(&y);
            Luma([if within { sheet } else { table }])
        })
    }

    #[test]
    fn m3_a_document_is_found_on_its_table_light_or_dark() {
        for (table, sheet) in [(60, 220), (230, 90)] {
            let found = find(&on_table(table, sheet, [40, 20, 180, 90])).expect("it stands out");
            assert_eq!(found.edges(), [192, 192, 92, 92], "a strip of table is left");
        }
    }

    #[test]
    fn m3_where_nothing_stands_out_nothing_is_cut() {
        assert!(find(&on_table(200, 210, [40, 20, 180, 90])).is_none(), "white on white");
        assert!(find(&on_table(60, 220, [0, 0, 200, 100])).is_none(), "it fills the picture");
        assert!(find(&on_table(60, 220, [90, 40, 110, 60])).is_none(), "a label");
        assert!(find(&on_table(60, 220, [0, 0, 100, 100])).is_none(), "the ground is not known");
        assert!(find(&GrayImage::new(4, 4)).is_none());
    }
}
