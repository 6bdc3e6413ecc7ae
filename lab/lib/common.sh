# shellcheck shell=bash disable=SC2034 # constants are for whoever sources this
# Strict mode, where this lab lives, and how it talks. Every program of the lab sources this first.

set -euo pipefail
umask 022

LIB_DIR=$(readlink -f "${BASH_SOURCE[0]}")
LIB_DIR=${LIB_DIR%/*}
LAB_DIR=${LIB_DIR%/*}
REPO_DIR=${LAB_DIR%/*}
# One lab for each checkout: the hash of its real path is in every name the lab gives away.
LAB_ID=$(printf '%s' "$REPO_DIR" | sha256sum)
LAB_ID=${LAB_ID:0:8}
# Under /tmp and not in the checkout: a clone in a 0700 folder cannot be entered by postgres, redis and bird.
STATE_DIR=/tmp/ztix-$LAB_ID
ENV_FILE=$REPO_DIR/.lab/env
# Exit code of a failure that was explained.
DIED=3
LAB_STARTED=$EPOCHREALTIME

# Seconds since this program began, with one decimal.
elapsed() {
  local now=$EPOCHREALTIME
  local tenths=$(((${now/[.,]/} - ${LAB_STARTED/[.,]/}) / 100000))
  printf '%d.%d' $((tenths / 10)) $((tenths % 10))
}

# Nothing ends silently: what fails without a message of its own is named with its place.
set -E
trap 'report_failure $? "${BASH_SOURCE[0]}" $LINENO "$BASH_COMMAND"' ERR
report_failure() {
  [[ $1 -eq 2 || $1 -eq $DIED ]] || printf '%s: %s line %s ended with %s: %s\n' "$(basename "$0")" "${2#"$REPO_DIR"/}" "$3" "$1" "${4%%$'\n'*}" >&2
}

# step TEXT: one line of progress.
step() { printf '[%6s s] %s\n' "$(elapsed)" "$*" >&2; }
note() { printf '           %s\n' "$*" >&2; }

# die TEXT [REMEDY]: says what is wrong and what helps, and ends the program.
die() {
  printf '\n%s: %s\n' "$(basename "$0")" "$1" >&2
  [[ -z ${2-} ]] || printf 'What helps: %s\n' "$2" >&2
  exit $DIED
}

# usage_error TEXT: for a command line that makes no sense; exit code 2.
usage_error() {
  printf '%s: %s\nTry: %s --help\n' "$(basename "$0")" "$1" "$0" >&2
  exit 2
}

# log_tail FILE [LINES]: the last lines of a log, indented and cut, for an error message.
log_tail() {
  [[ -s $1 ]] || { note "(the log $1 is empty)"; return 0; }
  note "last lines of $1:"
  tail -n "${2:-12}" "$1" | cut -c1-500 | sed 's/^/             | /' >&2
}

# read_line VARIABLE FILE: its first line, without starting a program or a shell. False when there is nothing to read.
read_line() { read -r "$1" 2>/dev/null <"$2" || [[ -n ${!1-} ]]; }

# first_line FILE: the same, printed.
first_line() {
  local line=''
  read_line line "$1" || return 1
  printf '%s' "$line"
}

# wait_until SECONDS COMMAND…: false when the time is over. Polls every 50 ms; after a second every 200 ms, as what takes
# long needs the processor more than we need the news.
wait_until() {
  local began=${EPOCHREALTIME/[.,]/} limit=$(($1 * 1000000)) waited
  shift
  until "$@" >/dev/null 2>&1; do
    waited=$((${EPOCHREALTIME/[.,]/} - began))
    [[ $waited -lt $limit ]] || return 1
    if [[ $waited -lt 1000000 ]]; then sleep 0.05; else sleep 0.2; fi
  done
}

require_root() {
  [[ $EUID -eq 0 ]] || die "the lab makes network namespaces and needs root" "sudo $0 $*"
}

# The lab of this checkout exists and was made by root (a folder somebody else put into /tmp is never trusted).
state_is_ours() {
  [[ -d $STATE_DIR && ! -L $STATE_DIR && $(stat -c %u "$STATE_DIR") == 0 ]]
}

require_lab() {
  state_is_ours || die "there is no lab for $REPO_DIR" "$LAB_DIR/up"
}

# One program changes the lab at a time; lab/exec, lab/status and the fabric's hook do not wait for it.
lock_lab() {
  exec 8>"$STATE_DIR/lock"
  flock -w 5 8 || die "another lab/up, lab/down, lab/start or lab/stop of this checkout is at work" "wait for it, then try again"
}
