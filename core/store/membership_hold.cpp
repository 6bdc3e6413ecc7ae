#include "core/store/membership_hold.h"

#include "core/store/audit_store.h"
#include "core/store/config_content.h"
#include "core/store/membership_row.h"
#include "core/store/request_progress.h"
#include "core/store/revision.h"
#include "generated/queries.h"

namespace ztix::store {
namespace {

using domain::RequestEvent;
using domain::Revision;
using service::Actor;
using service::Hold;

/// What cannot even be rendered has no file to blame.
std::string cause_of(const Hold& hold) {
  if (hold.file.empty()) return hold.message;
  return hold.file + ":" + std::to_string(hold.line) + ": " + hold.message;
}

/// What the manifest says of a held membership: its last confirmed version, or nothing.
Result<ObjectChange> fallback_of(Transaction& transaction, const MembershipRow& membership) {
  const auto subject = std::to_string(membership.id);
  ObjectChange change{"membership", subject, membership.confirmed_version, std::nullopt, membership.network_number,
                      std::nullopt};
  if (membership.confirmed_version == 0) return change;
  const auto row =
      transaction.execute(queries::revision_last_content, {"membership", subject, membership.confirmed_version})
          .at_most_one();
  if (!row) throw std::logic_error("a confirmed version was never published");
  // A suspension outlives every version: the older one, too, is rendered suspended.
  ZTIX_ASSIGN(auto config, decode_membership(row->get<std::string>("content")));
  config.suspended = membership.suspended;
  change.content = encode(config);
  return change;
}

void audit_held(Transaction& transaction, const Actor& actor, const Hold& hold) {
  append_audit(transaction, actor, "membership.held", "membership", std::to_string(hold.membership_id),
               {{"version", std::to_string(hold.version)},
                {"file", hold.file},
                {"line", std::to_string(hold.line)},
                {"message", hold.message}});
}

/// Never confirmed: the request fails with the refusal as its cause. Else it stays as it is, flagged.
Status fail_if_never_confirmed(Transaction& transaction, const Actor& actor, const LockedRequest& request,
                               const MembershipRow& membership, const Hold& hold) {
  if (membership.confirmed_version != 0) return {};
  const auto cause = cause_of(hold);
  transaction.execute(queries::apply_fail_delivery, {request.id, cause});
  if (!domain::next_state(request.state, RequestEvent::fail)) return {};
  return apply_event(transaction, actor, request, RequestEvent::fail, cause);
}

}  // namespace

Result<Revision> hold_back(Transaction& transaction, const Actor& actor, const Hold& hold) {
  lock_revisions(transaction);
  ZTIX_ASSIGN(const auto request, lock_request_of(transaction, hold.membership_id));
  ZTIX_ASSIGN(const auto membership, lock_membership(transaction, hold.membership_id));
  if (membership.version != hold.version) return newest_revision(transaction);  // a newer one is on its way
  if (membership.confirmed_version >= hold.version) {
    return fail(ErrorCode::conflict,
                "Another route server runs this very version of the membership; it is not taken away there.")
        .with_reason("confirmed_elsewhere")
        .with_detail(cause_of(hold));
  }
  ZTIX_ASSIGN(auto change, fallback_of(transaction, membership));
  transaction.execute(queries::apply_hold, {membership.id, hold.version, hold.file, hold.line, hold.message});
  const auto revision = next_revision(transaction, actor, "membership.held", {std::move(change)});
  audit_held(transaction, actor, hold);
  ZTIX_CHECK(fail_if_never_confirmed(transaction, actor, request, membership, hold));
  return revision;
}

}  // namespace ztix::store
