//! The blocks of a document.

use service::ports::documents::{Block, DocumentError};

use super::flow::{Flow, Look};
use super::fonts::Style;
use super::marks::{BLACK, GREY, HAIR, Mark, Role, count};
use super::picture;
use super::structure::Element;
use super::text::{self, Placed, Setting};

/// Widest label column of a table, as a share of the text width.
const LABEL_SHARE: f32 = 0.34;
/// White space between a cell's edge and its text, points.
pub(super) const PADDING: f32 = 6.0;
/// A table row up to this many lines stays on one page.
const KEEP_LINES: usize = 8;

pub(super) fn block(flow: &mut Flow<'_, '_>, block: &Block) -> Result<(), DocumentError> {
    match block {
        Block::Paragraph { text, indent } => paragraph(flow, text, *indent),
        Block::Heading(text) => heading(flow, text),
        Block::Numbered(items) => numbered(flow, items),
        Block::Rows(rows) => table(flow, rows),
        Block::Picture { png, caption } => picture::picture(flow, png, caption),
    }
}

pub(super) fn body_look(flow: &Flow<'_, '_>) -> Look {
    Look { size: flow.scale.body, pitch: flow.scale.pitch, ink: BLACK }
}

pub(super) fn body_setting(flow: &Flow<'_, '_>, width: f32, indent: f32) -> Setting {
    Setting { style: Style::Text, size: flow.scale.body, width, indent, justify: true }
}

fn paragraph(flow: &mut Flow<'_, '_>, text: &str, indent: bool) -> Result<(), DocumentError> {
    let indent = if indent { 2.0 } else { 0.0 };
    let setting = body_setting(flow, flow.area.width(), indent);
    let lines = text::lines(text, setting, flow.faces)?;
    let leaf = flow.structure.paragraph();
    let (left, look) = (flow.area.left, body_look(flow));
    run(flow, (leaf, left), lines, look, None)
}

/// Lines below each other, with the label of a list item before the first.
///
/// Neither the first nor the last line of a paragraph stands alone on a page (孤行).
fn run(
    flow: &mut Flow<'_, '_>,
    (leaf, x): (usize, f32),
    lines: Vec<Placed>,
    look: Look,
    mut label: Option<(usize, f32, Placed)>,
) -> Result<(), DocumentError> {
    let total = lines.len();
    let begins_group = |at: usize| at == 0 || (at > 1 && at + 1 < total);
    for (number, line) in lines.into_iter().enumerate() {
        if begins_group(number) {
            let mut group = 1;
            while number + group < total && !begins_group(number + group) {
                group += 1;
            }
            flow.row(look.pitch * count(group))?;
        }
        if let Some((leaf, x, placed)) = label.take() {
            flow.line(leaf, x, placed, look);
        }
        flow.line(leaf, x, line, look);
        flow.y += look.pitch;
    }
    Ok(())
}

fn heading(flow: &mut Flow<'_, '_>, text: &str) -> Result<(), DocumentError> {
    let look = body_look(flow);
    let mut setting = body_setting(flow, flow.area.width(), 0.0);
    (setting.style, setting.justify) = (Style::Strong, false);
    let lines = text::lines(text, setting, flow.faces)?;
    flow.space(look.pitch * 0.3);
    let height = look.pitch * count(lines.len().min(4));
    // A heading takes at least two lines of what follows along.
    if height + look.pitch * 2.0 > flow.room() {
        flow.break_page()?;
    }
    let leaf = flow.structure.heading(2, &title(text));
    let left = flow.area.left;
    for line in lines {
        flow.row(look.pitch)?;
        flow.line(leaf, left, line, look);
        flow.y += look.pitch;
    }
    Ok(())
}

/// A text as the title of an element.
pub(super) fn title(text: &str) -> String {
    text::clean_line(text).chars().take(300).collect()
}

