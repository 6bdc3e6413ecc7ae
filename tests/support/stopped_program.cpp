#include "tests/support/stopped_program.h"

#include <array>
#include <stdexcept>

#include <postgresql/libpq-fe.h>

namespace ztix::test {
namespace {

/// More than any socket holds.
constexpr const char* kLongResult = "SELECT repeat('x', 64 * 1024 * 1024)";

pg_conn* connect(const store::DatabaseSettings& settings) {
  const std::array keywords{
      "host", "port", "user", "password", "dbname", "application_name", "options", static_cast<const char*>(nullptr)};
  const std::array values{settings.host.c_str(), settings.port.c_str(), settings.user.c_str(),
                          settings.password.expose().c_str(), settings.database.c_str(),
                          settings.application_name.c_str(),
                          // What ends it is not the server's own time-out, however short that is.
                          "-c idle_in_transaction_session_timeout=50", static_cast<const char*>(nullptr)};
  return PQconnectdbParams(keywords.data(), values.data(), 0);
}

bool send(pg_conn* connection, const std::string& statement) {
  return PQsendQueryParams(connection, statement.c_str(), 0, nullptr, nullptr, nullptr, nullptr, 0) == 1;
}

/// Reads what the server says to one statement.
bool is_done(pg_conn* connection) {
  const std::unique_ptr<PGresult, decltype(&PQclear)> result(PQgetResult(connection), PQclear);
  const auto status = PQresultStatus(result.get());
  PQclear(PQgetResult(connection));  // the end of this statement's results
  return status == PGRES_TUPLES_OK || status == PGRES_COMMAND_OK;
}

void check(bool holds, pg_conn* connection) {
  if (!holds) throw std::runtime_error(std::string("a program that stops: ") + PQerrorMessage(connection));
}

}  // namespace

void StoppedProgram::Finish::operator()(pg_conn* connection) const noexcept { PQfinish(connection); }

StoppedProgram::StoppedProgram(const store::DatabaseSettings& settings, const std::string& statement, bool in_pipeline)
    : handle_(connect(settings)) {
  auto* const connection = handle_.get();
  if (in_pipeline) check(PQenterPipelineMode(connection) == 1, connection);
  for (const auto& part : {std::string("BEGIN"), statement}) {
    check(send(connection, part), connection);
    if (in_pipeline) check(PQsendFlushRequest(connection) == 1 && PQflush(connection) == 0, connection);
    check(is_done(connection), connection);
  }
}

StoppedProgram StoppedProgram::while_sending(const store::DatabaseSettings& settings, const std::string& statement) {
  return {settings, statement, true};
}

StoppedProgram StoppedProgram::while_reading(const store::DatabaseSettings& settings, const std::string& statement) {
  StoppedProgram program(settings, statement, false);
  check(send(program.handle_.get(), kLongResult), program.handle_.get());
  return program;
}

int StoppedProgram::server_pid() const { return PQbackendPID(handle_.get()); }

}  // namespace ztix::test
