//! The language of the page being rendered. Rendering is synchronous, so a thread-local on the
//! server and a constant of the page in the browser are enough.

use std::cell::Cell;

thread_local! {
    static ENGLISH: Cell<bool> = const { Cell::new(false) };
}

/// Whether texts are taken from `locales/en`.
pub fn is_english() -> bool {
    ENGLISH.with(Cell::get)
}

/// Sets the language for what is rendered next on this thread.
pub fn set_english(english: bool) {
    ENGLISH.with(|cell| cell.set(english));
}

/// The text in the current language.
pub fn pick(zh: &'static str, en: &'static str) -> &'static str {
    if is_english() { en } else { zh }
}
