//! Room `mine`.

#[cfg(feature = "ssr")]
pub mod pages;
