# kind: l7
# ports: h1 h2c
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
pools:
  b:
    algorithm: round-robin
    healthCheck: none
    backends:$backends
listeners:
  h1:
    protocol: http
    bind: "127.0.0.1:$RIG_H1_PORT"
    pool: b
    idleTimeout: 120s
    requestTimeout: 120s
    limits: {requestsPerConnection: 2147483647}
  h2c:
    protocol: http
    bind: "127.0.0.1:$RIG_H2C_PORT"
    pool: b
    idleTimeout: 120s
    requestTimeout: 120s
    limits: {requestsPerConnection: 2147483647}
CFG
export WEIR_JAVA_OPTS="-XX:ActiveProcessorCount=$RIG_THREADS ${OPT_jvm:-}"
exec "$home/weir" serve --node "$RIG_WORK/node.yaml" --config "$RIG_WORK/weir.yaml"
