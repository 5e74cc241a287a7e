//! Photographs of documents, each with at most one flaw.

use super::draw::{self, Page, Random};
use super::scene::{self, Shot};
use super::sheet::{self, Sheet};
use super::{Case, Label, Recipe, first, random_of, screen};
use crate::types::{Aspect, Code};

/// What is wrong with the photograph.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Flaw {
    /// In order: the whole document on some table.
    None,
    /// In order: the page fills the picture, as a scanner has it.
    Filling,
    /// In order: one form, filled in differently each time.
    Sibling,
    /// In order: a white label on coloured paper, which is no reflection.
    Label,
    Blurred,
    /// The hand moved.
    Moved,
    Dark,
    Glare,
    Skewed,
    Cropped,
    Far,
    Screenshot,
    /// In order: a photograph as long as a screen.
    WideScreen,
    Blank,
    /// In order: a portrait of the shape that is asked for.
    Portrait,
    WrongShape,
    /// A good photograph, saved anew.
    Copy,
}

pub(super) fn make(flaw: Flaw, nth: u32, mut random: Random, mut case: Case) -> Case {
    let mut page = match flaw {
        Flaw::Screenshot => screen::shot(nth, &mut random),
        Flaw::Filling | Flaw::Sibling | Flaw::Blank => scanned(flaw, nth, &mut random),
        Flaw::Portrait | Flaw::WrongShape => portrait(flaw, nth, &mut random, &mut case),
        _ => photograph(flaw, nth, &mut random),
    };
    if flaw == Flaw::Moved {
        page.smear(11 + random.below(8), nth.is_multiple_of(2));
    }
    case.label = match flaw {
        Flaw::Blurred | Flaw::Moved => Label::Blurred(2),
        Flaw::Dark => Label::Dark,
        Flaw::Glare => Label::Shows(Code::Glare),
        Flaw::Skewed => Label::Shows(Code::Skewed),
        Flaw::Cropped => Label::Shows(Code::Cropped),
        Flaw::Far => Label::Shows(Code::TooFar),
        Flaw::Screenshot => Label::Shows(Code::Screenshot),
        Flaw::Blank => Label::Shows(Code::Blank),
        Flaw::WrongShape => Label::Shows(Code::AspectOff),
        _ => Label::Good,
    };
    let lossless = match flaw {
        Flaw::Screenshot => nth % 3 != 2,
        Flaw::Filling => nth % 4 == 3,
        _ => false,
    };
    if lossless {
        "图片.png".clone_into(&mut case.name);
        case.media_type = Some("image/png");
        case.bytes = page.png();
    } else {
        case.bytes = page.jpeg(quality(&mut random));
        if flaw == Flaw::WideScreen && nth.is_multiple_of(2) {
            draw::turn(&mut case.bytes, 1, false);
        }
    }
    case
}

/// The good photograph of this number, made smaller, lighter and saved anew.
pub(super) fn copy(seed: u64, nth: u32, mut random: Random, mut case: Case) -> Case {
    let original = first(Recipe::Photo(Flaw::None)) + nth;
    let page = photograph(Flaw::None, nth, &mut random_of(seed, original));
    let mut page = if nth.is_multiple_of(3) { page } else { smaller(&page, 55 + random.below(45)) };
    let (gain, offset) = (85 + random.below(25), random.below(12));
    for value in &mut page.data {
        *value = u8::try_from((usize::from(*value) * gain / 100 + offset).min(255)).unwrap_or(255);
    }
    case.bytes = page.jpeg(50 + u8::try_from(random.below(40)).unwrap_or(0));
    case.limits.min_long_edge_px = 400;
    case.label = Label::Copy(original);
    case
}

/// A good photograph of this size.
pub(super) fn large(size: (usize, usize)) -> Page {
    let (mut random, mut fill) = (Random::new(1), Random::new(2));
    let sheet = sheet::draw(Sheet::Form, size.1 * 8 / 10, 235, &mut random, &mut fill);
    let shot = Shot {
        size,
        share: 35,
        turn: 20,
        tilt: (30, 10),
        shift: (0, 0),
        desk: 80,
        shade: 15,
        shade_down: true,
        noise: 4,
        glare: None,
        clutter: true,
        cloth: false,
    };
    scene::photograph(&sheet, &shot, &mut random)
}

