#pragma once

/// @file tests/support/fake_identity_store.h
/// Accounts that PeeringDB vouches for, and tasks of administrators, in memory.

#include "core/service/ports/admin_task_store.h"
#include "core/service/ports/identity_store.h"
#include "tests/support/fake_exchange.h"

namespace ztix::test {

class FakeIdentityStore final : public service::IdentityStore {
 public:
  explicit FakeIdentityStore(FakeExchange& exchange) : exchange_(exchange) {}
  Result<service::AdmittedIdentity> admit(const service::ProvenIdentity& identity, const service::Actor& from) override;

 private:
  service::User& find_or_make(const service::ProvenIdentity& identity, const service::Actor& from, bool& is_new);
  void open_tasks(const service::User& user, const std::vector<domain::Asn>& lost, const service::Actor& actor);
  FakeExchange& exchange_;
};

class FakeAdminTaskStore final : public service::AdminTaskStore {
 public:
  explicit FakeAdminTaskStore(FakeExchange& exchange) : exchange_(exchange) {}
  Result<std::vector<service::AdminTask>> tasks(bool only_open, int limit) override;
  Status finish(std::int64_t id, const service::Actor& actor) override;

 private:
  FakeExchange& exchange_;
};

}  // namespace ztix::test
