#include "core/store/audit_log.h"

#include <vector>

#include "core/base/text.h"
#include "core/store/audit_row.h"
#include "generated/queries.h"

namespace ztix::store {
namespace {

using service::AuditEntry;

/// The id of the last row of the page before.
Result<std::optional<std::int64_t>> parse_cursor(const std::string& text) {
  if (text.empty()) return std::optional<std::int64_t>();
  if (const auto id = parse_decimal<std::int64_t>(text); id && *id > 0) return std::optional(*id);
  return fail(ErrorCode::invalid_argument, "This cursor is not one of ours. Start again at the first page.")
      .with_fact("field", "cursor");
}

/// Rows of one member follow each other, one for each approval.
void add_approval(std::vector<service::MemberApproval>& members, const Row& row) {
  const auto membership = row.get<std::int64_t>("membership");
  if (members.empty() || members.back().membership_id != membership) {
    members.push_back({membership,
                       row.get<domain::Asn>("asn"),
                       row.get<domain::ZtNetworkId>("zt_network_id"),
                       row.get<int>("router_sequence"),
                       row.get<std::optional<Uuid>>("request"),
                       row.get<std::optional<std::string>>("requested_by").value_or(""),
                       {}});
  }
  if (!row.is_null("id")) members.back().approvals.push_back(read_entry(row));
}

}  // namespace

Result<service::Paged<AuditEntry>> PgAuditLog::list(const service::AuditFilter& filter, const service::Page& page) {
  ZTIX_ASSIGN(const auto below, parse_cursor(page.cursor));
  return database_.read([&](Session& session) -> Result<service::Paged<AuditEntry>> {
    // One more than asked for tells whether there is another page.
    const auto rows = session.execute_planned(
        queries::audit_list, {filter.actor, filter.action, filter.subject_kind, filter.subject_id, filter.from,
                              filter.to, below, page.limit + 1});
    service::Paged<AuditEntry> found;
    for (const auto& row : rows) found.items.push_back(read_entry(row));
    if (found.items.size() > static_cast<std::size_t>(page.limit)) {
      found.items.pop_back();
      found.next = std::to_string(found.items.back().id);
    }
    return found;
  });
}

Result<service::RevisionApprovals> PgAuditLog::approvals(std::int64_t revision) {
  return database_.read([&](Session& session) -> Result<service::RevisionApprovals> {
    const auto found = session.execute(queries::audit_revision, {revision}).at_most_one();
    if (!found) return fail(ErrorCode::not_found, "There is no such revision.");
    service::RevisionApprovals all{revision,
                                   found->get<Timestamp>("created_at"),
                                   found->get<std::string>("actor"),
                                   found->get<std::string>("cause"),
                                   {}};
    for (const auto& row : session.execute(queries::audit_approvals, {revision})) add_approval(all.members, row);
    return all;
  });
}

}  // namespace ztix::store
