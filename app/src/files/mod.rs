//! Room `files`: looking at what was handed in.

pub mod pages;
