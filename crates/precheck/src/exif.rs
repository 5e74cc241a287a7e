//! The one EXIF tag that matters here: orientation (JEITA CP-3451, tag 0x0112).

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
    let (rotation, mirrored) = match tag(tiff) {
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

fn tag(tiff: &[u8]) -> Option<u16> {
    let big = match tiff.get(..4)? {
        b"MM\0*" => true,
        b"II*\0" => false,
        _ => return None,
    };
    let short = |at: usize| -> Option<u16> {
        let pair: [u8; 2] = tiff.get(at..at.checked_add(2)?)?.try_into().ok()?;
        Some(if big { u16::from_be_bytes(pair) } else { u16::from_le_bytes(pair) })
    };
    let long = |at: usize| -> Option<usize> {
        let four: [u8; 4] = tiff.get(at..at.checked_add(4)?)?.try_into().ok()?;
        let value = if big { u32::from_be_bytes(four) } else { u32::from_le_bytes(four) };
        usize::try_from(value).ok()
    };
    let directory = long(4)?;
    let count = usize::from(short(directory)?);
    for entry in 0..count {
        let at = directory.checked_add(2 + entry * 12)?;
        if short(at)? == 0x0112 {
            // Type 3 (SHORT), one value, stored in the entry itself.
            return (short(at.checked_add(2)?)? == 3).then(|| short(at + 8)).flatten();
        }
    }
    None
}
