//! A document on a table before a camera: perspective, uneven light, reflections, noise; whole
//! numbers only.

use super::draw::{Page, Random};

/// How the picture is taken.
#[derive(Clone)]
pub(super) struct Shot {
    /// Size of the picture in pixels.
    pub size: (usize, usize),
    /// Area of the document in percent of the picture.
    pub share: i64,
    /// Turn in tenths of a degree.
    pub turn: i64,
    /// Nearer edges are so many thousandths longer, downwards and across.
    pub tilt: (i64, i64),
    /// Centre of the document off the centre of the picture, in thousandths of its size.
    pub shift: (i64, i64),
    /// Brightness of the table.
    pub desk: u8,
    /// Loss of light across the picture in percent, and its direction.
    pub shade: i64,
    pub shade_down: bool,
    /// Amplitude of the sensor's noise.
    pub noise: usize,
    /// Half width of a reflection in pixels.
    pub glare: Option<i64>,
    /// Something else lies at a corner of the picture.
    pub clutter: bool,
    /// The table has a checked cloth.
    pub cloth: bool,
}

type Corner = (i64, i64);

/// Sine and cosine in 1/65536 of an angle in tenths of a degree, up to 45 degrees.
fn sine(tenths: i64) -> (i64, i64) {
    let times = |a: i64, b: i64| (a * b) >> 16;
    let angle = tenths * 11_438 / 100;
    let square = times(angle, angle);
    let (third, fourth) = (times(angle, square), times(square, square));
    let sin = angle - third / 6 + times(third, square) / 120;
    let cos = 65_536 - square / 2 + fourth / 24 - times(fourth, square) / 720;
    (sin, cos)
}

/// Where the corners of the sheet come to lie, clockwise from the top left.
pub(super) fn corners(sheet: &Page, shot: &Shot) -> [Corner; 4] {
    let whole = |value: usize| i64::try_from(value).unwrap_or(0);
    let (width, height) = (whole(shot.size.0), whole(shot.size.1));
    let (wide, high) = (whole(sheet.width), whole(sheet.height));
    let area = width * height * shot.share / 100;
    // In sixteenths of a pixel.
    let half_high = (area * high * 256 / wide).isqrt() / 2;
    let half_wide = half_high * wide / high;
    let (sin, cos) = sine(shot.turn);
    [(-1, -1), (1, -1), (1, 1), (-1, 1)].map(|(u, v)| {
        let depth = 1000 - shot.tilt.0 * v - shot.tilt.1 * u;
        let (x, y) = (u * half_wide * 1000 / depth, v * half_high * 1000 / depth);
        let (x, y) = ((x * cos - y * sin) >> 16, (x * sin + y * cos) >> 16);
        (x / 16 + width / 2 + width * shot.shift.0 / 1000, y / 16 + height / 2 + height * shot.shift.1 / 1000)
    })
}

/// Takes the picture.
pub(super) fn photograph(sheet: &Page, shot: &Shot, random: &mut Random) -> Page {
    let (width, height) = shot.size;
    let mut page = Page { width, height, data: Vec::with_capacity(width * height) };
    let map = inverse(corners(sheet, shot));
    let (wide, high) = (i64::try_from(sheet.width).unwrap_or(0), i64::try_from(sheet.height).unwrap_or(0));
    let grain = grain(width.max(height), random);
    let thing = (width / 14 + random.below(width / 20), height / 14 + random.below(height / 20));
    let ground = |x: usize, y: usize| {
        if shot.clutter && x < thing.0 && y < thing.1 {
            return 190;
        }
        let check = if shot.cloth && (x / 24 + y / 24).is_multiple_of(2) { 14 } else { 0 };
        shot.desk.saturating_add(check).saturating_add_signed(grain[x] + grain[y] / 3)
    };
    for y in 0..height {
        for x in 0..width {
            let (px, py) = (i64::try_from(x).unwrap_or(0), i64::try_from(y).unwrap_or(0));
            let [u, v, w] = map.map(|row| row[0] * px + row[1] * py + row[2]);
            let (u, v) = (u * (wide * 16) / w.max(1), v * (high * 16) / w.max(1));
            let on_sheet = w > 0 && u >= 0 && v >= 0 && u < (wide - 1) * 16 && v < (high - 1) * 16;
            page.data.push(if on_sheet { sample(sheet, u, v) } else { ground(x, y) });
        }
    }
    lit(&mut page, shot, random);
    page
}

/// Between four pixels; places in sixteenths.
fn sample(sheet: &Page, u: i64, v: i64) -> u8 {
    let place = |value: i64| usize::try_from(value / 16).unwrap_or(0);
    let at = place(v) * sheet.width + place(u);
    let pixel = |offset: usize| i64::from(sheet.data[at + offset]);
    let (fu, fv) = (u % 16, v % 16);
    let top = pixel(0) * (16 - fu) + pixel(1) * fu;
    let bottom = pixel(sheet.width) * (16 - fu) + pixel(sheet.width + 1) * fu;
    u8::try_from((top * (16 - fv) + bottom * fv) / 256).unwrap_or(255)
}

