//! Rust for the browser: cargo → wasm-bindgen → `setup/web.mjs` (wasm-opt, CSS, hashes, brotli).

use crate::{Outcome, stamp};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use wasm_bindgen_cli_support::Bindgen;

const TARGET: &str = "wasm32-unknown-unknown";

/// How to build what the browser downloads.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Build {
    /// Profile `wasm` and wasm-opt, as people get it.
    Small,
    /// Profile `dev`, for trying a change out.
    Quick,
}

/// Who runs the module.
#[derive(Clone, Copy)]
enum Host {
    Browser,
    Node,
}

/// Everything that can change what lies in the site folder.
const WEB_INPUTS: [&str; 13] = [
    "app",
    "crates/domain",
    "crates/precheck",
    "crates/precheck_worker",
    "crates/frontend",
    "crates/xtask/src/wasm.rs",
    "style",
    "public",
    "setup/web.mjs",
    "Cargo.toml",
    "Cargo.lock",
    "package-lock.json",
    "locales",
];

/// Fills the site folder (`ONEVISIT_SITE`, by default `target/site`).
pub fn web(root: &Path, build: Build) -> Outcome {
    let site = std::env::var_os("ONEVISIT_SITE").map_or_else(|| root.join("target/site"), PathBuf::from);
    let stamp_file = site.join(".stamp");
    let kind = if build == Build::Small { "small" } else { "quick" };
    let digest = stamp::digest(root, &WEB_INPUTS, &format!("{kind} {}", rustc_version()?));
    if stamp::is_fresh(&stamp_file, &digest) {
        println!("web: up to date");
        return Ok(());
    }
    let glue = root.join("target/web").join(kind);
    let built = compile(root, build, &["frontend", "precheck_worker"])?;
    for (crate_name, out_name) in [("frontend", "app"), ("precheck_worker", "precheck")] {
        bindgen(&built, crate_name, out_name, &glue, Host::Browser)?;
    }
    run(Command::new("node").current_dir(root).args(["setup/web.mjs", kind]).arg(&glue).arg(&site))?;
    fs::write(&stamp_file, digest).map_err(|e| format!("{}: {e}", stamp_file.display()))
}

/// Builds the parity corpus for node into `target/parity`; `end2end/parity.test.mjs` runs it.
pub fn parity(root: &Path) -> Outcome {
    let built = compile(root, Build::Small, &["parity"])?;
    let out = root.join("target/parity");
    bindgen(&built, "parity", "parity", &out, Host::Node)?;
    // The glue for node is CommonJS, the workspace's package.json says otherwise.
    fs::write(out.join("package.json"), r#"{"type":"commonjs"}"#).map_err(|e| format!("{}: {e}", out.display()))
}

/// Compiles crates for the browser and returns the folder with their `.wasm` files.
fn compile(root: &Path, build: Build, crates: &[&str]) -> Result<PathBuf, String> {
    let cargo = std::env::var("CARGO").unwrap_or_else(|_| "cargo".into());
    let (profile, folder) = match build {
        Build::Small => ("wasm", "wasm"),
        Build::Quick => ("dev", "debug"),
    };
    let mut command = Command::new(cargo);
    command.current_dir(root).args(["build", "--target", TARGET, "--profile", profile]);
    for name in crates {
        command.args(["-p", name]);
    }
    run(&mut command)?;
    let target = std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| root.join("target"), |dir| root.join(dir));
    Ok(target.join(TARGET).join(folder))
}

/// Writes `<out_name>.js` and `<out_name>_bg.wasm`. The library has the version of the crate
/// `wasm-bindgen` by Cargo.lock, so the two cannot disagree.
fn bindgen(built: &Path, crate_name: &str, out_name: &str, out: &Path, host: Host) -> Outcome {
    let mut bindgen = Bindgen::new();
    bindgen
        .input_path(built.join(format!("{crate_name}.wasm")))
        .out_name(out_name)
        .typescript(false)
        .remove_producers_section(true);
    let chosen = match host {
        // The page names the hashed address of the module; the glue must not guess one.
        Host::Browser => bindgen.omit_default_module_path(true).web(true),
        Host::Node => bindgen.nodejs(true),
    };
    chosen.and_then(|bindgen| bindgen.generate(out)).map_err(|e| format!("wasm-bindgen {crate_name}: {e:#}"))
}

fn rustc_version() -> Result<String, String> {
    let out = Command::new("rustc").arg("-V").output().map_err(|e| format!("rustc: {e}"))?;
    Ok(String::from_utf8_lossy(&out.stdout).into_owned())
}

fn run(command: &mut Command) -> Outcome {
    let status = command.status().map_err(|e| format!("{command:?}: {e}"))?;
    if status.success() { Ok(()) } else { Err(format!("{command:?}: {status}")) }
}
