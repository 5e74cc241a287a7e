//! Islands of finding.

pub mod suggest;
