#pragma once

/// @file core/store/connection.h
/// One connection to PostgreSQL: opened, prepared and judged here. Used by one thread at a time.

#include <chrono>
#include <cstddef>
#include <memory>
#include <string>
#include <unordered_set>
#include <utility>
#include <vector>

#include "core/base/result.h"
#include "core/store/database_settings.h"
#include "core/store/query.h"
#include "core/store/query_param.h"
#include "core/store/row.h"

struct pg_conn;  // libpq's PGconn

namespace ztix::store {

class Connection {
 public:
  /// Connects within `connect_timeout`. Every session is UTC, ISO dates, UTF-8, with the settings' time-outs.
  /// @throws DbFailure; its text has no password.
  explicit Connection(const DatabaseSettings& settings);
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;
  ~Connection();

  /// Runs a named query, prepared on its first use by this connection.
  /// @throws DbFailure; 22021 for a parameter with a NUL character, which libpq would silently cut off. The failure may
  /// be that of a deferred query.
  Rows execute(const Query& query, std::vector<Param> params = {});
  /// Runs it before the next one, in the same round trip; its rows are not wanted.
  /// @throws DbFailure as execute(), but what the server says against it comes out of the next one.
  void defer(const Query& query, std::vector<Param> params = {});
  /// Prepares a query without running it. @throws DbFailure when the server does not understand it.
  void check(const Query& query) { prepare(query); }
  /// Runs a query planned anew for these very values: for one whose best plan depends on which filters are NULL.
  Rows execute_planned(const Query& query, std::vector<Param> params = {});
  /// Begins and ends a transaction. BEGIN is deferred, so nothing is sent for a transaction that does nothing.
  void begin();
  void commit();
  void rollback();
  /// A NOTIFY that goes out directly after the COMMIT, in the same round trip. Not in the transaction: there it would
  /// make all who commit wait for each other's disk. It may be lost when this process dies in between, as any hint.
  void notify_after_commit(std::string channel, std::string payload);
  /// The same for a statement that committed by itself. Never throws: what was done is done.
  void notify_now() noexcept;
  /// Runs statements without parameters: migrations, settings. `what` names them in errors. Not while something is
  /// deferred.
  void run_script(const char* sql, const char* what);

  [[nodiscard]] std::chrono::steady_clock::time_point opened_at() const noexcept { return opened_at_; }
  /// False when the server is known to be gone. Costs no round trip: a dead idle connection is readable at once.
  [[nodiscard]] bool is_alive() const;
  /// True when it can go back to the pool: alive, and no transaction open.
  [[nodiscard]] bool is_idle() const;
  /// Asks the server.
  [[nodiscard]] bool answers();
  /// Ends a transaction that failed, so that the connection can be used again. Never throws: what cannot be rolled
  /// back is not idle() and gets closed, and the server rolls back then.
  void abandon_transaction() noexcept;

  /// From now on notifications of this channel arrive. @throws DbFailure
  void listen(const std::string& channel);
  /// For poll(2), by Listener.
  [[nodiscard]] int socket() const;
  /// Notifications that have arrived: (channel, payload). @throws DbFailure when the connection is lost.
  std::vector<std::pair<std::string, std::string>> take_notifications();

 private:
  /// A statement that is bound and can be sent; named ones are prepared already.
  struct Bound {
    Query query;
    std::vector<Param> params;
    bool planned = false;  ///< for these values, see execute_planned
  };
  /// Together with what was deferred.
  Rows run(Bound last);
  /// All in one round trip. Returns the rows of the last one of the first `required`; the others may fail.
  Rows run_pipeline(const std::vector<Bound>& all, std::size_t required);
  std::vector<std::shared_ptr<pg_result>> exchange(const std::vector<Bound>& all);
  bool send(const Bound& bound);
  std::vector<Bound> take_notifications_to_send();
  [[nodiscard]] bool begin_is_deferred() const;
  void prepare(const Query& query);
  /// Takes over `raw`, or throws what went wrong.
  std::shared_ptr<pg_result> checked(pg_result* raw, const char* what);
  void check_result(const pg_result* raw, const char* what);

  struct Finish {
    void operator()(pg_conn* connection) const noexcept;
  };
  std::unique_ptr<pg_conn, Finish> handle_;
  std::chrono::steady_clock::time_point opened_at_ = std::chrono::steady_clock::now();
  std::unordered_set<std::string> prepared_;
  std::vector<Bound> deferred_;
  std::vector<std::pair<std::string, std::string>> notifications_;
  bool stale_plans_ = false;
};

}  // namespace ztix::store
