# shellcheck shell=bash
# Real ZeroTier in place of the simulated fabric: one node software in each namespace, over a bridge that leads nowhere
# else. The public root servers are not needed: every node holds a `planet` file that names the lab's controller as the
# only root, and prefers it to the built-in one.

UNDERLAY=10.231

zerotier_is_real() { [[ -s $STATE_DIR/zerotier-one ]]; }
zerotier_program() { first_line "$STATE_DIR/zerotier-one"; }
zerotier_home() { if [[ $1 == ix ]]; then printf '%s/controller' "$STATE_DIR"; else printf '%s/zerotier/%s' "$STATE_DIR" "$1"; fi; }

# Each node in a /24 of its own (the underlay is one /16): a root looks at one new identity per /24 in four seconds only.
underlay_ipv4() {
  case $1 in
    ix) printf '%s.0.1' "$UNDERLAY" ;;
    rs*) printf '%s.%d.1' "$UNDERLAY" $((10 + $(node_number "$1"))) ;;
    m*) printf '%s.%d.1' "$UNDERLAY" $((100 + $(node_number "$1"))) ;;
  esac
}

make_underlay() {
  local ns
  ns=$(netns_name ix)
  make_netns ix
  ip -n "$ns" link show br0 >/dev/null 2>&1 && return 0
  ip -n "$ns" link add br0 type bridge mcast_snooping 0
  ip -n "$ns" link set br0 up
  local address
  for address in "$(underlay_ipv4 ix)" "$(cache_ipv4 1)" "$(cache_ipv4 2)"; do
    ip -n "$ns" addr add "$address/16" dev br0
  done
}

make_underlay_leg() {
  local ns
  ns=$(netns_name "$1")
  make_netns "$1"
  ip -n "$ns" link show under0 >/dev/null 2>&1 && return 0
  ip link add under0 netns "$ns" type veth peer name "p-$1" netns "$(netns_name ix)"
  ip -n "$(netns_name ix)" link set "p-$1" master br0 up
  ip -n "$ns" addr add "$(underlay_ipv4 "$1")/16" dev under0
  ip -n "$ns" link set under0 up
}

# make_zerotier_home NODE: identity, planet and settings. The planet comes from the controller's identity, so the
# controller's home (node ix) is made first.
make_zerotier_home() {
  local home
  home=$(zerotier_home "$1")
  [[ ! -s $home/local.conf ]] || return 0
  install -d -m 0700 "$STATE_DIR/zerotier" "$home"
  "$(zerotier_program)" -i generate "$home/identity.secret" "$home/identity.public" >/dev/null
  chmod 0600 "$home/identity.secret"
  [[ $1 != ix ]] || make_planet "$home"
  install -m 0600 "$STATE_DIR/zerotier/planet" "$home/planet"
  [[ $1 == ix ]] || cut -c1-10 "$home/identity.public" >"$(node_dir "$1")/node-id"
  printf '{"settings": {"portMappingEnabled": false, "allowSecondaryPort": false, "allowTcpFallbackRelay": false, "softwareUpdate": "disable"}}\n' \
    >"$home/local.conf"
}

# A signed planet is a signed moon of another type; the file it is made from holds the signing key.
make_planet() (
  umask 077
  mkdir -p "$STATE_DIR/zerotier/planet.d"
  cd "$STATE_DIR/zerotier/planet.d" || exit
  "$(zerotier_program)" -i initmoon "$1/identity.public" |
    jq --arg endpoint "$(underlay_ipv4 ix)/9993" '.worldType = "planet" | .roots[0].stableEndpoints = [$endpoint]' >planet.json
  "$(zerotier_program)" -i genmoon planet.json >/dev/null
  mv ./*.moon ../planet
)

zerotier_cli() {
  local node=$1
  shift
  in_netns "$node" "$(zerotier_program)" -q -D"$(zerotier_home "$node")" "$@"
}

# Addresses of global scope, which all of an exchange's IPv6 is, are taken only after allowGlobal=1.
join_network() {
  zerotier_cli "$1" join "$(network_id)" >/dev/null
  wait_until 20 zerotier_cli "$1" set "$(network_id)" allowGlobal=1 ||
    die "$1 does not join the network $(network_id)" "the log is $(service_log "$1" zerotier)"
}

zerotier_status() { zerotier_cli "$1" -j listnetworks | jq -r --arg id "$(network_id)" '.[] | select(.id == $id) | .status'; }
