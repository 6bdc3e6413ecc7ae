# shellcheck shell=bash
# Every service of the lab: who runs it, the program itself (`run_…`, which becomes it by exec), and how one sees that
# it answers (`ready_…`). What keeps them running is lib/supervise.

# services_of NODE: in the order of starting.
services_of() {
  local api='' node_software=''
  ! zerotier_is_real || api=controller_api node_software=zerotier
  case $1 in
    ix) printf '%s\n' postgres redis controller ${api:+"$api"} stayrtr1 stayrtr2 peeringdb app worker ;;
    rs*) printf '%s\n' ${node_software:+"$node_software"} sshd bird ;;
    m*) printf '%s\n' ${node_software:+"$node_software"} bird ;;
  esac
}

# The two RTR caches are one word for people.
expand_service() {
  if [[ $1 == ix && $2 == stayrtr ]]; then printf '%s\n' stayrtr1 stayrtr2; else printf '%s\n' "$2"; fi
}

check_service() {
  has_node "$1" || usage_error "no node $1 here: $(node_names | tr '\n' ' ')ix"
  local service
  for service in $(expand_service "$1" "$2"); do
    grep -qx -- "$service" <<<"$(services_of "$1")" || usage_error "no service $2 on $1: $(services_of "$1" | tr '\n' ' ')"
  done
}

service_log() { printf '%s/log/%s-%s.log' "$STATE_DIR" "$1" "$2"; }
service_pid_file() { printf '%s/pid/%s-%s.pid' "$STATE_DIR" "$1" "$2"; }
supervisor_pid_file() { printf '%s/pid/supervisor-%s-%s.pid' "$STATE_DIR" "$1" "$2"; }
# One line for each time the service ended by itself since its supervisor began.
ends_file() { printf '%s/pid/%s-%s.ends' "$STATE_DIR" "$1" "$2"; }
wanted_file() { printf '%s/wanted/%s-%s' "$STATE_DIR" "$1" "$2"; }

# run_service NODE SERVICE: becomes the service.
run_service() { "run_${2%[12]}" "$1" "$2"; }
service_ready() { "ready_${2%[12]}" "$1" "$2"; }

run_postgres() {
  cd "$STATE_DIR/pg" || return
  exec setpriv --reuid postgres --regid postgres --init-groups "$(postgres_bin)/postgres" -D "$STATE_DIR/pg/data"
}
ready_postgres() { "$(postgres_bin)/pg_isready" -q -h 127.0.0.1 -p "$(port postgres)"; }

run_redis() { exec setpriv --reuid redis --regid redis --init-groups redis-server "$STATE_DIR/redis/redis.conf"; }
ready_redis() { [[ $(redis_command PING) == PONG ]]; }

# The password goes by the environment, redis-cli has no other way but its command line.
redis_command() { REDISCLI_AUTH=$(secret redis) redis-cli -p "$(port redis)" --no-auth-warning "$@"; }

run_controller() {
  if zerotier_is_real; then run_zerotier ix; fi
  exec "$(program ztix-controller-simulator)" --listen "127.0.0.1:$(port controller)" --home "$STATE_DIR/controller" --online \
    --control "127.0.0.1:$(port controller_faults)" --hook "$LAB_DIR/fabric-port"
}

# A real controller's API is in the fabric's namespace; this brings it to 127.0.0.1 of the machine.
run_controller_api() {
  exec socat "TCP-LISTEN:$(port controller),bind=127.0.0.1,reuseaddr,fork" \
    "EXEC:nsenter --net=$(netns_file ix) socat STDIO TCP\\:127.0.0.1\\:9993"
}
ready_controller_api() { ready_controller; }

run_zerotier() { exec nsenter --net="$(netns_file "$1")" -- "$(zerotier_program)" -U -p9993 "$(zerotier_home "$1")"; }
ready_zerotier() { [[ $(zerotier_cli "$1" -j info | jq -r .online) == true ]]; }

ready_controller() { [[ $(controller_request GET /status | jq -r .address) =~ ^[0-9a-f]{10}$ ]]; }

# controller_request METHOD PATH [JSON]: the token goes by a file of headers.
controller_request() {
  curl -fsS --max-time 15 -X "$1" -H @<(printf 'X-ZT1-Auth: %s\n' "$(first_line "$STATE_DIR/controller/authtoken.secret")") \
    ${3:+--data-binary "$3"} "http://127.0.0.1:$(port controller)$2"
}

run_stayrtr() {
  local n=${2#stayrtr}
  exec nsenter --net="$(netns_file ix)" -- setpriv --reuid nobody --regid nogroup --clear-groups \
    stayrtr -bind "$(cache_ipv4 "$n"):$RTR_PORT" -cache "$STATE_DIR/rpki/vrps.json" -checktime=false -refresh 2 \
    -metrics.addr "127.0.0.1:$((9846 + n))"
}
ready_stayrtr() { [[ -n $(in_netns ix ss -Hltn "src $(cache_ipv4 "${2#stayrtr}"):$RTR_PORT") ]]; }

# In the machine's network, so that the worker reaches it on 127.0.0.1, but with the route server's files.
run_sshd() { exec nsenter --mount="$(mountns_file "$1")" -- /usr/sbin/sshd -D -e -f /etc/ssh/sshd_config; }
ready_sshd() { [[ -n $(ss -Hltn "src 127.0.0.1:$(port "$1")") ]]; }

# A route server's BIRD may bind port 179 and nothing else, as its unit on a real host has it; a member's router may
# also write the kernel's routes. Routers are machines of their own: a busy test machine shall not cost them a hold time.
run_bird() {
  local capabilities=-all,+net_bind_service
  [[ $1 == rs* ]] || capabilities+=,+net_admin,+net_raw
  rm -f "$(bird_socket "$1")"
  exec nsenter --net="$(netns_file "$1")" --mount="$(mountns_file "$1")" -- \
    nice -n -5 setpriv --reuid bird --regid bird --clear-groups --inh-caps="$capabilities" \
    --ambient-caps="$capabilities" --bounding-set="$capabilities" /usr/sbin/bird -f -c /etc/bird/bird.conf
}
ready_bird() { birdc -s "$(bird_socket "$1")" show status; }

run_app() {
  load_settings app
  exec "$(program ztix-app)"
}
ready_app() { curl -fsS --max-time 2 "http://127.0.0.1:$(port app)/readyz"; }

run_worker() {
  load_settings worker
  exec "$(program ztix-worker)"
}
# The worker serves nobody; it is at work when it holds connections to the database.
ready_worker() { [[ $(superuser_sql -d postgres -Atc "SELECT count(*) FROM pg_stat_activity WHERE usename = 'ztix_worker'") -gt 0 ]]; }

load_settings() {
  set -a
  # shellcheck source=/dev/null # written by lib/settings.sh
  source "$STATE_DIR/settings/$1.env"
  set +a
}
