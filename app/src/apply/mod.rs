//! Room `apply`.

#[cfg(feature = "ssr")]
pub mod pages;
