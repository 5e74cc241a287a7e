//! Room `track`.

#[cfg(feature = "ssr")]
pub mod pages;
