//! Islands of the staff desk.

pub mod live;
