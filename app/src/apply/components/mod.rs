//! Islands of applying.

pub mod autosave;
mod brief;
mod conflict;
mod inline_error;
mod local_copy;
mod precheck;
mod saver;
pub mod signature;
mod transfer;
pub mod upload;
mod values;
