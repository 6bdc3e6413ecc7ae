#pragma once

/// @file core/service/ports/audit_store.h
/// The audit log. Changes write their row in their own transaction; this port is for what changes nothing else.

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "core/base/result.h"
#include "core/base/time.h"
#include "core/service/ports/actor.h"

namespace ztix::service {

/// One row. `action` is `noun.verb`, e.g. `login.succeeded`, `request.approved`, `route_server.confirmed`.
struct AuditEntry {
  std::int64_t id = 0;
  Timestamp at{};
  Actor actor;
  std::string action;
  std::string subject_kind;  ///< `request`, `user`, `network`, `route_server`, `membership` …
  std::string subject_id;
  std::map<std::string, std::string> facts;  ///< never a secret
};

class AuditStore {
 public:
  virtual ~AuditStore() = default;
  virtual Status append(const AuditEntry& entry) = 0;
  /// Newest last; everything about one subject.
  virtual Result<std::vector<AuditEntry>> trail(const std::string& subject_kind, const std::string& subject_id) = 0;
};

}  // namespace ztix::service
