#include "core/store/database_failure.h"

#include <utility>

namespace ztix::store {
namespace {

std::string describe(const std::string& sqlstate, const std::string& constraint, const std::string& query,
                     std::string_view text) {
  std::string out = query + ": SQLSTATE " + sqlstate;
  if (!constraint.empty()) out += ", constraint " + constraint;
  // Data exceptions (class 22) quote the value itself; of the rest the primary message names only objects.
  if (!sqlstate.starts_with("22") && !text.empty()) out.append(": ").append(text);
  return out;
}

ErrorCode code_of(const DbFailure& failure) {
  const std::string_view state = failure.sqlstate();
  if (failure.lost_connection() || failure.is_repeatable()) return ErrorCode::unavailable;
  if (state == "57014" || state == "55P03" || state == "25P03") return ErrorCode::timeout;
  if (state == "23505" || state == "23503" || state == "23P01") return ErrorCode::conflict;
  if (state.starts_with("22") || state.starts_with("23")) return ErrorCode::invalid_argument;
  // 53: out of disk, memory or connections. 28, 3D: login or database not there (yet). 25006: a standby.
  if (state.starts_with("53") || state.starts_with("28") || state == "3D000" || state == "25006") {
    return ErrorCode::unavailable;
  }
  return ErrorCode::internal;
}

/// Only the codes that code_of() gives differ; anything else reads as an internal failure.
std::string message_of(ErrorCode code) {
  if (code == ErrorCode::unavailable) return "The database is not available. Try again in a moment.";
  if (code == ErrorCode::timeout) return "The database took too long. Try again in a moment.";
  if (code == ErrorCode::conflict) return "This contradicts what is stored already.";
  if (code == ErrorCode::invalid_argument) return "The database refused a value.";
  return "The database refused a statement.";
}

}  // namespace

DbFailure::DbFailure(std::string sqlstate, std::string constraint, const std::string& query, std::string_view text)
    : std::runtime_error(describe(sqlstate, constraint, query, text)),
      sqlstate_(std::move(sqlstate)),
      constraint_(std::move(constraint)) {}

bool DbFailure::violates(std::string_view constraint) const noexcept {
  return sqlstate_.starts_with("23") && constraint_ == constraint;
}

bool DbFailure::lost_connection() const noexcept { return sqlstate_.starts_with("08") || sqlstate_.starts_with("57P"); }

bool DbFailure::is_repeatable() const noexcept { return sqlstate_ == "40001" || sqlstate_ == "40P01"; }

bool DbFailure::misses_schema() const noexcept {
  return sqlstate_ == "42P01" || sqlstate_ == "42703" || sqlstate_ == "42883";
}

Error to_error(const DbFailure& failure) {
  const auto code = code_of(failure);
  if (failure.misses_schema()) {
    return fail(code, "The database's schema is missing or of another version. Run: ztix migrate up")
        .with_reason("schema_missing")
        .with_detail(failure.what());
  }
  return fail(code, message_of(code)).with_detail(failure.what());
}

}  // namespace ztix::store
