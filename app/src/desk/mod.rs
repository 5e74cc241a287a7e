//! Room `desk`.

pub mod actions;
pub mod components;
#[cfg(feature = "ssr")]
pub mod pages;
