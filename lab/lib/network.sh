# shellcheck shell=bash
# The exchange's LAN: a namespace with a bridge, and for each node a namespace with one leg on it. Nothing has a
# default route or a leg in the machine's own namespace.

in_netns() {
  local node=$1
  shift
  nsenter --net="$(netns_file "$node")" -- "$@"
}

netns_exists() { [[ -e $(netns_file "$1") ]] && ip netns exec "$(netns_name "$1")" true 2>/dev/null; }

# A leftover file of a namespace that is no more (a machine that was restarted) is taken away first.
make_netns() {
  netns_exists "$1" && return 0
  ip netns delete "$(netns_name "$1")" 2>/dev/null || rm -f "$(netns_file "$1")"
  ip netns add "$(netns_name "$1")"
  ip -n "$(netns_name "$1")" link set lo up
}

# The kernel has one table of neighbours for all namespaces. Members without a router answer nobody, and each try of a
# route server is an entry: 1024 of them, and sessions of others lose their IPv6 neighbour (measured with six labs).
NEIGHBOURS=32768
allow_many_neighbours() {
  local family limits
  for family in ipv4 ipv6; do
    limits=/proc/sys/net/$family/neigh/default
    # In a container the limits are the machine's own affair.
    [[ -w $limits/gc_thresh3 && $(<"$limits/gc_thresh3") -lt $NEIGHBOURS ]] || continue
    echo $NEIGHBOURS >"$limits/gc_thresh3"
    echo $((NEIGHBOURS / 2)) >"$limits/gc_thresh2"
    echo $((NEIGHBOURS / 4)) >"$limits/gc_thresh1"
  done
}

make_fabric() {
  local ns
  allow_many_neighbours
  if zerotier_is_real; then make_underlay; make_zerotier_home ix; return; fi
  ns=$(netns_name ix)
  make_netns ix
  ip -n "$ns" link show br0 >/dev/null 2>&1 || {
    ip -n "$ns" link add br0 type bridge mcast_snooping 0
    in_netns ix sh -c 'echo 0 >/proc/sys/net/ipv6/conf/br0/accept_dad'
    ip -n "$ns" link set br0 up
    local n
    for n in 1 2; do
      ip -n "$ns" addr add "$(cache_ipv4 $n)/$LAN_V4_LENGTH" dev br0
      ip -n "$ns" addr add "$(cache_ipv6 $n)/$LAN_V6_LENGTH" dev br0
    done
  }
  in_netns ix nft list table bridge ztix >/dev/null 2>&1 || in_netns ix nft -f "$LAB_DIR/lib/fabric.nft"
}

# The leg of a node: `ztlan0` inside, `p-NODE` on the bridge. It carries nothing until the controller says so.
make_leg() {
  local node=$1 ns
  if zerotier_is_real; then make_underlay_leg "$node"; make_zerotier_home "$node"; return; fi
  ns=$(netns_name "$node")
  make_netns "$node"
  ip -n "$ns" link show ztlan0 >/dev/null 2>&1 && return 0
  ip link add ztlan0 netns "$ns" address "$(node_mac "$(node_id "$node")")" mtu 1500 type veth \
    peer name "p-$node" netns "$(netns_name ix)"
  in_netns "$node" sh -c 'cd /proc/sys/net/ipv6/conf/ztlan0; echo 0 >accept_dad; echo 0 >accept_ra; echo 0 >router_solicitations'
  ip -n "$(netns_name ix)" link set "p-$node" master br0 up
  ip -n "$ns" link set ztlan0 up
}

# A member forwards for the prefixes it announces; one host of each is on its loopback so that it can be pinged.
make_member_prefixes() {
  local ns k
  ns=$(netns_name "$1") k=$(node_number "$1")
  ip -n "$ns" addr replace "$(member_host_v4 "$k")/32" dev lo
  ip -n "$ns" addr replace "$(member_host_v6 "$k")/128" dev lo
  in_netns "$1" sh -c 'echo 1 >/proc/sys/net/ipv4/ip_forward; echo 1 >/proc/sys/net/ipv6/conf/all/forwarding'
}
