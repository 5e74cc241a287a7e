#!/usr/bin/env bash
# pg-temp.sh start: a throw-away PostgreSQL cluster in a temporary folder. Prints two lines:
#   PG_TEMP=<folder>   DATABASE_URL=postgres://postgres@127.0.0.1:<port>/onevisit
# pg-temp.sh stop FOLDER: stops and removes it.
# PostgreSQL refuses to run as root; then the package's user `postgres` runs it.
set -euo pipefail
. "$(dirname "$0")/env.sh"
cd /
run() { if [ "$(id -u)" = 0 ]; then runuser -u postgres -- "$@"; else "$@"; fi; }

start() {
  local dir port
  dir="$(mktemp -d /tmp/onevisit-pg.XXXXXX)"
  [ "$(id -u)" != 0 ] || chown postgres "$dir"
  run "$PG_BIN/initdb" -D "$dir/data" -U postgres -A trust -E UTF8 --locale=C.UTF-8 --no-sync >/dev/null
  for _ in 1 2 3 4 5; do
    port="$(node -e 'const s=require("net").createServer().listen(0,"127.0.0.1",()=>{console.log(s.address().port);s.close()})')"
    # Nothing in it outlives the tests, so nothing needs to reach the disk.
    if run "$PG_BIN/pg_ctl" -D "$dir/data" -l "$dir/log" -w -t 30 -o "-p $port -k $dir -c listen_addresses=127.0.0.1 \
        -c fsync=off -c synchronous_commit=off -c full_page_writes=off -c max_connections=200" start >/dev/null; then
      run "$PG_BIN/psql" -q -h "$dir" -p "$port" -U postgres -c 'create database onevisit'
      echo "PG_TEMP=$dir"
      echo "DATABASE_URL=postgres://postgres@127.0.0.1:$port/onevisit"
      return
    fi
  done
  cat "$dir/log" >&2
  rm -rf "$dir"
  return 1
}

stop() {
  case "$1" in /tmp/onevisit-pg.*) ;; *) echo "not a temporary cluster: $1" >&2; return 1 ;; esac
  run "$PG_BIN/pg_ctl" -D "$1/data" -m immediate stop >/dev/null 2>&1 || true
  rm -rf "$1"
}

case "${1:-}" in
  start) start ;;
  stop) stop "$2" ;;
  *) echo "usage: pg-temp.sh start | stop FOLDER" >&2; exit 2 ;;
esac
