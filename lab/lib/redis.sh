# shellcheck shell=bash
# A Redis of the lab's own; its file of settings holds the password, so only redis may read it.

make_redis() {
  local dir=$STATE_DIR/redis
  install -d -o redis -m 0700 "$dir"
  (umask 077 && cat >"$dir/redis.conf.new" <<EOF
bind 127.0.0.1
port $(port redis)
daemonize no
dir $dir
appendonly yes
appendfsync everysec
save ""
requirepass $(secret redis)
maxmemory-policy noeviction
EOF
  )
  chown redis "$dir/redis.conf.new"
  mv "$dir/redis.conf.new" "$dir/redis.conf"
}

redis_url() { printf 'redis://:%s@127.0.0.1:%s/0' "$(secret redis)" "$(port redis)"; }
