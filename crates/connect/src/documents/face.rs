//! Open font faces of one render: which glyph draws a character, and how wide it is.

use std::collections::HashMap;
use std::sync::Arc;

use krilla::text::Font;
use service::ports::documents::DocumentError;
use skrifa::charmap::MapVariant;
use skrifa::instance::{LocationRef, Size};
use skrifa::raw::FileRef;
use skrifa::string::StringId;
use skrifa::{FontRef, MetadataProvider};

use super::fonts::{FontFile, FontSet, Style};

/// Drawn where no font has the character: the printer's 〓, else a plain box or question mark.
/// The text beneath keeps the true character, so that copying and searching still work.
const STAND_INS: &[char] = &['〓', '□', '?'];

/// A glyph for a character.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Found {
    /// Index of the font file in the set.
    pub(super) face: usize,
    pub(super) id: u32,
    /// Share of the type size.
    pub(super) advance: f32,
}

struct Face {
    bytes: Arc<Vec<u8>>,
    index: u32,
    font: Font,
}

enum Slot {
    Closed,
    Broken,
    Open(Face),
}

/// Key of a glyph: the character, its variation selector, the style.
type Wanted = (char, Option<char>, Style);

pub(super) struct Faces<'a> {
    set: &'a FontSet,
    slots: Vec<Slot>,
    known: HashMap<Wanted, Found>,
}

impl<'a> Faces<'a> {
    pub(super) fn new(set: &'a FontSet) -> Self {
        let slots = (0..set.len()).map(|_| Slot::Closed).collect();
        Self { set, slots, known: HashMap::new() }
    }

    /// Fails unless the text font opens and draws Chinese.
    pub(super) fn check(&mut self) -> Result<(), DocumentError> {
        match self.search('文', None, Style::Text) {
            Some(_) => Ok(()),
            None => Err(DocumentError::Font(
                "no font with Chinese characters found (install Noto CJK or set ONEVISIT_FONTS)".to_owned(),
            )),
        }
    }

    /// The glyph for a character; a stand-in when no font has one.
    pub(super) fn find(&mut self, ch: char, selector: Option<char>, style: Style) -> Result<Found, DocumentError> {
        let key = (ch, selector, style);
        if let Some(found) = self.known.get(&key) {
            return Ok(*found);
        }
        let mut found = self.search(ch, selector, style);
        for stand_in in STAND_INS {
            found = found.or_else(|| self.search(*stand_in, None, style));
        }
        let found = found.ok_or_else(|| DocumentError::Font("no glyph and no stand-in".to_owned()))?;
        self.known.insert(key, found);
        Ok(found)
    }

    pub(super) fn font(&self, face: usize) -> Option<&Font> {
        match self.slots.get(face) {
            Some(Slot::Open(face)) => Some(&face.font),
            _ => None,
        }
    }

    fn search(&mut self, ch: char, selector: Option<char>, style: Style) -> Option<Found> {
        let set = self.set;
        for &index in set.chain(style) {
            if let Some(face) = self.open(index)
                && let Some((id, advance)) = face.glyph(ch, selector)
            {
                return Some(Found { face: index, id, advance });
            }
        }
        None
    }

    fn open(&mut self, index: usize) -> Option<&Face> {
        let slot = self.slots.get_mut(index)?;
        if matches!(slot, Slot::Closed) {
            *slot = match self.set.file(index).map(Face::open) {
                Some(Ok(face)) => Slot::Open(face),
                Some(Err(error)) => {
                    tracing::warn!(%error, "font left out");
                    Slot::Broken
                }
                None => Slot::Broken,
            };
        }
        match slot {
            Slot::Open(face) => Some(face),
            _ => None,
        }
    }
}

impl Face {
    fn open(file: &FontFile) -> Result<Self, DocumentError> {
        let refused = || DocumentError::Font(format!("{}: not a usable font", file.path.display()));
        let bytes = file.bytes()?;
        let index = pick(&bytes, file.style).ok_or_else(refused)?;
        let font = Font::new(Arc::clone(&bytes).into(), index).ok_or_else(refused)?;
        Ok(Self { bytes, index, font })
    }

    /// Glyph number and advance (share of the type size).
    fn glyph(&self, ch: char, selector: Option<char>) -> Option<(u32, f32)> {
        let font = FontRef::from_index(&self.bytes, self.index).ok()?;
        let map = font.charmap();
        let plain = map.map(ch).filter(|id| id.to_u32() != 0)?;
        let variant = selector.and_then(|selector| map.map_variant(ch, selector));
        let id = match variant {
            Some(MapVariant::Variant(id)) => id,
            _ => plain,
        };
        let advance = font.glyph_metrics(Size::new(1.0), LocationRef::default()).advance_width(id)?;
        Some((id.to_u32(), advance))
    }
}

/// The face for simplified Chinese in the wanted weight, by the names in the file.
fn pick(bytes: &[u8], style: Style) -> Option<u32> {
    let faces = FileRef::new(bytes).ok()?.fonts();
    let mut best: Option<(u8, u32)> = None;
    for (index, face) in (0_u32..).zip(faces) {
        let Ok(face) = face else { continue };
        let score = score(&face, style);
        if best.is_none_or(|(top, _)| score > top) {
            best = Some((score, index));
        }
    }
    best.map(|(_, index)| index)
}

fn score(face: &FontRef<'_>, style: Style) -> u8 {
    let any = |id: StringId, wanted: &dyn Fn(&str) -> bool| {
        face.localized_strings(id).any(|name| wanted(&name.chars().collect::<String>()))
    };
    let family = |wanted: &dyn Fn(&str) -> bool| {
        any(StringId::FAMILY_NAME, wanted) || any(StringId::TYPOGRAPHIC_FAMILY_NAME, wanted)
    };
    let cut = |wanted: &dyn Fn(&str) -> bool| {
        any(StringId::SUBFAMILY_NAME, wanted) || any(StringId::TYPOGRAPHIC_SUBFAMILY_NAME, wanted)
    };
    let simplified = family(&|name| name.split(' ').any(|word| word == "SC" || word == "GB"));
    let proportional = !family(&|name| name.contains("Mono"));
    let weight = match style {
        Style::Text => cut(&|name| name == "Regular" || name == "W3"),
        Style::Strong => cut(&|name| name == "Bold" || name == "Semibold" || name == "W6"),
    };
    u8::from(simplified) * 4 + u8::from(proportional) * 2 + u8::from(weight)
}
