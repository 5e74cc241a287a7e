//! Two files with the same picture (近似重复): recompressed, resized, lightened.
//!
//! Not: the same document photographed twice, or two copies of one form filled in differently.

use crate::exif::Orientation;
use crate::small::{Small, level_at};
use crate::types::{Code, Finding, Level};

/// Fields of a fingerprint along each side.
const SIDE: usize = 24;
/// A fingerprint says something only if its fields vary by so much on average, in hundredths of a
/// level (of 16).
const LEAST_VARIATION: u32 = 40;
/// Same picture when the fields differ by less than this part of their own variation, in percent.
const SAME_PERCENT: u32 = 12;

/// The picture in 24 × 24 fields of 16 levels between its darkest and brightest, one hexadecimal
/// digit each, turned as it is shown.
pub(crate) fn fingerprint(small: &Small, orientation: Orientation) -> String {
    let fields = small.means(SIDE, SIDE);
    let mut counts = [0; 256];
    for field in &fields {
        counts[usize::from(*field)] += 1;
    }
    let (low, high) = (level_at(&counts, fields.len(), 5), level_at(&counts, fields.len(), 995));
    let range = u32::from(high - low).max(1);
    let digit = |x: usize, y: usize| {
        let value = u32::from(fields[y * SIDE + x].clamp(low, high) - low) * 15 / range;
        char::from_digit(value, 16).unwrap_or('0')
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
    variation >= LEAST_VARIATION && difference * 100 < variation * SAME_PERCENT
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
