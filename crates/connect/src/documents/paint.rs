//! Drawing laid-out pages with krilla.

use krilla::color::rgb;
use krilla::configure::{Archival, ConfigurationBuilder};
use krilla::error::KrillaError;
use krilla::geom::{Path, PathBuilder, Point, Size, Transform};
use krilla::metadata::{DateTime, Metadata};
use krilla::num::NormalizedF32;
use krilla::page::PageSettings;
use krilla::paint::{Fill, Stroke};
use krilla::surface::Surface;
use krilla::tagging::{Artifact, ArtifactType, ContentTag, Identifier, SpanTag};
use krilla::text::{GlyphId, KrillaGlyph};
use krilla::{Document as Pdf, SerializeSettings};
use service::ports::documents::{Document, DocumentError};

use super::face::Faces;
use super::marks::{Ink, Mark, Op, Role};
use super::shapes;
use super::sheet::{HEIGHT, Laid, WIDTH};
use super::text::{self, Line};

/// Named in the file's properties; no version, which would only help an attacker.
const PRODUCER: &str = "一次办 OneVisit";

pub(super) fn paint(document: &Document, laid: &Laid, faces: &Faces<'_>) -> Result<Vec<u8>, DocumentError> {
    let failed = |error: KrillaError| DocumentError::Layout(error.to_string());
    let date = read_date(&document.date);
    // PDF/A wants a date; a document without a readable one is still a good PDF.
    let archival = date.is_some();
    match pdf(document, laid, faces, archival) {
        Err(KrillaError::Validation(errors)) if archival => {
            tracing::warn!(errors = errors.len(), "document does not meet PDF/A-2a, written as plain PDF");
            pdf(document, laid, faces, false).map_err(failed)
        }
        done => done.map_err(failed),
    }
}

fn pdf(document: &Document, laid: &Laid, faces: &Faces<'_>, archival: bool) -> Result<Vec<u8>, KrillaError> {
    let mut builder = ConfigurationBuilder::new();
    if archival {
        builder = builder.with_archival_validator(Archival::A2_A);
    }
    let settings = SerializeSettings {
        configuration: builder.finish().unwrap_or_default(),
        enable_tagging: true,
        ..SerializeSettings::default()
    };
    let mut pdf = Pdf::new_with(settings);
    let mut drawn: Vec<Vec<Identifier>> = vec![Vec::new(); laid.structure.leaves];
    let sheet = PageSettings::from_wh(WIDTH, HEIGHT).unwrap_or_default();
    for ops in &laid.pages {
        let mut page = pdf.start_page_with(sheet.clone());
        let mut surface = page.surface();
        for op in ops {
            draw(&mut surface, op, faces, &mut drawn);
        }
        surface.finish();
        page.finish();
    }
    pdf.set_tag_tree(laid.structure.tree(&drawn));
    pdf.set_metadata(metadata(document));
    pdf.finish()
}

fn metadata(document: &Document) -> Metadata {
    let short = |text: &str| -> String { text::clean_line(text).chars().take(300).collect() };
    let mut metadata = Metadata::new()
        .title(short(&format!("{} {}", document.title, document.number)))
        .authors(vec![short(&document.issuer)])
        .language("zh-CN".to_owned())
        .creator(PRODUCER.to_owned())
        .producer(PRODUCER.to_owned());
    if let Some(date) = read_date(&document.date) {
        metadata = metadata.creation_date(date);
    }
    metadata
}

/// `2026年11月22日`, at midnight of Chinese standard time.
fn read_date(text: &str) -> Option<DateTime> {
    let mut numbers = text.split(|ch: char| !ch.is_ascii_digit()).filter(|part| !part.is_empty());
    let year: u16 = numbers.next()?.parse().ok()?;
    let month: u8 = numbers.next()?.parse().ok()?;
    let day: u8 = numbers.next()?.parse().ok()?;
    let plausible = (1900..=9999).contains(&year) && (1..=12).contains(&month) && (1..=31).contains(&day);
    plausible.then(|| {
        DateTime::new(year).month(month).day(day).hour(0).minute(0).second(0).utc_offset_hour(8).utc_offset_minute(0)
    })
}

