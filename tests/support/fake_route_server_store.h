#pragma once

/// @file tests/support/fake_route_server_store.h
/// The inventory of route servers in memory.

#include "core/domain/rtr_change.h"
#include "tests/support/fake_delivery.h"

namespace ztix::test {

class FakeRouteServerStore final : public service::RouteServerStore {
 public:
  explicit FakeRouteServerStore(FakeDelivery& delivery) : delivery_(delivery) {}

  Result<service::RouteServer> add(const service::NewRouteServer& route_server, const service::Actor& actor) override;
  Result<bool> change(const std::string& name, const service::RouteServerChange& change,
                      const service::Actor& actor) override;
  Result<std::vector<service::RouteServer>> route_servers() override;
  Result<service::RouteServer> route_server(const std::string& name) override;
  Status set_state(const service::RouteServerOrder& order, const service::Actor& actor) override;
  Status repin_host_key(const std::string& name, const std::string& host_key, const service::Actor& actor) override;
  Result<std::int64_t> request_apply(const std::string& name, const service::Actor& actor) override;
  Result<std::int64_t> request_take_over(const std::string& name, const std::string& reason,
                                         const service::Actor& actor) override;

 private:
  Result<std::int64_t> order(const std::string& name, const std::string& action, const service::Actor& actor);
  /// What may run there, of each manifest from the confirmed one on.
  domain::RtrSituation situation(const service::RouteServer& server) const;
  /// Of one of its networks: no other one is enabled and was seen up just now.
  bool is_last_one(const service::RouteServer& server) const;
  Status check_rtr(const service::RouteServer& server, const domain::RtrCaches& wanted) const;
  Status check(const service::NewRouteServer& wanted) const;
  Status check(const service::NewRouteServer::Attachment& wanted) const;

  FakeDelivery& delivery_;
};

}  // namespace ztix::test
