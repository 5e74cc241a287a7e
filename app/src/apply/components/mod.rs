//! Islands of applying.

pub mod autosave;
mod brief;
mod inline_error;
mod precheck;
mod saver;
pub mod signature;
mod tus;
mod tus_wire;
pub mod upload;
