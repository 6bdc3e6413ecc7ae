# shellcheck shell=bash
# The main job: every member asks, the administrator approves, and the routers are watched until routes flow.

run_main_job() {
  local node
  login admin
  for node in $(members); do ask_and_approve "$node"; done
  for node in $(members); do await_active "$node"; done
  for node in $(members); do configure_member "$node"; done
  for node in $(members); do await_sessions "$node"; done
  for node in $(members); do await_routes "$node"; done
  step "every member has every other one's routes"
}

# With more members than addresses, the last ones come without IPv4.
wants_ipv4() { [[ $(node_number "$1") -le $(first_line "$STATE_DIR/ipv4-pool-size") ]]; }

request_id_file() { printf '%s/request' "$(node_dir "$1")"; }
request_id() { first_line "$(request_id_file "$1")"; }

# Once is enough, unless that request came to an end: whoever left asks again.
has_asked() {
  local status=revoking deadline=$((SECONDS + 90))
  [[ -s $(request_id_file "$1") ]] || return 1
  while [[ $status == revoking && $SECONDS -lt $deadline ]]; do
    status=$(api "op$(node_number "$1")" GET "requests/$(request_id "$1")" | jq -r .status)
    [[ $status != revoking ]] || sleep 0.5
  done
  [[ ! $status =~ ^(rejected|withdrawn|expired|revoked)$ ]]
}

ask_and_approve() {
  local node=$1 user asn request
  user=op$(node_number "$node") asn=$(member_asn "$(node_number "$node")")
  login "$user"
  ! has_asked "$node" || return 0
  request=$(jq -nc --argjson asn "$asn" --arg zt_network_id "$(network_id)" --arg node_id "$(node_id "$node")" \
    --argjson ipv4 "$(wants_ipv4 "$node" && echo true || echo false)" '{$asn, $zt_network_id, $node_id, $ipv4, note: "lab"}')
  api "$user" POST requests "$request" | jq -r .id >"$(request_id_file "$node").new"
  mv "$(request_id_file "$node").new" "$(request_id_file "$node")"
  step "$node: $user asked to join with AS$asn, request $(request_id "$node")"
  api admin POST "admin/requests/$(request_id "$node")/approve" '{}' >/dev/null
  step "$node: admin approved"
}

# One line for each change a person would see on the request's page.
await_active() {
  local node=$1 user deadline=$((SECONDS + 90)) request line last='' status=''
  user=op$(node_number "$node")
  until [[ $status == active ]]; do
    request=$(api "$user" GET "requests/$(request_id "$node")")
    status=$(jq -r .status <<<"$request")
    line=$(jq -r '[.status] + [.route_servers[] | "\(.name) \(.state)\(if .last_error then ": " + .last_error else "" end)"] | join(", ")' <<<"$request")
    [[ $line == "$last" ]] || step "$node: $line"
    last=$line
    if [[ $status == failed || $SECONDS -ge $deadline ]]; then
      log_tail "$(service_log ix worker)"
      die "the request of $node is $status, not active" "the page: $(public_url)/requests/$(request_id "$node")"
    fi
    [[ $status == active ]] || sleep 0.1
  done
}

# The settings page has a text for BIRD 2; the member's router takes it as it is.
configure_member() {
  local node=$1 dir
  dir=$(node_dir "$node")/bird
  api "op$(node_number "$node")" GET "requests/$(request_id "$node")/settings" | jq -er .bird >"$dir/sessions.conf.new" ||
    die "the settings of $node hold no text for BIRD"
  chown root:bird "$dir/sessions.conf.new"
  chmod 0640 "$dir/sessions.conf.new"
  mv "$dir/sessions.conf.new" "$dir/sessions.conf"
  birdc -s "$(bird_socket "$node")" configure >>"$STATE_DIR/log/$node-configure.log" || {
    log_tail "$STATE_DIR/log/$node-configure.log"
    die "the router of $node refuses the text of its settings page"
  }
}

expected_sessions() {
  local families=1
  ! wants_ipv4 "$1" || families=2
  printf '%d' $((families * $(route_servers | wc -l)))
}

# has_sessions NODE COUNT
has_sessions() { [[ $(established_count "$1") -eq $2 ]]; }

await_sessions() {
  local expected
  expected=$(expected_sessions "$1")
  wait_until 60 has_sessions "$1" "$expected" || {
    session_table >&2
    log_tail "$(service_log "$1" bird)"
    die "$1 has $(established_count "$1") of $expected sessions" "lab/exec $1 birdc show protocols all"
  }
  step "$1: $expected sessions established"
}

# has_route NODE TABLE PREFIX: by way of a route server, not its own.
has_route() { [[ $(birdc -s "$(bird_socket "$1")" "show route $3 table $2") == *' from '* ]]; }

has_all_routes() {
  local other k
  for other in $(members); do
    [[ $other != "$1" ]] || continue
    k=$(node_number "$other")
    has_route "$1" master6 "$(member_prefix_v6 "$k")" || return 1
    ! wants_ipv4 "$1" || ! wants_ipv4 "$other" || has_route "$1" master4 "$(member_prefix_v4 "$k")" || return 1
  done
}

await_routes() {
  wait_until 30 has_all_routes "$1" ||
    die "$1 has not the routes of all other members" "lab/exec $1 birdc show route; lab/exec rs1 birdc 'show route filtered all'"
}
