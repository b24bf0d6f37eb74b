# kind: udp
# ports: udp
# options: oneshot=1  (proxy_responses 1: a session ends with its answer)
set -eu
servers=""
for b in $RIG_UDP_BACKENDS; do servers="$servers server $b;"; done
module="$(nginx -V 2>&1 | tr ' ' '\n' | sed -n 's/^--modules-path=//p')/ngx_stream_module.so"
load=""
[ -e "$module" ] && load="load_module $module;"
cat > "$RIG_WORK/nginx.conf" <<CFG
$load
daemon off;
user root;
pid $RIG_WORK/nginx.pid;
worker_processes $RIG_THREADS;
worker_rlimit_nofile $RIG_NOFILE;
events { worker_connections $((RIG_MAXCONN * 2)); }
stream {
    proxy_timeout 20s;
    ${OPT_oneshot:+proxy_responses 1;}
    upstream udp { $servers }
    server { listen 127.0.0.1:$RIG_UDP_PORT udp; proxy_pass udp; }
}
CFG
exec nginx -e stderr -p "$RIG_WORK" -c "$RIG_WORK/nginx.conf"
