#include "core/store/fabric_lock.h"

#include <charconv>
#include <utility>

#include "generated/queries.h"

namespace ztix::store {
namespace {

/// Sixteen hex digits are exactly the 64 bits of an advisory lock's key.
std::int64_t key_of(const domain::ZtNetworkId& network) {
  std::uint64_t key = 0;
  const auto& text = network.text();
  std::from_chars(text.data(), text.data() + text.size(), key, 16);
  return static_cast<std::int64_t>(key);
}

}  // namespace

class FabricLocks::Lock final : public service::FabricLock {
 public:
  Lock(FabricLocks& locks, std::unique_ptr<Connection> connection, std::int64_t key)
      : locks_(locks), connection_(std::move(connection)), key_(key) {}
  Lock(const Lock&) = delete;
  Lock& operator=(const Lock&) = delete;

  ~Lock() override {
    try {
      connection_->execute(queries::provision_unlock_fabric, {key_});
      locks_.give_back(std::move(connection_));
    } catch (const DbFailure&) {  // NOLINT(bugprone-empty-catch): a lost connection has given its lock back already
    }
  }

  bool held() override {
    try {
      return connection_->execute(queries::provision_fabric_held, {key_}).one().get<bool>("held");
    } catch (const DbFailure&) {
      return false;
    }
  }

 private:
  FabricLocks& locks_;
  std::unique_ptr<Connection> connection_;
  std::int64_t key_;
};

Result<std::unique_ptr<service::FabricLock>> FabricLocks::lock(const domain::ZtNetworkId& network) {
  auto connection = take_spare();
  if (!connection) {
    ZTIX_ASSIGN(connection, database_.dedicated_connection());
  }
  const auto key = key_of(network);
  try {
    const bool locked = connection->execute(queries::provision_lock_fabric, {key}).one().get<bool>("locked");
    if (locked) return std::unique_ptr<service::FabricLock>(std::make_unique<Lock>(*this, std::move(connection), key));
  } catch (const DbFailure& failure) {
    return to_error(failure);
  }
  give_back(std::move(connection));
  return fail(ErrorCode::conflict, "Another worker is writing to this network.").with_reason("fabric_locked");
}

std::unique_ptr<Connection> FabricLocks::take_spare() {
  return spare_.with([](auto& spare) -> std::unique_ptr<Connection> {
    while (!spare.empty()) {
      auto connection = std::move(spare.back());
      spare.pop_back();
      if (connection->is_alive()) return connection;
    }
    return nullptr;
  });
}

void FabricLocks::give_back(std::unique_ptr<Connection> connection) {
  spare_.with([&](auto& spare) {
    if (spare.size() < kMostSpare) spare.push_back(std::move(connection));
  });
}

}  // namespace ztix::store
