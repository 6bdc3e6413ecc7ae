#include "core/remote/ssh_session.h"

#include <optional>
#include <utility>

#include <libssh/libssh.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

#include "core/base/text.h"
#include "core/remote/ssh_channel.h"

namespace ztix::remote {

struct SshSession::State {
  ssh_session session = nullptr;
  bool may_serve = true;              ///< false: the host's helper takes one call at a time
  std::optional<SshChannel> serving;  ///< ends before the session: ssh_disconnect() frees every channel that is left
};

void SshSession::Closer::operator()(State* state) const noexcept {
  state->serving.reset();
  if (state->session != nullptr) {
    ssh_disconnect(state->session);
    ssh_free(state->session);
  }
  delete state;
}

namespace {

struct KeyFree {
  void operator()(ssh_key key) const noexcept { ssh_key_free(key); }
};
using Key = std::unique_ptr<std::remove_pointer_t<ssh_key>, KeyFree>;

/// What to offer when nothing is pinned yet, best first.
constexpr const char* kScanAlgorithms = "ssh-ed25519,ecdsa-sha2-nistp256,rsa-sha2-512,rsa-sha2-256";

/// The signature algorithms under which a host proves a key of this type (RFC 8332 gave RSA two names).
std::string algorithms_for(std::string_view key_type) {
  return key_type == "ssh-rsa" ? "rsa-sha2-512,rsa-sha2-256" : std::string(key_type);
}

/// Type and base64 part of a public key line; a trailing comment does not count.
std::string key_words(std::string_view line) {
  const auto words = split(trim(line), ' ');
  return words.size() < 2 ? std::string(trim(line)) : std::string(words[0]) + " " + std::string(words[1]);
}

bool configure(ssh_session session, const std::string& host, unsigned port, const std::string& user,
               const std::string& algorithms, std::chrono::seconds timeout) {
  const int off = 0;
  const int on = 1;
  const long seconds = static_cast<long>(timeout.count());
  return ssh_options_set(session, SSH_OPTIONS_PROCESS_CONFIG, &off) == SSH_OK &&
         ssh_options_set(session, SSH_OPTIONS_HOST, host.c_str()) == SSH_OK &&
         ssh_options_set(session, SSH_OPTIONS_PORT, &port) == SSH_OK &&
         ssh_options_set(session, SSH_OPTIONS_USER, user.c_str()) == SSH_OK &&
         ssh_options_set(session, SSH_OPTIONS_KNOWNHOSTS, "/dev/null") == SSH_OK &&
         ssh_options_set(session, SSH_OPTIONS_GLOBAL_KNOWNHOSTS, "/dev/null") == SSH_OK &&
         ssh_options_set(session, SSH_OPTIONS_HOSTKEYS, algorithms.c_str()) == SSH_OK &&
         ssh_options_set(session, SSH_OPTIONS_TIMEOUT, &seconds) == SSH_OK &&
         ssh_options_set(session, SSH_OPTIONS_NODELAY, &on) == SSH_OK;
}

Error no_connection(ssh_session session, const std::string& where) {
  const std::string said = ssh_get_error(session);
  const bool silent = said.find("imeout") != std::string::npos || said.find("imed out") != std::string::npos;
  return fail(silent ? ErrorCode::timeout : ErrorCode::unavailable, "No SSH connection to " + where + ".")
      .with_reason("ssh_unreachable")
      .with_detail(said);
}

Error wrong_host_key(const std::string& where, const std::string& fingerprint) {
  return fail(ErrorCode::forbidden,
              where +
                  " presents another host key than the pinned one, so nothing was sent. If it was "
                  "reinstalled, compare the fingerprint on its console and accept the new key with "
                  "`ztix rs add`.")
      .with_reason("host_key_mismatch")
      .with_fact("fingerprint", fingerprint);
}

struct PresentedKey {
  std::string line;
  std::string fingerprint;
};

Result<PresentedKey> presented_key(ssh_session session, const std::string& where) {
  ssh_key raw = nullptr;
  if (ssh_get_server_publickey(session, &raw) != SSH_OK) return no_connection(session, where);
  const Key key(raw);
  char* base64 = nullptr;
  if (ssh_pki_export_pubkey_base64(key.get(), &base64) != SSH_OK) return no_connection(session, where);
  PresentedKey presented{std::string(ssh_key_type_to_char(ssh_key_type(key.get()))) + " " + base64, {}};
  ssh_string_free_char(base64);
  unsigned char* hash = nullptr;
  std::size_t length = 0;
  if (ssh_get_publickey_hash(key.get(), SSH_PUBLICKEY_HASH_SHA256, &hash, &length) == SSH_OK) {
    char* text = ssh_get_fingerprint_hash(SSH_PUBLICKEY_HASH_SHA256, hash, length);
    if (text != nullptr) presented.fingerprint = text;
    ssh_string_free_char(text);
    ssh_clean_pubkey_hash(&hash);
  }
  return presented;
}

/// A host that lost power sends no FIN; the kernel finds out for us while nobody speaks.
void watch_for_silence(int socket) {
  const int on = 1;
  const int idle_seconds = 15;
  const int interval_seconds = 5;
  const int probes = 3;
  (void)::setsockopt(socket, SOL_SOCKET, SO_KEEPALIVE, &on, sizeof on);
  (void)::setsockopt(socket, IPPROTO_TCP, TCP_KEEPIDLE, &idle_seconds, sizeof idle_seconds);
  (void)::setsockopt(socket, IPPROTO_TCP, TCP_KEEPINTVL, &interval_seconds, sizeof interval_seconds);
  (void)::setsockopt(socket, IPPROTO_TCP, TCP_KEEPCNT, &probes, sizeof probes);
}

Status log_in(ssh_session session, const std::string& private_key_path, const std::string& where) {
  ssh_key raw = nullptr;
  if (ssh_pki_import_privkey_file(private_key_path.c_str(), nullptr, nullptr, nullptr, &raw) != SSH_OK) {
    return fail(ErrorCode::internal,
                "The SSH private key of the worker cannot be read; see ROUTE_SERVER_SSH_PRIVATE_KEY_PATH.")
        .with_reason("ssh_private_key")
        .with_detail(private_key_path);
  }
  const Key key(raw);
  const int answer = ssh_userauth_publickey(session, nullptr, key.get());
  if (answer == SSH_AUTH_SUCCESS) return {};
  if (answer == SSH_AUTH_ERROR) return no_connection(session, where);
  return fail(ErrorCode::unauthenticated, where + " does not accept the worker's key; run route-server/install there.")
      .with_reason("ssh_login_refused");
}

Status establish(ssh_session session, const service::RouteServerEndpoint& endpoint, const SshSettings& settings) {
  const auto pinned = key_words(endpoint.host_key);
  if (pinned.find(' ') == std::string::npos) {
    return fail(ErrorCode::forbidden, "No host key of " + endpoint.name + " is pinned; accept one with `ztix rs add`.")
        .with_reason("host_key_mismatch");
  }
  const auto type = pinned.substr(0, pinned.find(' '));
  if (!configure(session, endpoint.host, endpoint.port, endpoint.user, algorithms_for(type),
                 settings.connect_timeout)) {
    return fail(ErrorCode::invalid_argument,
                "The address or host key of route server " + endpoint.name + " is not usable.")
        .with_detail(ssh_get_error(session));
  }
  if (ssh_connect(session) != SSH_OK) {
    const std::string said = ssh_get_error(session);
    if (said.find("host key algo") != std::string::npos)
      return wrong_host_key(endpoint.name, "no key of the pinned type");
    return no_connection(session, endpoint.name);
  }
  ZTIX_ASSIGN(const auto presented, presented_key(session, endpoint.name));
  // libssh checks nothing by itself: without this comparison every host would be believed.
  if (presented.line != pinned) return wrong_host_key(endpoint.name, presented.fingerprint);
  watch_for_silence(ssh_get_fd(session));
  return log_in(session, settings.private_key_path, endpoint.name);
}

}  // namespace

Result<SshSession> SshSession::open(const service::RouteServerEndpoint& endpoint, const SshSettings& settings) {
  std::unique_ptr<State, Closer> state(new State{ssh_new(), true, {}});
  if (state->session == nullptr) return fail(ErrorCode::internal, "No memory for an SSH session.");
  ZTIX_CHECK(establish(state->session, endpoint, settings));
  ssh_set_blocking(state->session, 0);
  return SshSession(std::move(state));
}

Result<std::string> SshSession::scan_host_key(const std::string& host, std::uint16_t port,
                                              std::chrono::seconds timeout) {
  const std::unique_ptr<State, Closer> state(new State{ssh_new(), true, {}});
  if (state->session == nullptr) return fail(ErrorCode::internal, "No memory for an SSH session.");
  if (!configure(state->session, host, port, "ztix", kScanAlgorithms, timeout)) {
    return fail(ErrorCode::invalid_argument, "The host name or port is not usable.")
        .with_detail(ssh_get_error(state->session));
  }
  if (ssh_connect(state->session) != SSH_OK) return no_connection(state->session, host);
  ZTIX_ASSIGN(auto presented, presented_key(state->session, host));
  return std::move(presented.line);
}

Result<HelperReply> SshSession::run(const std::string& command, std::string_view input,
                                    std::chrono::milliseconds deadline) {
  if (!is_open()) return fail(ErrorCode::unavailable, "The SSH connection is closed.").with_reason("not_started");
  // The channel ends before the session does: ssh_disconnect() frees every channel that is left.
  auto reply = SshChannel(state_->session).run(command, input, std::chrono::steady_clock::now() + deadline);
  if (!reply) disconnect();
  return reply;
}

Result<HelperReply> SshSession::ask(const std::string& words, std::string_view input,
                                    std::chrono::milliseconds deadline) {
  if (!is_open()) return fail(ErrorCode::unavailable, "The SSH connection is closed.").with_reason("not_started");
  const auto until = std::chrono::steady_clock::now() + deadline;
  ZTIX_CHECK(ensure_serving(until));
  auto& serving = state_->serving;
  if (!serving) return run(words, input, deadline);
  auto reply = serving->ask(words, input, until);
  if (!reply) disconnect();
  if (reply && reply->exit_code != 0 && !input.empty()) serving.reset();
  return reply;
}

// Whatever fails here, no verb was begun.
Status SshSession::ensure_serving(std::chrono::steady_clock::time_point deadline) {
  auto& [session, may_serve, serving] = *state_;
  if (!may_serve || serving) return {};
  serving.emplace(session);
  const auto serves = serving->serve(deadline);
  if (!serves) {
    disconnect();
    return Error(serves.error()).with_reason("not_started");
  }
  may_serve = *serves;
  if (!may_serve) serving.reset();
  return {};
}

void SshSession::disconnect() {
  state_->serving.reset();
  ssh_disconnect(state_->session);
}

bool SshSession::is_open() const { return ssh_is_connected(state_->session) != 0; }

}  // namespace ztix::remote
