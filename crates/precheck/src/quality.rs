//! Sharpness, exposure and emptiness of a picture, in whole numbers only.

use crate::exif::Orientation;
use crate::types::{Code, Finding, Level, Report};

/// The picture is judged at this size of its longer side: what a clerk sees on a screen.
const WORK_EDGE: usize = 1024;
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
/// Half of the pixels brighter than this ...
const BRIGHT_P50: u8 = 245;
/// ... and even the darkest strokes brighter than this: washed out.
const BRIGHT_DARKEST: u8 = 150;
/// Contrast below which nothing is on the picture.
const BLANK_SPREAD: u8 = 16;

/// The brightness of a picture, row by row from the top left.
#[derive(Debug)]
pub(crate) struct Luma {
    pub width: u32,
    pub height: u32,
    data: Vec<u8>,
}

impl Luma {
    /// `None` when the number of pixels does not fit the size.
    pub(crate) fn new(width: u32, height: u32, data: Vec<u8>) -> Option<Self> {
        let pixels = u64::from(width) * u64::from(height);
        (pixels > 0 && data.len() as u64 == pixels).then_some(Self { width, height, data })
    }
}

/// Brightness of a colour (ITU-R BT.601 weights in 1/256).
pub(crate) fn grey(red: u8, green: u8, blue: u8) -> u8 {
    let sum = 77 * u32::from(red) + 150 * u32::from(green) + 29 * u32::from(blue);
    u8::try_from(sum >> 8).unwrap_or(u8::MAX)
}

/// Adds advice about the picture's quality to the report.
pub(crate) fn judge(luma: &Luma, orientation: Orientation, report: &mut Report) {
    if orientation != Orientation::default() {
        report.push(
            Finding::new(Code::Sideways, Level::Advice)
                .with("rotation", orientation.rotation.to_string())
                .with("mirrored", if orientation.mirrored { "yes" } else { "no" }),
        );
    }
    let small = Small::of(luma);
    if small.width.max(small.height) < MIN_EDGE {
        return;
    }
    let counts = small.histogram();
    let darkest = level_at(&counts, small.data.len(), 2);
    let brightest = level_at(&counts, small.data.len(), 998);
    let spread = brightest - darkest;
    if level_at(&counts, small.data.len(), 900) < DARK_P90 {
        report.push(Finding::new(Code::TooDark, Level::Advice));
    } else if spread < BLANK_SPREAD {
        report.push(Finding::new(Code::Blank, Level::Advice));
        return;
    } else if level_at(&counts, small.data.len(), 500) > BRIGHT_P50 && darkest > BRIGHT_DARKEST {
        report.push(Finding::new(Code::TooBright, Level::Advice));
    }
    report.sharpness = small.steepness(spread);
    if let Some(percent) = report.sharpness
        && percent < BLUR_PERCENT
    {
        report.push(Finding::new(Code::Blurred, Level::Advice).with("sharpness", percent.to_string()));
    }
}

/// The brightness that `per_mille` of the pixels do not exceed.
fn level_at(counts: &[usize; 256], pixels: usize, per_mille: usize) -> u8 {
    let wanted = pixels * per_mille / 1000;
    let mut seen = 0;
    for (level, count) in (0_u8..=255).zip(counts) {
        seen += count;
        if seen > wanted {
            return level;
        }
    }
    255
}

/// A picture brought down to the working size.
struct Small {
    width: usize,
    height: usize,
    data: Vec<u8>,
}

impl Small {
    /// Box average; a picture that is small already is taken as it is.
    fn of(luma: &Luma) -> Self {
        let (from_w, from_h) = (luma.width as usize, luma.height as usize);
        let long = from_w.max(from_h);
        if long <= WORK_EDGE {
            return Self { width: from_w, height: from_h, data: luma.data.clone() };
        }
        let width = (from_w * WORK_EDGE / long).max(1);
        let height = (from_h * WORK_EDGE / long).max(1);
        let mut data = Vec::with_capacity(width * height);
        for y in 0..height {
            let rows = y * from_h / height..((y + 1) * from_h / height);
            for x in 0..width {
                let columns = x * from_w / width..((x + 1) * from_w / width);
                let (mut sum, mut count) = (0_u64, 0_u64);
                for row in rows.clone() {
                    let line = &luma.data[row * from_w..][columns.clone()];
                    sum += line.iter().map(|value| u64::from(*value)).sum::<u64>();
                    count += line.len() as u64;
                }
                data.push(u8::try_from(sum / count.max(1)).unwrap_or(u8::MAX));
            }
        }
        Self { width, height, data }
    }

    fn histogram(&self) -> [usize; 256] {
        let mut counts = [0; 256];
        for value in &self.data {
            counts[usize::from(*value)] += 1;
        }
        counts
    }

    /// How steep the edges are: upper quartile over all edges of the step between two neighbours
    /// as percent of the contrast within [`REACH`]. Blank paper has no edges and so no say, faint
    /// print counts like black print; a blur of any cause spreads the step over more pixels.
    /// `None` when there are too few edges.
    fn steepness(&self, spread: u8) -> Option<u32> {
        let least = (spread / CONTRAST_PART).max(MIN_CONTRAST);
        let mut counts = [0_u32; 101];
        let mut line = Vec::with_capacity(self.width.max(self.height));
        for y in 0..self.height {
            line.clear();
            line.extend_from_slice(&self.data[y * self.width..(y + 1) * self.width]);
            count_edges(&line, least, &mut counts);
        }
        for x in 0..self.width {
            line.clear();
            line.extend(self.data.iter().skip(x).step_by(self.width));
            count_edges(&line, least, &mut counts);
        }
        let total: u32 = counts.iter().sum();
        if total < MIN_EDGES {
            return None;
        }
        let mut above = 0;
        for (percent, count) in (0_u32..=100).rev().zip(counts.iter().rev()) {
            above += count;
            if above * 4 >= total {
                return Some(percent);
            }
        }
        None
    }
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
