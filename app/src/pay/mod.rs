//! Room `pay`.

#[cfg(feature = "ssr")]
pub mod pages;
