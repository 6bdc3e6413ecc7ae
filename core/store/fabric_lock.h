#pragma once

/// @file core/store/fabric_lock.h
/// The right to write to one network at the controller, as an advisory lock of a connection of its own: whoever loses
/// the connection loses the right, and the server knows first.

#include <memory>
#include <vector>

#include "core/base/guarded.h"
#include "core/domain/zerotier_id.h"
#include "core/service/ports/provision_store.h"
#include "core/store/database.h"

namespace ztix::store {

/// Thread-safe. Keeps a few connections for the next locks, since a try may come every few milliseconds.
/// Must outlive the locks it gives.
class FabricLocks {
 public:
  explicit FabricLocks(Database& database) : database_(database) {}

  /// @return conflict while somebody else holds the network's lock; unavailable.
  Result<std::unique_ptr<service::FabricLock>> lock(const domain::ZtNetworkId& network);

 private:
  class Lock;
  static constexpr std::size_t kMostSpare = 4;

  std::unique_ptr<Connection> take_spare();
  void give_back(std::unique_ptr<Connection> connection);

  Database& database_;
  Guarded<std::vector<std::unique_ptr<Connection>>> spare_;
};

}  // namespace ztix::store
