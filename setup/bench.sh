#!/usr/bin/env bash
# Prints one JSON line per figure, measured on the release profile. nginx is what public pages are
# compared with; it is needed here and nowhere else.
set -euo pipefail
cd "$(dirname "$0")/.."
ONEVISIT_ALSO="nginx-light" setup/setup.sh >&2
. setup/env.sh
cargo build "${NATIVE[@]}" --bins --examples --release >&2
"$CARGO_TARGET_DIR/release/xtask" web >&2
ONEVISIT_BIN_DIR="$CARGO_TARGET_DIR/release" exec node end2end/bench.mjs
