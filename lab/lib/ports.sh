# shellcheck shell=bash
# Ports on 127.0.0.1 for what lives in the machine's own network namespace. Chosen once for each lab, from a block
# that follows from its hash, below the kernel's ephemeral range; written to $STATE_DIR/ports.

PORT_BLOCK=60
PORT_NAMES=(app app_metrics worker_metrics postgres redis controller controller_faults peeringdb)

block_is_free() {
  local first=$1 port
  while read -r port; do
    if [[ $port -ge $first && $port -lt $((first + PORT_BLOCK)) ]]; then return 1; fi
  done < <(ss -Hltn | awk '{ sub(/.*:/, "", $4); print $4 }')
}

choose_ports() {
  [[ ! -s $STATE_DIR/ports ]] || return 0
  local blocks=200 first name index=0 try
  for ((try = 0; try < blocks; try++)); do
    first=$((20000 + (16#$LAB_ID + try) % blocks * PORT_BLOCK))
    if block_is_free "$first"; then break; fi
  done
  [[ $try -lt $blocks ]] || die "no free block of $PORT_BLOCK ports between 20000 and 32000" "end what listens there: ss -ltnp"
  {
    for name in "${PORT_NAMES[@]}"; do printf '%s %d\n' "$name" $((first + index++)); done
    for ((index = 1; index <= MAX_ROUTE_SERVERS; index++)); do printf 'rs%d %d\n' "$index" $((first + 10 + index)); done
  } >"$STATE_DIR/ports.new"
  mv "$STATE_DIR/ports.new" "$STATE_DIR/ports"
}

# port NAME: app, app_metrics, worker_metrics, postgres, redis, controller, controller_faults, peeringdb, or rsN (its sshd).
port() { awk -v name="$1" '$1 == name { print $2; found = 1 } END { exit !found }' "$STATE_DIR/ports"; }