fn quality(random: &mut Random) -> u8 {
    62 + u8::try_from(random.below(33)).unwrap_or(0)
}

/// White, cream, pale green, pink, blue, brown: how bright the paper is to a sensor.
fn paper(random: &mut Random) -> u8 {
    [244, 236, 228, 220, 206, 190][random.below(6)]
}

fn photograph(flaw: Flaw, nth: u32, random: &mut Random) -> Page {
    let kind = Sheet::nth(nth);
    let paper = match flaw {
        Flaw::Glare => 185 + u8::try_from(random.below(40)).unwrap_or(0),
        Flaw::Label => 180 + u8::try_from(random.below(30)).unwrap_or(0),
        _ => paper(random),
    };
    let long = 900 + random.below(200);
    let mut fill = random.another();
    let mut page = sheet::draw(kind, long, paper, random, &mut fill);
    if flaw == Flaw::Label {
        // Next to the writing, not over all of it.
        let (wide, high) =
            (page.width / 4 + random.below(page.width / 5), page.height / 6 + random.below(page.height / 6));
        page.stroke(page.width / 8 + random.below(page.width / 3), page.height / 3, wide, high, 255);
    }
    let edge = 960 + random.below(240);
    let size = if kind.lies() { (edge, edge * 3 / 4) } else { (edge * 3 / 4, edge) };
    let signed = |random: &mut Random, most: usize| {
        i64::try_from(random.below(2 * most + 1)).unwrap_or(0) - i64::try_from(most).unwrap_or(0)
    };
    let whole = |value: usize| i64::try_from(value).unwrap_or(0);
    // Tables from black to light wood; on every fifth a white one, on which white paper is lost.
    let desk = if nth % 5 == 4 && flaw == Flaw::None { 225 } else { 25 + random.below(105) };
    let mut shot = Shot {
        size,
        share: 45 + whole(random.below(22)),
        turn: signed(random, 45),
        tilt: (signed(random, 55), signed(random, 40)),
        shift: (signed(random, 20), signed(random, 20)),
        desk: u8::try_from(desk).unwrap_or(90),
        shade: whole(random.below(30)),
        shade_down: random.below(2) == 0,
        noise: 1 + random.below(6),
        glare: None,
        clutter: nth % 6 == 3,
        cloth: nth % 7 == 5,
    };
    match flaw {
        Flaw::Glare => shot.glare = Some(28 + whole(random.below(50))),
        Flaw::Skewed => {
            let turn = 125 + whole(random.below(210));
            shot.turn = if random.below(2) == 0 { turn } else { -turn };
            shot.share = 26 + whole(random.below(12));
            shot.shift = (0, 0);
        }
        Flaw::Cropped => cropped(&mut shot, &page, random),
        Flaw::Far => {
            shot.share = 5 + whole(random.below(13));
            shot.shift = (signed(random, 150), signed(random, 150));
        }
        Flaw::WideScreen => {
            let (wide, high) = shot.size;
            shot.size = if kind.lies() { (wide, wide * 9 / 16) } else { (high * 9 / 16, high) };
            shot.share = 35 + whole(random.below(12));
        }
        _ => {}
    }
    let mut picture = scene::photograph(&page, &shot, random);
    // The shadow of whoever holds the phone.
    if nth % 4 == 1 && flaw != Flaw::Glare {
        scene::shadow(&mut picture, random);
    }
    match flaw {
        Flaw::Blurred => picture.blur(3),
        Flaw::Dark => darken(&mut picture, random),
        _ => {}
    }
    picture
}