fn draw(surface: &mut Surface<'_>, op: &Op, faces: &Faces<'_>, drawn: &mut [Vec<Identifier>]) {
    if matches!(&op.mark, Mark::Text { line, .. } if line.signs.is_empty()) {
        return;
    }
    let tag = match (op.role, &op.mark) {
        (Role::Leaf(_), Mark::Text { .. }) => ContentTag::Span(SpanTag::empty()),
        (Role::Leaf(_), _) => ContentTag::Other,
        (Role::Header, _) => ContentTag::Artifact(Artifact::with_kind(ArtifactType::Header)),
        (Role::Footer, _) => ContentTag::Artifact(Artifact::with_kind(ArtifactType::Footer)),
        (Role::Ornament, _) => ContentTag::Artifact(Artifact::with_kind(ArtifactType::Layout)),
    };
    let identifier = surface.start_tagged(tag);
    if let Role::Leaf(leaf) = op.role
        && let Some(pieces) = drawn.get_mut(leaf)
    {
        pieces.push(identifier);
    }
    draw_mark(surface, &op.mark, faces);
    surface.end_tagged();
}

fn draw_mark(surface: &mut Surface<'_>, mark: &Mark, faces: &Faces<'_>) {
    match mark {
        Mark::Text { x, baseline, size, ink, line } => {
            surface.set_stroke(None);
            surface.set_fill(Some(fill(*ink, NormalizedF32::ONE)));
            draw_line(surface, Point::from_xy(*x, *baseline), *size, line, faces, false);
        }
        Mark::Rule { from, to, width, ink } => {
            surface.set_fill(None);
            surface.set_stroke(Some(stroke(*ink, *width, NormalizedF32::ONE)));
            let mut path = PathBuilder::new();
            path.move_to(from.0, from.1);
            path.line_to(to.0, to.1);
            draw_path(surface, path.finish());
        }
        Mark::Picture { x, y, width, height, image } => {
            if let Some(size) = Size::from_wh(*width, *height) {
                surface.push_transform(&Transform::from_translate(*x, *y));
                surface.draw_image(image.clone(), size);
                surface.pop();
            }
        }
        Mark::Squares { x, y, module, rows } => {
            surface.set_stroke(None);
            surface.set_fill(Some(fill(Ink(0, 0, 0), NormalizedF32::ONE)));
            draw_path(surface, shapes::squares(*x, *y, *module, rows));
        }
        Mark::Seal { centre, radius, name, note } => shapes::draw_seal(surface, *centre, *radius, (name, note), faces),
    }
}

fn colour(ink: Ink) -> rgb::Color {
    rgb::Color::new(ink.0, ink.1, ink.2)
}

pub(super) fn fill(ink: Ink, opacity: NormalizedF32) -> Fill {
    Fill { paint: colour(ink).into(), opacity, ..Fill::default() }
}

pub(super) fn stroke(ink: Ink, width: f32, opacity: NormalizedF32) -> Stroke {
    Stroke { paint: colour(ink).into(), width, opacity, ..Stroke::default() }
}

pub(super) fn draw_path(surface: &mut Surface<'_>, path: Option<Path>) {
    if let Some(path) = path {
        surface.draw_path(&path);
    }
}

/// Draws a line of text; each run of one font is one text object.
///
/// `outlined` draws shapes instead of text: for a seal, which is a picture and not to be read twice.
pub(super) fn draw_line(
    surface: &mut Surface<'_>,
    at: Point,
    size: f32,
    line: &Line,
    faces: &Faces<'_>,
    outlined: bool,
) {
    let mut x = at.x;
    let mut start = 0;
    while let Some(first) = line.signs.get(start) {
        let face = first.glyph.face;
        let length = line.signs.iter().skip(start).take_while(|sign| sign.glyph.face == face).count();
        let (mut text, mut glyphs, mut advance) = (String::new(), Vec::new(), 0.0);
        for (offset, sign) in line.signs.iter().skip(start).take(length).enumerate() {
            let gap = if line.stretches(start + offset) { line.gap } else { 0.0 };
            let begin = text.len();
            text.push(sign.ch);
            text.extend(sign.selector);
            let wide = sign.glyph.advance + gap;
            glyphs.push(KrillaGlyph::new(GlyphId::new(sign.glyph.id), wide, 0.0, 0.0, 0.0, begin..text.len(), None));
            advance += wide;
        }
        if let Some(font) = faces.font(face) {
            surface.draw_glyphs(Point::from_xy(x, at.y), &glyphs, font.clone(), &text, size, outlined);
        }
        x += advance * size;
        start += length;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn chinese_dates_are_read_and_others_refused() {
        assert!(read_date("2026年11月22日").is_some());
        assert!(read_date("二〇二六年").is_none());
        assert!(read_date("2026年13月1日").is_none());
    }
}