/// The grain of wood: a slow walk.
fn grain(length: usize, random: &mut Random) -> Vec<i8> {
    let depth = 1 + random.below(12);
    let mut value = 0_i8;
    let limit = i8::try_from(depth).unwrap_or(1);
    (0..length)
        .map(|_| {
            let step = [-1, 0, 0, 1][random.below(4)];
            value = (value + step).clamp(-limit, limit);
            value
        })
        .collect()
}

/// From the picture back to the unit square (Heckbert's projective mapping, inverted), scaled to
/// fit; the rows give u, v and their common divisor.
fn inverse(corners: [Corner; 4]) -> [[i64; 3]; 3] {
    let [(x0, y0), (x1, y1), (x2, y2), (x3, y3)] = corners.map(|(x, y)| (i128::from(x), i128::from(y)));
    let (dx1, dx2, sx) = (x1 - x2, x3 - x2, x0 - x1 + x2 - x3);
    let (dy1, dy2, sy) = (y1 - y2, y3 - y2, y0 - y1 + y2 - y3);
    let scale = dx1 * dy2 - dx2 * dy1;
    let bottom = [sx * dy2 - dx2 * sy, dx1 * sy - sx * dy1, scale];
    let forth = [
        [(x1 - x0) * scale + bottom[0] * x1, (x3 - x0) * scale + bottom[1] * x3, x0 * scale],
        [(y1 - y0) * scale + bottom[0] * y1, (y3 - y0) * scale + bottom[1] * y3, y0 * scale],
        bottom,
    ];
    let minor = |row: usize, column: usize| {
        let (r1, r2, c1, c2) = ((row + 1) % 3, (row + 2) % 3, (column + 1) % 3, (column + 2) % 3);
        forth[r1][c1] * forth[r2][c2] - forth[r1][c2] * forth[r2][c1]
    };
    // The adjugate: cofactors, rows and columns changed.
    let rows: [[i128; 3]; 3] = std::array::from_fn(|row| std::array::from_fn(|column| minor(column, row)));
    let largest = rows.iter().flatten().map(|value| value.unsigned_abs()).max().unwrap_or(0);
    let shift = (128 - largest.leading_zeros()).saturating_sub(44);
    // The mapping keeps the sheet's handedness, so the divisor is positive on it.
    let sign = if rows[2][2] < 0 { -1 } else { 1 };
    rows.map(|row| row.map(|value| i64::try_from((value * sign) >> shift).unwrap_or(0)))
}

/// A soft shadow over one side of the picture.
pub(super) fn shadow(page: &mut Page, random: &mut Random) {
    let (width, height) = (page.width, page.height);
    let (start, depth, soft) = (width / 3 + random.below(width / 3), 15 + random.below(20), 20 + random.below(60));
    for y in 0..height {
        let edge = start + y * width / height / 4;
        for x in 0..width {
            let inside = (x + soft).saturating_sub(edge).min(soft);
            let value = &mut page.data[y * width + x];
            *value = u8::try_from(usize::from(*value) * (100 * soft - depth * inside) / (100 * soft)).unwrap_or(255);
        }
    }
}

fn lit(page: &mut Page, shot: &Shot, random: &mut Random) {
    let whole = |value: usize| i64::try_from(value).unwrap_or(0);
    let (width, height) = (whole(page.width), whole(page.height));
    // The reflection lies on the document, off its centre.
    let off = |random: &mut Random, of: i64| whole(random.below(40)) * of / 200 - of / 10;
    let centre = (
        width / 2 + width * shot.shift.0 / 1000 + off(random, width),
        height / 2 + height * shot.shift.1 / 1000 + off(random, height),
    );
    let (peak, flat) = (260 + whole(random.below(140)), 1 + whole(random.below(3)));
    for y in 0..page.height {
        for x in 0..page.width {
            let (px, py) = (whole(x), whole(y));
            let along = if shot.shade_down { py * 1000 / height } else { px * 1000 / width };
            let value = &mut page.data[y * page.width + x];
            let mut light = i64::from(*value) * (100_000 - shot.shade * along) / 100_000;
            if let Some(half) = shot.glare {
                let (dx, dy) = ((px - centre.0) / flat, py - centre.1);
                // Falls off like a normal distribution: (1 - d²/9h²)^4 within three half widths.
                let left = 1000 - (dx * dx + dy * dy) * 1000 / (9 * half * half);
                if left > 0 {
                    light += peak * (left * left / 1000) * (left * left / 1000) / 1_000_000;
                }
            }
            let noise = whole(random.below(2 * shot.noise + 1)) - whole(shot.noise);
            *value = u8::try_from((light + noise).clamp(0, 255)).unwrap_or(255);
        }
    }
}