/// Shifts the document until a good part of one of its sides is out of the picture.
fn cropped(shot: &mut Shot, page: &Page, random: &mut Random) {
    shot.share = 40 + i64::try_from(random.below(20)).unwrap_or(0);
    let corners = scene::corners(page, shot);
    let whole = |value: usize| i64::try_from(value).unwrap_or(0);
    let (width, height) = (whole(shot.size.0), whole(shot.size.1));
    let out = 10 + whole(random.below(18));
    let side = random.below(6);
    let ends = |of: fn(&(i64, i64)) -> i64| {
        let values = corners.iter().map(of);
        (values.clone().min().unwrap_or(0), values.max().unwrap_or(0))
    };
    let ((left, right), (top, bottom)) = (ends(|c| c.0), ends(|c| c.1));
    // So that `out` percent of the document lie beyond the border.
    if matches!(side, 0 | 4) {
        shot.shift.0 -= (left + (right - left) * out / 100) * 1000 / width;
    } else if matches!(side, 1 | 5) {
        shot.shift.0 += (width - right + (right - left) * out / 100) * 1000 / width;
    }
    if matches!(side, 2 | 4) {
        shot.shift.1 -= (top + (bottom - top) * out / 100) * 1000 / height;
    } else if matches!(side, 3 | 5) {
        shot.shift.1 += (height - bottom + (bottom - top) * out / 100) * 1000 / height;
    }
}

fn darken(page: &mut Page, random: &mut Random) {
    let gain = 12 + random.below(14);
    for value in &mut page.data {
        let grain = random.below(7);
        *value = u8::try_from((usize::from(*value) * gain / 100 + grain).saturating_sub(3)).unwrap_or(255);
    }
}

/// What a scanner gives: the page to its edges, straight.
fn scanned(flaw: Flaw, nth: u32, random: &mut Random) -> Page {
    let long = 960 + random.below(240);
    let noise = random.below(4);
    let mut page = if flaw == Flaw::Blank {
        let paper = 190 + u8::try_from(random.below(60)).unwrap_or(0);
        Page { width: long * 100 / 141, height: long, data: vec![paper; long * 100 / 141 * long] }
    } else if flaw == Flaw::Sibling {
        // One form for four.
        let mut form = Random::new(u64::from(nth / 4) + 500);
        sheet::draw(Sheet::Form, 1100, 240, &mut form, random)
    } else {
        let mut fill = Random::new(u64::from(nth) + 900);
        sheet::draw(Sheet::nth(nth), long, paper(random), random, &mut fill)
    };
    if flaw != Flaw::Blank && nth.is_multiple_of(2) {
        page.soften();
    }
    // A page photographed so close that no table is seen, with a shadow.
    if flaw == Flaw::Filling && nth % 4 == 2 {
        scene::shadow(&mut page, random);
    }
    for value in &mut page.data {
        let grain = random.below(2 * noise + 1);
        *value = u8::try_from((usize::from(*value) + grain).saturating_sub(noise).min(255)).unwrap_or(255);
    }
    page
}

/// A licence photo of 26 × 32 mm before a white ground.
fn portrait(flaw: Flaw, nth: u32, random: &mut Random, case: &mut Case) -> Page {
    // Offices that crop themselves ask for no shape.
    if flaw == Flaw::WrongShape || nth.is_multiple_of(2) {
        case.limits.aspect = Some(Aspect { width: 26, height: 32 });
    }
    case.limits.min_long_edge_px = 400;
    let height = 420 + random.below(300);
    let shapes = [(3, 4), (1, 1), (4, 3), (2, 3), (16, 9), (5, 7)];
    let (wide, high) = shapes[nth as usize % shapes.len()];
    let width = if flaw == Flaw::WrongShape { height * wide / high } else { height * 26 / 32 + random.below(5) };
    let mut page = Page { width, height, data: vec![245; width * height] };
    sheet::head(&mut page, (width / 10, height / 12), (width * 8 / 10, height * 11 / 12), random);
    page.soften();
    page
}

fn smaller(page: &Page, percent: usize) -> Page {
    let (width, height) = (page.width * percent / 100, page.height * percent / 100);
    let mut data = Vec::with_capacity(width * height);
    for y in 0..height {
        let top = y * page.height / height;
        let rows = top..((y + 1) * page.height / height).max(top + 1);
        for x in 0..width {
            let left = x * page.width / width;
            let columns = left..((x + 1) * page.width / width).max(left + 1);
            let count = rows.len() * columns.len();
            let row_sum = |row: usize| {
                page.data[row * page.width..][columns.clone()].iter().map(|v| usize::from(*v)).sum::<usize>()
            };
            let sum: usize = rows.clone().map(row_sum).sum();
            data.push(u8::try_from(sum / count).unwrap_or(255));
        }
    }
    Page { width, height, data }
}
