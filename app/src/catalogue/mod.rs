//! Room `catalogue`.

#[cfg(feature = "ssr")]
pub mod pages;
