# shellcheck shell=bash
# Processes by identity. A pid alone may have been given to somebody else since; pid and start time may not.

# read_start_time VARIABLE PID: the kernel's start time of a process in clock ticks, empty if there is none.
read_start_time() {
  local stat
  printf -v "$1" ''
  { read -r stat <"/proc/$2/stat"; } 2>/dev/null || return 0
  # The name in parentheses may hold blanks; field 22 is the 20th after it.
  stat=${stat##*) }
  # shellcheck disable=SC2086 # split into fields on purpose
  set -- "$1" $stat
  [[ $2 == Z ]] || printf -v "$1" '%s' "${21}"
}

# runs_newest_build PID FILE: the process was started from the program that lies there now.
runs_newest_build() { [[ /proc/$1/exe -ef $2 ]]; }

# record_process FILE PID: FILE keeps the pid alone (for readers), FILE.start the start time.
record_process() {
  local started
  read_start_time started "$2"
  printf '%s\n' "$started" >"$1.start"
  printf '%s\n' "$2" >"$1.new"
  mv -f "$1.new" "$1"
}

# recorded_pid FILE: the pid if that very process still runs, else nothing and false.
recorded_pid() {
  local pid='' started='' runs
  read_line pid "$1" && read_line started "$1.start" || return 1
  read_start_time runs "$pid"
  [[ $runs == "$started" ]] || return 1
  printf '%s' "$pid"
}

# process_tree PID: the process and all its descendants, parents first.
process_tree() {
  local file child children=()
  printf '%s\n' "$1"
  for file in /proc/"$1"/task/*/children; do
    { read -r -a children <"$file" || true; } 2>/dev/null
    for child in "${children[@]}"; do process_tree "$child"; done
  done
}

# still_running PID…: true while at least one of them runs.
still_running() {
  local pid started
  for pid in "$@"; do
    read_start_time started "$pid"
    [[ -z $started ]] || return 0
  done
  return 1
}

all_gone() { ! still_running "$@"; }

# end_tree PID SECONDS: TERM to the process, and KILL to what is left of its tree after that time.
# The tree is read first: sessions of an sshd outlive it otherwise.
end_tree() {
  local -a pids
  mapfile -t pids < <(process_tree "$1")
  kill -TERM "$1" 2>/dev/null || true
  wait_until "$2" all_gone "$1" || true
  kill -KILL "${pids[@]}" 2>/dev/null || true
  wait_until 5 all_gone "${pids[@]}" || die "a process of the lab does not end: ${pids[*]}" "look at it with ps, then lab/down again"
}
