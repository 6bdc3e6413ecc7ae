# shellcheck shell=bash
# What the programs are told (one file each, 0600), and .lab/env for people, tests and benchmarks.

# Each program is told what it needs and no more: the web application knows neither the controller's token nor the key
# to the route servers.
common_settings() {
  cat <<EOF
REDIS_URL='$(redis_url)'
ZTIX_APPROVAL_MODE=manual_admin
ZTIX_LOG_LEVEL='${ZTIX_LOG_LEVEL:-info}'
EOF
  tuned_settings
}

web_settings() {
  cat <<EOF
ZTIX_LISTEN='127.0.0.1:$(port app)'
ZTIX_METRICS_LISTEN='127.0.0.1:$(port app_metrics)'
ZTIX_PUBLIC_URL='$(public_url)'
APP_SECRET_KEY_FILE='$(secret_file app_secret_key)'
LOCAL_AUTH_ENABLED=true
EOF
  peeringdb_settings
}

fabric_settings() {
  cat <<EOF
ZT_PROVIDER=self_hosted_controller
ZT_CONTROLLER_BASE_URL='http://127.0.0.1:$(port controller)'
ZT_CONTROLLER_AUTH_TOKEN_FILE='$STATE_DIR/controller/authtoken.secret'
ZT_CONTROLLER_REQUIRED_NETWORK_IDS='$(network_id)'
ROUTE_SERVER_SSH_CONNECT_TIMEOUT_SECONDS=3
ZTIX_AUDIT_KEY_FILE='$(secret_file audit_key)'
ZTIX_AUDIT_HEAD_FILE='$STATE_DIR/audit-heads'
EOF
}

worker_settings() {
  peeringdb_data_settings
  cat <<EOF
ZTIX_METRICS_LISTEN='127.0.0.1:$(port worker_metrics)'
ROUTE_SERVER_SSH_PRIVATE_KEY_PATH='$(secret_file route_server_key)'
ZTIX_ROUTE_SERVER_PROBE_SECONDS='${ZTIX_ROUTE_SERVER_PROBE_SECONDS:-3}'
ZTIX_CONTROLLER_LOOK_SECONDS='${ZTIX_CONTROLLER_LOOK_SECONDS:-5}'
ZTIX_LEAVE_GRACE_SECONDS='${ZTIX_LEAVE_GRACE_SECONDS:-1}'
ZTIX_BAKE_FILTERS_SECONDS='${ZTIX_BAKE_FILTERS_SECONDS:-0}'
ZTIX_BAKE_SHARED_SECONDS='${ZTIX_BAKE_SHARED_SECONDS:-0}'
ZTIX_BREAKER_PROBE_MILLISECONDS='${ZTIX_BREAKER_PROBE_MILLISECONDS:-2000}'
EOF
}

# Settings that lab/up finds in its own environment reach the programs; tests and benchmarks set times with them.
TUNABLE_SETTINGS='^ZTIX_(JOB|APPLY|UNREACHABLE|BREAKER|CONTROLLER_LOOK|ROUTE_SERVER|LEAVE|ADDRESS|SESSION|WORKER_THREADS|HTTP_THREADS|PASSWORD_RUNS|TEST)[A-Z_]*='

tuned_settings() { env | grep -E "$TUNABLE_SETTINGS" | sort | sed "s/=\(.*\)/='\1'/" || true; }

# localhost and not 127.0.0.1: browsers allow passkeys and secure cookies there.
public_url() { printf 'http://localhost:%s' "$(port app)"; }

# The first network of a controller is its own address and a number; known as soon as the controller ran once.
network_id() {
  [[ -s $STATE_DIR/network-id ]] || controller_request GET /status | jq -r '.address + "000001"' >"$STATE_DIR/network-id"
  first_line "$STATE_DIR/network-id"
}

# write_program_settings NAME: takes the new settings from standard input. The file is left alone if nothing changed,
# as a program older than its settings is started anew.
write_program_settings() {
  local file=$STATE_DIR/settings/$1.env
  cat >"$file.new"
  if cmp -s "$file.new" "$file"; then rm "$file.new"; else mv "$file.new" "$file"; fi
}

