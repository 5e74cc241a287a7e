//! Flat documents as they come from a printer: letters, forms, cards, booklets, licences.

use super::draw::{Page, Random};

/// Kinds of documents that people photograph.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Sheet {
    Letter,
    Form,
    Card,
    Booklet,
    Licence,
}

impl Sheet {
    pub(super) fn nth(nth: u32) -> Self {
        [Self::Letter, Self::Card, Self::Form, Self::Licence, Self::Booklet][nth as usize % 5]
    }

    /// Longer side by shorter, in percent: A4, ID-1 card (GB/T 14916), booklet, licence.
    fn shape(self) -> usize {
        match self {
            Self::Letter | Self::Form => 141,
            Self::Card => 158,
            Self::Booklet => 136,
            Self::Licence => 143,
        }
    }

    pub(super) fn lies(self) -> bool {
        matches!(self, Self::Card | Self::Booklet | Self::Licence)
    }
}

/// Draws a document; `fill` chooses what is written into it, `random` everything else.
pub(super) fn draw(sheet: Sheet, long: usize, paper: u8, random: &mut Random, fill: &mut Random) -> Page {
    let short = long * 100 / sheet.shape();
    let (width, height) = if sheet.lies() { (long, short) } else { (short, long) };
    let mut page = Page { width, height, data: vec![paper; width * height] };
    let ink = u8::try_from(usize::from(paper) * (10 + random.below(22)) / 100).unwrap_or(40);
    match sheet {
        Sheet::Letter => letter(&mut page, ink, fill),
        Sheet::Form | Sheet::Booklet => form(&mut page, ink, random, fill),
        Sheet::Card => card(&mut page, paper, ink, random, fill),
        Sheet::Licence => licence(&mut page, ink, random, fill),
    }
    page
}

fn line(page: &mut Page, at: (usize, usize), signs: usize, size: usize, ink: u8, random: &mut Random) {
    let thick = (size / 9).max(1);
    for sign in 0..signs {
        page.letter(random, at.0 + sign * size * 6 / 5, at.1, size, thick, ink);
    }
}

fn letter(page: &mut Page, ink: u8, fill: &mut Random) {
    let (width, height) = (page.width, page.height);
    let (margin, size) = (width / 9, height / 45);
    line(page, (width / 3, height / 12), 7, size * 2, ink, fill);
    let lines = 6 + fill.below(18);
    for row in 0..lines {
        let room = (width - 2 * margin) / (size * 6 / 5);
        let signs = if fill.below(5) == 0 { room / 2 } else { room - fill.below(3) };
        line(page, (margin, height / 6 + row * size * 2), signs, size, ink, fill);
    }
    stamp(page, (width * 2 / 3, height * 4 / 5), width / 8, ink / 2 + 70);
}

fn form(page: &mut Page, ink: u8, random: &mut Random, fill: &mut Random) {
    let (width, height) = (page.width, page.height);
    let (margin, thick) = (width / 14, (width / 400).max(1));
    let rows = 6 + random.below(7);
    let (top, row_height) = (height / 7, (height * 3 / 4) / rows);
    let size = (row_height / 2).min(height / 34).max(8);
    line(page, (width / 4, height / 18), 8, size * 3 / 2, ink, random);
    let split = width / 4 + random.below(width / 8);
    for row in 0..=rows {
        page.stroke(margin, top + row * row_height, width - 2 * margin, thick, ink);
    }
    for x in [margin, split, width - margin] {
        page.stroke(x, top, thick, rows * row_height, ink);
    }
    for row in 0..rows {
        let y = top + row * row_height + (row_height - size) / 2;
        line(page, (margin + size / 2, y), 2 + random.below(3), size, ink, random);
        let room = (width - margin - split) / (size * 6 / 5);
        let signs = 2 + fill.below(room.saturating_sub(3));
        line(page, (split + size / 2, y), signs, size, ink.saturating_add(20), fill);
    }
    if random.below(2) == 0 {
        stamp(page, (width * 3 / 4, height * 5 / 6), width / 9, ink / 2 + 70);
    }
}

fn card(page: &mut Page, paper: u8, ink: u8, random: &mut Random, fill: &mut Random) {
    let (width, height) = (page.width, page.height);
    // The fine pattern that makes copying hard.
    for y in 0..height {
        for x in 0..width {
            let wave = (x + y * 2 / 3) / 6 % 2 + (x * 2 / 3 + height - y) / 9 % 2;
            page.data[y * width + x] = paper.saturating_sub(u8::try_from(wave * 5).unwrap_or(0));
        }
    }
    let size = height / 15;
    for row in 0..5 {
        line(page, (width / 14, height / 9 + row * height / 7), 2, size * 3 / 4, ink.saturating_add(50), random);
        line(page, (width / 5, height / 9 + row * height / 7), 3 + fill.below(6), size, ink, fill);
    }
    line(page, (width / 3, height * 5 / 6), 14, size * 5 / 6, ink, fill);
    // The portrait: head and shoulders before a bright ground.
    let (left, top, wide, high) = (width * 2 / 3, height / 8, width / 4, height * 3 / 5);
    page.stroke(left, top, wide, high, paper.saturating_add(12));
    head(page, (left, top), (wide, high), random);
}

