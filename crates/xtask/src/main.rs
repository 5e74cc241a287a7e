//! Tasks of the workspace that need Rust: `xtask web [--dev] | parity | systems [--check]`.
//!
//! Why not cargo-leptos: `docs/adr/0002-xtask-instead-of-cargo-leptos.md`.

mod stamp;
mod systems;
mod wasm;

use std::path::{Path, PathBuf};
use std::process::ExitCode;

/// An error is a sentence for the person at the terminal.
type Outcome = Result<(), String>;

fn main() -> ExitCode {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = args.iter().map(String::as_str).collect();
    let outcome = match words[..] {
        ["web"] => wasm::web(&root(), wasm::Build::Small),
        ["web", "--dev"] => wasm::web(&root(), wasm::Build::Quick),
        ["parity"] => wasm::parity(&root()),
        ["systems"] => systems::write(&root()),
        ["systems", "--check"] => systems::check(&root()),
        _ => Err("usage: xtask web [--dev] | parity | systems [--check]".into()),
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(sentence) => {
            eprintln!("xtask: {sentence}");
            ExitCode::FAILURE
        }
    }
}

/// The workspace: where the command is called, if a workspace lies there, else where xtask was built.
fn root() -> PathBuf {
    let here = PathBuf::from(".");
    if here.join("crates/xtask").is_dir() {
        return here.canonicalize().unwrap_or(here);
    }
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}
