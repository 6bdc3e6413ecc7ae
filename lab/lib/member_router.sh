# shellcheck shell=bash
# A member's router. The sessions are the text that ZTIX gives its members; the rest is what an operator has anyway.

# write_member_router NODE: prefixes and kernel routes, without sessions as long as there are none.
write_member_router() {
  local node=$1 k dir
  k=$(node_number "$node") dir=$(node_dir "$node")/bird
  [[ -e $dir/announce.conf ]] || member_announcements "$k" >"$dir/announce.conf"
  [[ -e $dir/sessions.conf ]] || printf '# no sessions yet: the text of the settings page comes here\n' >"$dir/sessions.conf"
  member_bird_conf "$k" >"$dir/bird.conf"
  chown root:bird "$dir"/*.conf
  chmod 0640 "$dir"/*.conf
}

member_bird_conf() {
  cat <<EOF
# Router of lab member $1 (AS$(member_asn "$1")). Announced routes are in announce.conf, the exchange's in sessions.conf.
log stderr all;
debug protocols { states, events };
router id $(member_host_v4 "$1");

protocol device {
}
protocol kernel {
  ipv4 { export where source = RTS_BGP; };
}
protocol kernel {
  ipv6 { export where source = RTS_BGP; };
}
include "/etc/bird/announce.conf";
include "/etc/bird/sessions.conf";
EOF
}

member_announcements() {
  cat <<EOF
protocol static announce4 {
  ipv4;
  route $(member_prefix_v4 "$1") blackhole;
}
protocol static announce6 {
  ipv6;
  route $(member_prefix_v6 "$1") blackhole;
}
# The text of the settings page asks for these two: what is announced to the route servers.
filter ztix_export_v4 {
  if source = RTS_STATIC then accept;
  reject;
}
filter ztix_export_v6 {
  if source = RTS_STATIC then accept;
  reject;
}
EOF
}
