//! From a string to measured characters and to lines ready to draw.

use service::ports::documents::DocumentError;

use super::face::{Faces, Found};
use super::fonts::Style;
use super::linebreak::{self, Breakable};

/// A line is spread to the full width only while each gap grows by less than this (share of size).
const WIDEST_GAP: f32 = 0.35;

/// One drawn character with the variation selector that may follow it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Sign {
    pub(super) ch: char,
    pub(super) selector: Option<char>,
    pub(super) glyph: Found,
}

impl Breakable for Sign {
    fn ch(&self) -> char {
        self.ch
    }
    fn advance(&self) -> f32 {
        self.glyph.advance
    }
}

/// One line: its characters, and what is added after each that allows it.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Line {
    pub(super) signs: Vec<Sign>,
    /// Added in each stretchable gap, share of the type size.
    pub(super) gap: f32,
}

impl Line {
    /// Natural width as a share of the type size.
    pub(super) fn width(&self) -> f32 {
        width(&self.signs)
    }

    /// Whether the gap after this position grows.
    pub(super) fn stretches(&self, at: usize) -> bool {
        match (self.signs.get(at), self.signs.get(at + 1)) {
            (Some(a), Some(b)) => !linebreak::is_bound(a.ch, b.ch),
            _ => false,
        }
    }
}

pub(super) fn width(signs: &[Sign]) -> f32 {
    signs.iter().map(|sign| sign.glyph.advance).sum()
}

/// Removes what must not reach a document: controls, direction overrides, invisible and private
/// characters. `\n` parts paragraphs; other white space becomes one space.
///
/// Direction overrides are removed because they can make a printed name or amount read differently
/// from the text that was checked.
pub(super) fn clean(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut previous = '\n';
    for ch in text.replace("\r\n", "\n").chars() {
        let kept = match ch {
            '\n' | '\r' | '\u{b}' | '\u{c}' | '\u{85}' | '\u{2028}' | '\u{2029}' => '\n',
            '\u{3000}' => ch,
            _ if ch.is_whitespace() => ' ',
            _ if ch.is_control() || is_invisible(ch) => continue,
            _ if is_private(ch) => '〓',
            _ => ch,
        };
        let repeated = matches!((previous, kept), (' ' | '\n', ' ') | ('\n', '\n'));
        if repeated {
            continue;
        }
        out.push(kept);
        previous = kept;
    }
    out
}

/// [`clean`], on one line.
pub(super) fn clean_line(text: &str) -> String {
    clean(text).trim().replace('\n', " ")
}

fn is_invisible(ch: char) -> bool {
    matches!(ch,
        '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}'
        | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{fff0}'..='\u{fffb}' | '\u{fffe}' | '\u{ffff}'
        | '\u{1d173}'..='\u{1d17a}' | '\u{e0000}'..='\u{e007f}')
        || (u32::from(ch) & 0xfffe) == 0xfffe
}

/// Private-use characters mean something else on every machine (and PDF/A-2a forbids them).
fn is_private(ch: char) -> bool {
    matches!(ch, '\u{e000}'..='\u{f8ff}' | '\u{f0000}'..='\u{10ffff}')
}

fn is_selector(ch: char) -> bool {
    matches!(ch, '\u{fe00}'..='\u{fe0f}' | '\u{e0100}'..='\u{e01ef}')
}

/// Measures one paragraph of cleaned text.
pub(super) fn measure(text: &str, style: Style, faces: &mut Faces<'_>) -> Result<Vec<Sign>, DocumentError> {
    let mut signs = Vec::new();
    let mut chars = text.chars().filter(|ch| *ch != '\n').peekable();
    while let Some(ch) = chars.next() {
        if is_selector(ch) {
            continue;
        }
        let selector = chars.next_if(|next| is_selector(*next));
        let mut glyph = faces.find(ch, selector, style)?;
        if glyph.advance > 0.9 && chars.peek().is_some_and(|next| linebreak::is_squeezed(ch, *next)) {
            glyph.advance /= 2.0;
        }
        signs.push(Sign { ch, selector, glyph });
    }
    Ok(signs)
}

/// How a text is set.
#[derive(Debug, Clone, Copy)]
pub(super) struct Setting {
    pub(super) style: Style,
    /// Points.
    pub(super) size: f32,
    /// Points.
    pub(super) width: f32,
    /// Indent of the first line of each paragraph, in shares of the size.
    pub(super) indent: f32,
    /// Whether full lines are spread to the right edge.
    pub(super) justify: bool,
}

/// A line with its indent in points.
#[derive(Debug, Clone)]
pub(super) struct Placed {
    pub(super) line: Line,
    pub(super) indent: f32,
}

/// Cleans, measures and wraps a text.
pub(super) fn lines(text: &str, setting: Setting, faces: &mut Faces<'_>) -> Result<Vec<Placed>, DocumentError> {
    let mut placed = Vec::new();
    let cleaned = clean(text);
    for paragraph in cleaned.trim_end().split('\n') {
        let signs = measure(paragraph, setting.style, faces)?;
        let rest = setting.width / setting.size;
        let first = rest - setting.indent;
        let cuts = linebreak::wrap(&signs, first, rest);
        let last = cuts.len().saturating_sub(1);
        for (number, cut) in cuts.into_iter().enumerate() {
            let (room, indent) = if number == 0 { (first, setting.indent) } else { (rest, 0.0) };
            let signs = signs.get(cut).unwrap_or_default().to_vec();
            let gap = if setting.justify && number < last { justify(&signs, room) } else { 0.0 };
            placed.push(Placed { line: Line { signs, gap }, indent: indent * setting.size });
        }
    }
    Ok(placed)
}

/// The growth of each gap that brings the line's visible end to the right edge.
fn justify(signs: &[Sign], room: f32) -> f32 {
    let Some(last) = signs.iter().rposition(|sign| sign.ch != ' ') else {
        return 0.0;
    };
    let body = signs.get(..last).unwrap_or_default();
    let end = signs.get(last).map_or(0.0, |sign| linebreak::end_width(sign.ch, sign.glyph.advance));
    let slack = room - width(body) - end;
    let gaps =
        signs.windows(2).take(last).filter(|pair| matches!(pair, [a, b] if !linebreak::is_bound(a.ch, b.ch))).count();
    if gaps == 0 || slack <= 0.0 {
        return 0.0;
    }
    let gap = slack / super::marks::count(gaps);
    if gap > WIDEST_GAP { 0.0 } else { gap }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn clean_drops_controls_and_overrides_and_keeps_rare_characters() {
        assert_eq!(clean("张\u{202e}三\u{0}㺭𠮷\u{200b}\t 12\r\n下"), "张三㺭𠮷 12\n下");
        assert_eq!(clean("\u{e123}\u{10fffe}"), "〓");
        assert_eq!(clean_line(" 甲\n乙 "), "甲 乙");
    }
}
