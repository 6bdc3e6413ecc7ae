#pragma once

/// @file core/service/ports/policy_store.h
/// What the approval policy asks the database.

#include "core/base/result.h"
#include "core/base/uuid.h"

namespace ztix::service {

/// About one request, by the database's own view of this moment.
struct RequestHistory {
  int open_of_asn = 0;   ///< open requests of its ASN on all networks, itself among them
  int open_of_user = 0;  ///< of whoever asked
  /// Its node was a member of its network once, or was replaced, and no longer is. False without a node: which one
  /// comes later is not known, see ApprovalPolicy.
  bool node_was_removed = false;
};

class PolicyStore {
 public:
  virtual ~PolicyStore() = default;
  virtual Result<RequestHistory> history(const Uuid& request) = 0;
};

}  // namespace ztix::service
