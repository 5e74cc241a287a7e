//! Room `verify`.

#[cfg(feature = "ssr")]
pub mod pages;
