# shellcheck shell=bash
# From nothing, from a stopped lab or after a crash to a running exchange. Each function leaves what is already right.

make_state() {
  if [[ -e $STATE_DIR ]] && ! state_is_ours; then
    die "$STATE_DIR does not belong to root, so it is not this lab's" "look at it and remove it by hand"
  fi
  # 0711: everybody may pass through, nobody may list. postgres, redis and bird have folders of their own below.
  mkdir -p "$STATE_DIR"
  chmod 0711 "$STATE_DIR"
  lock_lab
  mkdir -p "$STATE_DIR"/{log,pid,wanted,nodes}
  choose_ports
  make_secrets
  make_vrps
  make_peeringdb_directory
}

# make_nodes ROUTE_SERVERS MEMBERS
make_nodes() {
  local k
  make_fabric
  for k in $(seq 1 "$1"); do make_node "rs$k"; done
  for k in $(seq 1 "$2"); do
    make_node "m$k"
    make_secret "op$k"
    write_member_router "m$k"
  done
}

servers_of() { services_of "$1" | grep -vxE 'app|worker'; }

start_servers_of() {
  local node service
  for node in "$@"; do
    for service in $(servers_of "$node"); do launch_service "$node" "$service"; done
  done
  for node in "$@"; do
    for service in $(servers_of "$node"); do await_service "$node" "$service" 60; done
  done
}

# Everything that is not ours to develop: started together, then awaited together.
start_servers() {
  make_postgres
  make_redis
  zerotier_is_real || renew_program controller "$(program ztix-controller-simulator)"
  renew_program peeringdb "$(program ztix-peeringdb-simulator)"
  # The shared ones first: a ZeroTier node that finds no controller tries again only after many seconds.
  start_servers_of ix
  # shellcheck disable=SC2046 # one word for each node
  start_servers_of $(node_names)
}

migrate() {
  make_database
  ztix migrate up >"$STATE_DIR/log/migrate.log" 2>&1 && return 0
  log_tail "$STATE_DIR/log/migrate.log"
  die "the migration failed" "the whole log is $STATE_DIR/log/migrate.log"
}

# A program that was built or set up anew since it was started is started anew.
renew_program() {
  local service=$1 file=$2 pid pid_file
  pid_file=$(service_pid_file ix "$service")
  pid=$(recorded_pid "$pid_file") || return 0
  if ! runs_newest_build "$pid" "$file" || [[ $STATE_DIR/settings/$service.env -nt $pid_file ]]; then
    stop_service ix "$service"
  fi
}

start_programs() {
  renew_program app "$(program ztix-app)"
  renew_program worker "$(program ztix-worker)"
  launch_service ix app
  launch_service ix worker
  await_service ix app
  await_service ix worker
}
