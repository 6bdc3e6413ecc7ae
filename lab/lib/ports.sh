# shellcheck shell=bash
# Ports on 127.0.0.1 for what lives in the machine's own network namespace. Chosen once for each lab, from a block
# that follows from its hash, below the kernel's ephemeral range; written to $STATE_DIR/ports.

PORT_BLOCK=60
PORT_NAMES=(app app_metrics worker_metrics postgres redis controller controller_faults peeringdb)

# Ports that somebody listens on, and those of the other labs, which may be about to.
taken_ports() {
  local ports
  ss -Hltn | awk '{ sub(/.*:/, "", $4); print $4 }'
  for ports in /tmp/ztix-*/ports; do
    if [[ -O $ports ]]; then cut -d' ' -f2 "$ports"; fi
  done
}

# block_is_free FIRST: the taken ports are on standard input.
block_is_free() { awk -v first="$1" -v block="$PORT_BLOCK" '$1 >= first && $1 < first + block { taken = 1 } END { exit taken }'; }

# Labs that come up at the same time choose one after the other.
choose_ports() {
  [[ ! -s $STATE_DIR/ports ]] || return 0
  local blocks=200 first name index=0 try taken choosing
  exec {choosing}>/run/lock/ztix-lab-ports
  flock "$choosing"
  taken=$(taken_ports)
  for ((try = 0; try < blocks; try++)); do
    first=$((20000 + (16#$LAB_ID + try) % blocks * PORT_BLOCK))
    if block_is_free "$first" <<<"$taken"; then break; fi
  done
  [[ $try -lt $blocks ]] || die "no free block of $PORT_BLOCK ports between 20000 and 32000" "take down labs that nobody needs; end what listens there: ss -ltnp"
  {
    for name in "${PORT_NAMES[@]}"; do printf '%s %d\n' "$name" $((first + index++)); done
    for ((index = 1; index <= MAX_ROUTE_SERVERS; index++)); do printf 'rs%d %d\n' "$index" $((first + 10 + index)); done
  } >"$STATE_DIR/ports.new"
  mv "$STATE_DIR/ports.new" "$STATE_DIR/ports"
  exec {choosing}>&-
}

# port NAME: app, app_metrics, worker_metrics, postgres, redis, controller, controller_faults, peeringdb, or rsN (its sshd).
port() {
  local name number
  while read -r name number; do
    [[ $name != "$1" ]] || { printf '%s' "$number"; return; }
  done <"$STATE_DIR/ports"
  return 1
}
