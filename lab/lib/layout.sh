# shellcheck shell=bash disable=SC2034 # constants are for whoever sources this
# Names, addresses and files of the nodes: everything that follows from the number of a node alone.

LAN_V4=10.77.0 LAN_V4_LENGTH=24
LAN_V6=2001:db8:77: LAN_V6_LENGTH=64
RS_ASN=1000000
RTR_PORT=8282
MAX_ROUTE_SERVERS=40 MAX_MEMBERS=30
# Members' addresses begin after those of as many route servers as a lab can have, and end before the RTR caches.
POOL_FIRST=50 MAX_POOL=201

# node_number m3 -> 3
node_number() { printf '%s' "${1##*[a-z]}"; }
member_asn() { local k; for k in "$@"; do printf '%d\n' $((RS_ASN + k)); done; }
rs_ipv4() { printf '%s.%d' "$LAN_V4" "$1"; }
rs_ipv6() { printf '%s:%x' "$LAN_V6" "$1"; }
# The RTR caches sit at the top of the LAN; with real ZeroTier on the underlay, as the bridge is no member of the LAN.
cache_ipv4() { if zerotier_is_real; then printf '%s.0.%d' "$UNDERLAY" $((250 + $1)); else printf '%s.%d' "$LAN_V4" $((250 + $1)); fi; }
cache_ipv6() { printf '%s:ca:%d' "$LAN_V6" "$1"; }
# Of as many members as are asked for, one line each, as member_asn.
member_prefix_v4() { printf '44.128.%d.0/24\n' "$@"; }
member_prefix_v6() { printf '2a10:77:%x::/48\n' "$@"; }
member_host_v4() { printf '44.128.%d.1' "$1"; }
member_host_v6() { printf '2a10:77:%x::1' "$1"; }

netns_name() { printf 'ztix-%s-%s' "$LAB_ID" "$1"; }
netns_file() { printf '/run/netns/ztix-%s-%s' "$LAB_ID" "$1"; }
mountns_file() { printf '%s/mountns/%s' "$STATE_DIR" "$1"; }
node_dir() { printf '%s/nodes/%s' "$STATE_DIR" "$1"; }
bird_socket() { printf '%s/nodes/%s/run/bird/bird.ctl' "$STATE_DIR" "$1"; }

# The nodes this lab has, as written down when they were made. Asked for often, so without starting a program.
node_names() { members; route_servers; }
route_servers() { nodes_of_kind rs "$MAX_ROUTE_SERVERS"; }
members() { nodes_of_kind m "$MAX_MEMBERS"; }
nodes_of_kind() {
  local k
  for ((k = 1; k <= $2; k++)); do [[ ! -d $STATE_DIR/nodes/$1$k ]] || printf '%s%d\n' "$1" "$k"; done
}
has_node() { [[ $1 == ix || $1 =~ ^(rs|m)[1-9][0-9]*$ && -d $(node_dir "$1") ]]; }

# node_id NAME: the ZeroTier node id, ten hexadecimal digits, kept in the node's folder.
# Real addresses are never 0 and never begin with ff; nothing else about them means anything.
node_id() {
  local file
  file=$(node_dir "$1")/node-id
  [[ -s $file ]] || printf '%s-%s' "$LAB_ID" "$1" | sha256sum | sed 's/^\(.\{9\}\).*/e\1/' >"$file"
  first_line "$file"
}
