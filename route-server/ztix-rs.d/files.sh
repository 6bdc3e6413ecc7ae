# shellcheck shell=sh
# shellcheck disable=SC2034,SC2153,SC2154  # names are shared with ztix-rs, which reads this file
#
# The files of a host: roots, objects, the boot link; verbs have, get, put, gc.

BOOT_LINK=/etc/bird/bird.conf
MAX_OBJECT=4194304  # bytes; 1,000 peers with 50 prefixes each are 1.2 MB in all
KEEP_ROOTS=5

# need_root DIGEST: sets ROOT and ROOT_DIGEST, the value that `birdc eval` answers while this root runs. The defines are
# near the top of a root; reading on would cost a system call a byte.
need_root() {
  want_digest "${1:-}"
  ROOT=$1 ROOT_DIGEST='' lines=0
  if [ ! -f "root-$1.conf" ]; then
    say "missing $1"
    finish 5
  fi
  while [ "$lines" -lt 20 ] && IFS= read -r line; do
    lines=$((lines + 1))
    case $line in 'define ZTIX_DIGEST = "'*'";') ROOT_DIGEST=${line#*\"} ROOT_DIGEST=${ROOT_DIGEST%\"*} lines=20 ;; esac
  done < "root-$1.conf"
  is_digest "$ROOT_DIGEST" || refuse no_digest
}

# includes_of DIGEST...: the check list of the objects these roots include, each once; 3 when one includes anything else.
includes_of() {
  files=''
  for digest in "$@"; do files="$files root-$digest.conf"; done
  # shellcheck disable=SC2086  # a list of names
  awk '/^include "\/var\/lib\/ztix-rs\/object-[0-9a-f]+\.conf";$/ && length($2) == 96 {
      digest = substr($2, 26, 64)
      if (!seen[digest]++) print digest "  object-" digest ".conf"
      next
    }
    /^[ \t]*include[ \t"]/ { foreign = 1 }
    END { if (foreign) exit 3 }' $files
}

# intact DIGEST: re-hashes the root and every object it names, in one run of sha256sum. INCLUDED is their check list.
intact() {
  INCLUDED=$(includes_of "$1") || refuse foreign_include
  note_broken "$1  root-$1.conf$NL$INCLUDED" && return
  say_broken missing corrupt
  [ -n "$OUT" ] || say 'refused malformed_root'
  finish 5
}

# note_broken CHECK_LIST: BROKEN is what sha256sum says of files that are gone or not what their names say; true if none.
note_broken() {
  BROKEN=$(sha256sum --check --quiet 2>/dev/null <<EOF
${1%"$NL"}
EOF
  )
}

# say_broken WORD_FOR_GONE WORD_FOR_CHANGED
say_broken() {
  IFS=$NL
  for line in $BROKEN; do
    name=${line%%.conf: *} name=${name#*-}
    case $line in
      *': FAILED open or read') say "$1 $name" ;;
      *': FAILED') say "$2 $name" ;;
    esac
  done
  IFS=$BLANKS
}

# say_damaged ROOT...: of these roots and the objects they include.
say_damaged() {
  list='' there=''
  for root in "$@"; do
    case $list in *"$root"*) continue ;; esac
    is_digest "$root" || continue
    list="$list$root  root-$root.conf$NL"
    [ ! -f "root-$root.conf" ] || there="$there $root"
  done
  [ -n "$list" ] || return 0
  # shellcheck disable=SC2086  # a list of digests
  [ -z "$there" ] || list=$list$(includes_of $there)
  note_broken "$list" || say_broken damaged damaged
}

# An object that includes on its own would escape the digests, and with them every promise above. After intact().
objects_include_nothing() {
  names=''
  for word in $INCLUDED; do case $word in object-*) names="$names $word" ;; esac; done
  [ -n "$names" ] || return 0
  # shellcheck disable=SC2086  # a list of names
  ! grep -qs '^[[:space:]]*include' $names || refuse foreign_include
}

# BOOT: the file digest that a restart of BIRD would run, `foreign` or `none`.
note_boot_target() {
  BOOT=none
  [ -e "$BOOT_LINK" ] || return 0
  BOOT=$(readlink "$BOOT_LINK" boot.conf)
  case $BOOT in "$STATE/boot.conf$NL"root-*.conf) ;; *) BOOT=foreign; return 0 ;; esac
  BOOT=${BOOT#"$STATE/boot.conf$NL"root-} BOOT=${BOOT%.conf}
  is_digest "$BOOT" || BOOT=foreign
}

list_roots() {
  set +f
  set -- root-*.conf
  set -f
  [ -e "$1" ] || return 0
  awk 'function flush() { if (name != "") print name, digest, revision }
    FNR == 1 { flush(); name = substr(FILENAME, 6, 64); digest = "-"; revision = "-" }
    /^define ZTIX_DIGEST = "[0-9a-f]+";$/ { digest = substr($4, 2, length($4) - 3) }
    /^define ZTIX_REVISION = [0-9]+;$/ { revision = substr($4, 1, length($4) - 1) }
    digest != "-" && revision != "-" { nextfile }
    END { flush() }' "$@" /dev/null
}

verb_have() {
  for digest in "$@"; do want_digest "$digest"; done
  for digest in "$@"; do
    [ -f "object-$digest.conf" ] || [ -f "root-$digest.conf" ] || say "missing $digest"
  done
  finish 0
}

