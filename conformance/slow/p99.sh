#!/bin/bash
# What slow attackers do to others: run.sh against all targets at once, and beside it plain requests at a fixed rate, RPS a second on each of
# 16 connections; the same calm before.  usage: p99.sh HOST:PORT...   Needs slowhttptest and h2load.  Latencies are in microseconds.
set -u
[ $# -gt 0 ] || { echo "usage: p99.sh HOST:PORT..."; exit 2; }
here=$(cd "$(dirname "$0")" && pwd); out=$(mktemp -d); ulimit -n 65536 2>/dev/null
load() { # target, seconds, name
  h2load --h1 -c 16 --rps "${RPS:-50}" -D "$2" --warm-up-time 1 --log-file "$out/$3-$1" "http://$1/" >/dev/null 2>&1
}
quantiles() { # name-target
  sort -n -k3 "$out/$1" | awk -v what="${1%%-*}" '{d[NR] = $3; if ($2 != 200) bad++}
    END {print what ": requests " NR ", not 200 " bad + 0 ", p50 " d[int(NR * .5)] ", p99 " d[int(NR * .99)] ", max " d[NR]}'
}
pids=; for t in "$@"; do load "$t" "${CALM:-10}" calm & pids="$pids $!"; done; wait $pids
pids=; for t in "$@"; do
  OUT=$out/$t "$here/run.sh" "$t" >"$out/score-$t" 2>&1 & pids="$pids $!"
  load "$t" "${ATTACKED:-88}" attacked & pids="$pids $!"
done; wait $pids
for t in "$@"; do echo "== $t"; cat "$out/score-$t"; quantiles "calm-$t"; quantiles "attacked-$t"; done
