#pragma once

/// @file tests/support/fake_departure_store.h
/// What the end of memberships reads and writes, in memory.

#include "core/service/ports/departure_store.h"
#include "tests/support/fake_delivery.h"

namespace ztix::test {

class FakeDepartureStore final : public service::DepartureStore {
 public:
  explicit FakeDepartureStore(FakeDelivery& delivery) : delivery_(delivery) {}

  Result<service::MemberPresence> presence(std::int64_t membership_id) override;
  Result<service::DepartureSubject> subject(std::int64_t membership_id) override;
  Result<std::int64_t> fence(const std::string& route_server) override;
  Status record_withdrawn(const service::Job& job, std::int64_t membership_id) override;
  Status record_cut_off(const service::Job& job, std::int64_t membership_id, int rereads) override;
  Status finish(const service::Job& job, std::int64_t membership_id, std::chrono::hours cooling_off) override;

 private:
  Result<FakeMembership*> held(const service::Job& job, std::int64_t membership_id);
  Result<service::MemberPresence> read_presence(std::int64_t membership_id);
  [[nodiscard]] std::optional<std::chrono::milliseconds> since(const std::optional<Timestamp>& at) const;

  FakeDelivery& delivery_;
};

}  // namespace ztix::test
