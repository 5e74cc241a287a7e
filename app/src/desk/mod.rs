//! Room `desk`.

#[cfg(feature = "ssr")]
pub mod pages;
