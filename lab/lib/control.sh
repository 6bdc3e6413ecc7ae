# shellcheck shell=bash
# Starting and stopping services through their supervisors.

service_is_supervised() { recorded_pid "$(supervisor_pid_file "$1" "$2")" >/dev/null; }

# launch_service NODE SERVICE: wanted from now on; does not wait until it answers.
launch_service() {
  local node=$1 service=$2
  mkdir -p "$STATE_DIR/wanted" "$STATE_DIR/pid" "$STATE_DIR/log"
  : >"$(wanted_file "$node" "$service")"
  service_is_supervised "$node" "$service" && return 0
  # A service whose supervisor was killed has nobody to restart it: end it, start both anew.
  end_service_process "$node" "$service"
  setsid "$LAB_DIR/lib/supervise" "$node" "$service" </dev/null >>"$STATE_DIR/log/supervisor.log" 2>&1 7>&- 8>&- &
  wait_until 5 service_is_supervised "$node" "$service" || die "the supervisor of $service on $node does not start"
}

# await_service NODE SERVICE [SECONDS]
await_service() {
  wait_until "${3:-20}" ready_or_hopeless "$1" "$2" || true
  ! service_ready "$1" "$2" >/dev/null 2>&1 || return 0
  log_tail "$(service_log "$1" "$2")" 4
  die "$2 on $1 does not answer" "read the log above ($(service_log "$1" "$2")), repair the cause, then: $LAB_DIR/up"
}

# What ended five times has something wrong that waiting does not cure.
ready_or_hopeless() {
  service_ready "$1" "$2" || [[ $(wc -l <"$(ends_file "$1" "$2")") -ge 5 ]]
}

start_service() {
  launch_service "$1" "$2"
  await_service "$1" "$2"
}

stop_service() {
  local node=$1 service=$2 supervisor
  rm -f "$(wanted_file "$node" "$service")"
  end_service_process "$node" "$service"
  supervisor=$(recorded_pid "$(supervisor_pid_file "$node" "$service")") || return 0
  wait_until 5 all_gone "$supervisor" || kill -KILL "$supervisor"
}

# PostgreSQL hears TERM as "wait until all clients left", INT as "shut down now, cleanly".
end_service_process() {
  local pid
  pid=$(recorded_pid "$(service_pid_file "$1" "$2")") || return 0
  [[ $2 != postgres ]] || kill -INT "$pid" 2>/dev/null || true
  end_tree "$pid" 10
}

service_state() {
  local wanted=stopped pid
  [[ ! -e $(wanted_file "$1" "$2") ]] || wanted=wanted
  if pid=$(recorded_pid "$(service_pid_file "$1" "$2")"); then
    if service_ready "$1" "$2" >/dev/null 2>&1; then printf 'up %s\n' "$pid"; else printf 'starting %s\n' "$pid"; fi
  elif [[ $wanted == wanted ]]; then
    printf 'DOWN -\n'
  else
    printf 'stopped -\n'
  fi
}
