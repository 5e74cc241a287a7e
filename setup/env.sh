# Sourced by every script: which Rust toolchain, where things are built, where the site lies.
# shellcheck shell=bash
ROOT="$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)"
STAMPS="$ROOT/target/.setup"
export HOME="${HOME:-$(getent passwd "$(id -u)" | cut -d: -f6)}"

# A login shell is not assumed. setup.sh leaves its choice of toolchain in the stamp folder:
# "rustup" (or whatever rustc comes first) or "debian" (the packages under /usr/bin).
PATH="$HOME/.cargo/bin:$PATH:/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin"
if [ "$(cat "$STAMPS/toolchain" 2>/dev/null)" = debian ]; then
  PATH="/usr/bin:$PATH"
fi
export PATH

# What is built lies in ./target; CI keeps it outside the clone, keyed by toolchain and lock file.
if [ -z "${CARGO_TARGET_DIR:-}" ]; then
  if [ "${CI:-}" = true ] && command -v rustc >/dev/null; then
    key="$( (rustc -Vv; cat "$ROOT/Cargo.lock") | sha256sum | cut -c1-16)"
    CARGO_TARGET_DIR="${ONEVISIT_CACHE:-$HOME/.cache/onevisit}/target-$key"
    export ONEVISIT_KEPT="$CARGO_TARGET_DIR" # ours to prune; a folder that somebody named is not
  else
    CARGO_TARGET_DIR="$ROOT/target"
  fi
fi
export CARGO_TARGET_DIR
if [ "${CI:-}" = true ]; then
  export CARGO_INCREMENTAL=0 CARGO_TERM_COLOR=never
fi

export ONEVISIT_SITE="${ONEVISIT_SITE:-$ROOT/target/site}"
export CHROMIUM="${CHROMIUM:-$(command -v chromium || command -v chromium-browser || true)}"
PG_BIN="$(ls -d /usr/lib/postgresql/*/bin 2>/dev/null | sort -V | tail -1)"
[ -n "$PG_BIN" ] || PG_BIN="$(dirname "$(command -v initdb || echo /nonexistent/initdb)")"
export PG_BIN

# One selection of packages for every native build, so that cargo resolves the same features
# each time and compiles nothing twice. The excluded two exist for the browser only.
NATIVE=(--workspace --exclude frontend --exclude precheck_worker)
