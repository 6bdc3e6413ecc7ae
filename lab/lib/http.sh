# shellcheck shell=bash
# The exchange's HTTP interface as a person with a browser uses it: one cookie jar and one CSRF token for each user.

session_file() { printf '%s/sessions/%s.%s' "$STATE_DIR" "$1" "$2"; }

# login USER: opens a session and keeps it, with the second factor where the user has one. The password goes from its
# file into the body, never into a command line.
login() {
  local user=$1 reply
  install -d -m 0700 "$STATE_DIR/sessions"
  rm -f "$(session_file "$user" cookies)"
  reply=$(jq -n --arg username "$user" --rawfile password "$(secret_file "$user")" '{$username, $password}' |
    curl -sS --max-time 20 -c "$(session_file "$user" cookies)" -H 'Content-Type: application/json' \
      -H "Origin: $(public_url)" --data-binary @- "$(public_url)/api/v1/auth/local/login") || die "the app does not answer at $(public_url)"
  jq -er '.data.csrf_token' <<<"$reply" >"$(session_file "$user" csrf)" ||
    die "$user cannot log in: $reply" "the log is $(service_log ix app)"
  [[ $(jq .data.second_factor_required <<<"$reply") == false ]] || show_second_factor "$user"
}

# show_second_factor USER: the second step of a login; the session goes on under a new token.
show_second_factor() {
  local user=$1 code
  code=$("$LAB_DIR/code" "$(secret_file "${user}_totp")")
  api "$user" POST auth/factors/verify "{\"code\":\"$code\"}" | jq -r .csrf_token >"$(session_file "$user" csrf).new"
  mv "$(session_file "$user" csrf).new" "$(session_file "$user" csrf)"
}

# api USER METHOD PATH [JSON]: prints `data` of the reply; an error reply ends the program with its text.
api() {
  local user=$1 method=$2 path=$3 reply url cookies token=''
  url=$(public_url) cookies=$(session_file "$user" cookies)
  read_line token "$(session_file "$user" csrf)" || true
  reply=$(curl -sS --max-time 20 -b "$cookies" -c "$cookies" -X "$method" -H 'Content-Type: application/json' \
    -H @<(printf 'X-CSRF-Token: %s\n' "$token") -H "Origin: $url" \
    ${4:+--data-binary "$4"} "$url/api/v1/$path") || die "the app does not answer at $url"
  jq -e '.data' <<<"$reply" 2>/dev/null || die "$method $path as $user: $reply" "the log is $(service_log ix app)"
}
