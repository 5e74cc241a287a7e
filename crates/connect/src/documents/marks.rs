//! What a page consists of before it is drawn: positioned lines, rules, pictures.

use krilla::image::Image;

use super::text::{Line, Sign};

/// sRGB.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Ink(pub(super) u8, pub(super) u8, pub(super) u8);

pub(super) const BLACK: Ink = Ink(0x1a, 0x1a, 0x1a);
pub(super) const GREY: Ink = Ink(0x59, 0x59, 0x59);
pub(super) const HAIR: Ink = Ink(0xa6, 0xa6, 0xa6);
pub(super) const RED: Ink = Ink(0xc8, 0x10, 0x2e);

/// Something drawn; lengths in points from the page's top left corner.
#[derive(Debug, Clone)]
pub(super) enum Mark {
    Text {
        x: f32,
        baseline: f32,
        size: f32,
        ink: Ink,
        line: Line,
    },
    /// A straight line.
    Rule {
        from: (f32, f32),
        to: (f32, f32),
        width: f32,
        ink: Ink,
    },
    Picture {
        x: f32,
        y: f32,
        width: f32,
        height: f32,
        image: Image,
    },
    /// Dark squares of a QR code, row by row.
    Squares {
        x: f32,
        y: f32,
        module: f32,
        rows: Vec<Vec<bool>>,
    },
    Seal {
        centre: (f32, f32),
        radius: f32,
        name: Vec<Sign>,
        note: Vec<Sign>,
    },
}

/// What a mark is to a screen reader.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Role {
    /// Content of a leaf of the structure tree.
    Leaf(usize),
    Header,
    Footer,
    /// Rules and the like.
    Ornament,
}

#[derive(Debug, Clone)]
pub(super) struct Op {
    pub(super) role: Role,
    pub(super) mark: Mark,
}

impl Op {
    /// Moves the mark down (negative: up).
    pub(super) fn shift(&mut self, by: f32) {
        match &mut self.mark {
            Mark::Text { baseline, .. } => *baseline += by,
            Mark::Rule { from, to, .. } => {
                from.1 += by;
                to.1 += by;
            }
            Mark::Picture { y, .. } | Mark::Squares { y, .. } => *y += by,
            Mark::Seal { centre, .. } => centre.1 += by,
        }
    }
}

/// A count as a factor; more than 65 535 of anything on one page is cut there.
pub(super) fn count(number: usize) -> f32 {
    f32::from(u16::try_from(number).unwrap_or(u16::MAX))
}
