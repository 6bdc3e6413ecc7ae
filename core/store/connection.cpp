#include "core/store/connection.h"

#include <algorithm>
#include <stdexcept>
#include <string_view>
#include <utility>

#include <libpq-fe.h>
#include <poll.h>

#include "core/store/database_failure.h"

namespace ztix::store {
namespace {

constexpr Query kBegin{"begin", "BEGIN"};
constexpr Query kCommit{"commit", "COMMIT"};
constexpr Query kNotify{"notify", "SELECT pg_notify($1, $2)"};

// Without JIT: no statement of ours runs for long, but one over all members of an exchange costs enough for PostgreSQL
// to compile it, which took 35 of its 42 ms with a thousand of them.
std::string session_options(const DatabaseSettings& settings) {
  const auto ms = [](std::chrono::milliseconds value) { return std::to_string(value.count()); };
  return "-c TimeZone=UTC -c DateStyle=ISO,YMD -c jit=off -c statement_timeout=" + ms(settings.statement_timeout) +
         " -c lock_timeout=" + ms(settings.lock_timeout) +
         " -c idle_in_transaction_session_timeout=" + ms(settings.idle_in_transaction_timeout) +
         (settings.waits_for_disk ? "" : " -c synchronous_commit=off");
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
  check_result(raw, what);
  return result;
}

void Connection::check_result(const pg_result* raw, const char* what) {
  const auto status = PQresultStatus(raw);
  if (status == PGRES_TUPLES_OK || status == PGRES_COMMAND_OK) return;
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

Rows Connection::execute(const Query& query, std::vector<Param> params) {
  Bound bound{query, std::move(params)};
  values_of(bound.query, bound.params);
  prepare(query);
  return run(std::move(bound));
}

Rows Connection::execute_planned(const Query& query, std::vector<Param> params) {
  return run({query, std::move(params), true});
}

void Connection::defer(const Query& query, std::vector<Param> params) {
  values_of(query, params);
  prepare(query);
  deferred_.push_back({query, std::move(params)});
}

void Connection::begin() { defer(kBegin); }

bool Connection::begin_is_deferred() const { return !deferred_.empty() && deferred_.front().query.name == kBegin.name; }

void Connection::commit() {
  if (deferred_.size() == 1 && begin_is_deferred()) {
    deferred_.clear();
    return;
  }
  prepare(kCommit);
  auto all = std::exchange(deferred_, {});
  all.push_back({kCommit, {}});
  const auto required = all.size();
  for (auto& notification : take_notifications_to_send()) all.push_back(std::move(notification));
  run_pipeline(all, required);
}

void Connection::rollback() {
  const bool unknown_to_the_server = begin_is_deferred();
  deferred_.clear();
  notifications_.clear();
  if (!unknown_to_the_server) run_script("ROLLBACK", "rollback");
}

void Connection::notify_after_commit(std::string channel, std::string payload) {
  std::pair notification(std::move(channel), std::move(payload));
  const bool known = std::find(notifications_.begin(), notifications_.end(), notification) != notifications_.end();
  if (!known) notifications_.push_back(std::move(notification));
}

void Connection::notify_now() noexcept {
  if (notifications_.empty()) return;
  try {
    run_pipeline(take_notifications_to_send(), 0);
  } catch (const std::exception&) {
    // A hint that is lost costs a second; the connection, if that is gone, is not given back.
    return;
  }
}

std::vector<Connection::Bound> Connection::take_notifications_to_send() {
  std::vector<Bound> bound;
  if (!notifications_.empty()) prepare(kNotify);
  for (const auto& [channel, payload] : std::exchange(notifications_, {}))
    bound.push_back({kNotify, {channel, payload}});
  return bound;
}

Rows Connection::run(Bound last) {
  if (!deferred_.empty()) {
    auto all = std::exchange(deferred_, {});
    all.push_back(std::move(last));
    return run_pipeline(all, all.size());
  }
  const auto values = values_of(last.query, last.params);
  const auto count = static_cast<int>(values.size());
  auto* const raw =
      last.planned ? PQexecParams(handle_.get(), last.query.sql, count, nullptr, values.data(), nullptr, nullptr, 0)
                   : PQexecPrepared(handle_.get(), last.query.name, count, values.data(), nullptr, nullptr, 0);
  return Rows(checked(raw, last.query.name));
}

bool Connection::send(const Bound& bound) {
  const auto values = values_of(bound.query, bound.params);
  const auto count = static_cast<int>(values.size());
  if (bound.planned) {
    return PQsendQueryParams(handle_.get(), bound.query.sql, count, nullptr, values.data(), nullptr, nullptr, 0) == 1;
  }
  return PQsendQueryPrepared(handle_.get(), bound.query.name, count, values.data(), nullptr, nullptr, 0) == 1;
}

Rows Connection::run_pipeline(const std::vector<Bound>& all, std::size_t required) {
  const auto results = exchange(all);
  // The server skips what follows a failure, so the first one is the cause.
  for (std::size_t i = 0; i < required; ++i) check_result(results.at(i).get(), all[i].query.name);
  return Rows(required > 0 ? results.at(required - 1) : nullptr);
}

std::vector<std::shared_ptr<pg_result>> Connection::exchange(const std::vector<Bound>& all) {
  const auto next = [this] { return std::shared_ptr<pg_result>(PQgetResult(handle_.get()), PQclear); };
  bool sent = PQenterPipelineMode(handle_.get()) == 1;
  for (const auto& bound : all) sent = sent && send(bound);
  sent = sent && PQpipelineSync(handle_.get()) == 1;
  if (!sent) throw DbFailure("08006", "", "pipeline", first_line(PQerrorMessage(handle_.get())));
  std::vector<std::shared_ptr<pg_result>> results;
  for (std::size_t i = 0; i < all.size(); ++i) {
    results.push_back(next());
    next();  // the end of this statement's results
  }
  next();  // the end of the pipeline
  // Fails when the connection is lost; is_idle() sees that, too.
  PQexitPipelineMode(handle_.get());
  return results;
}

void Connection::run_script(const char* sql, const char* what) {
  if (!deferred_.empty()) throw std::logic_error("a script must not overtake what was deferred");
  checked(PQexec(handle_.get(), sql), what);
}

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
         PQpipelineStatus(handle_.get()) == PQ_PIPELINE_OFF && PQtransactionStatus(handle_.get()) == PQTRANS_IDLE;
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
  deferred_.clear();
  notifications_.clear();
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
