# shellcheck shell=bash
# A PostgreSQL cluster of the lab's own. Durable as in production (fsync stays on): that is part of what is shown.

# The newest version installed (they have two digits); most of its programs are not in PATH.
postgres_bin() {
  local installed=(/usr/lib/postgresql/*/bin)
  printf '%s' "${installed[-1]}"
}

make_postgres() {
  local dir=$STATE_DIR/pg
  [[ ! -s $dir/data/PG_VERSION || ! -e $dir/made ]] || { write_postgres_conf; return 0; }
  rm -rf "$dir"
  install -d -o postgres -m 0700 "$dir"
  # initdb runs as postgres and cannot read the secrets' folder.
  install -o postgres -m 0600 "$(secret_file postgres)" "$dir/password"
  (cd "$dir" && setpriv --reuid postgres --regid postgres --init-groups "$(postgres_bin)/initdb" -D "$dir/data" -U postgres \
    -A scram-sha-256 --pwfile="$dir/password" -E UTF8 --locale=C.UTF-8 --no-sync) >"$STATE_DIR/log/initdb.log" 2>&1 || {
    log_tail "$STATE_DIR/log/initdb.log"
    die "PostgreSQL's initdb failed" "$LAB_DIR/down, then $LAB_DIR/up"
  }
  rm -f "$dir/password"
  write_postgres_conf
  touch "$dir/made"
}

write_postgres_conf() {
  cat >"$STATE_DIR/pg/data/postgresql.auto.conf" <<EOF
listen_addresses = '127.0.0.1'
port = $(port postgres)
unix_socket_directories = ''
max_connections = 200
log_line_prefix = '%m [%p] %a '
EOF
}

# superuser_sql [PSQL_ARGUMENT…]: the password goes by the environment, which only root can read. The psql in PATH is a
# script in Perl that looks for this one, which costs more than the query.
superuser_sql() {
  PGPASSWORD=$(secret postgres) "$(postgres_bin)/psql" -X -q -v ON_ERROR_STOP=1 -h 127.0.0.1 -p "$(port postgres)" -U postgres "$@"
}

# The roles as on a real host (deploy/roles.sql), then this lab's passwords and the database. Repeating changes nothing.
make_database() {
  superuser_sql -d postgres -f "$REPO_DIR/deploy/roles.sql"
  local role
  for role in ztix_owner ztix_app ztix_worker; do
    printf "ALTER ROLE %s PASSWORD '%s';\n" "$role" "$(secret "$role")"
  done | superuser_sql -d postgres
  [[ -n $(superuser_sql -d postgres -Atc "SELECT 1 FROM pg_database WHERE datname = 'ztix'") ]] ||
    superuser_sql -d postgres -c "CREATE DATABASE ztix OWNER ztix_owner TEMPLATE template0 ENCODING 'UTF8'"
}

database_url() { printf 'postgresql://%s:%s@127.0.0.1:%s/ztix' "$1" "$(secret "$1")" "$(port postgres)"; }
