#pragma once

/// @file tests/support/stopped_program.h
/// A program that was stopped in the middle of something with PostgreSQL: its transaction is open, and the server waits
/// for it without end.

#include <memory>
#include <string>

#include "core/store/database_settings.h"

struct pg_conn;

namespace ztix::test {

class StoppedProgram {
 public:
  /// Half of a pipeline has arrived, and the server has done `statement` of it. @throws std::runtime_error
  static StoppedProgram while_sending(const store::DatabaseSettings& settings, const std::string& statement);
  /// The server has done `statement`, and of a long result after it more than nobody reads. @throws std::runtime_error
  static StoppedProgram while_reading(const store::DatabaseSettings& settings, const std::string& statement);

  /// Process of the server.
  [[nodiscard]] int server_pid() const;

 private:
  /// In a transaction.
  StoppedProgram(const store::DatabaseSettings& settings, const std::string& statement, bool in_pipeline);

  struct Finish {
    void operator()(pg_conn* connection) const noexcept;
  };
  std::unique_ptr<pg_conn, Finish> handle_;
};

}  // namespace ztix::test
