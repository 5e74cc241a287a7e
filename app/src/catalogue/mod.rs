//! Finding a matter and understanding it: home, lists, guide.

pub mod actions;
pub mod components;
#[cfg(feature = "ssr")]
pub mod pages;
pub mod words;
