# shellcheck shell=bash
# Setting the exchange up through its command line, as an administrator does on the first day. Each step looks whether
# it was done before.

# ztix WORD…: the command line, with the settings of .lab/env.
ztix() {
  (
    set -a
    # shellcheck source=/dev/null # written by lib/settings.sh
    source "$ENV_FILE"
    set +a
    exec "$ZTIX_CLI" "$@"
  )
}

# must TEXT COMMAND…: its output goes to the log of the setup; a failure shows the log and ends the program.
must() {
  local what=$1 log=$STATE_DIR/log/setup.log
  shift
  "$@" >>"$log" 2>&1 && return 0
  log_tail "$log"
  die "$what failed" "repair the cause, then run lab/up again: it goes on where it stopped"
}

# once NAME TEXT COMMAND…: at most one time in the life of the lab.
once() {
  local mark=$STATE_DIR/done/$1
  shift
  [[ ! -e $mark ]] || return 0
  mkdir -p "$STATE_DIR/done"
  must "$@"
  touch "$mark"
}

set_up_exchange() {
  once admin "creating the administrator" create_admin
  once admin-factors "giving the administrator second factors" give_admin_factors
  once network "adding the network" add_network
  local node
  if zerotier_is_real; then
    for node in $(node_names); do once "join-$node" "joining $node to the network" join_network "$node"; done
  fi
  for node in $(route_servers); do once "$node" "adding the route server $node" add_route_server "$node"; done
  for node in $(members); do once "op-$node" "creating the operator of $node" create_operator "$(node_number "$node")"; done
}

create_admin() { ztix setup --username admin --exchange-name "ZTIX lab" --password-stdin <"$(secret_file admin)"; }

# The administrator's authenticator keys, one a line; lab/code is the phones. A code is good once and a new one comes
# every 30 seconds, so somebody who logs in as often as tests do has more than one.
give_admin_factors() {
  local phone
  for phone in 1 2 3 4 5 6; do
    (umask 077 && ztix --json user factor add admin --label "phone $phone" | jq -er .data.secret >>"$(secret_file admin_totp)") || return
  done
}

add_network() {
  local size pool=()
  size=$(first_line "$STATE_DIR/ipv4-pool-size")
  [[ $size -eq 0 ]] || pool=(--ipv4-pool "$LAN_V4.$POOL_FIRST-$LAN_V4.$((POOL_FIRST + size - 1))")
  ztix network add "$(network_id)" --name lab --lan-v4 "$LAN_V4.0/$LAN_V4_LENGTH" --lan-v6 "$LAN_V6:/$LAN_V6_LENGTH" "${pool[@]}" \
    --route-server-asn "$RS_ASN" --create
}

# The host key is the one on the host itself, as a careful administrator would read it there, not one from the wire.
add_route_server() {
  local node=$1 k
  k=$(node_number "$node")
  ztix rs add "$node" --network "$(network_id)" --node-id "$(node_id "$node")" --router-id "$(rs_ipv4 "$k")" \
    --ipv4 "$(rs_ipv4 "$k")" --ipv6 "$(rs_ipv6 "$k")" --ssh-host 127.0.0.1 --ssh-port "$(port "$node")" --ssh-user ztix \
    --host-key "$(cut -d' ' -f1,2 "$(node_dir "$node")/etc/ssh/ssh_host_ed25519_key.pub")" \
    --rtr "$(cache_ipv4 1):$RTR_PORT" --rtr "$(cache_ipv4 2):$RTR_PORT"
}

# A new route server takes the whole configuration first; only then members wait for it.
await_route_servers() {
  wait_until 60 all_enabled && return 0
  ztix rs list >&2 || true
  log_tail "$(service_log ix worker)"
  die "not every route server is enabled after 60 s" "lab/status, then: ztix rs list"
}

all_enabled() {
  ztix --json rs list | jq -e --argjson wanted "$(route_servers | wc -l)" '.data | map(select(.state == "enabled")) | length == $wanted'
}

create_operator() {
  ztix user create --username "op$1" --password-stdin --asn "$(member_asn "$1")" --network "$(network_id)" <"$(secret_file "op$1")"
}
