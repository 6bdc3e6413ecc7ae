#pragma once

/// @file tests/support/test_database.h
/// A real PostgreSQL for tests: one private cluster per test binary, one fresh migrated database per test case.

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include <sys/types.h>

#include "core/store/connection.h"
#include "core/store/database_settings.h"

namespace ztix::test {

/// The cluster. Started by the first use, in the main thread; gone when the process ends, even if it crashes.
/// Reached over a Unix socket, and over TCP on 127.0.0.1 for tests that cut the line.
class TestServer {
 public:
  /// @throws std::runtime_error when PostgreSQL's programs are missing or it does not start.
  static TestServer& instance();
  TestServer(const TestServer&) = delete;
  TestServer& operator=(const TestServer&) = delete;
  ~TestServer();

  /// Orderly, but does not wait for sessions; returns when the server is gone.
  void stop();
  /// SIGQUIT: no farewell checkpoint, as after a power cut; returns when it is gone.
  void kill();
  /// What a commit is worth when the machine loses its power: nothing, or all of it as in production.
  enum class Disk : bool { fast, safe };
  /// Returns when it answers again. Same port, same data.
  void start(Disk disk = Disk::fast);

  [[nodiscard]] std::string socket_folder() const { return folder_.string(); }
  [[nodiscard]] std::uint16_t port() const { return port_; }
  /// As superuser, in database `postgres`.
  [[nodiscard]] store::DatabaseSettings superuser() const;

 private:
  TestServer();
  void init_cluster();
  void wait_until_it_answers();
  void signal_and_wait(int signal);

  std::filesystem::path folder_;
  std::uint16_t port_ = 0;
  pid_t pid_ = -1;
};

/// A database of its own, dropped at the end of its scope.
class TestDatabase {
 public:
  enum class Schema : bool { empty, migrated };
  explicit TestDatabase(Schema schema = Schema::migrated);
  TestDatabase(const TestDatabase&) = delete;
  TestDatabase& operator=(const TestDatabase&) = delete;
  ~TestDatabase();

  /// @param role  ztix_owner, ztix_app or ztix_worker.
  [[nodiscard]] store::DatabaseSettings settings(const std::string& role = "ztix_owner") const;
  /// The same as a DATABASE_URL, over TCP.
  [[nodiscard]] std::string url(const std::string& role = "ztix_owner") const;
  /// Any statement, as ztix_owner, for arranging and looking. @throws store::DbFailure
  store::Rows sql(const std::string& text, const std::vector<store::Param>& params = {});

 private:
  std::string name_;
  std::unique_ptr<store::Connection> connection_;
};

}  // namespace ztix::test
