#include "core/store/connection.h"

#include <string_view>

#include <libpq-fe.h>
#include <poll.h>

#include "core/store/database_failure.h"

namespace ztix::store {
namespace {

std::string session_options(const DatabaseSettings& settings) {
  const auto ms = [](std::chrono::milliseconds value) { return std::to_string(value.count()); };
  return "-c TimeZone=UTC -c DateStyle=ISO,YMD -c statement_timeout=" + ms(settings.statement_timeout) +
         " -c lock_timeout=" + ms(settings.lock_timeout) +
         " -c idle_in_transaction_session_timeout=" + ms(settings.idle_in_transaction_timeout);
}

/// Keyword and value lists of PQconnectdbParams: the password is never part of a connection string.
class Parameters {
 public:
  explicit Parameters(const DatabaseSettings& settings)
      : options_(session_options(settings)), timeout_(std::to_string(settings.connect_timeout.count())) {
    if (!settings.host.empty()) add("host", settings.host);
    add("port", settings.port);
    add("user", settings.user);
    if (!settings.password.empty()) add("password", settings.password.expose());
    add("dbname", settings.database);
    add("application_name", settings.application_name);
    add("connect_timeout", timeout_);
    add("options", options_);
    add("client_encoding", kEncoding);
    // A network that swallows packets must not hold a thread for TCP's own quarter of an hour, and a listener that
    // never sends has to notice it too.
    add("tcp_user_timeout", kTcpTimeout);
    add("keepalives_idle", kKeepalive);
    add("keepalives_interval", kKeepalive);
    add("keepalives_count", kKeepaliveCount);
    for (const auto& [name, value] : settings.parameters) add(name.c_str(), value);
    keywords_.push_back(nullptr);
    values_.push_back(nullptr);
  }
  [[nodiscard]] const char* const* keywords() const { return keywords_.data(); }
  [[nodiscard]] const char* const* values() const { return values_.data(); }

