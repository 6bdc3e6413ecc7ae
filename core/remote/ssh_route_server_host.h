#pragma once

/// @file core/remote/ssh_route_server_host.h
/// The verbs of `ztix-rs` as calls of service::RouteServerHost. Private to core/remote.

#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "core/remote/ssh_session.h"

namespace ztix::remote {

class SshRouteServerHost final : public service::RouteServerHost {
 public:
  SshRouteServerHost(service::RouteServerEndpoint endpoint, SshSettings settings)
      : endpoint_(std::move(endpoint)), settings_(std::move(settings)) {}

  /// Connects unless connected. @return see SshSession::open().
  Status ensure_connected();

  Result<service::HostProbe> probe(const service::HostCredential& who) override;
  Result<service::HostProbe> adopt(const service::HostCredential& who) override;
  Result<std::vector<std::string>> missing(const service::HostCredential& who,
                                           const std::vector<std::string>& files) override;
  Result<std::vector<std::string>> put(const service::HostCredential& who,
                                       const std::vector<std::string>& contents) override;
  Result<std::vector<std::string>> get(const service::HostCredential& who,
                                       const std::vector<std::string>& files) override;
  Result<service::CheckVerdict> check(const service::HostCredential& who, const std::string& root) override;
  Status arm(const service::HostCredential& who, const std::string& root, std::chrono::seconds undo_after,
             const std::vector<std::string>& keep_disabled) override;
  Result<std::map<std::string, std::int64_t>> foreign_next_hops(const service::HostCredential& who,
                                                                const std::vector<std::string>& sessions) override;
  Result<service::HostStatus> status(const service::HostCredential& who) override;
  Status confirm(const service::HostCredential& who, const std::string& root) override;
  Status undo(const service::HostCredential& who, const std::string& root) override;
  Status persist(const service::HostCredential& who, const std::string& root) override;
  Status disable(const service::HostCredential& who, const std::vector<std::string>& protocols) override;
  Status enable(const service::HostCredential& who, const std::vector<std::string>& protocols) override;
  Result<int> gc(const service::HostCredential& who) override;

 private:
  /// One call of the helper; any exit code is a reply. `arguments` are words, already of the helper's alphabet.
  Result<HelperReply> call(const std::string& verb, const service::HostCredential& who, const std::string& arguments,
                           std::string_view input = {});
  /// As call(), but only exit code 0 is a value.
  Result<std::string> call_ok(const std::string& verb, const service::HostCredential& who, const std::string& arguments,
                              std::string_view input = {});
  Status call_root(const std::string& verb, const service::HostCredential& who, const std::string& root);
  Status call_protocols(const std::string& verb, const service::HostCredential& who,
                        const std::vector<std::string>& protocols);
  Status ensure_connected_locked();

  service::RouteServerEndpoint endpoint_;
  SshSettings settings_;
  std::mutex mutex_;  ///< libssh sessions are for one thread at a time
  std::optional<SshSession> session_;
};

}  // namespace ztix::remote
