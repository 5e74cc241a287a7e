//! Pages of finding.

pub mod figures;
pub mod guide;
pub mod home;
pub mod list;
mod structured;
