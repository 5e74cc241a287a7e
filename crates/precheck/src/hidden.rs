//! Files that are two things at once: a picture or PDF to one program, an archive to another.

use crate::input::Input;

/// Length of a ZIP end record without its comment (APPNOTE 4.3.16).
const END_RECORD: usize = 22;
/// The comment's length is a 16-bit number.
const MAX_COMMENT: usize = 65_535;

/// Whether an unzip program would open the file as an archive.
///
/// True for an end record whose comment reaches exactly to the end of the file, or that lies
/// behind `content_end`, where the picture or document is over. What cameras append to a picture
/// (a film, a depth map) is no archive and stays allowed.
pub(crate) fn is_also_archive(bytes: &Input, content_end: usize) -> bool {
    let from = bytes.len().saturating_sub(END_RECORD + MAX_COMMENT);
    let tail = bytes.slice(from, bytes.len());
    for (at, part) in tail.windows(END_RECORD).enumerate() {
        if !part.starts_with(b"PK\x05\x06") {
            continue;
        }
        let at = from + at;
        let comment = usize::from(u16::from_le_bytes([part[20], part[21]]));
        let reaches_end = at + END_RECORD + comment == bytes.len();
        let has_entries = part[10] != 0 || part[11] != 0;
        if has_entries && (reaches_end || at >= content_end) {
            return true;
        }
    }
    false
}
