#!/bin/bash
# Every probe that speaks what Weir serves today, against Weir; with PEERS=1 against HAProxy and nginx too.  Exit 0: Weir passed all.
# Last line: passed/failed/total of Weir over all probes.
set -u
here=$(cd "$(dirname "$0")" && pwd); export CONF_RUN=${CONF_RUN:-$(mktemp -d)}
trap '"$here/weir.sh" stop; "$here/peers/peers.sh" stop' EXIT
"$here/peers/peers.sh" start && "$here/weir.sh" start || exit 1
passed=0 failed=0
probe() { # name, command...: shows what the probe says and adds its score
  echo "== $1"; shift; local said; said=$("$@" 2>&1); echo "$said" | tail -"${LINES_SHOWN:-12}"
  local score; score=$(echo "$said" | tail -1); IFS=/ read -r p f _ <<<"$score"
  case "$p$f" in '' | *[!0-9]*) failed=$((failed + 1)) ;; *) passed=$((passed + p)) failed=$((failed + f)) ;; esac
}
peer() { [ "${PEERS:-0}" = 1 ] && { echo "== $1"; shift; "$@" 2>&1 | tail -2; }; }
probe "h1probe, Weir" "$here/h1probe/run.sh" 127.0.0.1:18300
peer "h1probe, HAProxy" "$here/h1probe/run.sh" 127.0.0.1:18100
peer "h1probe, nginx" "$here/h1probe/run.sh" 127.0.0.1:18200
probe "ppprobe received, Weir" env BACKEND_PORT=19086 "$here/ppprobe/run.sh" 127.0.0.1:18305
peer "ppprobe received, HAProxy" env BACKEND_PORT=19086 "$here/ppprobe/run.sh" 127.0.0.1:18105
probe "ppprobe received on TCP and passed on, Weir" env BACKEND_PORT=19086 "$here/ppprobe/run.sh" 127.0.0.1:18306
probe "ppprobe v1 sent, Weir" env MODE=send VERSION=1 BACKEND_PORT=19085 "$here/ppprobe/run.sh" 127.0.0.1:18308
probe "ppprobe v2 sent, Weir" env MODE=send VERSION=2 BACKEND_PORT=19085 "$here/ppprobe/run.sh" 127.0.0.1:18309
probe "ppprobe v2 sent with fields and checksum, Weir" env MODE=send VERSION=2 TYPES=0xea,5,3 BACKEND_PORT=19085 "$here/ppprobe/run.sh" 127.0.0.1:18307
probe "h2load as HTTP/1.1, Weir" env H1=1 "$here/h2load/run.sh" 127.0.0.1:18301
probe "h2load as HTTP/2, Weir" "$here/h2load/run.sh" 127.0.0.1:18301
if [ "${SLOW:-1}" = 1 ]; then
  probe "slow attacks, Weir" "$here/slow/run.sh" 127.0.0.1:18301
  peer "slow attacks, HAProxy" "$here/slow/run.sh" 127.0.0.1:18101
  peer "slow attacks, nginx" "$here/slow/run.sh" 127.0.0.1:18201
fi
echo "$passed/$failed/$((passed + failed))"
[ "$failed" = 0 ]
