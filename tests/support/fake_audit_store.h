#pragma once

/// @file tests/support/fake_audit_store.h
/// The audit log in memory.

#include "tests/support/fake_exchange.h"

namespace ztix::test {

class FakeAuditStore final : public service::AuditStore {
 public:
  explicit FakeAuditStore(FakeExchange& exchange) : exchange_(exchange) {}

  Status append(const service::AuditEntry& entry) override {
    const std::lock_guard hold(exchange_.mutex);
    exchange_.audit(entry.actor, entry.action, entry.subject_kind, entry.subject_id, entry.facts);
    return {};
  }
  Result<std::vector<service::AuditEntry>> trail(const std::string& subject_kind,
                                                 const std::string& subject_id) override {
    const std::lock_guard hold(exchange_.mutex);
    std::vector<service::AuditEntry> found;
    for (const auto& entry : exchange_.audit_log) {
      if (entry.subject_kind == subject_kind && entry.subject_id == subject_id) found.push_back(entry);
    }
    return found;
  }

 private:
  FakeExchange& exchange_;
};

}  // namespace ztix::test