fn numbered(flow: &mut Flow<'_, '_>, items: &[String]) -> Result<(), DocumentError> {
    let look = body_look(flow);
    let mut labels = Vec::new();
    for number in 1..=items.len() {
        labels.push(text::measure(&format!("{number}."), Style::Text, flow.faces)?);
    }
    let widest = labels.iter().map(|label| text::width(label)).fold(0.0, f32::max);
    // Labels begin under the first character of an indented paragraph, texts hang to their right.
    let label_x = flow.area.left + 2.0 * look.size;
    let hang = (widest + 0.5) * look.size;
    let mut leaves = Vec::new();
    for (item, label) in items.iter().zip(labels) {
        let setting = body_setting(flow, flow.area.right - label_x - hang, 0.0);
        let lines = text::lines(item, setting, flow.faces)?;
        let (mark, body) = (flow.structure.leaf(), flow.structure.leaf());
        leaves.push((mark, body));
        let label = Placed { line: text::Line { signs: label, gap: 0.0 }, indent: 0.0 };
        run(flow, (body, label_x + hang), lines, look, Some((mark, label_x, label)))?;
    }
    flow.structure.elements.push(Element::List(leaves));
    Ok(())
}

fn table(flow: &mut Flow<'_, '_>, rows: &[(String, String)]) -> Result<(), DocumentError> {
    if rows.is_empty() {
        return Ok(());
    }
    let look = Look { size: flow.scale.cell, pitch: flow.scale.cell_pitch, ink: BLACK };
    let mut widest = 6.0_f32;
    for (label, _) in rows {
        widest = widest.max(text::width(&text::measure(&text::clean_line(label), Style::Text, flow.faces)?));
    }
    let column = (widest * look.size + 2.0 * PADDING + 0.5).min(flow.area.width() * LABEL_SHARE);
    flow.space(PADDING);
    let mut leaves = Vec::new();
    for (label, value) in rows {
        leaves.push(table_row(flow, (label, value), column, look)?);
    }
    flow.structure.elements.push(Element::Table(leaves));
    flow.y += PADDING;
    Ok(())
}

fn table_row(
    flow: &mut Flow<'_, '_>,
    (label, value): (&str, &str),
    column: f32,
    look: Look,
) -> Result<(usize, usize), DocumentError> {
    let setting = |width: f32| Setting {
        style: Style::Text,
        size: look.size,
        width: width - 2.0 * PADDING,
        indent: 0.0,
        justify: false,
    };
    let mut labels = text::lines(label, setting(column), flow.faces)?.into_iter();
    let mut values = text::lines(value, setting(flow.area.width() - column), flow.faces)?.into_iter();
    let leaves = (flow.structure.leaf(), flow.structure.leaf());
    loop {
        let left = labels.len().max(values.len());
        if left == 0 {
            return Ok(leaves);
        }
        let kept = if left <= KEEP_LINES { left } else { 2 };
        flow.row(look.pitch * count(kept) + 2.0 * PADDING)?;
        let mut fits = 1;
        while fits < left && look.pitch * count(fits + 1) + 2.0 * PADDING <= flow.room() + 0.01 {
            fits += 1;
        }
        let cell = Cell { column, look, lines: fits };
        cell.draw(flow, leaves, (&mut labels, &mut values));
    }
}

/// As much of a table row as fits on a page.
struct Cell {
    column: f32,
    look: Look,
    lines: usize,
}

type Lines = std::vec::IntoIter<Placed>;

impl Cell {
    fn draw(&self, flow: &mut Flow<'_, '_>, leaves: (usize, usize), texts: (&mut Lines, &mut Lines)) {
        let (area, top) = (flow.area, flow.y);
        let grey = Look { ink: GREY, ..self.look };
        flow.rule(0.5, HAIR);
        flow.y += PADDING;
        // The cells' texts are drawn one after the other: this is the reading order.
        for line in texts.0.take(self.lines) {
            flow.line(leaves.0, area.left + PADDING, line, grey);
            flow.y += self.look.pitch;
        }
        flow.y = top + PADDING;
        for line in texts.1.take(self.lines) {
            flow.line(leaves.1, area.left + self.column + PADDING, line, self.look);
            flow.y += self.look.pitch;
        }
        flow.y = top + 2.0 * PADDING + self.look.pitch * count(self.lines);
        flow.rule(0.5, HAIR);
        for x in [area.left, area.left + self.column, area.right] {
            flow.draw(Role::Ornament, Mark::Rule { from: (x, top), to: (x, flow.y), width: 0.5, ink: HAIR });
        }
    }
}
