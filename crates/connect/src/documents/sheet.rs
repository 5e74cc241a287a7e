//! The whole sheet: head, blocks, closing, and what repeats on every page.

use service::ports::documents::{Document, DocumentError};

use super::blocks;
use super::closing;
use super::face::Faces;
use super::flow::{Area, Flow, Look, Scale, baseline};
use super::fonts::Style;
use super::linebreak;
use super::marks::{BLACK, GREY, HAIR, Ink, Mark, Op, RED, Role, count};
use super::structure::Structure;
use super::text::{self, Line, Setting};

/// A4 in points.
pub(super) const WIDTH: f32 = 595.276;
pub(super) const HEIGHT: f32 = 841.89;

const MILLIMETRE: f32 = 72.0 / 25.4;
/// 订口 28 mm and a text width of 156 mm (GB/T 9704-2012 §5.2).
const LEFT: f32 = 28.0 * MILLIMETRE;
const RIGHT: f32 = WIDTH - 26.0 * MILLIMETRE;
/// Top of the issuer's mark on the first page.
const HEAD_TOP: f32 = 30.0 * MILLIMETRE;
/// Top of the text on later pages, below their running head.
const NEXT_TOP: f32 = 30.0 * MILLIMETRE;
const RUNNING_HEAD: f32 = 20.0 * MILLIMETRE;
const BOTTOM_EDGE: f32 = 15.0 * MILLIMETRE;

const SMALL: f32 = 9.0;
const SMALL_PITCH: f32 = 13.0;
/// A footer of more lines is cut.
const FOOTER_LINES: usize = 4;

/// Tried in turn so that the closing fits on the page of the last block, as the standard asks
/// (§7.3.5.4: adjust line and character spacing).
const SCALES: &[f32] = &[1.0, 0.95, 0.9];

/// Pages ready to be drawn.
#[derive(Debug)]
pub(super) struct Laid {
    pub(super) pages: Vec<Vec<Op>>,
    pub(super) structure: Structure,
}

pub(super) fn lay_out(document: &Document, faces: &mut Faces<'_>) -> Result<Laid, DocumentError> {
    let footer = footer_lines(&document.footer, faces)?;
    let height = SMALL_PITCH * count(footer.len() + 1);
    let area = Area { left: LEFT, right: RIGHT, top: NEXT_TOP, bottom: HEIGHT - BOTTOM_EDGE - height - 12.0 };
    let mut first = None;
    let mut chosen = None;
    for factor in SCALES {
        let mut flow = Flow::new(faces, area, Scale::new(*factor), HEAD_TOP);
        head(&mut flow, document)?;
        for block in &document.blocks {
            blocks::block(&mut flow, block)?;
        }
        let moved = closing::closing(&mut flow, document)?;
        let laid = Laid { pages: flow.pages, structure: flow.structure };
        if !moved {
            chosen = Some(laid);
            break;
        }
        first = first.or(Some(laid));
    }
    let mut laid = chosen.or(first).ok_or_else(|| DocumentError::Layout("nothing laid out".to_owned()))?;
    every_page(&mut laid, document, &footer, faces)?;
    Ok(laid)
}

/// Issuer's mark, red rule, title, number.
fn head(flow: &mut Flow<'_, '_>, document: &Document) -> Result<(), DocumentError> {
    let issuer = text::clean_line(&document.issuer);
    let leaf = flow.structure.paragraph();
    centred(flow, leaf, &issuer, Largest { size: 28.0, least: 18.0, ink: RED })?;
    flow.y += 8.0;
    flow.rule(1.6, RED);
    flow.y += 26.0;
    let title = text::clean_line(&document.title);
    let leaf = flow.structure.heading(1, &blocks::title(&document.title));
    centred(flow, leaf, &title, Largest { size: 22.0, least: 18.0, ink: BLACK })?;
    let number = text::clean_line(&document.number);
    if !number.is_empty() {
        flow.y += 6.0;
        let leaf = flow.structure.paragraph();
        let look = Look { size: 12.0, pitch: 19.0, ink: BLACK };
        aligned(flow, leaf, &number, look, 1.0)?;
    }
    flow.y += 12.0;
    Ok(())
}

struct Largest {
    size: f32,
    /// The size at which the text is wrapped rather than made smaller.
    least: f32,
    ink: Ink,
}

