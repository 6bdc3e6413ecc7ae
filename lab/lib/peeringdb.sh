# shellcheck shell=bash
# PeeringDB, simulated: who can log in there, and for which networks.

PEERINGDB_CLIENT_ID=ztix-lab
# Not a member yet; behind every number a member of the lab can have.
NEWCOMER_ASN=1000101
NEWCOMER_ID=7 READER_ID=8 OPERATOR_ID=9

peeringdb_url() { printf 'http://127.0.0.1:%s' "$(port peeringdb)"; }
peeringdb_directory() { printf '%s/peeringdb/directory.json' "$STATE_DIR"; }

# A newcomer who may edit the network, a colleague who may only read it, and the operator of m1's network, who has
# logged in there with a second factor.
make_peeringdb_directory() {
  mkdir -p "$STATE_DIR/peeringdb"
  jq -n --argjson newcomer "$NEWCOMER_ID" --argjson reader "$READER_ID" --argjson operator "$OPERATOR_ID" \
    --argjson newcomer_asn "$NEWCOMER_ASN" --argjson m1_asn "$(member_asn 1)" '{
    users: [
      {id: $newcomer, given_name: "Nora", family_name: "Newcomer", email: "nora@example.net", amr: ["pwd"],
       networks: [{id: 101, perms: 15}]},
      {id: $reader, given_name: "Rita", family_name: "Reader", email: "rita@example.net", amr: ["pwd"],
       networks: [{id: 101, perms: 1}]},
      {id: $operator, given_name: "Otto", family_name: "Operator", email: "otto@example.net", amr: ["pwd", "otp", "mfa"],
       networks: [{id: 1, perms: 15}, {id: 101, perms: 1}]}
    ],
    net: [
      {id: 101, name: "Newcomer Networks", aka: "NewNet", asn: $newcomer_asn, irr_as_set: "RIPE::AS-NEWCOMER",
       info_prefixes4: 20, info_prefixes6: 10, info_ipv6: true, info_never_via_route_servers: false,
       policy_general: "Open", policy_url: "https://newcomer.example.net/peering",
       website: "https://newcomer.example.net"},
      {id: 1, name: "Member One", aka: "", asn: $m1_asn, irr_as_set: "AS-MEMBER-ONE@RADB", info_prefixes4: 4,
       info_prefixes6: 4, info_ipv6: true, info_never_via_route_servers: false, policy_general: "Selective",
       policy_url: "", website: ""}
    ],
    netixlan: [
      {id: 1, net_id: 101, ix_id: 31, is_rs_peer: true, operational: true},
      {id: 2, net_id: 101, ix_id: 32, is_rs_peer: false, operational: true},
      {id: 3, net_id: 1, ix_id: 31, is_rs_peer: true, operational: true}
    ],
    poc: [
      {id: 1, net_id: 101, role: "NOC", visible: "Public", name: "Desk", email: "noc@newcomer.example.net", phone: ""},
      {id: 2, net_id: 101, role: "Policy", visible: "Users", name: "Nora", email: "nora@example.net", phone: ""}
    ]
  }' >"$(peeringdb_directory)"
}

run_peeringdb() {
  exec "$(program ztix-peeringdb-simulator)" --listen "127.0.0.1:$(port peeringdb)" --directory "$(peeringdb_directory)" \
    --client-id "$PEERINGDB_CLIENT_ID" --client-secret-file "$(secret_file peeringdb_client)" \
    --redirect-uri "$(public_url)/auth/callback"
}
ready_peeringdb() { curl -fsS --max-time 2 "$(peeringdb_url)/.well-known/openid-configuration"; }

# For the web application.
peeringdb_settings() {
  cat <<SETTINGS
PEERINGDB_CLIENT_ID='$PEERINGDB_CLIENT_ID'
PEERINGDB_CLIENT_SECRET_FILE='$(secret_file peeringdb_client)'
PEERINGDB_REDIRECT_URI='$(public_url)/auth/callback'
PEERINGDB_AUTH_URL='$(peeringdb_url)'
SETTINGS
}

# For the worker.
peeringdb_data_settings() {
  cat <<SETTINGS
PEERINGDB_API_URL='$(peeringdb_url)/api'
PEERINGDB_CONTACT='noc@ix.example.net'
SETTINGS
}

# For people, tests and benchmarks.
peeringdb_env() {
  printf "ZTIX_PEERINGDB_URL='%s'\n" "$(peeringdb_url)"
  printf 'ZTIX_PEERINGDB_NEWCOMER_ID=%s\nZTIX_PEERINGDB_NEWCOMER_ASN=%s\n' "$NEWCOMER_ID" "$NEWCOMER_ASN"
  printf 'ZTIX_PEERINGDB_READER_ID=%s\nZTIX_PEERINGDB_OPERATOR_ID=%s\n' "$READER_ID" "$OPERATOR_ID"
}
