# shellcheck shell=sh
# shellcheck disable=SC2034,SC2153,SC2154  # names are shared with ztix-rs, which reads this file
#
# Verbs that only look: probe, status. Both work on a full disk.

DROP_IN=/etc/systemd/system/bird.service.d/ztix.conf

PROBE="$OBSERVE${NL}show protocols all${NL}show route table ztix_roa_v4 count${NL}show route table ztix_roa_v6 count"

verb_probe() {
  say 'ztix_rs 1'
  # A restart of BIRD, or a configure by hand, starts what was switched off: who looks first switches it off again.
  kept_down
  bird "$SWITCHES$PROBE"
  up=$?
  note_status
  if [ "$up" -eq 0 ] && after_rollback; then need_bird "$PROBE"; fi
  answers=$REPLY
  case $up in
    0) say_bird ;;
    75) say 'bird busy' ;;
    *) say 'bird down' ;;
  esac
  say_status
  say_roots
  say "fence $HOST_FENCE"
  say "free_kib $(($(stat -f -c '%a * %S' .) / 1024))"
  say_drop_in
  kept_down
  for name in $KEPT; do say "kept_down $name"; done
  [ "$up" -ne 0 ] || say_protocols "$answers"
  finish 0
}

say_bird() {
  note_times
  say "bird_version $VERSION"
  say "router_id $ROUTER_ID"
  say "bird_started $STARTED"
  say "last_reconfigured $CHANGED"
  say "server_time $NOW"
}

say_status() {
  case $ARMED in yes) say "armed yes $LEFT" ;; *) say 'armed no' ;; esac
  say "reconfiguring $CHANGING"
  say "running_revision $RUN_REVISION"
  say "running_digest $RUN_DIGEST"
}

say_drop_in() {
  [ -d /run/systemd/system ] || { say 'drop_in unknown'; return; }
  if [ -f "$DROP_IN" ]; then say 'drop_in ok'; else say 'drop_in missing'; fi
}

# Several roots may carry one digest (only their revision differs): the exact one first, then the boot file.
say_roots() {
  note_boot_target
  boot=$BOOT running=none exact=no highest=0 boot_digest=none boot_revision=none
  while read -r name digest revision; do
    [ -n "$name" ] || continue
    if [ "$name" = "$boot" ]; then boot_digest=$digest boot_revision=$revision; fi
    if is_number "$revision" && [ "$revision" -gt "$highest" ]; then highest=$revision; fi
    [ "$digest" = "$RUN_DIGEST" ] || continue
    if [ "$revision" = "$RUN_REVISION" ] && { [ "$exact" = no ] || [ "$name" = "$boot" ]; }; then
      running=$name exact=yes
    elif [ "$exact" = no ] && { [ "$running" = none ] || [ "$name" = "$boot" ]; }; then
      running=$name
    fi
  done <<EOF
$(list_roots)
EOF
  say "running_root $running"
  say "boot_root $boot"
  say "boot_digest $boot_digest"
  say "boot_revision $boot_revision"
  say "highest_revision $highest"
  say_damaged "$running" "$boot"
}

# One pass over `show protocols all`: `protocol` as BIRD lists it, then for BGP `session NAME IMPORTED FILTERED EXPORTED
# PREFERRED LIMITS LAST ERROR`, where a session that is not up counts nothing (`-`).
say_protocols() {
  OUT=$OUT$(printf '%s\n' "$1" | awk '
    function flush() {
      if (bgp) print "session", name, (up ? in_ + 0 " " filtered + 0 " " out + 0 " " best + 0 : "- - - -"), hit, error
      bgp = 0
    }
    /^bird> / { flush(); asked = $2 " " $3; next }
    asked == "show route" && /^1007-/ { sub(/^1007-/, ""); print "roa", $NF, $1; next }
    asked != "show protocols" || /^2002-/ { next }
    sub(/^1002-/, "") { flush()
      name = $1; bgp = $2 == "BGP"; up = 0; in_ = filtered = out = best = 0; hit = "-"; error = ""
      since = $5; rest = 6
      if ($6 ~ /^[0-9][0-9]:[0-9][0-9]/) { since = since "T" $6; rest = 7 }
      line = "protocol " name " " $2 " " $4 " " since
      for (i = rest; i <= NF; i++) line = line " " $i
      print line
      next }
    !bgp { next }
    $1 == "Routes:" { up = 1
      for (i = 2; i < NF; i += 2) {
        if ($(i + 1) ~ /^imported/) in_ += $i
        else if ($(i + 1) ~ /^filtered/) filtered += $i
        else if ($(i + 1) ~ /^exported/) out += $i
        else if ($(i + 1) ~ /^preferred/) best += $i
      }
      next }
    $1 == "Last" && $2 == "error:" { error = $0; sub(/^ *Last error: */, "", error); next }
    / limit: .*\[HIT\]$/ { hit = "hit" }
    END { flush() }')$NL
}

# nexthops SESSION...: routes given with another next hop than where they came from. A session that is down has none.
verb_nexthops() {
  [ $# -ge 1 ] || refuse 'usage arguments' 2
  want_protocols "$@"
  commands=''
  for name in "$@"; do commands="${commands}show route export $name where bgp_next_hop != from count$NL"; done
  need_bird "$commands"
  OUT=$OUT$(printf '%s\n' "$REPLY" | awk '
    /^bird> show route export / { name = $5; next }
    name != "" && /^1007-[0-9]+ of / { sub(/^1007-/, ""); print "foreign_next_hops", name, $1; name = "" }')$NL
  finish 0
}

verb_status() {
  want_count $# 0
  observe
  after_rollback
  say_status
  finish 0
}
