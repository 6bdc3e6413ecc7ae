#include "core/store/database.h"

#include <algorithm>
#include <chrono>
#include <iterator>
#include <optional>
#include <thread>
#include <utility>

namespace ztix::store {

/// Gives its connection back, or throws it away when it is of no more use.
class Database::Lease {
 public:
  Lease(Database& pool, std::unique_ptr<Connection> connection) : pool_(&pool), connection_(std::move(connection)) {}
  Lease(Lease&& other) noexcept
      : pool_(std::exchange(other.pool_, nullptr)), connection_(std::move(other.connection_)) {}
  Lease& operator=(Lease&&) = delete;
  /// The oldest idle connection that was opened after `last`; else room for a new one, as long as the pool has less
  /// than `connections`.
  static std::optional<Lease> of_younger(Database& pool, std::chrono::steady_clock::time_point last,
                                         std::size_t connections);
  ~Lease() {
    if (pool_ == nullptr) return;
    if (connection_) connection_->abandon_transaction();
    pool_->give_back(std::move(connection_));
  }

  /// The pooled connection, or a new one when there was none. @throws DbFailure
  Connection& open() {
    if (!connection_) {
      is_new_ = true;
      connection_ = std::make_unique<Connection>(pool_->settings_);
    }
    return *connection_;
  }
  /// @throws DbFailure
  Connection& reopen() {
    connection_.reset();
    return open();
  }
  /// A connection from the pool may have died unnoticed; when a new one fails, the server is down.
  [[nodiscard]] bool is_stale(const DbFailure& failure) const { return failure.lost_connection() && !is_new_; }

 private:
  Database* pool_;
  std::unique_ptr<Connection> connection_;
  bool is_new_ = false;
};

Database::Database(DatabaseSettings settings) : settings_(std::move(settings)) {
  idle_.reserve(settings_.pool_size);  // so that giving back cannot fail
}

Database::~Database() = default;

std::unique_ptr<Connection> Database::take_idle() {
  while (!idle_.empty()) {
    auto connection = std::move(idle_.back());
    idle_.pop_back();
    if (connection->is_alive()) return connection;
  }
  return nullptr;
}

Result<Database::Lease> Database::acquire() {
  std::unique_lock lock(mutex_);
  if (!freed_.wait_for(lock, settings_.pool_wait, [&] { return in_use_ < settings_.pool_size; })) {
    return fail(ErrorCode::unavailable, "The database is busy. Try again in a moment.")
        .with_reason("pool_exhausted")
        .with_detail("all " + std::to_string(settings_.pool_size) + " connections are in use");
  }
  auto connection = take_idle();
  ++in_use_;
  return Lease(*this, std::move(connection));
}

// The oldest is the next one out: it has planned most. One that a short crowd made necessary would else be in use for
// long, and planning.
void Database::give_back(std::unique_ptr<Connection> connection) noexcept {
  const bool keep = connection && connection->is_idle();
  {
    const std::lock_guard lock(mutex_);
    --in_use_;
    if (keep) {
      const auto is_younger = [&](const auto& other) { return other->opened_at() > connection->opened_at(); };
      idle_.insert(std::find_if_not(idle_.begin(), idle_.end(), is_younger), std::move(connection));
    }
  }
  freed_.notify_one();
}

Status Database::run_session(OnLoss on_loss, const std::function<void(Session&)>& use) {
  ZTIX_ASSIGN(auto lease, acquire());
  try {
    const auto run = [&use](Connection& connection) {
      Session session(connection);
      use(session);
      connection.notify_now();
    };
    try {
      run(lease.open());
    } catch (const DbFailure& failure) {
      if (on_loss == OnLoss::fail || !lease.is_stale(failure)) throw;
      run(lease.reopen());
    }
  } catch (const DbFailure& failure) {
    return to_error(failure);
  }
  return {};
}

Status Database::try_transaction(const std::function<bool(Transaction&)>& use, bool& repeat) {
  ZTIX_ASSIGN(auto lease, acquire());
  bool committing = false;
  const auto run = [&](Connection& connection) {
    connection.begin();
    Transaction transaction(connection);
    committing = use(transaction);
    committing ? connection.commit() : connection.rollback();
  };
  try {
    try {
      run(lease.open());
    } catch (const DbFailure& failure) {
      if (committing || !lease.is_stale(failure)) throw;
      run(lease.reopen());  // nothing was committed, so nothing can happen twice
    }
    return {};
  } catch (const DbFailure& failure) {
    repeat = failure.is_repeatable();
    auto error = to_error(failure);
    // Nobody can know whether a COMMIT arrived when the line went dead.
    if (committing && failure.lost_connection()) error.reason = "outcome_unknown";
    return error;
  }
  // Whatever happened, the lease leaves no transaction open.
}

Status Database::run_transaction(const std::function<bool(Transaction&)>& use) {
  for (int attempt = 1;; ++attempt) {
    bool repeat = false;
    auto status = try_transaction(use, repeat);
    if (!repeat || attempt == kAttempts) return status;
    std::this_thread::sleep_for(std::chrono::milliseconds(5) * attempt);
  }
}

std::optional<Database::Lease> Database::Lease::of_younger(Database& pool, std::chrono::steady_clock::time_point last,
                                                           std::size_t connections) {
  const std::lock_guard lock(pool.mutex_);
  auto& idle = pool.idle_;
  std::erase_if(idle, [](const auto& connection) { return !connection->is_alive(); });
  const auto found =
      std::find_if(idle.rbegin(), idle.rend(), [last](const auto& each) { return each->opened_at() > last; });
  std::unique_ptr<Connection> connection;
  if (found != idle.rend()) {
    connection = std::move(*found);
    idle.erase(std::next(found).base());
  } else if (pool.in_use_ + idle.size() >= connections) {
    return std::nullopt;
  }
  ++pool.in_use_;
  return Lease(pool, std::move(connection));
}

// One at a time: who comes meanwhile finds the others free, and does not have to open one.
Status Database::warm_up(std::size_t connections, const std::function<void(Session&)>& rehearse) {
  auto last = std::chrono::steady_clock::time_point::min();
  try {
    for (std::size_t i = 0; i < connections; ++i) {
      auto lease = Lease::of_younger(*this, last, std::min(connections, settings_.pool_size));
      if (!lease) break;
      auto& connection = lease->open();
      last = connection.opened_at();
      Session session(connection);
      rehearse(session);
    }
  } catch (const DbFailure& failure) {
    return to_error(failure);
  }
  return {};
}

Result<std::unique_ptr<Connection>> Database::dedicated_connection() {
  try {
    return std::make_unique<Connection>(settings_);
  } catch (const DbFailure& failure) {
    return to_error(failure);
  }
}

Status Database::ping() {
  ZTIX_ASSIGN(auto lease, acquire());
  try {
    if (!lease.open().answers()) lease.reopen().run_script("SELECT 1", "ping");
  } catch (const DbFailure& failure) {
    return to_error(failure);
  }
  return {};
}

}  // namespace ztix::store
