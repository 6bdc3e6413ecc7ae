#pragma once

/// @file tests/support/fake_request_store.h
/// Requests in memory. `exchange.jobs` tells what was enqueued.

#include "tests/support/fake_exchange.h"

namespace ztix::test {

class FakeRequestStore final : public service::RequestStore {
 public:
  explicit FakeRequestStore(FakeExchange& exchange) : exchange_(exchange) {}

  Result<service::Request> create(const service::NewRequest& request, const service::Command& command) override;
  Result<service::Request> request(const Uuid& id) override;
  Result<service::Paged<service::Request>> list(const service::RequestFilter& filter,
                                                const service::Page& page) override;
  Result<service::Request> transition(const Uuid& id, domain::RequestEvent event, const std::string& text,
                                      const service::Command& command) override;
  Result<service::Request> approve(const Uuid& id, const service::Command& command) override;
  Result<service::Request> set_node_id(const Uuid& id, const domain::NodeId& node,
                                       const service::Command& command) override;
  Result<int> expire_older_than(std::chrono::hours age, const service::Actor& actor) override;

 private:
  service::Request* find(const Uuid& id);
  const service::Request* find_open(domain::Asn asn, int network_number,
                                    const std::optional<domain::NodeId>& node) const;
  int lowest_sequence(const service::Request& request) const;
  Status change_node(service::Request& request, const domain::NodeId& node, const service::Command& command);
  void enqueue(const service::Request& request, const service::Command& command);
  service::Request conclude(service::Request& request, const std::string& verb, int status,
                            const service::Command& command);

  FakeExchange& exchange_;
};

}  // namespace ztix::test
