# shellcheck shell=bash
# Nodes: made, prepared as hosts, taken away.

# make_node NAME: namespaces, leg and view of the file system; idempotent, also after a crash of the machine.
make_node() {
  local node=$1
  mkdir -p "$(node_dir "$node")"
  make_leg "$node"
  make_mounts "$node"
  register_node "$node"
  if [[ $node == m* ]]; then make_member_prefixes "$node"; else prepare_route_server "$node"; fi
}

# The fabric's hook finds a node by its id here.
register_node() {
  mkdir -p "$STATE_DIR/fabric"
  touch "$STATE_DIR/fabric/nodes"
  grep -q " $1\$" "$STATE_DIR/fabric/nodes" || printf '%s %s\n' "$(node_id "$1")" "$1" >>"$STATE_DIR/fabric/nodes"
}

# A route server's host: what a person would do on a Debian machine before `ztix rs add`, and after an upgrade.
prepare_route_server() {
  local node=$1 dir key
  dir=$(node_dir "$node")
  key=$(secret_file route_server_key).pub
  in_node "$node" "$REPO_DIR/route-server/install" --public-key "$key" --router-id "$(rs_ipv4 "$(node_number "$node")")" \
    --helper "$(readlink -m "$(program ztix-rs)")" >"$STATE_DIR/log/$node-install.log" 2>&1 || {
    log_tail "$STATE_DIR/log/$node-install.log"
    die "route-server/install failed on $node"
  }
  sshd_config "$node" >"$dir/etc/ssh/sshd_config"
  [[ ! -s $dir/etc/ssh/ssh_host_ed25519_key.pub ]] || return 0
  in_mounts "$node" ssh-keygen -q -t ed25519 -N '' -f /etc/ssh/ssh_host_ed25519_key
}

# MaxStartups as advised for route servers: the default refuses logins that come at the same time.
sshd_config() {
  cat <<EOF
ListenAddress 127.0.0.1:$(port "$1")
HostKey /etc/ssh/ssh_host_ed25519_key
PidFile none
UsePAM no
UseDNS no
PasswordAuthentication no
KbdInteractiveAuthentication no
PermitRootLogin no
AllowUsers ztix
MaxStartups 100:30:200
EOF
}

remove_node() {
  local node=$1
  [[ $node == ix ]] || remove_mounts "$node"
  ip netns delete "$(netns_name "$node")" 2>/dev/null || rm -f "$(netns_file "$node")"
}
