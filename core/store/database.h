#pragma once

/// @file core/store/database.h
/// A bounded pool of connections and the three ways to use one: read, write, transaction. Each takes a function
/// that returns a Result; a failed statement comes out as an Error, so adapters need no try of their own.
///
/// ```cpp
/// return database_.transaction([&](Transaction& tx) -> Result<User> {
///   const auto row = tx.execute(queries::user_by_name, {name}).at_most_one();
///   if (!row) return fail(ErrorCode::not_found, "No such user.");
///   return read_user(*row);
/// });
/// ```
///
/// To steer by a constraint, catch DbFailure inside the function and return the Error that fits; after any failed
/// statement the transaction is over.

#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <type_traits>
#include <vector>

#include "core/base/result.h"
#include "core/store/connection.h"
#include "core/store/database_failure.h"
#include "core/store/database_settings.h"
#include "core/store/query.h"
#include "core/store/row.h"

namespace ztix::store {

/// A borrowed connection.
class Session {
 public:
  explicit Session(Connection& connection) noexcept : connection_(&connection) {}
  /// @throws DbFailure
  Rows execute(const Query& query, std::vector<Param> params = {}) {
    return connection_->execute(query, std::move(params));
  }
  /// Planned for these very values, see Connection.
  Rows execute_planned(const Query& query, std::vector<Param> params = {}) {
    return connection_->execute_planned(query, std::move(params));
  }
  /// See Connection: a hint for those who listen.
  void notify_after_commit(std::string channel, std::string payload) {
    connection_->notify_after_commit(std::move(channel), std::move(payload));
  }

 protected:
  Connection* connection_;
};

/// A Session inside BEGIN … COMMIT. A function that takes one must not be called outside of a transaction.
class Transaction : public Session {
 public:
  using Session::Session;
  /// Goes to the server with the next statement, or with the COMMIT: for what returns nothing of use. What the server
  /// says against it ends the transaction then. @throws DbFailure
  void defer(const Query& query, std::vector<Param> params = {}) { connection_->defer(query, std::move(params)); }
};

/// Thread-safe. Connections are opened when first needed.
class Database {
 public:
  explicit Database(DatabaseSettings settings);
  Database(const Database&) = delete;
  Database& operator=(const Database&) = delete;
  ~Database();

  /// Statements that change nothing; each is its own snapshot. Repeated once when the connection turns out dead.
  template <class F>
  auto read(F&& use) -> std::invoke_result_t<F&, Session&>;
  /// A single statement that commits by itself. Never repeated: a lost connection leaves its outcome open.
  template <class F>
  auto write(F&& use) -> std::invoke_result_t<F&, Session&>;
  /// READ COMMITTED. Commits when `use` returns a value, rolls back for an Error or an exception. `use` runs again
  /// after a serialization failure or deadlock (up to kAttempts times), and once when a pooled connection is lost
  /// before the COMMIT, so it must not act outside the database.
  template <class F>
  auto transaction(F&& use) -> std::invoke_result_t<F&, Transaction&>;

  /// Lets so many connections be used before they are needed, and opens those that the pool does not have: the first
  /// user of one waits for a process of the server, its catalogue and its plans, 5 to 15 ms together (measured).
  /// unavailable.
  Status warm_up(std::size_t connections, const std::function<void(Session&)>& rehearse);
  /// A connection outside of the pool, e.g. to hold a session lock. unavailable.
  Result<std::unique_ptr<Connection>> dedicated_connection();
  /// One round trip. unavailable, timeout.
  Status ping();
  [[nodiscard]] const DatabaseSettings& settings() const noexcept { return settings_; }

  static constexpr int kAttempts = 5;

 private:
  enum class OnLoss : bool { fail, repeat_once };
  class Lease;
  Result<Lease> acquire();
  std::unique_ptr<Connection> take_idle();
  void give_back(std::unique_ptr<Connection> connection) noexcept;
  Status run_session(OnLoss on_loss, const std::function<void(Session&)>& use);
  /// `use` returns whether to commit.
  Status run_transaction(const std::function<bool(Transaction&)>& use);
  Status try_transaction(const std::function<bool(Transaction&)>& use, bool& repeat);

  DatabaseSettings settings_;
  std::mutex mutex_;
  std::condition_variable freed_;
  std::vector<std::unique_ptr<Connection>> idle_;
  std::size_t in_use_ = 0;
};

template <class F>
auto Database::read(F&& use) -> std::invoke_result_t<F&, Session&> {
  std::optional<std::invoke_result_t<F&, Session&>> result;
  ZTIX_CHECK(run_session(OnLoss::repeat_once, [&](Session& session) { result.emplace(use(session)); }));
  return std::move(*result);
}

template <class F>
auto Database::write(F&& use) -> std::invoke_result_t<F&, Session&> {
  std::optional<std::invoke_result_t<F&, Session&>> result;
  ZTIX_CHECK(run_session(OnLoss::fail, [&](Session& session) { result.emplace(use(session)); }));
  return std::move(*result);
}

template <class F>
auto Database::transaction(F&& use) -> std::invoke_result_t<F&, Transaction&> {
  std::optional<std::invoke_result_t<F&, Transaction&>> result;
  ZTIX_CHECK(run_transaction([&](Transaction& transaction) {
    result.emplace(use(transaction));
    return result->has_value();
  }));
  return std::move(*result);
}

}  // namespace ztix::store
