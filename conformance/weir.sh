#!/bin/bash
# Starts / stops Weir as the proxy under test, on loopback ports 183xx.  usage: weir.sh start|stop
# CONF_RUN: scratch folder, as for peers.sh.  WEIR_HOME: the checkout, by default the one that this file stands in.  TRANSPORT: auto.
# 18300 HTTP to 19080, 18301 HTTP to 19081, 18305 HTTP behind a required PROXY header to 19086, 18308 and 18309 TCP to 19085 with PROXY v1 and v2,
# 18307 with v2, fields and a checksum, 18306 TCP behind a required PROXY header to 18305 with one of its own.
set -u
here=$(cd "$(dirname "$0")" && pwd); home=${WEIR_HOME:-$here/..}; run=${CONF_RUN:-${TMPDIR:-/tmp}/conformance-run}/weir
case ${1:-} in
start)
  mkdir -p "$run"; rm -rf "$run/state"
  cat >"$run/node.yaml" <<YAML
name: conformance
transport: ${TRANSPORT:-auto}
admin: {socket: $run/admin.sock}
state: $run/state
YAML
  pool() { echo "  $1: {healthCheck: none, ${3:-}backends: {b: {address: \"127.0.0.1:$2\"}}}"; }
  { echo "version: 1"; echo "pools:"
    pool raw 19080; pool origin 19081; pool raw-pp 19086; pool pp1 19085 "proxyProtocol: v1, "; pool pp2 19085 "proxyProtocol: v2, "
    pool ppx 19085 "proxyProtocol: {checksum: true, uniqueId: true, fields: [{type: 0xEA, text: vpc-1}]}, "
    pool chain 18305 "proxyProtocol: {checksum: true}, "
    echo "listeners:"
    echo "  h1-raw: {protocol: http, bind: \"127.0.0.1:18300\", pool: raw}"
    echo "  h1-origin: {protocol: http, bind: \"127.0.0.1:18301\", pool: origin}"
    echo "  pp-raw: {protocol: http, bind: \"127.0.0.1:18305\", pool: raw-pp, acceptProxyProtocol: {from: [127.0.0.0/8]}}"
    echo "  tcp-chain: {protocol: tcp, bind: \"127.0.0.1:18306\", pool: chain, acceptProxyProtocol: {from: [127.0.0.0/8]}}"
    echo "  tcp-ppx: {protocol: tcp, bind: \"127.0.0.1:18307\", pool: ppx}"
    echo "  tcp-pp1: {protocol: tcp, bind: \"127.0.0.1:18308\", pool: pp1}"
    echo "  tcp-pp2: {protocol: tcp, bind: \"127.0.0.1:18309\", pool: pp2}"
  } >"$run/weir.yaml"
  "$home/weir" serve --node "$run/node.yaml" --config "$run/weir.yaml" >"$run/log" 2>&1 & echo $! >"$run/pid"
  for _ in $(seq 300); do [ -S "$run/admin.sock" ] && exit 0; kill -0 "$(cat "$run/pid")" 2>/dev/null || break; sleep .1; done
  echo "Weir did not start:" >&2; tail -20 "$run/log" >&2; exit 1 ;;
stop) [ -s "$run/pid" ] && kill "$(cat "$run/pid")" 2>/dev/null; rm -f "$run/pid" ;;
*) echo "usage: $0 start|stop"; exit 2 ;;
esac