/// Head and shoulders within this box.
pub(super) fn head(page: &mut Page, at: (usize, usize), size: (usize, usize), random: &mut Random) {
    // No two people look alike: face, hair, collar and how the head is held.
    let skin = u8::try_from(120 + random.below(70)).unwrap_or(150);
    let mut vary = |value: usize, percent: usize| value * (100 - percent + random.below(2 * percent + 1)) / 100;
    let (centre, radius) = (at.0 + vary(size.0 / 2, 8), vary(size.0 / 4, 15));
    let (hair, brow) = (vary(30, 60), at.1 + vary(size.1 * 2 / 5, 10));
    let hair_radius = radius * vary(115, 10) / 100;
    disc(page, (centre, brow), hair_radius, u8::try_from(hair).unwrap_or(30));
    if hair % 2 == 0 {
        page.stroke(centre - hair_radius, brow, 2 * hair_radius, vary(size.1 / 4, 40), 30);
    }
    disc(page, (centre, brow + radius / 6), radius, skin);
    page.stroke(
        centre - radius / 3,
        brow + radius / 2,
        radius * 2 / 3,
        (at.1 + size.1 * 9 / 10).saturating_sub(brow + radius / 2),
        skin - 12,
    );
    disc(page, (centre, brow + radius / 6), radius, skin);
    let eyes = vary(radius * 4 / 10, 20);
    for x in [centre - eyes, centre + eyes - size.0 / 14] {
        page.stroke(x, brow + vary(radius / 5, 30), vary(size.0 / 14, 20), size.1 / 50 + 1, 30);
    }
    page.stroke(centre - size.0 / 20, brow + vary(radius * 7 / 10, 10), vary(size.0 / 10, 30), size.1 / 70 + 1, 70);
    let (shoulder, cloth, slope) = (at.1 + vary(size.1 * 3 / 4, 8), vary(70, 60), vary(100, 50));
    for y in shoulder..at.1 + size.1 {
        let half = (size.0 / 5 + (y - shoulder) * slope / 100).min(size.0 / 2);
        page.stroke(at.0 + size.0 / 2 - half, y, half * 2, 1, u8::try_from(cloth).unwrap_or(60));
    }
    if cloth % 3 == 0 {
        page.stroke(centre - size.0 / 12, shoulder, size.0 / 6, size.1 / 9, 230);
    }
}

fn disc(page: &mut Page, centre: (usize, usize), radius: usize, ink: u8) {
    for y in 0..=2 * radius {
        let dy = y.abs_diff(radius);
        let half = (radius * radius - dy * dy).isqrt();
        page.stroke(centre.0.saturating_sub(half), (centre.1 + y).saturating_sub(radius), 2 * half, 1, ink);
    }
}

fn licence(page: &mut Page, ink: u8, random: &mut Random, fill: &mut Random) {
    let (width, height) = (page.width, page.height);
    let (edge, frame) = (width / 30, width / 90);
    let grey = ink.saturating_add(60);
    page.stroke(edge, edge, width - 2 * edge, frame, grey);
    page.stroke(edge, height - edge - frame, width - 2 * edge, frame, grey);
    page.stroke(edge, edge, frame, height - 2 * edge, grey);
    page.stroke(width - edge - frame, edge, frame, height - 2 * edge, grey);
    disc(page, (width / 2, height / 7), height / 18, grey);
    let size = height / 24;
    line(page, (width / 3, height / 4), 4, size * 2, ink, random);
    for column in 0..2 {
        for row in 0..6 {
            let at = (width / 10 + column * width * 2 / 5, height * 2 / 5 + row * height / 12);
            line(page, at, 5 + fill.below(6), size * 4 / 5, ink, fill);
        }
    }
    stamp(page, (width * 4 / 5, height * 3 / 4), height / 9, ink / 2 + 70);
}

/// A round seal with a star, in a red that is grey to a sensor.
fn stamp(page: &mut Page, centre: (usize, usize), radius: usize, grey: u8) {
    let thick = (radius / 12).max(2);
    for y in 0..=2 * radius {
        let dy = y.abs_diff(radius);
        let outer = (radius * radius - dy * dy).isqrt();
        let within = (radius - thick).checked_sub(dy).map(|_| ((radius - thick).pow(2) - dy * dy).isqrt());
        let row = (centre.1 + y).saturating_sub(radius);
        let inner = within.unwrap_or(0);
        page.stroke(centre.0.saturating_sub(outer), row, outer - inner, 1, grey);
        page.stroke(centre.0 + inner, row, outer - inner, 1, grey);
    }
    disc(page, centre, radius / 4, grey);
}
