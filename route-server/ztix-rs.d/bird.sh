# shellcheck shell=sh
# shellcheck disable=SC2034,SC2153,SC2154  # names are shared with ztix-rs, which reads this file
#
# Talking to BIRD: one batch of commands a fork, its reply codes, and the sessions that must stay down.
# birdcl is birdc without readline: it takes a batch on stdin and echoes each command as `bird> COMMAND`.

SOCKET=/run/bird/bird.ctl
BIRD_WAIT=20  # seconds for one batch of commands

# bird COMMANDS (one a line): REPLY holds all answers. 6 = nobody listens, 75 = no answer in time.
bird() {
  REPLY=$(timeout -k 1 "$BIRD_WAIT" /usr/sbin/birdcl -v -s "$SOCKET" 2>/dev/null <<EOF
$1
EOF
  )
  case $? in
    0) case $REPLY in 0001*) return 0 ;; *) return 6 ;; esac ;;
    124 | 137) return 75 ;;
    *) return 6 ;;
  esac
}

need_bird() {
  bird "$1" && return
  case $? in 75) refuse bird_busy 75 ;; esac
  say bird_down
  finish 6
}

OBSERVE="configure status${NL}eval ZTIX_DIGEST${NL}eval ZTIX_REVISION${NL}show status"

# Reads REPLY to OBSERVE. LEFT is in seconds with a fraction, as BIRD prints it. Lines are words here and below: `read`
# would cost a system call a byte.
note_status() {
  ARMED=no LEFT=0 CHANGING=no RUN_DIGEST=none RUN_REVISION=none VERSION=- CHANGED=- NOW=- ROUTER_ID=-
  asked='' IFS=$NL
  for line in ${REPLY%%"bird> show protocols"*}; do
    case $line in
      'bird> '*) asked=${line#bird> } ;;
      0022-*' undo in '*) ARMED=yes LEFT=${line##* undo in } LEFT=${LEFT%% *} ;;
      000[4567]-*) CHANGING=yes ;;
      '0023 '*)
        case $asked in
          *DIGEST) is_digest "${line#0023 }" && RUN_DIGEST=${line#0023 } ;;
          *REVISION) is_number "${line#0023 }" && RUN_REVISION=${line#0023 } ;;
        esac ;;
      '1000-BIRD '*) VERSION=${line#1000-BIRD } ;;
      *'Router ID is '*) ROUTER_ID=${line##* } ;;
      *'Current server time is '*) one_word "${line#*time is }" && NOW=$WORD ;;
      *'Last reconfiguration on '*) one_word "${line#*reconfiguration on }" && CHANGED=$WORD ;;
    esac
  done
  IFS=$BLANKS
}

# Times are passed on as BIRD prints them (its `timeformat` decides), as one word.
one_word() {
  WORD=$1
  while :; do
    case $WORD in *' '*) WORD=${WORD%% *}T${WORD#* } ;; *) return 0 ;; esac
  done
}

observe() {
  need_bird "$OBSERVE"
  note_status
}

# answers_to COMMAND: ANSWERS are that command's reply lines, each as `reply CODE TEXT`, without "Reading configuration".
answers_to() {
  ANSWERS='' asked='' IFS=$NL
  for line in $REPLY; do
    case $line in
      'bird> '*) asked=${line#bird> } ;;
      0002-* | 0001*) ;;
      [0-9][0-9][0-9][0-9][-\ ]*)
        [ "$asked" != "$1" ] || ANSWERS="${ANSWERS}reply ${line%%[- ]*} ${line#?????}$NL" ;;
    esac
  done
  IFS=$BLANKS
}

say_answers() { OUT=$OUT$ANSWERS; }

has_code() {
  case $NL$ANSWERS in *"${NL}reply $1 "*) return 0 ;; esac
  return 1
}

# switch_commands disable|enable NAME...: SWITCHES are the commands. Quoted, hence always a pattern and never the keyword
# `all`.
switch_commands() {
  SWITCHES='' word=$1
  shift
  for name in "$@"; do SWITCHES="$SWITCHES$word \"$name\"$NL"; done
}

# Says which sessions were switched; a session that BIRD does not have is down already.
say_switched() {
  switched=$(printf '%s\n' "$REPLY" | awk '
    /^bird> (disable|enable) "/ { split($0, part, "\""); name = part[2]; verb = $2; next }
    /^bird> / { name = "" }
    name != "" && /^00(08|09|10|11)-/ { print verb "d", name; name = "" }
    name != "" && /^[89]/ { print "absent", name; name = "" }')
  [ -z "$switched" ] || say "$switched"
}

# Every configure and every undo starts sessions that were switched off meanwhile (measured on 2.0.12). Two lists say
# what stays down: line 2 of `armed`, given with the arm, and `held`, what `disable` took and no `enable` gave back.
# KEPT are the names, SWITCHES the commands that switch them off.
kept_down() {
  KEPT=''
  [ ! -s armed ] || { read -r _; read -r KEPT; } < armed
  [ ! -s held ] || { read -r more < held && KEPT="$KEPT $more"; }
  # shellcheck disable=SC2086  # a list of words
  switch_commands disable $KEPT
}

# After a noted status: waits until BIRD has finished a reconfiguration, at most $1 polls of 50 ms, then switches off
# again what it started.
settle() {
  polls=$1
  [ "$CHANGING" = yes ] || return 0
  while [ "$CHANGING" = yes ] && [ "$polls" -gt 0 ]; do
    polls=$((polls - 1))
    sleep 0.05
    observe
  done
  switch_off_kept
  [ "$CHANGING" = no ]
}

switch_off_kept() {
  kept_down
  [ -z "$SWITCHES" ] || need_bird "$SWITCHES"
}

# An empty note is none; emptying it needs no process and works on a full disk.
forget_armed() { { : > armed; } 2>/dev/null || rm -f armed; }

# If BIRD's own timer undid (or BIRD was restarted), whoever looks first makes good what that started. True if so.
after_rollback() {
  if [ ! -s armed ] || [ "$ARMED$CHANGING" != nono ]; then return 1; fi
  read -r armed_root armed_digest < armed
  if [ "$RUN_DIGEST" = "$armed_digest" ]; then
    # Confirmed, and the helper died before it noted that. Or this root ran before it was armed, and BIRD came back to it.
    switch_off_kept
    forget_armed
    return 1
  fi
  switch_off_kept
  forget_armed
  say "rolled_back $armed_root"
}