# get DIGEST...: `file DIGEST SIZE` and the bytes, for each. They are written *outside* the lock (a caller that reads
# slowly must not keep out the others), so the caller compares what came with the digests.
verb_get() {
  [ $# -ge 1 ] || refuse 'usage arguments' 2
  for digest in "$@"; do want_digest "$digest"; done
  names=''
  for digest in "$@"; do
    if [ -f "root-$digest.conf" ]; then
      names="$names root-$digest.conf"
    elif [ -f "object-$digest.conf" ]; then
      names="$names object-$digest.conf"
    else
      say "missing $digest"
      finish 5
    fi
  done
  { exec 9>&-; } 2>/dev/null
  for name in $names; do
    size=$(stat -c %s "$name") || exit 75
    digest=${name#*-}
    printf 'file %s %s\n' "${digest%.conf}" "$size"
    cat "$name" || exit 75
  done
  exit 0
}

# The frames were received before the lock was taken.
verb_put() {
  want_count $# 0
  store
  finish 0
}

# What a killed helper left. An hour is longer than any upload: by then its number may belong to another process.
clear_leftovers() {
  set +f
  for left in incoming.*; do
    case $left in "$INCOMING".* | 'incoming.*') continue ;; esac
    owner=${left#incoming.} owner=${owner%.*}
    kill -0 "$owner" 2>/dev/null || rm -rf "$left"
    find "$left" -maxdepth 0 -mmin +60 -exec rm -rf '{}' + 2>/dev/null
  done
  set -f
}

clear_incoming() {
  set +f
  rm -f "$INCOMING".*
  set -f
}

# receive: what came on stdin is in the files INCOMING.1, INCOMING.2, … and on the disk. It is done *before* the lock is
# taken: a caller that hangs in the middle must not keep out the others. RECEIVED has a line `KIND SIZE DIGEST  FILE` each.
receive() {
  INCOMING=incoming.$$ RECEIVED='' frames='' sizes='' kinds=''
  receive_frames
  [ -n "$frames" ] || return 0
  # shellcheck disable=SC2086  # a list of names
  sums=$(flush $frames && sha256sum $frames) || refuse disk_full 75
  IFS=$NL
  for line in $sums; do
    RECEIVED="$RECEIVED${kinds%% *} ${sizes%%"$NL"*} $line$NL"
    kinds=${kinds#* } sizes=${sizes#*"$NL"}
  done
  IFS=$BLANKS
}

# A size of 0 says that all frames came; without it the last one may have been cut.
receive_frames() {
  count=0
  while size=''; IFS= read -r size; do
    is_number "$size" || refuse 'usage frame' 2
    [ "$size" -gt 0 ] || return 0
    [ "$size" -le "$MAX_OBJECT" ] || refuse 'usage too_large' 2
    count=$((count + 1))
    head -c "$size" > "$INCOMING.$count" 2>/dev/null || refuse disk_full 75
    IFS= read -r line < "$INCOMING.$count"
    case $line in '# ztix-root') kinds="${kinds}root " ;; *) kinds="${kinds}object " ;; esac
    frames="$frames $INCOMING.$count" sizes="$sizes$size$NL"
  done
  [ -z "$size" ] || refuse truncated 75
  # shellcheck disable=SC2086
  [ -z "$frames" ] || [ "$(stat -c %s $frames)$NL" = "$sizes" ] || refuse truncated 75
}

# One pass over the file system is cheaper than very many single flushes (the first upload of a large exchange).
flush() {
  if [ $# -gt 32 ]; then sync --file-system .; else sync "$@"; fi
}

# store: gives what was received the names it deserves, which are on the disk before we say so.
store() {
  clear_leftovers
  [ -n "$RECEIVED" ] || return 0
  while read -r kind size digest frame; do
    mv -fT "$frame" "$kind-$digest.conf" 2>/dev/null || refuse disk_full 75
    say "stored $kind $digest $size"
  done <<EOF
${RECEIVED%"$NL"}
EOF
  INCOMING=''
  sync . || refuse disk_full 75
}

# gc: keeps what running, boot, an armed root and the newest roots need. Without BIRD nobody knows what is running.
verb_gc() {
  want_count $# 0
  observe
  note_boot_target
  keep="$BOOT$NL$(list_roots | awk -v d="$RUN_DIGEST" '$2 == d { print $1 }')"
  [ ! -s armed ] || { read -r armed_root _ < armed && keep=$keep$NL$armed_root; }
  set +f
  # shellcheck disable=SC2012  # names are ours; newest first is what ls can and find cannot say
  keep=$keep$NL$(ls -t root-*.conf 2>/dev/null | head -n "$KEEP_ROOTS" | sed 's/^root-//; s/\.conf$//')
  keep=$(printf '%s\n' "$keep" | awk 'length($0) == 64 { print "root-" $0 ".conf" }' | sort -u)
  wanted=$keep
  for name in $keep; do
    digest=${name#root-} digest=${digest%.conf}
    [ ! -f "$name" ] || wanted=$wanted$NL$(includes_of "$digest" | sed 's/.*  //')
  done
  # shellcheck disable=SC2046  # a list of names of ours
  set -- $({ ls root-*.conf object-*.conf 2>/dev/null
    printf '%s\n' "$wanted" | sort -u | sed 's/^/keep /'
  } | awk '$1 == "keep" { keep[$2]; next } { all[$1] } END { for (f in all) if (!(f in keep)) print f }')
  set -f
  [ $# -eq 0 ] || rm -f "$@"
  say "removed $#"
  finish 0
}
