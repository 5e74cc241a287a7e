//! Islands of help.

pub mod read_aloud;
