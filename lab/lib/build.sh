# shellcheck shell=bash
# The programs: which build they come from, and building them. A release build is preferred if there is one;
# ZTIX_BUILD_DIR names another.

PROGRAMS=(ztix ztix-app ztix-worker ztix-rs ztix-controller-simulator ztix-peeringdb-simulator)

build_dir() {
  if [[ -n ${ZTIX_BUILD_DIR-} ]]; then
    printf '%s' "$ZTIX_BUILD_DIR"
  elif [[ -s $STATE_DIR/build-dir ]]; then
    first_line "$STATE_DIR/build-dir"
  elif [[ -e $REPO_DIR/build/release/build.ninja ]]; then
    printf '%s/build/release' "$REPO_DIR"
  else
    printf '%s/build/dev' "$REPO_DIR"
  fi
}

program() { printf '%s/bin/%s' "$(build_dir)" "$1"; }

build_programs() {
  local dir log=$STATE_DIR/log/build.log
  dir=$(build_dir)
  mkdir -p "$(dirname "$log")"
  if [[ ! -e $dir/build.ninja ]]; then
    local preset
    preset=$(basename "$dir")
    (cd "$REPO_DIR" && cmake --preset "$preset" -B "$dir") >"$log" 2>&1 || build_failed "$log"
  fi
  nice -n 5 ninja -C "$dir" "${PROGRAMS[@]}" 2>&1 | tee -a "$log" | show_build_progress || build_failed "$log"
}

# One line for each tenth of the way, from ninja's `[done/all]`.
show_build_progress() {
  local line tenth last=0
  while IFS= read -r line; do
    [[ $line =~ ^\[([0-9]+)/([0-9]+)\] ]] || continue
    tenth=$((10 * BASH_REMATCH[1] / BASH_REMATCH[2]))
    [[ $tenth -le $last ]] || step "  built ${BASH_REMATCH[1]} of ${BASH_REMATCH[2]}"
    last=$tenth
  done
}

# Written down, so that a service restarted later comes from the same build.
keep_build_dir() {
  local dir name
  dir=$(readlink -m "$(build_dir)")
  for name in "${PROGRAMS[@]}"; do
    [[ -x $dir/bin/$name ]] || die "there is no program $dir/bin/$name" "lab/up without --no-build, or name another folder in ZTIX_BUILD_DIR"
  done
  printf '%s' "$dir" >"$STATE_DIR/build-dir"
}

build_failed() {
  log_tail "$1"
  die "the build failed" "the whole log is $1"
}
