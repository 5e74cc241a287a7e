//! Sharpness, exposure and emptiness of a picture, in whole numbers only.

use crate::exif::Orientation;
use crate::small::{Luma, Small, level_at};
use crate::types::{Code, Finding, Level, Limits, Report};
use crate::{glare, likeness, outline, screenshot};

/// Below this the picture holds too little to judge.
const MIN_EDGE: usize = 160;
/// Half width of the window around an edge in which its full contrast is looked for, in pixels.
const REACH: usize = 4;
/// Fewer edges than this say nothing about sharpness.
const MIN_EDGES: u32 = 60;
/// An edge counts when it spans at least this part (1/n) of the picture's own contrast ...
const CONTRAST_PART: u8 = 4;
/// ... and at least this much: below is noise and paper texture.
const MIN_CONTRAST: u8 = 20;
/// Upper quartile of edge steepness (step between neighbours as percent of the edge's contrast)
/// below which letters of ordinary size can no longer be read. Set on the corpus.
const BLUR_PERCENT: u32 = 40;
/// Nine tenths of the pixels darker than this: underexposed.
const DARK_P90: u8 = 80;
/// And hardly anything brighter than this: a document in good light on a black table is not dark.
const DARK_P98: u8 = 105;
/// Half of the pixels brighter than this ...
const BRIGHT_P50: u8 = 245;
/// ... and even the darkest strokes brighter than this: washed out.
const BRIGHT_DARKEST: u8 = 150;
/// Contrast below which nothing is on the picture.
const BLANK_SPREAD: u8 = 16;
/// Below this the document's place is not judged.
const PLACE_EDGE: usize = 480;
/// Slope of the document's sides, in thousandths, from which it lies askew: nine degrees.
const SKEW_SLOPE: u32 = 158;
/// A document that takes less of the picture, in percent, was photographed from too far.
const FAR_SHARE: usize = 25;

/// Brightness of a colour (ITU-R BT.601 weights in 1/256).
pub(crate) fn grey(red: u8, green: u8, blue: u8) -> u8 {
    let sum = 77 * u32::from(red) + 150 * u32::from(green) + 29 * u32::from(blue);
    u8::try_from(sum >> 8).unwrap_or(u8::MAX)
}

/// What is known of a picture besides its pixels.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Origin {
    pub orientation: Orientation,
    /// A camera left its name in the file.
    pub camera: bool,
}

/// Adds advice about the picture's quality to the report.
pub(crate) fn judge(luma: &Luma, origin: Origin, limits: &Limits, report: &mut Report) {
    let orientation = origin.orientation;
    if orientation != Orientation::default() {
        // Nearly every photograph taken upright with a phone: nothing to mend.
        report.push(
            Finding::new(Code::Sideways, Level::Note)
                .with("rotation", orientation.rotation.to_string())
                .with("mirrored", if orientation.mirrored { "yes" } else { "no" }),
        );
    }
    let small = Small::of(luma);
    if small.width.max(small.height) < MIN_EDGE {
        return;
    }
    let counts = small.histogram();
    let level = |per_mille| level_at(&counts, small.data.len(), per_mille);
    let darkest = level(2);
    let spread = level(998) - darkest;
    let advice = |code| Finding::new(code, Level::Advice);
    if level(900) < DARK_P90 && level(980) < DARK_P98 {
        report.push(advice(Code::TooDark));
    } else if spread < BLANK_SPREAD {
        report.push(advice(Code::Blank));
        return;
    } else if level(500) > BRIGHT_P50 && darkest > BRIGHT_DARKEST {
        report.push(advice(Code::TooBright));
    } else if limits.aspect.is_none() {
        // A portrait is no document on a table.
        scene(luma, &small, origin, report);
    }
    report.fingerprint = Some(likeness::fingerprint(&small, orientation));
    report.sharpness = steepness(&small, spread);
    if let Some(percent) = report.sharpness
        && percent < BLUR_PERCENT
    {
        report.push(advice(Code::Blurred).with("sharpness", percent.to_string()));
    }
}

