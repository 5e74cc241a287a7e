//! Islands of paying.

pub mod watch;
