//! The EXIF tags that matter here: orientation and the camera's maker (JEITA CP-3451, tags 0x0112
//! and 0x010F).

/// How a stored picture must be shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Orientation {
    /// Clockwise degrees.
    pub rotation: u16,
    /// Mirror left to right first.
    pub mirrored: bool,
}

/// Reads the orientation from a TIFF block (what follows `Exif\0\0` in a JPEG, the `eXIf` chunk of
/// a PNG). Anything unreadable means upright.
pub(crate) fn orientation(tiff: &[u8]) -> Orientation {
    let (rotation, mirrored) = match short_tag(tiff) {
        Some(2) => (0, true),
        Some(3) => (180, false),
        Some(4) => (180, true),
        Some(5) => (270, true),
        Some(6) => (90, false),
        Some(7) => (90, true),
        Some(8) => (270, false),
        _ => (0, false),
    };
    Orientation { rotation, mirrored }
}

/// Whether a camera left its maker's name. Screens and scanners' programs do not.
pub(crate) fn is_from_camera(tiff: &[u8]) -> bool {
    entry(tiff, 0x010F).is_some()
}

fn short_tag(tiff: &[u8]) -> Option<u16> {
    // Type 3 (SHORT), one value, stored in the entry itself.
    let at = entry(tiff, 0x0112)?;
    (short(tiff, at.checked_add(2)?)? == 3).then(|| short(tiff, at + 8)).flatten()
}

fn is_big(tiff: &[u8]) -> Option<bool> {
    match tiff.get(..4)? {
        b"MM\0*" => Some(true),
        b"II*\0" => Some(false),
        _ => None,
    }
}

fn short(tiff: &[u8], at: usize) -> Option<u16> {
    let pair: [u8; 2] = tiff.get(at..at.checked_add(2)?)?.try_into().ok()?;
    Some(if is_big(tiff)? { u16::from_be_bytes(pair) } else { u16::from_le_bytes(pair) })
}

/// Place of the entry with this tag in the first directory.
fn entry(tiff: &[u8], tag: u16) -> Option<usize> {
    let four: [u8; 4] = tiff.get(4..8)?.try_into().ok()?;
    let directory = if is_big(tiff)? { u32::from_be_bytes(four) } else { u32::from_le_bytes(four) };
    let directory = usize::try_from(directory).ok()?;
    let count = usize::from(short(tiff, directory)?);
    for number in 0..count {
        let at = directory.checked_add(2 + number * 12)?;
        if short(tiff, at)? == tag {
            return Some(at);
        }
    }
    None
}
