/// @file tests/support/fake_route_server_hosts.cpp
/// The port's calls, each through FakeRouteServer::serve().

#include <algorithm>

#include "tests/support/fake_route_server_host.h"

namespace ztix::test {
namespace {

using service::CheckVerdict;
using service::HostCredential;
using service::HostProbe;
using service::HostStatus;
using service::RouteServerEndpoint;
using service::RouteServerHost;

Error link_lost() { return fail(ErrorCode::unavailable, "no connection").with_reason("ssh_unreachable"); }
Error bird_down() { return fail(ErrorCode::upstream, "BIRD is down").with_reason("bird_down"); }
Error disk_full() { return fail(ErrorCode::unavailable, "disk full").with_reason("disk_full"); }

}  // namespace

template <class Effect>
auto FakeRouteServer::serve(const std::string& verb, const HostCredential& who, bool adopt, Effect effect)
    -> decltype(effect()) {
  const std::lock_guard hold(mutex_);
  if (!reachable_ || lost_calls_.erase(verb) > 0) return link_lost();
  if (auto admitted = admit(verb, who, adopt); !admitted) return std::move(admitted).error();
  calls_.push_back(verb);
  auto answer = effect();
  if (lost_answers_.erase(verb) > 0) return link_lost();
  return answer;
}

class FakeRouteServerHost final : public RouteServerHost {
 public:
  explicit FakeRouteServerHost(std::shared_ptr<FakeRouteServer> server) : server_(std::move(server)) {}

  Result<HostProbe> probe(const HostCredential& who) override {
    return server_->serve("probe", who, false, [this] { return Result<HostProbe>(server_->probe()); });
  }
  Result<HostProbe> adopt(const HostCredential& who) override {
    return server_->serve("adopt", who, true, [this] { return Result<HostProbe>(server_->probe()); });
  }
  Result<std::vector<std::string>> missing(const HostCredential& who, const std::vector<std::string>& files) override {
    return server_->serve("have", who, false, [&] {
      std::vector<std::string> lacking;
      for (const auto& digest : files) {
        if (!server_->files_.contains(digest)) lacking.push_back(digest);
      }
      return Result<std::vector<std::string>>(std::move(lacking));
    });
  }
  Result<std::vector<std::string>> put(const HostCredential& who, const std::vector<std::string>& contents) override {
    using Answer = Result<std::vector<std::string>>;
    return server_->serve("put", who, false, [&]() -> Answer {
      if (server_->disk_full_) return disk_full();
      return server_->put(contents);
    });
  }
  Result<std::vector<std::string>> get(const HostCredential& who, const std::vector<std::string>& files) override {
    using Answer = Result<std::vector<std::string>>;
    return server_->serve("get", who, false, [&]() -> Answer {
      std::vector<std::string> contents;
      for (const auto& digest : files) {
        const auto found = server_->files_.find(digest);
        if (found == server_->files_.end()) return fail(ErrorCode::conflict, "missing").with_reason("missing");
        contents.push_back(found->second);
      }
      return contents;
    });
  }
  Result<CheckVerdict> check(const HostCredential& who, const std::string& root) override {
    return server_->serve("check", who, false, [&] { return server_->check(root); });
  }
  Status arm(const HostCredential& who, const std::string& root, std::chrono::seconds undo_after,
             const std::vector<std::string>& keep_disabled) override {
    return server_->serve("arm", who, false, [&] { return server_->arm(root, undo_after, keep_disabled); });
  }
  Result<std::map<std::string, std::int64_t>> foreign_next_hops(const HostCredential& who,
                                                                const std::vector<std::string>& sessions) override {
    using Answer = Result<std::map<std::string, std::int64_t>>;
    return server_->serve("nexthops", who, false, [&]() -> Answer {
      if (!server_->bird_.is_up()) return bird_down();
      std::map<std::string, std::int64_t> counts;
      for (const auto& protocol : server_->bird_.protocols()) {
        const bool asked = std::find(sessions.begin(), sessions.end(), protocol.name) != sessions.end();
        if (asked && protocol.is_established()) counts[protocol.name] = server_->bird_.foreign_next_hops(protocol.name);
      }
      return counts;
    });
  }
  Result<HostStatus> status(const HostCredential& who) override {
    return server_->serve("status", who, false, [&]() -> Result<HostStatus> {
      if (!server_->bird_.is_up()) return bird_down();
      return server_->status();
    });
  }
  Status confirm(const HostCredential& who, const std::string& root) override {
    return server_->serve("confirm", who, false, [&] { return server_->confirm(root); });
  }
  Status undo(const HostCredential& who, const std::string& root) override {
    return server_->serve("undo", who, false, [&] { return server_->undo(root); });
  }
  Status persist(const HostCredential& who, const std::string& root) override {
    return server_->serve("persist", who, false, [&] { return server_->persist(root); });
  }
  Status disable(const HostCredential& who, const std::vector<std::string>& protocols) override {
    return switch_all("disable", who, protocols, false);
  }
  Status enable(const HostCredential& who, const std::vector<std::string>& protocols) override {
    return switch_all("enable", who, protocols, true);
  }
  Result<int> gc(const HostCredential& who) override {
    return server_->serve("gc", who, false, [&]() -> Result<int> {
      if (!server_->bird_.is_up()) return bird_down();
      return server_->gc();
    });
  }

 private:
  Status switch_all(const std::string& verb, const HostCredential& who, const std::vector<std::string>& names,
                    bool on) {
    return server_->serve(verb, who, false, [&]() -> Status {
      if (!server_->bird_.is_up()) return bird_down();
      for (const auto& name : names) {
        if (on)
          server_->held_.erase(name);
        else
          server_->held_.insert(name);
        server_->bird_.switch_protocol(name, on);
      }
      return {};
    });
  }

  std::shared_ptr<FakeRouteServer> server_;
};

FakeRouteServer& FakeRouteServerHosts::add(const std::string& name) {
  return *(servers_[name] = std::make_shared<FakeRouteServer>());
}

Result<std::shared_ptr<RouteServerHost>> FakeRouteServerHosts::connect(const RouteServerEndpoint& endpoint) {
  const auto found = servers_.find(endpoint.name);
  if (found == servers_.end()) return link_lost();
  {
    const std::lock_guard hold(found->second->mutex_);
    if (!found->second->reachable_) return link_lost();
  }
  return std::shared_ptr<RouteServerHost>(std::make_shared<FakeRouteServerHost>(found->second));
}

Result<std::shared_ptr<RouteServerHost>> FakeRouteServerHosts::connect_fresh(const RouteServerEndpoint& endpoint) {
  return connect(endpoint);
}

Result<std::string> FakeRouteServerHosts::scan_host_key(const std::string& host, std::uint16_t /*port*/) {
  return "ssh-ed25519 " + host;
}

}  // namespace ztix::test
