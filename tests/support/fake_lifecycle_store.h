#pragma once

/// @file tests/support/fake_lifecycle_store.h
/// What people do to memberships, in memory.

#include "core/service/ports/lifecycle_store.h"
#include "tests/support/fake_delivery.h"

namespace ztix::test {

class FakeLifecycleStore final : public service::LifecycleStore {
 public:
  explicit FakeLifecycleStore(FakeDelivery& delivery) : delivery_(delivery) {}

  Result<service::Request> suspend(const Uuid& id, const std::string& reason, const service::Command& command) override;
  Result<service::Request> resume(const Uuid& id, const service::Command& command) override;
  Result<service::Request> depart(const Uuid& id, service::Departure departure, const std::string& reason,
                                  const service::Command& command) override;
  Result<service::Request> clear_limit(const Uuid& id, service::ClearedBy who,
                                       const service::Command& command) override;

 private:
  /// With a membership; `present`: one that shall exist.
  Result<service::Request*> member(const Uuid& id, bool present);
  void publish_suspension(service::Request& request, const service::Command& command);
  void unpublish(service::Request& request, FakeMembership& membership, const service::Command& command);
  void enqueue(const service::Request& request, const std::string& kind, int priority, const service::Command& command);
  Result<service::Request> conclude(service::Request& request, const std::string& action,
                                    std::map<std::string, std::string> facts, const service::Command& command);

  FakeDelivery& delivery_;
};

}  // namespace ztix::test
