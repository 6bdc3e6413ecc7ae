#pragma once

/// @file tests/support/fake_policy_store.h
/// What the approval policy asks, over an exchange in memory.

#include "core/service/ports/policy_store.h"
#include "tests/support/fake_exchange.h"

namespace ztix::test {

class FakePolicyStore final : public service::PolicyStore {
 public:
  explicit FakePolicyStore(FakeExchange& exchange) : exchange_(exchange) {}

  Result<service::RequestHistory> history(const Uuid& request) override {
    const std::lock_guard hold(exchange_.mutex);
    for (const auto& one : exchange_.requests) {
      if (one.id == request) return history_of(one);
    }
    return fail(ErrorCode::not_found, "No such request.");
  }

 private:
  [[nodiscard]] service::RequestHistory history_of(const service::Request& request) const {
    service::RequestHistory history;
    for (const auto& one : exchange_.requests) {
      if (!domain::is_open(one.state)) continue;
      history.open_of_asn += one.asn == request.asn ? 1 : 0;
      history.open_of_user += one.requested_by == request.requested_by ? 1 : 0;
    }
    history.node_was_removed = request.node_id && exchange_.was_removed(request.network_number, *request.node_id);
    return history;
  }

  FakeExchange& exchange_;
};

}  // namespace ztix::test
