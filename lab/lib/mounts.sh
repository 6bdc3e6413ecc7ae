# shellcheck shell=bash
# A node's own view of the file system: /run, /etc/bird and, for a route server, everything that
# route-server/install writes to. The view is kept by a file (no process holds it); the machine's own folders are
# never written to.

# Enters the file system and the network of a node.
in_node() {
  local node=$1
  shift
  if [[ $node == ix ]]; then in_netns ix "$@"; return; fi
  nsenter --net="$(netns_file "$node")" --mount="$(mountns_file "$node")" -- "$@"
}

# Enters the file system of a node in the machine's network: there the worker reaches a route server's sshd.
in_mounts() {
  local node=$1
  shift
  nsenter --mount="$(mountns_file "$node")" -- "$@"
}

mounts_exist() { mountpoint -q "$(mountns_file "$1")" 2>/dev/null; }

# Files that hold namespaces must lie on a private mount, or the kernel refuses to bind them.
make_mountns_folder() {
  mkdir -p "$STATE_DIR/mountns"
  mountpoint -q "$STATE_DIR/mountns" && return 0
  mount --bind "$STATE_DIR/mountns" "$STATE_DIR/mountns"
  mount --make-private "$STATE_DIR/mountns"
}

make_mounts() {
  local node=$1 dir kind=${1%%[0-9]*}
  dir=$(node_dir "$node")
  mounts_exist "$node" && return 0
  make_mountns_folder
  fill_node_"$kind" "$dir"
  : >"$(mountns_file "$node")"
  # shellcheck disable=SC2016 # expanded by the inner shell
  unshare --mount="$(mountns_file "$node")" --propagation private -- bash -c '
    set -euo pipefail
    source "$1/lib/mounts.sh"
    mount_node_"$2" "$3"' mounts "$LAB_DIR" "$kind" "$dir"
}

# What both kinds have: /run with BIRD's folder, made as the unit's RuntimeDirectory would.
fill_node_m() {
  install -d "$1/run"
  install -d -o bird -g bird "$1/run/bird"
  install -d -o root -g bird -m 0750 "$1/bird"
}

# What a route server gets of the machine's /etc: enough for accounts, sshd, BIRD and a shell, and nothing secret.
ROUTE_SERVER_ETC=(passwd group login.defs default/useradd skel shells nsswitch.conf host.conf hosts hostname localtime
  ld.so.cache ld.so.conf ld.so.conf.d alternatives pam.d security environment profile inputrc protocols services
  debian_version os-release ssh/moduli iproute2)

# A route server looks like a fresh Debian host to route-server/install; accounts made there exist there only.
fill_node_rs() {
  install -d "$1/run" "$1/run/sshd" "$1/var-lib" "$1/usr-local-lib"
  install -d -o bird -g bird "$1/run/bird"
  [[ ! -d $1/etc ]] || return 0
  install -d "$1/etc.new"
  (cd /etc && { find "${ROUTE_SERVER_ETC[@]}" -maxdepth 0 2>/dev/null || true; } | tar -cf - -T -) | tar -C "$1/etc.new" -xpf -
  (umask 077 && awk -F: '{ print $1 ":*:20000:0:99999:7:::" }' /etc/passwd >"$1/etc.new/shadow")
  (umask 077 && awk -F: '{ print $1 ":*::" }' /etc/group >"$1/etc.new/gshadow")
  install -d -o bird -g bird -m 0750 "$1/etc.new/bird"
  mv "$1/etc.new" "$1/etc"
}

mount_node_m() {
  mount --bind "$1/run" /run
  mount --bind "$1/bird" /etc/bird
}

mount_node_rs() {
  shadow_folder /var/lib "$1/var-lib"
  shadow_folder /usr/local/lib "$1/usr-local-lib"
  mount --bind "$1/etc" /etc
  mount --bind "$1/run" /run
}

# shadow_folder FOLDER OWN: FOLDER becomes OWN, in which all of the machine's entries still appear. So a new entry
# goes to the node alone.
shadow_folder() {
  local entry host=$2.host
  mkdir -p "$host"
  mount --bind "$1" "$host"
  for entry in "$host"/*; do
    [[ ! -e $entry || $entry == */ztix* || -e $2/${entry##*/} ]] || ln -s "$entry" "$2/${entry##*/}"
  done
  mount --bind "$2" "$1"
}

# remove_mounts NODE: forgets the view; it is gone with the last process in it.
remove_mounts() {
  local file
  file=$(mountns_file "$1")
  while mountpoint -q "$file" 2>/dev/null; do umount "$file" || umount -l "$file"; done
  rm -f "$file"
}
