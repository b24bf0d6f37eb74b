# kind: l4
# ports: tcp
# options: transport=auto|io_uring|epoll|nio, offload=auto|splice|off, jvm=OPTIONS (more options for the JVM)
# Starts Weir from the checkout that $WEIR_HOME names, or else from the one that this file stands in. Run its ./weir once before: it builds.
set -eu
home=${WEIR_HOME:-$(cd "$(dirname "$0")/../../.." && pwd)}
backends=""; i=0
for b in $RIG_HTTP_BACKENDS; do i=$((i + 1)); backends="$backends
      s$i: {address: \"$b\"}"; done
cat > "$RIG_WORK/node.yaml" <<CFG
name: rig
transport: ${OPT_transport:-auto}
workers: $RIG_THREADS
admin: {socket: $RIG_WORK/admin.sock}
state: $RIG_WORK/state
CFG
cat > "$RIG_WORK/weir.yaml" <<CFG
version: 1
pools:
  http:
    algorithm: round-robin
    healthCheck: none
    backends:$backends
  echo: {healthCheck: none, backends: {s: {address: "$RIG_ECHO_BACKEND"}}}
  bulk: {healthCheck: none, backends: {s: {address: "$RIG_BULK_BACKEND"}}}
listeners:
  http: {protocol: tcp, bind: "127.0.0.1:$RIG_L4_HTTP_PORT", pool: http, idleTimeout: 120s, offload: ${OPT_offload:-auto}}
  echo: {protocol: tcp, bind: "127.0.0.1:$RIG_L4_ECHO_PORT", pool: echo, idleTimeout: 120s, offload: ${OPT_offload:-auto}}
  bulk: {protocol: tcp, bind: "127.0.0.1:$RIG_L4_BULK_PORT", pool: bulk, idleTimeout: 120s, offload: ${OPT_offload:-auto}}
CFG
export WEIR_JAVA_OPTS="-XX:ActiveProcessorCount=$RIG_THREADS ${OPT_jvm:-}"
exec "$home/weir" serve --node "$RIG_WORK/node.yaml" --config "$RIG_WORK/weir.yaml"
