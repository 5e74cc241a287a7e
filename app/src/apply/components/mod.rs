//! Islands of applying.

pub mod autosave;
mod brief;
mod conflict;
pub mod crop;
mod heic;
mod inline_error;
mod local_copy;
mod precheck;
pub mod proof_day;
mod saver;
pub mod signature;
mod tus;
mod tus_wire;
pub mod upload;
mod values;