 private:
  void add(const char* keyword, const std::string& value) {
    keywords_.push_back(keyword);
    values_.push_back(value.c_str());
  }
  inline static const std::string kEncoding = "UTF8";
  inline static const std::string kTcpTimeout = "15000";
  inline static const std::string kKeepalive = "5";
  inline static const std::string kKeepaliveCount = "3";
  std::string options_;
  std::string timeout_;
  std::vector<const char*> keywords_;
  std::vector<const char*> values_;
};

std::string_view first_line(const char* text) {
  const std::string_view all = text == nullptr ? "" : text;
  return all.substr(0, all.find('\n'));
}

/// libpq's text format ends at a NUL: such a value would be stored cut off, so it is refused as the server would.
std::vector<const char*> values_of(const Query& query, const std::vector<Param>& params) {
  std::vector<const char*> values;
  for (const auto& param : params) {
    if (param.has_nul()) throw DbFailure("22021", "", query.name, "NUL character");
    values.push_back(param.data());
  }
  return values;
}

std::string field(const PGresult* result, int code) {
  const char* value = PQresultErrorField(result, code);
  return value == nullptr ? "" : value;
}

}  // namespace

void Connection::Finish::operator()(pg_conn* connection) const noexcept { PQfinish(connection); }

Connection::Connection(const DatabaseSettings& settings) {
  const Parameters parameters(settings);
  handle_.reset(PQconnectdbParams(parameters.keywords(), parameters.values(), 0));
  if (PQstatus(handle_.get()) != CONNECTION_OK) {
    throw DbFailure("08001", "", "connect", first_line(PQerrorMessage(handle_.get())));
  }
  // By default notices go to stderr, past our log.
  PQsetNoticeProcessor(
      handle_.get(), [](void*, const char*) {}, nullptr);
}

Connection::~Connection() = default;

std::shared_ptr<pg_result> Connection::checked(pg_result* raw, const char* what) {
  std::shared_ptr<pg_result> result(raw, [](PGresult* r) { PQclear(r); });
  const auto status = PQresultStatus(raw);
  if (status == PGRES_TUPLES_OK || status == PGRES_COMMAND_OK) return result;
  auto sqlstate = field(raw, PG_DIAG_SQLSTATE);
  const auto primary = field(raw, PG_DIAG_MESSAGE_PRIMARY);
  // A connection that dies after FATAL carries that state (57P01); one that just dies has none.
  if (sqlstate.empty()) sqlstate = "08006";
  // The schema changed under a prepared statement: this connection's plans are worthless.
  if (sqlstate == "0A000" || sqlstate == "26000") stale_plans_ = true;
  throw DbFailure(sqlstate, field(raw, PG_DIAG_CONSTRAINT_NAME), what,
                  primary.empty() ? first_line(PQerrorMessage(handle_.get())) : std::string_view(primary));
}

void Connection::prepare(const Query& query) {
  if (prepared_.contains(query.name)) return;
  checked(PQprepare(handle_.get(), query.name, query.sql, 0, nullptr), query.name);
  prepared_.insert(query.name);
}

Rows Connection::execute(const Query& query, const std::vector<Param>& params) {
  const auto values = values_of(query, params);
  prepare(query);
  return Rows(checked(
      PQexecPrepared(handle_.get(), query.name, static_cast<int>(values.size()), values.data(), nullptr, nullptr, 0),
      query.name));
}

Rows Connection::execute_planned(const Query& query, const std::vector<Param>& params) {
  const auto values = values_of(query, params);
  return Rows(checked(PQexecParams(handle_.get(), query.sql, static_cast<int>(values.size()), nullptr, values.data(),
                                   nullptr, nullptr, 0),
                      query.name));
}

void Connection::run_script(const char* sql, const char* what) { checked(PQexec(handle_.get(), sql), what); }

bool Connection::is_alive() const {
  if (PQstatus(handle_.get()) != CONNECTION_OK) return false;
  pollfd ready{PQsocket(handle_.get()), POLLIN, 0};
  // Readable while idle: rarely a harmless notice, else a farewell and behind it the end of the stream.
  while (poll(&ready, 1, 0) > 0) {
    if (PQconsumeInput(handle_.get()) != 1) return false;
  }
  return true;
}

bool Connection::is_idle() const {
  return !stale_plans_ && PQstatus(handle_.get()) == CONNECTION_OK &&
         PQtransactionStatus(handle_.get()) == PQTRANS_IDLE;
}

bool Connection::answers() {
  try {
    run_script("SELECT 1", "ping");
    return true;
  } catch (const DbFailure&) {
    return false;
  }
}

void Connection::abandon_transaction() noexcept {
  const auto status = PQtransactionStatus(handle_.get());
  if (status == PQTRANS_INTRANS || status == PQTRANS_INERROR) PQclear(PQexec(handle_.get(), "ROLLBACK"));
}

void Connection::listen(const std::string& channel) {
  // LISTEN takes no parameters: the one place where a name is quoted into a statement.
  char* quoted = PQescapeIdentifier(handle_.get(), channel.data(), channel.size());
  if (quoted == nullptr) throw DbFailure("22021", "", "listen", "not a name");
  const std::string sql = std::string("LISTEN ") + quoted;
  PQfreemem(quoted);
  run_script(sql.c_str(), "listen");
}

int Connection::socket() const { return PQsocket(handle_.get()); }

std::vector<std::pair<std::string, std::string>> Connection::take_notifications() {
  if (PQconsumeInput(handle_.get()) != 1) {
    throw DbFailure("08006", "", "listen", first_line(PQerrorMessage(handle_.get())));
  }
  std::vector<std::pair<std::string, std::string>> taken;
  while (PGnotify* notification = PQnotifies(handle_.get())) {
    taken.emplace_back(notification->relname, notification->extra);
    PQfreemem(notification);
  }
  return taken;
}

}  // namespace ztix::store
