//! Filling pages from top to bottom.

use service::ports::documents::DocumentError;

use super::face::Faces;
use super::marks::{Ink, Mark, Op, Role};
use super::structure::Structure;
use super::text::Placed;

/// Hostile or mistaken input ends here; a decision never has as many sheets.
const MOST_PAGES: usize = 200;

/// Height of the square of a Chinese character above its baseline, as a share of the size.
const ASCENT: f32 = 0.88;

/// Type sizes and line pitches in points (三号 16 pt, 四号 14 pt, 小四 12 pt).
#[derive(Debug, Clone, Copy)]
pub(super) struct Scale {
    pub(super) body: f32,
    pub(super) pitch: f32,
    pub(super) cell: f32,
    pub(super) cell_pitch: f32,
}

impl Scale {
    pub(super) fn new(factor: f32) -> Self {
        Self { body: 14.0 * factor, pitch: 25.0 * factor, cell: 12.0 * factor, cell_pitch: 19.0 * factor }
    }
}

/// Distance from a line's top to its baseline.
pub(super) fn baseline(size: f32, pitch: f32) -> f32 {
    (pitch - size) / 2.0 + ASCENT * size
}

/// The part of the sheet that text may fill, in points.
#[derive(Debug, Clone, Copy)]
pub(super) struct Area {
    pub(super) left: f32,
    pub(super) right: f32,
    /// Top of every page but the first.
    pub(super) top: f32,
    pub(super) bottom: f32,
}

impl Area {
    pub(super) fn width(self) -> f32 {
        self.right - self.left
    }
}

/// Where a row that must not be parted began.
#[derive(Debug, Clone, Copy)]
struct Row {
    first_op: usize,
    top: f32,
}

/// How a line is drawn.
#[derive(Debug, Clone, Copy)]
pub(super) struct Look {
    pub(super) size: f32,
    pub(super) pitch: f32,
    pub(super) ink: Ink,
}

pub(super) struct Flow<'f, 's> {
    pub(super) faces: &'f mut Faces<'s>,
    pub(super) area: Area,
    pub(super) scale: Scale,
    pub(super) pages: Vec<Vec<Op>>,
    pub(super) structure: Structure,
    /// Top of what comes next.
    pub(super) y: f32,
    rows: Vec<Row>,
}

impl<'f, 's> Flow<'f, 's> {
    pub(super) fn new(faces: &'f mut Faces<'s>, area: Area, scale: Scale, y: f32) -> Self {
        Self { faces, area, scale, pages: vec![Vec::new()], structure: Structure::default(), y, rows: Vec::new() }
    }

    pub(super) fn room(&self) -> f32 {
        self.area.bottom - self.y
    }

    pub(super) fn break_page(&mut self) -> Result<(), DocumentError> {
        if self.pages.len() >= MOST_PAGES {
            return Err(DocumentError::Layout(format!("more than {MOST_PAGES} pages")));
        }
        self.pages.push(Vec::new());
        self.rows.clear();
        self.y = self.area.top;
        Ok(())
    }

    /// Starts a row of this height, on a new page when it does not fit here.
    pub(super) fn row(&mut self, height: f32) -> Result<(), DocumentError> {
        if height > self.room() + 0.01 && self.y > self.area.top {
            self.break_page()?;
        }
        let first_op = self.pages.last().map_or(0, Vec::len);
        self.rows.push(Row { first_op, top: self.y });
        Ok(())
    }

    pub(super) fn space(&mut self, height: f32) {
        // No blank at the top of a page.
        if self.y > self.area.top {
            self.y += height;
        }
    }

    pub(super) fn draw(&mut self, role: Role, mark: Mark) {
        if let Some(page) = self.pages.last_mut() {
            page.push(Op { role, mark });
        }
    }

    /// Draws one line with its top at the current height; does not move on.
    pub(super) fn line(&mut self, leaf: usize, x: f32, placed: Placed, look: Look) {
        let mark = Mark::Text {
            x: x + placed.indent,
            baseline: self.y + baseline(look.size, look.pitch),
            size: look.size,
            ink: look.ink,
            line: placed.line,
        };
        self.draw(Role::Leaf(leaf), mark);
    }

    /// Draws a horizontal rule at the current height.
    pub(super) fn rule(&mut self, width: f32, ink: Ink) {
        let (y, area) = (self.y, self.area);
        self.draw(Role::Ornament, Mark::Rule { from: (area.left, y), to: (area.right, y), width, ink });
    }

    /// Begins a new page that takes the last row of this one along, so that a sheet never carries
    /// nothing but the seal (GB/T 9704-2012 forbids “此页无正文”).
    pub(super) fn break_with_last_row(&mut self) -> Result<(), DocumentError> {
        let carried = match (self.rows.len() > 1, self.rows.last().copied()) {
            (true, Some(row)) => self.pages.last_mut().map(|page| (row.top, page.split_off(row.first_op))),
            _ => None,
        };
        let end = self.y;
        self.break_page()?;
        if let Some((top, mut ops)) = carried {
            let by = self.area.top - top;
            for op in &mut ops {
                op.shift(by);
            }
            self.pages.last_mut().into_iter().for_each(|page| page.append(&mut ops));
            self.y = end + by;
        }
        Ok(())
    }
}
