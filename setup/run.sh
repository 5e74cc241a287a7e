#!/usr/bin/env bash
# Serves OneVisit with the example county at http://localhost:3000 and the sandbox beside it.
# Ctrl-C stops both. Everything that it keeps lies in ./data.
set -euo pipefail
cd "$(dirname "$0")/.."
setup/setup.sh
. setup/env.sh
PORT="${PORT:-3000}" SANDBOX_PORT="${SANDBOX_PORT:-3001}" CLAMD_PORT="${CLAMD_PORT:-3002}" DATA="${DATA:-./data}"

cargo build "${NATIVE[@]}" --bins
bin="$CARGO_TARGET_DIR/debug"
"$bin/xtask" web
mkdir -p "$DATA/sandbox"

"$bin/onevisit-sandbox" --listen "127.0.0.1:$SANDBOX_PORT" --public-url "http://localhost:$SANDBOX_PORT" \
  --clamd-listen "127.0.0.1:$CLAMD_PORT" --state "$DATA/sandbox" --notify-url "http://localhost:$PORT/callbacks/wechat" &
sandbox=$!
trap 'kill "$sandbox" 2>/dev/null || true; wait "$sandbox" 2>/dev/null || true' EXIT
for _ in $(seq 100); do
  kill -0 "$sandbox" 2>/dev/null || { echo "the sandbox did not start (is port $SANDBOX_PORT taken?)" >&2; exit 1; }
  curl -fs -o /dev/null "http://localhost:$SANDBOX_PORT/healthz" && break
  sleep 0.1
done

echo "OneVisit: http://localhost:$PORT    sandbox and message box: http://localhost:$SANDBOX_PORT"
trap : INT TERM # ctrl-c reaches the server too, which ends in its own order
"$bin/onevisit" serve --data-dir "$DATA" --demo --listen "127.0.0.1:$PORT" \
  --public-url "http://localhost:$PORT" --sandbox-state "$DATA/sandbox" || true