/// How a document was photographed: framing, angle, reflections, or not at all.
fn scene(luma: &Luma, small: &Small, origin: Origin, report: &mut Report) {
    let advice = |code| Finding::new(code, Level::Advice);
    if screenshot::found(luma, origin.camera) {
        report.push(advice(Code::Screenshot));
        return;
    }
    let grid = small.grid();
    if glare::found(&grid) {
        report.push(advice(Code::Glare));
    }
    // In very small pictures writing and table run together.
    let outline = if small.width.max(small.height) < PLACE_EDGE { None } else { outline::find(&grid) };
    let Some(outline) = outline else {
        return;
    };
    if outline.touched == 0 && outline.slope >= SKEW_SLOPE {
        report.push(advice(Code::Skewed));
    }
    if (1..=2).contains(&outline.touched) && outline.touched + outline.clear == 4 {
        report.push(advice(Code::Cropped));
    } else if outline.touched == 0 && outline.share < FAR_SHARE {
        report.push(advice(Code::TooFar).with("share", outline.share.to_string()));
    }
}

/// Whether nothing is on the picture: one brightness, noise aside.
pub(crate) fn is_blank(luma: &Luma) -> bool {
    let small = Small::of(luma);
    let counts = small.histogram();
    let level = |per_mille| level_at(&counts, small.data.len(), per_mille);
    level(998) - level(2) < BLANK_SPREAD
}

/// How steep the edges are: upper quartile over all edges of the step between two neighbours
/// as percent of the contrast within [`REACH`]. Blank paper has no edges and so no say, faint
/// print counts like black print; a blur of any cause spreads the step over more pixels. Along
/// the direction in which the hand moved only: so the worse direction counts.
/// `None` when there are too few edges.
fn steepness(small: &Small, spread: u8) -> Option<u32> {
    let least = (spread / CONTRAST_PART).max(MIN_CONTRAST);
    let (mut along, mut down) = ([0_u32; 101], [0_u32; 101]);
    for line in small.data.chunks_exact(small.width) {
        count_edges(line, least, &mut along);
    }
    let mut line = Vec::with_capacity(small.height);
    for x in 0..small.width {
        line.clear();
        line.extend(small.data.iter().skip(x).step_by(small.width));
        count_edges(&line, least, &mut down);
    }
    let both: [u32; 101] = std::array::from_fn(|percent| along[percent] + down[percent]);
    if both.iter().sum::<u32>() < MIN_EDGES {
        return None;
    }
    let few = (2 * MIN_EDGES).max(both.iter().sum::<u32>() / 10);
    let directions = [along, down].into_iter().filter(|counts| counts.iter().sum::<u32>() >= few);
    directions.chain([both]).map(|counts| upper_quartile(&counts)).min()
}

fn upper_quartile(counts: &[u32; 101]) -> u32 {
    let total: u32 = counts.iter().sum();
    let mut above = 0;
    for (percent, count) in (0_u32..=100).rev().zip(counts.iter().rev()) {
        above += count;
        if above * 4 >= total {
            return percent;
        }
    }
    0
}

/// Counts the edges of one line by their steepness in percent.
fn count_edges(line: &[u8], least: u8, counts: &mut [u32; 101]) {
    if line.len() < 2 * REACH + 2 {
        return;
    }
    let step = |at: usize| line[at].abs_diff(line[at + 1]);
    for at in REACH..line.len() - REACH - 1 {
        let here = step(at);
        // Cheap refusal first: nearly all of a page is blank.
        if here < 3 || here < step(at - 1) || here <= step(at + 1) {
            continue;
        }
        let window = &line[at + 1 - REACH..=at + REACH];
        let lowest = window.iter().min().copied().unwrap_or_default();
        let highest = window.iter().max().copied().unwrap_or_default();
        let contrast = highest - lowest;
        if contrast >= least {
            let percent = usize::from(here) * 100 / usize::from(contrast.max(1));
            counts[percent.min(100)] += 1;
        }
    }
}
