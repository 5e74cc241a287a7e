#!/usr/bin/env bash
# Installs what the two commands need. Idempotent; the second run takes about a second.
# Choice of toolchain: see setup/README.md. ONEVISIT_TOOLCHAIN=rustup|debian forces one.
set -euo pipefail
cd "$(dirname "$0")/.."
mkdir -p target/.setup
. setup/env.sh

say() { printf 'setup: %s\n' "$*"; }
have() { command -v "$1" >/dev/null 2>&1; }
as_root() { if [ "$(id -u)" = 0 ]; then "$@"; else sudo -n "$@"; fi; }
can_root() { [ "$(id -u)" = 0 ] || { have sudo && sudo -n true 2>/dev/null; }; }

# Installs Debian packages, or prints the line that a person with root rights must run.
apt_install() {
  have apt-get || { say "please install the equivalents of: $*"; exit 1; }
  if ! can_root; then
    say "root rights are needed once. Please run:"
    echo "  sudo apt-get update && sudo apt-get install -y --no-install-recommends $*"
    exit 1
  fi
  say "apt-get install $*"
  as_root env DEBIAN_FRONTEND=noninteractive apt-get update -qq
  as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "$@" >/dev/null
}

# --- programs outside Rust ---
missing=()
need() { have "$1" || missing+=("$2"); }
need cc "gcc libc6-dev"
need chromium chromium
need pdftotext poppler-utils
need runuser util-linux
need curl curl
need node nodejs
need npm npm
need python3 python3
python3 -c 'import ensurepip' 2>/dev/null || missing+=(python3-venv)
[ -x "$PG_BIN/initdb" ] || missing+=(postgresql)
ls /usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc >/dev/null 2>&1 || missing+=(fonts-noto-cjk)
case "${ONEVISIT_ALSO:-}" in nginx*) need nginx "$ONEVISIT_ALSO" ;; esac
# shellcheck disable=SC2206
[ ${#missing[@]} = 0 ] || apt_install ${missing[@]}
node -e 'process.exit(+process.versions.node.split(".")[0] >= 20 ? 0 : 1)' ||
  { say "Node 20 or newer is needed, found $(node -v)"; exit 1; }

# --- Rust with a wasm32 target ---
wanted="$(sed -n 's/^rust-version = "\(.*\)"/\1/p' Cargo.toml)"
recent() { # is this rustc at least the version that the workspace names?
  [ "$(printf '%s\n' "$wanted" "$("$1" -V 2>/dev/null | cut -d' ' -f2)" | sort -V | head -1)" = "$wanted" ]
}
wasm_lib() { echo "$("$1" --print sysroot)/lib/rustlib/wasm32-unknown-unknown/lib"; }
has_wasm() { ls "$(wasm_lib "$1")"/libstd-*.rlib >/dev/null 2>&1; }

use_rustup() {
  local rustc
  rustc="$(PATH="$HOME/.cargo/bin:$PATH" command -v rustc)" || return 1
  [ "$rustc" != /usr/bin/rustc ] && recent "$rustc" || return 1
  if ! has_wasm "$rustc"; then
    # Without a network rustup may take its time to fail: not again once the other way is ready.
    have rustup && ! debian_ready || return 1
    timeout 120 rustup -q target add wasm32-unknown-unknown >/dev/null 2>&1 || true
    has_wasm "$rustc" || return 1
  fi
  if [ ! -x "$("$rustc" --print sysroot)/bin/cargo-clippy" ] || [ ! -x "$("$rustc" --print sysroot)/bin/cargo-fmt" ]; then
    timeout 120 rustup -q component add clippy rustfmt || return 1
  fi
  echo rustup > "$STAMPS/toolchain"
}

# Debian's toolchain for its browsers: compiler and library sources, but no wasm32 library.
# It is built once from those sources; the stamp beside it names the compiler it belongs to.
debian_ready() {
  [ -x /usr/bin/cargo-clippy ] && [ -x /usr/bin/cargo-fmt ] && recent /usr/bin/rustc && has_wasm /usr/bin/rustc &&
    [ "$(cat "$(wasm_lib /usr/bin/rustc)/../rustc-version" 2>/dev/null)" = "$(/usr/bin/rustc -V)" ]
}
use_debian() {
  if ! debian_ready; then
    { [ -x /usr/bin/cargo-clippy ] && [ -x /usr/bin/cargo-fmt ] && [ -x /usr/bin/lld-22 ] &&
      [ -e /usr/lib/rustlib/src/rust ] && recent /usr/bin/rustc; } ||
      apt_install rustc-web cargo-web rust-web-src rust-web-clippy rustfmt-web lld-22
    can_root || { say "root rights are needed once, to put the wasm32 library beside the compiler"; exit 1; }
    setup/wasm-std.sh "$(wasm_lib /usr/bin/rustc)" as_root
  fi
  echo debian > "$STAMPS/toolchain"
}

case "${ONEVISIT_TOOLCHAIN:-}" in
  rustup) use_rustup || { say "rustup cannot provide Rust $wanted with wasm32"; exit 1; } ;;
  debian) use_debian ;;
  *) use_rustup || use_debian ;;
esac
. setup/env.sh

# --- npm, by lock file ---
npm_ci() {
  local key
  key="$(cat "$1/package.json" "$1/package-lock.json" | sha256sum | cut -c1-16)"
  [ "$(cat "$1/node_modules/.key" 2>/dev/null)" = "$key" ] && return
  say "npm ci in $1"
  (cd "$1" && npm ci --silent --no-audit --no-fund --prefer-offline)
  echo "$key" > "$1/node_modules/.key"
}
npm_ci .
npm_ci end2end

# --- Python, by hashes: clients of resumable uploads and of WeChat Pay that others wrote ---
python_client() {
  local venv="$PWD/target/.venv" key
  key="$( (python3 -V; cat end2end/requirements.txt) | sha256sum | cut -c1-16)"
  [ "$(cat "$venv/.key" 2>/dev/null)" = "$key" ] && return
  say "Python packages in target/.venv"
  rm -rf "$venv"
  python3 -m venv "$venv"
  "$venv/bin/pip" install --quiet --disable-pip-version-check --require-hashes -r end2end/requirements.txt
  echo "$key" > "$venv/.key"
}
python_client

# --- the CI cache: the two newest keys, none past 16 GB, no test binaries of bygone clones ---
if [ -n "${ONEVISIT_KEPT:-}" ] && [ "$CARGO_TARGET_DIR" = "$ONEVISIT_KEPT" ]; then
  mkdir -p "$CARGO_TARGET_DIR"; touch "$CARGO_TARGET_DIR"
  cache="$(dirname "$CARGO_TARGET_DIR")"
  { ls -dt "$cache"/target-* 2>/dev/null || true; } | tail -n +3 | xargs -r rm -rf
  find "$CARGO_TARGET_DIR/debug/deps" -maxdepth 1 -type f -perm -u+x ! -name '*.so' -mmin +720 -delete 2>/dev/null || true
  [ "$(du -sk "$CARGO_TARGET_DIR" | cut -f1)" -lt 16000000 ] || rm -rf "${CARGO_TARGET_DIR:?}"
fi
say "ready: $(rustc -V), target $CARGO_TARGET_DIR"
