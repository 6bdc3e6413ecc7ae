#pragma once

/// @file tests/support/fake_network_store.h
/// Networks in memory.

#include "tests/support/fake_exchange.h"

namespace ztix::test {

class FakeNetworkStore final : public service::NetworkStore {
 public:
  explicit FakeNetworkStore(FakeExchange& exchange) : exchange_(exchange) {}

  Result<service::Network> add_network(const service::NewNetwork& network, const service::Actor& actor) override;
  Result<std::vector<service::Network>> networks() override;
  Result<service::Network> network(const domain::ZtNetworkId& id) override;
  Status add_infrastructure_node(const service::InfrastructureNode& node, const service::Actor& actor) override;
  Result<std::vector<service::InfrastructureNode>> infrastructure_nodes(int network_number) override;

 private:
  FakeExchange& exchange_;
};

}  // namespace ztix::test
