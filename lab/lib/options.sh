# shellcheck shell=bash disable=SC2034 # the options are for whoever sources this
# The options of lab/up, and what an existing lab was made with.

ROUTE_SERVERS='' MEMBERS='' POOL_SIZE='' ZEROTIER_ONE='' DEMO=yes BUILD=yes

read_options() {
  while [[ $# -gt 0 ]]; do
    case $1 in
      -h | --help) help; exit 0 ;;
      --no-demo) DEMO=no ;;
      --no-build) BUILD=no ;;
      --route-servers) ROUTE_SERVERS=$(number_between "$1" "${2-}" 1 "$MAX_ROUTE_SERVERS"); shift ;;
      --members) MEMBERS=$(number_between "$1" "${2-}" 0 "$MAX_MEMBERS"); shift ;;
      --ipv4-pool-size) POOL_SIZE=$(number_between "$1" "${2-}" 0 "$MAX_POOL"); shift ;;
      --zerotier-one) [[ -x ${2-} ]] || usage_error "--zerotier-one needs the path of a program"; ZEROTIER_ONE=$(readlink -f "$2"); shift ;;
      *) usage_error "unknown option $1" ;;
    esac
    shift
  done
}

# number_between OPTION TEXT LEAST MOST
number_between() {
  local number=-1
  [[ ! $2 =~ ^[0-9]{1,4}$ ]] || number=$((10#$2))
  [[ $number -ge $3 && $number -le $4 ]] || usage_error "$1 needs a number from $3 to $4"
  printf '%d' "$number"
}

# An existing lab grows but does not shrink: taking a route server or a member away is a job of the exchange, not of
# the machine.
keep_options() {
  local have_rs have_m
  have_rs=$(route_servers | wc -l) have_m=$(members | wc -l)
  [[ -n $ROUTE_SERVERS ]] || ROUTE_SERVERS=$((have_rs > 0 ? have_rs : 2))
  [[ -n $MEMBERS ]] || MEMBERS=$((have_rs > 0 ? have_m : 2))
  [[ $ROUTE_SERVERS -ge $have_rs && $MEMBERS -ge $have_m ]] ||
    die "this lab has $have_rs route servers and $have_m members already" "$LAB_DIR/down, then $LAB_DIR/up with the smaller numbers"
  keep_once ipv4-pool-size "${POOL_SIZE:-}" "$MAX_POOL"
  keep_once zerotier-one "$ZEROTIER_ONE" ''
}

# keep_once NAME ASKED DEFAULT: chosen when the lab is made, the same ever after.
keep_once() {
  local file=$STATE_DIR/$1
  [[ -e $file ]] || printf '%s' "${2:-$3}" >"$file"
  [[ -z $2 || $2 == "$(first_line "$file")" ]] || die "this lab was made with another $1: $(first_line "$file")" "$LAB_DIR/down, then $LAB_DIR/up"
}
