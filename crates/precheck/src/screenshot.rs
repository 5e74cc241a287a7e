//! A picture of a screen's content in place of a photograph (截图), in whole numbers only.

use crate::small::Luma;

/// A run of equal pixels counts from this part (1/n) of the picture's width.
const RUN_PART: usize = 8;
/// So much of the picture lies in such runs, in percent. Sensors have noise: no photograph does.
const RUN_SHARE: u64 = 25;
/// Phones show screens at least this long: longer side in percent of the shorter.
const PHONE_FROM: u64 = 170;
/// ... and this long at most; beyond are strips.
const PHONE_TO: u64 = 240;
/// Usual screens of desks and tablets, longer side first.
const SCREENS: [(u32, u32); 16] = [
    (1280, 800),
    (1280, 1024),
    (1366, 768),
    (1440, 900),
    (1536, 864),
    (1600, 900),
    (1680, 1050),
    (1920, 1080),
    (1920, 1200),
    (2048, 1536),
    (2160, 1440),
    (2560, 1440),
    (2560, 1600),
    (2732, 2048),
    (2880, 1800),
    (3840, 2160),
];

/// Whether the picture is a screenshot; `camera` tells that a camera left its name in it.
pub(crate) fn found(luma: &Luma, camera: bool) -> bool {
    let (long, short) = (luma.width.max(luma.height), luma.width.min(luma.height));
    let shape = u64::from(long) * 100 / u64::from(short.max(1));
    let screen = (PHONE_FROM..=PHONE_TO).contains(&shape) || SCREENS.contains(&(long, short));
    !camera && screen && even_share(luma) >= RUN_SHARE
}

/// Pixels in long runs of exactly one brightness, in percent.
fn even_share(luma: &Luma) -> u64 {
    let width = luma.width as usize;
    let least = (width / RUN_PART).max(1);
    let even: usize = luma
        .data
        .chunks_exact(width)
        .flat_map(|row| row.chunk_by(|a, b| a == b))
        .map(|run| if run.len() >= least { run.len() } else { 0 })
        .sum();
    even as u64 * 100 / (luma.data.len() as u64).max(1)
}
