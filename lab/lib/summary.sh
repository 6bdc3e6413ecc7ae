# shellcheck shell=bash
# What a newcomer needs to know at the end.

print_summary() {
  printf '\nThe exchange is up (%s s).\n\n' "$(elapsed)"
  printf '  web         %s\n' "$(public_url)"
  printf '  admin       user admin, password in %s,\n' "$(secret_file admin)"
  printf '              codes of the second factor: lab/code %s\n' "$(secret_file admin_totp)"
  local node
  for node in $(members); do
    printf '  %-11s user op%s, password in %s\n' "$node AS$(member_asn "$(node_number "$node")")" "$(node_number "$node")" \
      "$(secret_file "op$(node_number "$node")")"
  done
  printf '  PeeringDB   %s (simulated; the login page leads there)\n' "$(peeringdb_url)"
  printf '  logs        %s/log/\n  settings    %s\n\n' "$STATE_DIR" "$ENV_FILE"
  session_table
  printf '\nLook inside: lab/exec m1 birdc show protocols   lab/exec rs1 birdc show route   lab/status   lab/down\n'
}
