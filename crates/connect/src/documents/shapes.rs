//! Shapes: the squares of a QR code and the picture of a seal.

use krilla::blend::BlendMode;
use krilla::geom::{Path, PathBuilder, Point, Rect, Transform};
use krilla::num::NormalizedF32;
use krilla::surface::Surface;

use super::face::Faces;
use super::marks::{RED, count};
use super::paint::{draw_line, draw_path, fill, stroke};
use super::text::{Line, Sign};

/// A stamp's ink is not quite even; multiplied with what it covers, so that black text stays black.
const SEAL_OPACITY: f32 = 0.82;

/// One path of the dark squares; neighbours in a row are joined so that no seams show.
pub(super) fn squares(x: f32, y: f32, module: f32, rows: &[Vec<bool>]) -> Option<Path> {
    let mut path = PathBuilder::new();
    for (row, cells) in rows.iter().enumerate() {
        let mut column = 0;
        while column < cells.len() {
            let length = cells.iter().skip(column).take_while(|dark| **dark).count();
            let top = y + count(row) * module;
            if let Some(rect) = Rect::from_xywh(x + count(column) * module, top, count(length) * module, module)
                && length > 0
            {
                path.push_rect(rect);
            }
            column += length.max(1);
        }
    }
    path.finish()
}

pub(super) fn draw_seal(
    surface: &mut Surface<'_>,
    (x, y): (f32, f32),
    radius: f32,
    (name, note): (&[Sign], &[Sign]),
    faces: &Faces<'_>,
) {
    let opacity = NormalizedF32::new(SEAL_OPACITY).unwrap_or(NormalizedF32::ONE);
    surface.push_blend_mode(BlendMode::Multiply);
    surface.set_fill(None);
    for (distance, width) in [(radius - 1.2, 2.4), (radius - 4.6, 0.7)] {
        surface.set_stroke(Some(stroke(RED, width, opacity)));
        draw_path(surface, circle(x, y, distance));
    }
    surface.set_stroke(None);
    surface.set_fill(Some(fill(RED, opacity)));
    draw_path(surface, star(x, y - radius * 0.08, radius * 0.27));

    // The name on an arc, each character's foot towards the centre.
    let step = (230.0 / count(name.len().max(2) - 1)).min(25.0);
    let track = radius * 0.68;
    let size = (step.to_radians() * track * 1.05).min(radius * 0.25);
    let first = -step * (count(name.len()) - 1.0) / 2.0;
    for (index, sign) in name.iter().enumerate() {
        let angle = first + step * count(index);
        let line = Line { signs: vec![*sign], gap: 0.0 };
        surface.push_transform(&Transform::from_rotate_at(angle, x, y));
        let at = Point::from_xy(x - sign.glyph.advance * size / 2.0, y - track);
        draw_line(surface, at, size, &line, faces, true);
        surface.pop();
    }
    let size = radius * 0.17;
    let line = Line { signs: note.to_vec(), gap: 0.0 };
    let at = Point::from_xy(x - line.width() * size / 2.0, y + radius * 0.78);
    draw_line(surface, at, size, &line, faces, true);
    surface.pop();
}

fn circle(x: f32, y: f32, radius: f32) -> Option<Path> {
    // Four Bézier arcs; the handle length for a quarter circle.
    let handle = radius * 0.552_285;
    let mut path = PathBuilder::new();
    path.move_to(x + radius, y);
    path.cubic_to(x + radius, y + handle, x + handle, y + radius, x, y + radius);
    path.cubic_to(x - handle, y + radius, x - radius, y + handle, x - radius, y);
    path.cubic_to(x - radius, y - handle, x - handle, y - radius, x, y - radius);
    path.cubic_to(x + handle, y - radius, x + radius, y - handle, x + radius, y);
    path.close();
    path.finish()
}

fn star(x: f32, y: f32, radius: f32) -> Option<Path> {
    let mut path = PathBuilder::new();
    for corner in 0_u8..10 {
        // Inner corners of a regular pentagram lie at 0.382 of the outer radius.
        let distance = if corner % 2 == 0 { radius } else { radius * 0.382 };
        let angle = f32::from(corner) * 36.0_f32.to_radians();
        let (px, py) = (x + distance * angle.sin(), y - distance * angle.cos());
        if corner == 0 {
            path.move_to(px, py);
        } else {
            path.line_to(px, py);
        }
    }
    path.close();
    path.finish()
}
