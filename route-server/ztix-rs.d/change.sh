# shellcheck shell=sh
# shellcheck disable=SC2034,SC2153,SC2154  # names are shared with ztix-rs, which reads this file
#
# Verbs that change what BIRD runs, or prepare it: check, arm, confirm, undo, persist, disable, enable.

MAX_STAMPS=8

verb_check() {
  want_count $# 1
  need_root "$1"
  intact "$1"
  objects_include_nothing
  command="configure check \"$STATE/root-$1.conf\""
  need_bird "$OBSERVE$NL$command"
  note_status
  answers_to "$command"
  if ! has_code 0020; then
    say_answers
    finish 1
  fi
  stamp "$1"
  say "checked $1"
  finish 0
}

# "This root passed with this running BIRD": a restarted or upgraded BIRD must check again.
stamp() {
  note_times
  mark="$1 $VERSION $STARTED"
  kept=$mark count=1
  if [ -s checked ] && read -r line < checked && [ "$line" = "$mark" ]; then return; fi
  [ ! -s checked ] || while read -r line && [ "$count" -lt "$MAX_STAMPS" ]; do
    [ "$line" = "$mark" ] || kept=$kept$NL$line count=$((count + 1))
  done < checked
  { printf '%s\n' "$kept" > checked; } 2>/dev/null || refuse disk_full 75
}

is_stamped() {
  [ -s checked ] || return 1
  note_times
  while IFS= read -r line; do
    [ "$line" != "$1 $VERSION $STARTED" ] || return 0
  done < checked
  return 1
}

# arm ROOT SECONDS [NAME...]: timed configure. The file stands before the timeout, else BIRD refuses the words.
verb_arm() {
  [ $# -ge 2 ] || refuse 'usage arguments' 2
  root=$1 seconds=$2
  want_digest "$root"
  if ! is_number "$seconds" || [ "$seconds" -lt 1 ] || [ "$seconds" -gt 3600 ]; then refuse 'usage seconds' 2; fi
  shift 2
  want_protocols "$@"
  need_root "$root"
  observe
  [ "$ARMED" = no ] || refuse armed  # a second timed configure would later "undo" to the first, unconfirmed one
  [ "$CHANGING" = no ] || refuse reconfiguring 75
  after_rollback
  is_stamped "$root" || refuse not_checked
  intact "$root"
  # In place, for nothing is noted now: a writer that dies leaves no note, and has not armed.
  { printf '%s\n%s\n' "$root $ROOT_DIGEST" "$*" > armed; } 2>/dev/null || {
    forget_armed
    refuse disk_full 75
  }
  arm_now "configure \"$STATE/root-$root.conf\" timeout $seconds"
}

arm_now() {
  kept_down
  need_bird "$1$NL$SWITCHES$OBSERVE"
  answers_to "$1"
  if ! has_code 0022 || ! { has_code 0003 || has_code 0004; }; then
    forget_armed
    say_answers
    finish 1
  fi
  [ -z "$KEPT" ] || say_switched
  note_status
  settle $((seconds * 10 < 400 ? seconds * 10 : 400)) || :  # at most half the time, and 20 s
  say "armed $LEFT"
  say "reconfiguring $CHANGING"
  finish 0
}

need_armed_running() {
  want_count $# 1
  need_root "$1"
  observe
  after_rollback
  [ "$ARMED" = yes ] || refuse not_armed
  [ "$RUN_DIGEST" = "$ROOT_DIGEST" ] || refuse digest_not_running
}

verb_confirm() {
  need_armed_running "$@"
  need_bird 'configure confirm'
  answers_to 'configure confirm'
  if ! has_code 0018; then  # 0019 = BIRD was faster and has undone it
    say_answers
    finish 1
  fi
  forget_armed
  forget_absent
  say "confirmed $ROOT"
  finish 0
}

# A held session that the confirmed configuration no longer has is forgotten: its name may come back to another life.
forget_absent() {
  [ -s held ] || return 0
  bird 'show protocols' || return 0
  read -r names < held
  still=''
  for name in $names; do
    case $NL$REPLY in *"$NL$name "* | *"$NL     $name "* | *"${NL}1002-$name "*) still="$still $name" ;; esac
  done
  write_held "$still" || :
}

write_held() {
  # shellcheck disable=SC2086
  set -- $1
  if [ $# -eq 0 ]; then rm -f held; else write_file held "$*"; fi
}

verb_undo() {
  need_armed_running "$@"
  kept_down
  need_bird "configure undo$NL$SWITCHES$OBSERVE"
  answers_to 'configure undo'
  if ! has_code 0021 || ! { has_code 0003 || has_code 0004; }; then
    say_answers
    finish 1
  fi
  [ -z "$KEPT" ] || say_switched
  note_status
  settle 600 || refuse reconfiguring 75
  [ "$ARMED" = no ] || refuse armed
  forget_armed
  say "undone $ROOT"
  finish 0
}

verb_persist() {
  want_count $# 1
  need_root "$1"
  observe
  after_rollback
  [ "$ARMED" = no ] || refuse armed
  [ "$CHANGING" = no ] || refuse reconfiguring 75
  [ "$RUN_DIGEST" = "$ROOT_DIGEST" ] || refuse digest_not_running
  intact "$1"
  note_boot_target
  if [ "$BOOT" != "$1" ]; then
    { ln -sfT "root-$1.conf" .boot.new && mv -fT .boot.new boot.conf && sync .; } 2>/dev/null || refuse disk_full 75
  fi
  say "persisted $1"
  finish 0
}

# disable: the effect first, so that a full disk cannot keep a session up; a lost note makes the caller repeat it.
verb_disable() {
  [ $# -ge 1 ] || refuse 'usage arguments' 2
  want_protocols "$@"
  switch_commands disable "$@"
  need_bird "$SWITCHES"
  say_switched
  names=''
  [ ! -s held ] || read -r names < held
  for name in "$@"; do case " $names " in *" $name "*) ;; *) names="$names $name" ;; esac; done
  write_held "$names" || refuse disk_full 75
  finish 0
}

verb_enable() {
  [ $# -ge 1 ] || refuse 'usage arguments' 2
  want_protocols "$@"
  names='' still=''
  [ ! -s held ] || read -r names < held
  for name in $names; do case " $* " in *" $name "*) ;; *) still="$still $name" ;; esac; done
  write_held "$still" || refuse disk_full 75
  switch_commands enable "$@"
  need_bird "$SWITCHES"
  say_switched
  finish 0
}
