#!/usr/bin/env bash
# Everything that must be green at each landing. Stops at the first stage that fails; prints the
# wall time of each stage and always ends with one line: N passed, M failed.
# Logs: target/test-logs/. `test.sh all` adds the long loops (environment ONEVISIT_LONG=1).
set -uo pipefail
cd "$(dirname "$0")/.."
[ "${1:-}" != all ] || export ONEVISIT_LONG=1
LOGS="$PWD/target/test-logs"
rm -rf "$LOGS"; mkdir -p "$LOGS"
PG_TEMP="" STAGE_FAILED=""

counts() { # sums cargo's and node's own summaries; a failed stage counts at least once
  local passed failed
  read -r passed failed < <(cat "$LOGS"/*.log 2>/dev/null | awk '
    /^test result: / { for (i = 2; i <= NF; i++) { if ($i == "passed;") p += $(i - 1); if ($i == "failed;") f += $(i - 1) } }
    /^# pass [0-9]+$/ { p += $3 }
    /^# (fail|cancelled) [0-9]+$/ { f += $3 }
    END { print p + 0, f + 0 }')
  if [ -n "$STAGE_FAILED" ] && [ "$failed" = 0 ]; then failed=1; fi
  [ -z "$STAGE_FAILED" ] || echo "FAILED in stage: $STAGE_FAILED (target/test-logs/$STAGE_FAILED.log)"
  echo "$passed passed, $failed failed"
}
finish() {
  local rc=$?
  [ -z "$PG_TEMP" ] || setup/pg-temp.sh stop "$PG_TEMP"
  counts
  exit $rc
}
trap finish EXIT
trap 'exit 130' INT TERM

stage() { # stage NAME COMMAND...
  local name="$1" from=$SECONDS; shift
  echo "== $name"
  if ! "$@" > >(tee "$LOGS/$name.log") 2>&1; then
    STAGE_FAILED="$name"
    echo "== $name failed after $((SECONDS - from)) s"
    sleep 0.2
    exit 1
  fi
  echo "== $name: $((SECONDS - from)) s"
}
node_tests() { # node_tests FILE...: for people on the terminal, for the counts as TAP in the log
  node --test --test-concurrency="${JOURNEYS_AT_ONCE:-2}" --test-reporter=spec --test-reporter-destination=stdout \
    --test-reporter=tap --test-reporter-destination="$LOGS/tap-$1.log" "${@:2}"
}
cluster() {
  local out
  out="$(setup/pg-temp.sh start)" || return 1
  echo "$out" > "$LOGS/cluster"
}

stage setup setup/setup.sh
. setup/env.sh
bin="$CARGO_TARGET_DIR/debug"

stage fmt cargo fmt --all --check
stage clippy cargo clippy "${NATIVE[@]}" --all-targets -- -D warnings
# In one call: tests alone would not build every binary, and two calls may resolve features twice.
stage build cargo build "${NATIVE[@]}" --lib --bins --tests
stage web "$bin/xtask" web
stage parity-wasm "$bin/xtask" parity
stage systems "$bin/xtask" systems --check
if [ -n "${ONEVISIT_LONG:-}" ]; then
  stage clippy-wasm cargo clippy -p frontend -p precheck_worker --target wasm32-unknown-unknown -- -D warnings
fi

stage cluster cluster
PG_TEMP="$(sed -n 's/^PG_TEMP=//p' "$LOGS/cluster")"
TEST_DATABASE_URL_PG="$(sed -n 's/^DATABASE_URL=//p' "$LOGS/cluster")"
export TEST_DATABASE_URL_PG
stage cargo-test cargo test "${NATIVE[@]}" --no-fail-fast
stage parity node_tests parity end2end/parity.test.mjs end2end/pains.test.mjs
stage journeys node_tests journeys end2end/journeys/*.test.mjs
