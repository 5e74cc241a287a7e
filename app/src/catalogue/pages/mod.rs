//! Pages of finding.

pub mod figures;
pub mod guide;
pub mod home;
pub mod list;
pub mod shared_list;
mod structured;
