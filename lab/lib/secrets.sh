# shellcheck shell=bash
# Random secrets of this lab, each in a file of its own, 0600, made once. They are read from the files and never
# appear in a command line.

secret_file() { printf '%s/secrets/%s' "$STATE_DIR" "$1"; }

# make_secret NAME [BYTES]: as many random bytes in hexadecimal digits, without a line feed at the end.
make_secret() {
  local file digits
  file=$(secret_file "$1")
  [[ ! -s $file ]] || return 0
  digits=$(od -An -v -tx1 -N "${2:-18}" /dev/urandom)
  (umask 077 && printf '%s' "${digits//[[:space:]]/}" >"$file.new" && mv "$file.new" "$file")
}

secret() { first_line "$(secret_file "$1")"; }

make_secrets() {
  local name
  install -d -m 0700 "$STATE_DIR/secrets"
  for name in postgres ztix_owner ztix_app ztix_worker redis admin; do make_secret "$name"; done
  make_secret app_secret_key 32
  make_secret audit_key 32
  make_secret peeringdb_client
  [[ -s $(secret_file route_server_key) ]] ||
    ssh-keygen -q -t ed25519 -N '' -C "ztix lab $LAB_ID" -f "$(secret_file route_server_key)"
}
