# kind: l4
# ports: l4tls
# options: transport=auto|io_uring|epoll|nio, jvm=OPTIONS (more options for the JVM)
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
certificates:
  rig: {certificate: $RIG_CRT, key: $RIG_KEY}
pools:
  http:
    algorithm: round-robin
    healthCheck: none
    backends:$backends
listeners:
  http: {protocol: tls, bind: "127.0.0.1:$RIG_TLS_PORT", tls: {certificates: [rig]}, pool: http, idleTimeout: 120s}
CFG
export WEIR_JAVA_OPTS="-XX:ActiveProcessorCount=$RIG_THREADS ${OPT_jvm:-}"
exec "$home/weir" serve --node "$RIG_WORK/node.yaml" --config "$RIG_WORK/weir.yaml"
