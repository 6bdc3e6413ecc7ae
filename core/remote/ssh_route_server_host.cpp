#include "core/remote/ssh_route_server_host.h"

#include <algorithm>

#include "core/base/text.h"
#include "core/remote/helper_words.h"

namespace ztix::remote {

using service::CheckVerdict;
using service::HostCredential;
using service::HostProbe;
using service::HostStatus;

namespace {

/// Digests in one `have`: the kernel gives one environment string 128 KiB, and the words travel in one.
constexpr std::size_t kDigestsPerCall = 1000;
/// What one `put` or `get` carries, so that a whole large exchange stays within each call's deadline.
constexpr std::size_t kFilesPerCall = 200;
constexpr std::size_t kBytesPerCall = std::size_t{8} << 20U;

}  // namespace

Status SshRouteServerHost::ensure_connected() {
  const std::lock_guard hold(mutex_);
  return ensure_connected_locked();
}

Status SshRouteServerHost::ensure_connected_locked() {
  if (session_ && session_->is_open()) return {};
  session_.reset();
  ZTIX_ASSIGN(auto session, SshSession::open(endpoint_, settings_));
  session_.emplace(std::move(session));
  return {};
}

Result<HelperReply> SshRouteServerHost::call(const std::string& verb, const HostCredential& who,
                                             const std::string& arguments, std::string_view input) {
  ZTIX_ASSIGN(const auto words, command_words(verb, who, arguments));
  const bool waits_for_bird = verb == "arm" || verb == "undo";
  const std::chrono::milliseconds deadline =
      waits_for_bird ? settings_.reconfiguration_timeout : settings_.call_timeout;
  const auto run = [&] {
    return verb == "get" ? session_->run(words, input, deadline) : session_->ask(words, input, deadline);
  };
  const std::lock_guard hold(mutex_);
  const bool was_open = session_ && session_->is_open();
  ZTIX_CHECK(ensure_connected_locked());
  auto reply = run();
  // Died while idle: nothing was run, so a second try over a new connection repeats nothing.
  if (!reply && was_open && reply.error().reason == "not_started") {
    session_.reset();
    ZTIX_CHECK(ensure_connected_locked());
    reply = run();
  }
  if (!reply) session_.reset();
  return reply;
}

Result<std::string> SshRouteServerHost::call_ok(const std::string& verb, const HostCredential& who,
                                                const std::string& arguments, std::string_view input) {
  ZTIX_ASSIGN(auto reply, call(verb, who, arguments, input));
  if (reply.exit_code != 0) return to_error(reply);
  return std::move(reply.output);
}

Status SshRouteServerHost::call_root(const std::string& verb, const HostCredential& who, const std::string& root) {
  ZTIX_ASSIGN(const auto digest, digest_word(root));
  ZTIX_ASSIGN(const auto output, call_ok(verb, who, digest));
  return {};
}

Status SshRouteServerHost::call_protocols(const std::string& verb, const HostCredential& who,
                                          const std::vector<std::string>& protocols) {
  if (protocols.empty()) return {};
  ZTIX_ASSIGN(const auto words, protocol_words(protocols));
  ZTIX_ASSIGN(const auto output, call_ok(verb, who, words));
  return {};
}

Result<HostProbe> SshRouteServerHost::probe(const HostCredential& who) {
  ZTIX_ASSIGN(const auto output, call_ok("probe", who, ""));
  return parse_probe(output);
}

Result<HostProbe> SshRouteServerHost::adopt(const HostCredential& who) {
  ZTIX_ASSIGN(const auto output, call_ok("probe", who, "--adopt"));
  return parse_probe(output);
}

Result<std::vector<std::string>> SshRouteServerHost::missing(const HostCredential& who,
                                                             const std::vector<std::string>& files) {
  std::vector<std::string> lacking;
  for (std::size_t from = 0; from < files.size(); from += kDigestsPerCall) {
    std::vector<std::string> words;
    for (std::size_t i = from; i < std::min(files.size(), from + kDigestsPerCall); ++i) {
      ZTIX_ASSIGN(auto digest, digest_word(files[i]));
      words.push_back(std::move(digest));
    }
    ZTIX_ASSIGN(const auto output, call_ok("have", who, join(words, " ")));
    for (auto& digest : values_of(output, "missing")) lacking.push_back(std::move(digest));
  }
  return lacking;
}

Result<std::vector<std::string>> SshRouteServerHost::put(const HostCredential& who,
                                                         const std::vector<std::string>& contents) {
  std::vector<std::string> digests;
  for (std::size_t next = 0; next < contents.size();) {
    std::string frames;
    std::size_t count = 0;
    while (next < contents.size() && count < kFilesPerCall && (count == 0 || frames.size() < kBytesPerCall)) {
      const auto& content = contents[next++];
      frames.append(std::to_string(content.size())).append("\n").append(content);
      ++count;
    }
    ZTIX_ASSIGN(const auto output, call_ok("put", who, "", frames));
    ZTIX_ASSIGN(auto stored, parse_stored(output, count));
    for (auto& digest : stored) digests.push_back(std::move(digest));
  }
  return digests;
}

Result<std::vector<std::string>> SshRouteServerHost::get(const HostCredential& who,
                                                         const std::vector<std::string>& files) {
  std::vector<std::string> contents;
  for (std::size_t from = 0; from < files.size(); from += kFilesPerCall) {
    const auto to = std::min(files.size(), from + kFilesPerCall);
    const std::vector<std::string> digests(files.begin() + static_cast<std::ptrdiff_t>(from),
                                           files.begin() + static_cast<std::ptrdiff_t>(to));
    for (const auto& digest : digests) ZTIX_CHECK(digest_word(digest));
    ZTIX_ASSIGN(const auto output, call_ok("get", who, join(digests, " ")));
    ZTIX_ASSIGN(auto some, parse_files(output, digests));
    for (auto& content : some) contents.push_back(std::move(content));
  }
  return contents;
}

Result<CheckVerdict> SshRouteServerHost::check(const HostCredential& who, const std::string& root) {
  ZTIX_ASSIGN(const auto digest, digest_word(root));
  ZTIX_ASSIGN(const auto reply, call("check", who, digest));
  if (reply.exit_code != 0 && reply.exit_code != 1) return to_error(reply);
  return parse_verdict(reply);
}

Status SshRouteServerHost::arm(const HostCredential& who, const std::string& root, std::chrono::seconds undo_after,
                               const std::vector<std::string>& keep_disabled) {
  ZTIX_ASSIGN(auto words, digest_word(root));
  words += " " + std::to_string(undo_after.count());
  if (!keep_disabled.empty()) {
    ZTIX_ASSIGN(const auto names, protocol_words(keep_disabled));
    words += " " + names;
  }
  ZTIX_ASSIGN(const auto output, call_ok("arm", who, words));
  return {};
}

Result<std::map<std::string, std::int64_t>> SshRouteServerHost::foreign_next_hops(
    const HostCredential& who, const std::vector<std::string>& sessions) {
  if (sessions.empty()) return std::map<std::string, std::int64_t>();
  ZTIX_ASSIGN(const auto words, protocol_words(sessions));
  ZTIX_ASSIGN(const auto output, call_ok("nexthops", who, words));
  return parse_next_hops(output);
}

Result<HostStatus> SshRouteServerHost::status(const HostCredential& who) {
  ZTIX_ASSIGN(const auto output, call_ok("status", who, ""));
  return parse_status(output);
}

Status SshRouteServerHost::confirm(const HostCredential& who, const std::string& root) {
  return call_root("confirm", who, root);
}

Status SshRouteServerHost::undo(const HostCredential& who, const std::string& root) {
  return call_root("undo", who, root);
}

Status SshRouteServerHost::persist(const HostCredential& who, const std::string& root) {
  return call_root("persist", who, root);
}

Status SshRouteServerHost::disable(const HostCredential& who, const std::vector<std::string>& protocols) {
  return call_protocols("disable", who, protocols);
}

Status SshRouteServerHost::enable(const HostCredential& who, const std::vector<std::string>& protocols) {
  return call_protocols("enable", who, protocols);
}

Result<int> SshRouteServerHost::gc(const HostCredential& who) {
  ZTIX_ASSIGN(const auto output, call_ok("gc", who, ""));
  const auto removed = values_of(output, "removed");
  return removed.empty() ? 0 : parse_decimal<int>(removed.front()).value_or(0);
}

}  // namespace ztix::remote
