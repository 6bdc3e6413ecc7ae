# shellcheck shell=bash
# What the RTR caches serve: the members' prefixes as valid, and one prefix that no member may originate, so that a
# route can be invalid (44.128.240.0/24 and 2a10:77:f0::/48). What is not listed is unknown.

make_vrps() {
  local members prefix asn
  mapfile -t members < <(seq 1 "$MAX_MEMBERS")
  mkdir -p "$STATE_DIR/rpki"
  {
    while read -r prefix asn; do vrp "$prefix" 24 "$asn"; done < <(paste <(member_prefix_v4 "${members[@]}") <(member_asn "${members[@]}"))
    while read -r prefix asn; do vrp "$prefix" 48 "$asn"; done < <(paste <(member_prefix_v6 "${members[@]}") <(member_asn "${members[@]}"))
    vrp 44.128.240.0/24 24 1000999
    vrp 2a10:77:f0::/48 48 1000999
  } | jq -s '{metadata: {buildtime: "2026-01-01T00:00:00Z"}, roas: .}' >"$STATE_DIR/rpki/vrps.json.new"
  # Replaced in one piece: the caches may read at any moment.
  mv "$STATE_DIR/rpki/vrps.json.new" "$STATE_DIR/rpki/vrps.json"
}

vrp() { printf '{"prefix": "%s", "maxLength": %d, "asn": "AS%d", "ta": "lab"}\n' "$@"; }