fn centred(flow: &mut Flow<'_, '_>, leaf: usize, text: &str, wanted: Largest) -> Result<(), DocumentError> {
    let signs = text::measure(text, Style::Strong, flow.faces)?;
    let room = flow.area.width();
    let natural = text::width(&signs).max(1.0);
    let size = (room / natural).clamp(wanted.least, wanted.size);
    // Lines of about the same length, rather than one full and one with two characters.
    let lines = (natural * size / room).ceil().max(1.0);
    let width = (natural / lines + 1.5).min(room / size);
    let pitch = size * 1.45;
    for cut in linebreak::wrap(&signs, width, width) {
        let line = Line { signs: signs.get(cut).unwrap_or_default().to_vec(), gap: 0.0 };
        let x = flow.area.left + (room - line.width() * size) / 2.0;
        flow.row(pitch)?;
        flow.line(leaf, x, text::Placed { line, indent: 0.0 }, Look { size, pitch, ink: wanted.ink });
        flow.y += pitch;
    }
    Ok(())
}

/// Lines set to the right (`share` 1) or in the middle (`share` ½).
fn aligned(flow: &mut Flow<'_, '_>, leaf: usize, text: &str, look: Look, share: f32) -> Result<(), DocumentError> {
    let setting =
        Setting { style: Style::Text, size: look.size, width: flow.area.width(), indent: 0.0, justify: false };
    for placed in text::lines(text, setting, flow.faces)? {
        let x = flow.area.left + (flow.area.width() - placed.line.width() * look.size) * share;
        flow.row(look.pitch)?;
        flow.line(leaf, x, placed, look);
        flow.y += look.pitch;
    }
    Ok(())
}

fn footer_lines(footer: &str, faces: &mut Faces<'_>) -> Result<Vec<Line>, DocumentError> {
    let footer = text::clean_line(footer);
    if footer.is_empty() {
        return Ok(Vec::new());
    }
    // Lines of about the same length.
    let natural = text::width(&text::measure(&footer, Style::Text, faces)?) * SMALL;
    let wanted = (natural / (RIGHT - LEFT)).ceil().max(1.0);
    let width = (natural / wanted + 3.0 * SMALL).min(RIGHT - LEFT);
    let setting = Setting { style: Style::Text, size: SMALL, width, indent: 0.0, justify: false };
    let lines = text::lines(&footer, setting, faces)?;
    Ok(lines.into_iter().take(FOOTER_LINES).map(|placed| placed.line).collect())
}

fn every_page(
    laid: &mut Laid,
    document: &Document,
    footer: &[Line],
    faces: &mut Faces<'_>,
) -> Result<(), DocumentError> {
    let total = laid.pages.len();
    let title = fitting(&document.title, (RIGHT - LEFT) * 0.6, faces)?;
    let number = fitting(&document.number, (RIGHT - LEFT) * 0.38, faces)?;
    for (index, page) in laid.pages.iter_mut().enumerate() {
        if index > 0 {
            let mut ops = running_head(&title, &number);
            ops.append(page);
            *page = ops;
        }
        let mut top = HEIGHT - BOTTOM_EDGE - SMALL_PITCH * count(footer.len() + 1);
        page.push(rule(Role::Ornament, top - 5.0));
        let label = format!("第 {} 页 共 {total} 页", index + 1);
        let label = Line { signs: text::measure(&label, Style::Text, faces)?, gap: 0.0 };
        for line in footer.iter().chain([&label]) {
            let x = LEFT + (RIGHT - LEFT - line.width() * SMALL) / 2.0;
            page.push(small(Role::Footer, x, top, line.clone()));
            top += SMALL_PITCH;
        }
    }
    Ok(())
}

/// Title and number on every page after the first, so that loose sheets can be told apart.
fn running_head(title: &Line, number: &Line) -> Vec<Op> {
    let right = RIGHT - number.width() * SMALL;
    vec![
        small(Role::Header, LEFT, RUNNING_HEAD, title.clone()),
        small(Role::Header, right, RUNNING_HEAD, number.clone()),
        rule(Role::Ornament, RUNNING_HEAD + SMALL_PITCH + 2.0),
    ]
}

/// As much of a text as the width holds.
fn fitting(text: &str, width: f32, faces: &mut Faces<'_>) -> Result<Line, DocumentError> {
    let mut signs = text::measure(&text::clean_line(text), Style::Text, faces)?;
    let cuts = linebreak::wrap(&signs, width / SMALL, width / SMALL);
    signs.truncate(cuts.first().map_or(0, |cut| cut.end));
    Ok(Line { signs, gap: 0.0 })
}

fn small(role: Role, x: f32, top: f32, line: Line) -> Op {
    let baseline = top + baseline(SMALL, SMALL_PITCH);
    Op { role, mark: Mark::Text { x, baseline, size: SMALL, ink: GREY, line } }
}

fn rule(role: Role, y: f32) -> Op {
    Op { role, mark: Mark::Rule { from: (LEFT, y), to: (RIGHT, y), width: 0.5, ink: HAIR } }
}
