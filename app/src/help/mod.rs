//! Help, duties, and reading aloud.

pub mod components;
#[cfg(feature = "ssr")]
pub mod pages;
