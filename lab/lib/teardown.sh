# shellcheck shell=bash
# Taking the lab away: by what was written down when it was made, never by the names of processes.

# end_lab: everything of this checkout's lab.
end_lab() {
  step "ending the services"
  end_services
  end_processes_inside
  step "taking namespaces, mounts and files away"
  local node
  for node in $(nodes_on_the_machine); do remove_node "$node"; done
  while mountpoint -q "$STATE_DIR/mountns" 2>/dev/null; do umount "$STATE_DIR/mountns"; done
  refuse_left_mounts
  rm -rf --one-file-system "$STATE_DIR" "$REPO_DIR/.lab"
}

# Killed, all at once: what they would put in order goes anyway. The supervisors are stopped first, so that none starts
# anew what was just ended. PostgreSQL alone holds memory of the machine's, and gives it back when it is told to end now.
end_services() {
  local -a supervisors services pids
  local pid
  rm -rf "$STATE_DIR/wanted"
  if pid=$(recorded_pid "$(service_pid_file ix postgres)"); then
    kill -QUIT "$pid" 2>/dev/null || true
    wait_until 5 all_gone "$pid" || true
  fi
  mapfile -t supervisors < <(recorded_pids "$STATE_DIR"/pid/supervisor-*.pid)
  [[ ${#supervisors[@]} -eq 0 ]] || kill -STOP "${supervisors[@]}" 2>/dev/null || true
  mapfile -t services < <(recorded_pids "$STATE_DIR"/pid/[!s]*.pid)
  mapfile -t pids < <(for pid in "${supervisors[@]}" "${services[@]}"; do process_tree "$pid"; done)
  [[ ${#pids[@]} -gt 0 ]] || return 0
  kill -KILL "${pids[@]}" 2>/dev/null || true
  wait_until 5 all_gone "${pids[@]}" || die "processes of the lab do not end: ${pids[*]}" "look at them with ps, then lab/down again"
}

recorded_pids() {
  local file pid
  for file in "$@"; do
    ! pid=$(recorded_pid "$file") || printf '%s\n' "$pid"
  done
}

# Whatever else runs inside the lab's namespaces: commands of lab/exec, SSH sessions whose sshd was killed.
end_processes_inside() {
  local -a pids
  mapfile -t pids < <(processes_inside)
  [[ ${#pids[@]} -gt 0 ]] || return 0
  kill -KILL "${pids[@]}" 2>/dev/null || true
  wait_until 5 all_gone "${pids[@]}" || die "a process inside the lab does not end: ${pids[*]}"
}

processes_inside() {
  local node file inode
  {
    for node in $(nodes_on_the_machine); do
      ip netns pids "$(netns_name "$node")" 2>/dev/null || true
      file=$(mountns_file "$node")
      mountpoint -q "$file" 2>/dev/null || continue
      inode=$(stat -Lc %i "$file")
      find /proc -maxdepth 3 -path '/proc/[0-9]*/ns/mnt' -lname "mnt:\[$inode\]" 2>/dev/null | cut -d/ -f3
    done
  } | sort -un | grep -vx $$ || true
}

# Nodes by their folder or by what is left of them: a crash may have come between the two.
nodes_on_the_machine() {
  {
    node_names
    find /run/netns -maxdepth 1 -name "ztix-$LAB_ID-*" 2>/dev/null | sed "s/.*ztix-$LAB_ID-//"
  } | sort -uV
}

# rm must never walk into a folder that is still the machine's own.
refuse_left_mounts() {
  ! awk -v prefix="$STATE_DIR/" 'index($5, prefix) == 1' /proc/self/mountinfo | grep -q . ||
    die "something is still mounted under $STATE_DIR" "umount it: findmnt | grep $STATE_DIR"
}
