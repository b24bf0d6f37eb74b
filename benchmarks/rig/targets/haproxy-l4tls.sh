# kind: l4
# ports: l4tls
# options: none
set -eu
servers=""; i=0
for b in $RIG_HTTP_BACKENDS; do i=$((i + 1)); servers="$servers
    server s$i $b"; done
cat > "$RIG_WORK/haproxy.cfg" <<CFG
global
    nbthread $RIG_THREADS
    maxconn $RIG_MAXCONN
    ssl-default-bind-options ssl-min-ver TLSv1.2
defaults
    mode tcp
    timeout connect 5s
    timeout client 120s
    timeout server 120s
listen http
    bind 127.0.0.1:$RIG_TLS_PORT ssl crt $RIG_PEM
    balance roundrobin$servers
CFG
exec haproxy -db -f "$RIG_WORK/haproxy.cfg"
