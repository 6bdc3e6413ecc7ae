#include "core/store/audit_verifier.h"

#include <algorithm>

#include "core/base/text.h"
#include "generated/queries.h"

namespace ztix::store {
namespace {

constexpr std::int64_t kBatch = 10'000;
/// More is the same fault many times.
constexpr int kMostUnsealed = 10'000;

service::SealedRow sealed_row(const Row& row) {
  service::SealedRow sealed;
  sealed.seal.seq = row.get<std::int64_t>("seq");
  const auto hmac = from_hex(row.get<std::string>("hmac")).value_or("");
  // Any other length fits nothing, as zeros do.
  if (hmac.size() == sealed.seal.hmac.size()) std::copy(hmac.begin(), hmac.end(), sealed.seal.hmac.begin());
  sealed.audit_id = row.get<std::int64_t>("audit_id");
  sealed.complete_since = row.get<std::string>("complete_since");
  sealed.came_later = row.get<bool>("came_later");
  sealed.canonical = row.get<std::optional<std::string>>("canonical");
  return sealed;
}

}  // namespace

Result<service::AuditReport> PgAuditVerifier::verify(const std::vector<std::string>& head_lines) {
  service::AuditCheck check(chain_, head_lines);
  std::int64_t last = 0;
  for (std::size_t found = kBatch; found == kBatch;) {
    ZTIX_ASSIGN(const auto rows, database_.read([&](Session& session) -> Result<Rows> {
      return session.execute_planned(queries::seal_chain, {last, kBatch});
    }));
    found = rows.size();
    for (const auto& row : rows) {
      auto sealed = sealed_row(row);
      last = sealed.seal.seq;
      check.add(std::move(sealed));
    }
  }
  ZTIX_ASSIGN(const auto open, database_.read([&](Session& session) -> Result<Rows> {
    return session.execute(queries::seal_not_sealed, {kMostUnsealed});
  }));
  for (const auto& row : open) check.add_unsealed(row.get<std::int64_t>("id"), row.get<bool>("is_old"));
  return check.finish();
}

}  // namespace ztix::store
