//! Two files with the same picture (近似重复): recompressed, resized, lightened.
//!
//! Not: the same document photographed twice, or two copies of one form filled in differently.

use crate::exif::Orientation;
use crate::small::Small;
use crate::types::{Code, Finding, Level};

/// Fields of a fingerprint along each side.
const SIDE: usize = 32;
/// A fingerprint says something only if its fields vary by so much on average, in hundredths of a
/// level (of 16).
const LEAST_VARIATION: u32 = 40;
/// Same picture when the fields differ by less than this part of their own variation, in percent ...
const SAME_PERCENT: u32 = 32;
/// ... and the squares of their differences sum up to no more than this: one form filled in twice
/// differs in few fields, but there much.
const MOST_SQUARES: u32 = 3600;

/// The part of a field, in percent, that is brighter than its ground at most.
const GROUND: usize = 20;

/// How much is written in each of 32 × 32 fields of the picture, one hexadecimal digit each, turned
/// as it is shown. Writing is told from its own ground, so light and paper do not matter.
pub(crate) fn fingerprint(small: &Small, orientation: Orientation) -> String {
    let fields = writing(small);
    let mut sorted = fields.clone();
    sorted.sort_unstable();
    let most = sorted[sorted.len() * 9 / 10].max(1);
    let digit = |x: usize, y: usize| {
        let value = (fields[y * SIDE + x] * 15 + most / 2) / most;
        char::from_digit(value.min(15), 16).unwrap_or('0')
    };
    let last = SIDE - 1;
    let mut print = String::with_capacity(SIDE * SIDE);
    for y in 0..SIDE {
        for x in 0..SIDE {
            let (x, y) = match orientation.rotation {
                90 => (y, last - x),
                180 => (last - x, last - y),
                270 => (last - y, x),
                _ => (x, y),
            };
            print.push(digit(if orientation.mirrored { last - x } else { x }, y));
        }
    }
    print
}

/// In each field, how much darker than its ground it is on average, in sixteenths of a level.
fn writing(small: &Small) -> Vec<u32> {
    let mut fields = Vec::with_capacity(SIDE * SIDE);
    let mut field = Vec::new();
    for y in 0..SIDE {
        let top = y * small.height / SIDE;
        let rows = top..((y + 1) * small.height / SIDE).max(top + 1);
        for x in 0..SIDE {
            let left = x * small.width / SIDE;
            let right = ((x + 1) * small.width / SIDE).max(left + 1);
            field.clear();
            for row in rows.clone() {
                field.extend_from_slice(&small.data[row * small.width + left..row * small.width + right]);
            }
            let sum: u32 = field.iter().map(|value| u32::from(*value)).sum();
            let count = u32::try_from(field.len()).unwrap_or(1).max(1);
            let place = field.len() * (100 - GROUND) / 100;
            let ground = u32::from(*field.select_nth_unstable(place).1) * 16;
            fields.push(ground.saturating_sub(sum * 16 / count));
        }
    }
    fields
}

/// Whether two fingerprints are of one picture. What has no fingerprint is like nothing.
pub fn alike(one: &str, other: &str) -> bool {
    let levels = |print: &str| -> Option<Vec<u32>> {
        let levels: Option<Vec<u32>> = print.chars().map(|digit| digit.to_digit(16)).collect();
        levels.filter(|levels| levels.len() == SIDE * SIDE)
    };
    let (Some(one), Some(other)) = (levels(one), levels(other)) else {
        return false;
    };
    let fields = u32::try_from(SIDE * SIDE).unwrap_or(u32::MAX);
    // Ten times the mean, so that nothing is lost.
    let middle = one.iter().sum::<u32>() * 10 / fields;
    let variation: u32 = one.iter().map(|level| (level * 10).abs_diff(middle)).sum::<u32>() * 10 / fields;
    let difference: u32 = one.iter().zip(&other).map(|(a, b)| a.abs_diff(*b)).sum::<u32>() * 100 / fields;
    let squares: u32 = one.iter().zip(&other).map(|(a, b)| a.abs_diff(*b).pow(2)).sum();
    variation >= LEAST_VARIATION && difference * 100 < variation * SAME_PERCENT && squares <= MOST_SQUARES
}

/// Tells that the same picture already lies in another slot, saved anew.
///
/// `fingerprint` is that of this file's report, `others` pairs of slot name and fingerprint. The
/// first slot with the picture is named. For files that are equal to the byte there is
/// [`crate::same_file`].
pub fn near_duplicate(fingerprint: &str, others: &[(&str, &str)]) -> Option<Finding> {
    let (slot, _) = others.iter().find(|(_, other)| alike(fingerprint, other))?;
    Some(Finding::new(Code::NearDuplicate, Level::Advice).with("slot", *slot))
}
