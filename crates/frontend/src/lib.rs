//! The browser entry: hydrates the islands of `app` that the page holds.

/// Makes each island's function known by name; the page's start script then finds the islands in
/// the document and calls theirs. Called once, by that script, after the module is loaded.
#[wasm_bindgen::prelude::wasm_bindgen]
pub fn hydrate() {
    // The linker drops what nobody names: this use keeps the islands' exports.
    #[allow(unused_imports)]
    use app::*;
    console_error_panic_hook::set_once();
    leptos::mount::hydrate_islands();
}
