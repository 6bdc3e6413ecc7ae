# shellcheck shell=bash
# IP addresses as text. Enough for what the fabric needs, without starting another program.

is_ipv6() { [[ $1 == *:* ]]; }

# valid_address TEXT: the address without its length; anything else ends the program. The text comes from outside.
valid_address() {
  local address=${1%%/*}
  if [[ $address =~ ^([0-9]{1,3}\.){3}[0-9]{1,3}$ || $address =~ ^[0-9a-f:]{2,39}$ && $address == *:*:* ]]; then
    printf '%s' "$address"
  else
    die "not an IP address in an assignment: $(printf '%q' "$address")"
  fi
}

with_length() {
  if is_ipv6 "$1"; then printf '%s/%d\n' "$1" "$LAN_V6_LENGTH"; else printf '%s/%d\n' "$1" "$LAN_V4_LENGTH"; fi
}

# ipv6_hex 2001:db8::1 -> 0x20010db8000000000000000000000001
ipv6_hex() {
  local left=${1%%::*} right='' group groups=() tail=()
  [[ $1 != *::* ]] || right=${1#*::}
  IFS=: read -ra groups <<<"$left"
  IFS=: read -ra tail <<<"$right"
  while ((${#groups[@]} + ${#tail[@]} < 8)); do groups+=(0); done
  printf '0x'
  for group in "${groups[@]}" "${tail[@]}"; do printf '%04x' "0x$group"; done
}

# The MAC of the node's leg: locally administered, from the node id, as a ZeroTier interface has it.
node_mac() { printf '02:%s:%s:%s:%s:%s' "${1:0:2}" "${1:2:2}" "${1:4:2}" "${1:6:2}" "${1:8:2}"; }
