#!/bin/sh
# bird_host_setup.sh DIR REPO HELPER ROUTER_ID KIB: becomes a private route-server host. Runs as the first process of fresh mount,
# network and PID namespaces; DIR holds everything it writes, nothing of the real machine is touched.
# KIB > 0 puts /var/lib on a memory disk of that size. Prints `ready` and then only waits.
set -eu
dir=$1 repo=$2 helper=$3 router_id=$4 kib=$5

# What accounts, sshd and BIRD read; all of /etc would cost a second for each host.
mkdir "$dir/etc"
for name in passwd group shadow gshadow login.defs default skel nsswitch.conf ld.so.cache alternatives localtime hosts hostname \
  services protocols bird ssh systemd/system pam.d security; do
  [ ! -e "/etc/$name" ] || { mkdir -p "$dir/etc/$(dirname "$name")" && cp -a "/etc/$name" "$dir/etc/$name"; }
done
mkdir -p "$dir/var-lib" "$dir/usr-local" "$dir/run"
[ "$kib" -eq 0 ] || mount -t tmpfs -o "size=${kib}k,mode=0755" ztix-test "$dir/var-lib"
mount --bind "$dir/etc" /etc
mount --bind "$dir/var-lib" /var/lib
mount --bind "$dir/usr-local" /usr/local
mount --bind "$dir/run" /run
mkdir -p /run/bird /run/sshd
chown bird:bird /run/bird
ip link set lo up

"$repo/route-server/install" --public-key "$dir/id.pub" --router-id "$router_id" --helper "$helper" \
  > "$dir/install.log" 2>&1 ||
  { cat "$dir/install.log" >&2; exit 1; }
echo ready
while :; do  # as the first process it must also reap what others leave behind
  sleep 3600 &
  wait
done
