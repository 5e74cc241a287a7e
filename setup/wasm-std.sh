#!/usr/bin/env bash
# wasm-std.sh DESTINATION [as_root]: builds the wasm32 standard library of /usr/bin/rustc from its
# packaged sources (about 90 s on two cores) and puts it into DESTINATION.
set -euo pipefail
dest="$1"
as_root() { if [ "$(id -u)" = 0 ] || [ "${mode:-}" != as_root ]; then "$@"; else sudo -n "$@"; fi; }
mode="${2:-}"
export PATH="/usr/bin:$PATH" RUSTC_BOOTSTRAP=1
unset CARGO_TARGET_DIR RUSTFLAGS CI
work="$(mktemp -d)"
trap 'rm -rf "$work"' EXIT
echo "setup: building the wasm32 standard library for $(/usr/bin/rustc -V)"

# rustc looks for `rust-lld` beside itself.
host="$(/usr/bin/rustc -vV | sed -n 's/^host: //p')"
bin="$(/usr/bin/rustc --print sysroot)/lib/rustlib/$host/bin"
if [ ! -e "$bin/rust-lld" ]; then
  as_root mkdir -p "$bin"
  as_root ln -sf /usr/bin/lld-22 "$bin/rust-lld"
fi

mkdir "$work/src"
echo > "$work/src/lib.rs"
printf '[package]\nname = "throwaway"\nversion = "0.0.0"\nedition = "2024"\n[lib]\ncrate-type = ["cdylib"]\n[workspace]\n' > "$work/Cargo.toml"
# Without bitcode in the library a build with link-time optimisation is refused.
(cd "$work" && RUSTFLAGS="-C embed-bitcode=yes" /usr/bin/cargo build -q -Z build-std=std,panic_abort --target wasm32-unknown-unknown --release)
as_root mkdir -p "$dest"
as_root find "$dest" -name '*.rlib' -delete
as_root cp "$work"/target/wasm32-unknown-unknown/release/deps/*.rlib "$dest/"
/usr/bin/rustc -V > "$work/version"
as_root cp "$work/version" "$dest/../rustc-version"
