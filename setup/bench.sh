#!/usr/bin/env bash
# Prints one JSON line per figure, measured on the release profile.
set -euo pipefail
cd "$(dirname "$0")/.."
setup/setup.sh >&2
. setup/env.sh
cargo build "${NATIVE[@]}" --bins --release >&2
"$CARGO_TARGET_DIR/release/xtask" web >&2
ONEVISIT_BIN_DIR="$CARGO_TARGET_DIR/release" exec node end2end/bench.mjs
