//! What a screen shows, saved as a picture.

use super::draw::{Page, Random};
use super::sheet::{self, Sheet};

/// A screenshot of a phone or of a desk's screen, showing a document.
pub(super) fn shot(nth: u32, random: &mut Random) -> Page {
    let sizes = [(540, 1170), (720, 1280), (540, 1200), (1366, 768), (585, 1266), (1280, 800)];
    let (width, height) = sizes[nth as usize % sizes.len()];
    let desk = width > height;
    // A viewer of photographs is black, one of documents bright.
    let dark = nth % 2 == 1;
    let ground = if dark { 0 } else { 235 };
    let mut page = Page { width, height, data: vec![ground; width * height] };
    let ink = if dark { 240 } else { 30 };
    let bar = height / 28;
    page.stroke(0, 0, width, bar, if dark { 0 } else { 250 });
    for sign in 0..4 {
        page.letter(random, 12 + sign * bar, bar / 5, bar * 3 / 5, 2, ink);
        page.letter(random, width - 12 - (sign + 1) * bar, bar / 5, bar * 3 / 5, 2, ink);
    }
    let kind = if desk { Sheet::Letter } else { [Sheet::Card, Sheet::Letter, Sheet::Licence][nth as usize / 2 % 3] };
    let room = if desk { height * 8 / 10 } else { width };
    let long = if kind.lies() || desk { room } else { room * 141 / 100 };
    let mut fill = random.another();
    let mut shown = sheet::draw(kind, long, if dark { 215 } else { 255 }, random, &mut fill);
    if dark {
        shown.soften();
        shown.light(super::draw::Light::Good, random);
    }
    let left = (width - shown.width.min(width)) / 2;
    // Scrolled a little.
    let top = (height - shown.height.min(height)) * (30 + random.below(40)) / 100;
    for y in 0..shown.height.min(height) {
        let from = &shown.data[y * shown.width..][..shown.width.min(width)];
        page.data[(top + y) * width + left..][..from.len()].copy_from_slice(from);
    }
    let foot = height - height / 14;
    for sign in 0..4 {
        page.letter(random, width * (sign + 1) / 5, foot, bar, 2, ink);
    }
    page
}