database_setting() { printf "DATABASE_URL='%s'\n" "$(database_url "$1")"; }

write_settings() {
  install -d -m 0700 "$STATE_DIR/settings"
  (
    umask 077
    { database_setting ztix_app; common_settings; web_settings; } | write_program_settings app
    { database_setting ztix_worker; common_settings; fabric_settings; worker_settings; } | write_program_settings worker
    mkdir -p "$REPO_DIR/.lab"
    lab_env >"$ENV_FILE.new"
    mv "$ENV_FILE.new" "$ENV_FILE"
  )
}

# Shell-sourceable. With it `ztix` works as it is: set -a; source .lab/env; "$ZTIX_CLI" request list
lab_env() {
  printf '# Written by lab/up for the lab in %s. Holds secrets.\n' "$STATE_DIR"
  database_setting ztix_owner
  common_settings
  web_settings
  worker_settings | grep -v METRICS
  fabric_settings
  cat <<EOF
ZTIX_URL='$(public_url)'
ZTIX_CLI='$(program ztix)'
ZTIX_BUILD_DIR='$(build_dir)'
ZTIX_NETWORK_ID='$(network_id)'
ZTIX_CONTROLLER_FAULTS_URL='http://127.0.0.1:$(port controller_faults)'
ZTIX_APP_METRICS_URL='http://127.0.0.1:$(port app_metrics)/metrics'
ZTIX_WORKER_METRICS_URL='http://127.0.0.1:$(port worker_metrics)/metrics'
ZTIX_APP_DATABASE_URL='$(database_url ztix_app)'
ZTIX_WORKER_DATABASE_URL='$(database_url ztix_worker)'
ZTIX_APP_SETTINGS_FILE='$STATE_DIR/settings/app.env'
ZTIX_WORKER_SETTINGS_FILE='$STATE_DIR/settings/worker.env'
ZTIX_SUPERUSER_PASSWORD_FILE='$(secret_file postgres)'
ZTIX_ADMIN_USERNAME=admin
ZTIX_ADMIN_PASSWORD_FILE='$(secret_file admin)'
ZTIX_ADMIN_TOTP_FILE='$(secret_file admin_totp)'
ZTIX_LAB_STATE_DIR='$STATE_DIR'
ZTIX_LAB_LOG_DIR='$STATE_DIR/log'
ZTIX_LAB_PID_DIR='$STATE_DIR/pid'
ZTIX_LAB_ROUTE_SERVERS='$(route_servers | xargs)'
ZTIX_LAB_MEMBERS='$(members | xargs)'
EOF
  peeringdb_env
  local node k
  for node in $(route_servers); do rs_env "$node"; done
  for node in $(members); do
    k=$(node_number "$node")
    printf "ZTIX_OP%d_USERNAME=op%d\nZTIX_OP%d_PASSWORD_FILE='%s'\n" "$k" "$k" "$k" "$(secret_file "op$k")"
    printf "ZTIX_M%d_NODE_ID=%s\nZTIX_M%d_ASN=%d\nZTIX_M%d_BIRD_SOCKET='%s'\n" \
      "$k" "$(node_id "$node")" "$k" "$(member_asn "$k")" "$k" "$(bird_socket "$node")"
  done
  local service
  for node in ix $(node_names); do
    for service in $(services_of "$node"); do
      printf "ZTIX_PID_%s_%s='%s'\n" "${node^^}" "${service^^}" "$(service_pid_file "$node" "$service")"
      printf "ZTIX_LOG_%s_%s='%s'\n" "${node^^}" "${service^^}" "$(service_log "$node" "$service")"
    done
  done
}

rs_env() {
  local k
  k=$(node_number "$1")
  printf "ZTIX_RS%d_SSH_PORT=%s\nZTIX_RS%d_NODE_ID=%s\nZTIX_RS%d_IPV4=%s\nZTIX_RS%d_IPV6=%s\nZTIX_RS%d_BIRD_SOCKET='%s'\n" \
    "$k" "$(port "$1")" "$k" "$(node_id "$1")" "$k" "$(rs_ipv4 "$k")" "$k" "$(rs_ipv6 "$k")" "$k" "$(bird_socket "$1")"
}
