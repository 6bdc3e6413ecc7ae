# shellcheck shell=bash
# The BGP sessions as the members' routers see them.

# member_sessions NODE: lines `NAME STATE INFO` of its BGP protocols.
member_sessions() {
  birdc -s "$(bird_socket "$1")" show protocols 2>/dev/null | awk '$2 == "BGP" { print $1, $4, $6 }'
}

established_count() {
  birdc -s "$(bird_socket "$1")" show protocols 2>/dev/null | awk '$2 == "BGP" && $6 == "Established" { n++ } END { print n + 0 }'
}

session_table() {
  local node name state info
  printf '%-6s %-11s %-26s %s\n' MEMBER ASN SESSION STATE
  for node in $(members); do
    while read -r name state info; do
      printf '%-6s %-11s %-26s %s\n' "$node" "AS$(member_asn "$(node_number "$node")")" "$name" "${info:-$state}"
    done < <(member_sessions "$node")
  done
}
