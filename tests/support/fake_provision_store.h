#pragma once

/// @file tests/support/fake_provision_store.h
/// What provisioning reads and writes, in memory.

#include "tests/support/fake_delivery.h"

namespace ztix::test {

class FakeProvisionStore final : public service::ProvisionStore {
 public:
  explicit FakeProvisionStore(FakeDelivery& delivery) : delivery_(delivery) {}

  Result<service::ProvisionSubject> subject(std::int64_t membership_id) override;
  Result<service::ReservedAddresses> reserve_addresses(const service::Job& job, std::int64_t membership_id) override;
  Result<std::unique_ptr<service::FabricLock>> lock_fabric(const domain::ZtNetworkId& network) override;
  Status note_waiting(const service::Job& job, std::int64_t membership_id, const std::string& waiting_for,
                      const std::string& remedy) override;
  Status start(const service::Job& job, std::int64_t membership_id) override;
  Status fail(const service::Job& job, std::int64_t membership_id, const std::string& cause) override;
  Status forget_previous_node(const service::Job& job, std::int64_t membership_id) override;
  Result<domain::Revision> publish(const service::Job& job, std::int64_t membership_id) override;
  Result<int> evaluate_requests() override;

 private:
  Result<IpAddress> free_ipv4(const service::Network& network) const;
  domain::MembershipConfig config_of(const service::Request& request);
  void fail_stuck(const service::JobView& job);
  bool is_dead_end(const service::JobView& job, const std::vector<service::JobView>& all) const;

  FakeDelivery& delivery_;
};

}  // namespace ztix::test
