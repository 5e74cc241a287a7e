//! Islands of applying.
