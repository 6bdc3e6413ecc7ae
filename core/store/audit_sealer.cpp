#include "core/store/audit_sealer.h"

#include <algorithm>

#include "core/base/text.h"
#include "generated/queries.h"

namespace ztix::store {
namespace {

/// Of ids when the whole log is looked through, and of rows afterwards: one transaction each.
constexpr std::int64_t kBatch = 5'000;

service::Seal seal_of(const Row& row) {
  service::Seal seal;
  seal.seq = row.get<std::int64_t>("seq");
  const auto bytes = from_hex(row.get<std::string>("hmac")).value_or("");
  if (bytes.size() != seal.hmac.size()) throw std::logic_error("audit_seal: an HMAC of another length");
  std::copy(bytes.begin(), bytes.end(), seal.hmac.begin());
  return seal;
}

}  // namespace

bool PgAuditSealer::has_lock() {
  if (!connection_ || !connection_->is_alive()) {
    locked_ = false;
    auto opened = database_.dedicated_connection();
    if (!opened) throw DbFailure("08001", "", "seal", opened.error().detail);
    connection_ = std::move(*opened);
  }
  if (locked_) return true;
  locked_ = connection_->execute(queries::seal_lock).one().get<bool>("locked");
  if (!locked_) return false;
  horizon_.clear();
  const auto head = connection_->execute(queries::seal_head).at_most_one();
  complete_since_ = head ? head->get<std::optional<std::string>>("complete_since").value_or("") : "";
  return true;
}

Result<std::int64_t> PgAuditSealer::seal() {
  try {
    if (!has_lock()) return 0;
    // Taken before the look: what is written below this horizon is visible to it.
    const auto now = connection_->execute(queries::seal_horizon).one();
    const auto sealed = horizon_.empty() ? seal_all_up_to(now.get<std::int64_t>("newest")) : seal_written();
    horizon_ = now.get<std::string>("horizon");
    complete_since_ = now.get<std::string>("at");
    return sealed;
  } catch (const DbFailure& failure) {
    connection_.reset();
    return to_error(failure);
  }
}

std::int64_t PgAuditSealer::seal_all_up_to(std::int64_t newest) {
  std::int64_t sealed = 0;
  for (std::int64_t after = 0; after < newest; after += kBatch) {
    const auto rows = connection_->execute(queries::seal_unsealed_of, {after, after + kBatch});
    seal_rows(rows);
    sealed += static_cast<std::int64_t>(rows.size());
  }
  return sealed;
}

std::int64_t PgAuditSealer::seal_written() {
  std::int64_t sealed = 0;
  for (;;) {
    const auto rows = connection_->execute_planned(queries::seal_unsealed_since, {horizon_, kBatch});
    seal_rows(rows);
    sealed += static_cast<std::int64_t>(rows.size());
    if (rows.size() < static_cast<std::size_t>(kBatch)) return sealed;
  }
}

service::Seal PgAuditSealer::stored_head() {
  const auto row = connection_->execute(queries::seal_head).at_most_one();
  return row ? seal_of(*row) : service::Seal();
}

void PgAuditSealer::seal_rows(const Rows& rows) {
  if (rows.empty()) return;
  connection_->begin();
  auto seal = stored_head();
  const auto first = seal.seq + 1;
  std::vector<std::int64_t> ids;
  std::vector<std::string> hmacs;
  for (const auto& row : rows) {
    seal = chain_.next(seal, complete_since_, row.get<std::string>("canonical"));
    ids.push_back(row.get<std::int64_t>("id"));
    hmacs.push_back(to_hex(digest::as_text(seal.hmac)));
  }
  const auto since = complete_since_.empty() ? std::nullopt : std::optional(complete_since_);
  connection_->execute(queries::seal_insert, {first, ids, hmacs, since});
  connection_->commit();
}

Result<std::optional<service::AuditHead>> PgAuditSealer::head() {
  try {
    if (!has_lock()) return std::optional<service::AuditHead>();
    const auto row = connection_->execute(queries::seal_head).at_most_one();
    if (!row) return std::optional<service::AuditHead>();
    return std::optional(service::AuditHead{seal_of(*row), to_rfc3339(row->get<Timestamp>("now"))});
  } catch (const DbFailure& failure) {
    connection_.reset();
    return to_error(failure);
  }
}

Result<bool> PgAuditSealer::has(const service::Seal& seal) {
  return database_.read([&](Session& session) -> Result<bool> {
    const auto row = session.execute(queries::seal_at, {seal.seq}).at_most_one();
    return row && seal_of(*row).hmac == seal.hmac;
  });
}

}  // namespace ztix::store
