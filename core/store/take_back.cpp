#include "core/store/take_back.h"

#include <algorithm>
#include <map>
#include <vector>

#include "core/log/log.h"
#include "core/store/audit_store.h"
#include "core/store/config_content.h"
#include "core/store/membership_hold.h"
#include "core/store/revision.h"
#include "core/store/route_server_change.h"
#include "generated/queries.h"

namespace ztix::store {
namespace {

using domain::Revision;
using service::Actor;
using service::TakenBack;

/// One object of the manifest that differs between two revisions.
struct ChangedObject {
  std::string kind;
  std::string subject;
  std::optional<int> old_version;
  std::optional<std::string> old_content;  ///< nullopt: it was not there
  std::optional<int> new_version;
  std::optional<std::string> new_content;  ///< nullopt: it is gone
  std::optional<int> network_number;
  std::optional<std::int64_t> route_server_id;
  Revision brought_by = 0;

  [[nodiscard]] ObjectChange as_it_was() const {
    return {kind, subject, old_version, old_content, network_number, route_server_id};
  }
  [[nodiscard]] ObjectChange as_it_is() const {
    return {kind, subject, new_version, new_content, network_number, route_server_id};
  }
};

/// What one transaction changed belongs together.
using Change = std::vector<ChangedObject>;

ChangedObject read_changed(const Row& row) {
  return {row.get<std::string>("kind"),
          row.get<std::string>("subject"),
          row.get<std::optional<int>>("old_version"),
          row.get<std::optional<std::string>>("old_content"),
          row.get<std::optional<int>>("new_version"),
          row.get<std::optional<std::string>>("new_content"),
          row.get<std::optional<int>>("network"),
          row.get<std::optional<std::int64_t>>("route_server"),
          row.get<Revision>("brought_by")};
}

// A removal, a suspension, a session or a route server that is taken out: whatever a person took away stays away.
Result<bool> takes_away(const ChangedObject& object) {
  if (object.kind == "session_admin_state") return object.new_content.has_value();
  if (object.kind == "membership") {
    if (!object.new_content) return true;
    ZTIX_ASSIGN(const auto now, decode_membership(*object.new_content));
    if (!object.old_content) return false;
    ZTIX_ASSIGN(const auto before, decode_membership(*object.old_content));
    return now.suspended && !before.suspended;
  }
  if (object.kind == "route_server") {
    if (!object.new_content || !object.old_content) return true;
    ZTIX_ASSIGN(const auto now, decode_route_server(*object.new_content));
    ZTIX_ASSIGN(const auto before, decode_route_server(*object.old_content));
    return now.state != before.state;
  }
  return false;
}

/// The changes between two revisions that may be taken back, oldest first.
Result<std::vector<Change>> changes_between(Transaction& transaction, Revision base, Revision revision,
                                            std::int64_t route_server_id) {
  std::map<Revision, Change> changes;
  for (const auto row : transaction.execute(queries::rollout_changes, {base, revision, route_server_id})) {
    auto object = read_changed(row);
    ZTIX_ASSIGN(const bool stays, takes_away(object));
    if (!stays) changes[object.brought_by].push_back(std::move(object));
  }
  std::vector<Change> ordered;
  for (auto& [brought_by, change] : changes) ordered.push_back(std::move(change));
  return ordered;
}

Result<bool> hold(Transaction& transaction, const Actor& actor, const ChangedObject& object, const std::string& cause) {
  ZTIX_ASSIGN(const auto membership, decode_membership(*object.new_content));
  const auto held = hold_back(transaction, actor, {membership.id, membership.version, "", 0, cause});
  if (held) return true;
  if (held.error().code == ErrorCode::conflict) return false;
  return held.error();
}

Status revert(Transaction& transaction, const Actor& actor, const ChangedObject& object, const std::string& cause) {
  const auto current =
      transaction.execute(queries::revision_object_current, {object.kind, object.subject, object.new_content})
          .at_most_one();
  const bool is_current = current && current->get<bool>("same_content");
  if (object.new_content && !is_current) return {};  // a newer one has settled it
  const auto revision = next_revision(transaction, actor, "rollout.undone", {object.as_it_was()});
  if (object.kind == "route_server") {
    // Else the next change of its state would publish them again.
    ZTIX_ASSIGN(const auto before, decode_route_server(*object.old_content));
    write_rtr_caches(transaction, before.id, before.rtr_caches);
  }
  transaction.execute(queries::rollout_note_undone, {revision, object.kind, object.subject, object.new_content, cause});
  append_audit(transaction, actor, "rollout.undone", "revision", std::to_string(revision),
               {{"kind", object.kind}, {"subject", object.subject}, {"cause", cause}});
  log::error("rollout.undone", {{"kind", object.kind},
                                {"subject", object.subject},
                                {"revision", revision},
                                {"cause", cause},
                                {"remedy", "correct it and publish it anew; it is not published again by itself"}});
  return {};
}

/// False when all of it runs on another route server already.
Result<bool> undo(Transaction& transaction, const Actor& actor, const Change& change, const std::string& cause) {
  bool any = false;
  for (const auto& object : change) {
    if (object.kind == "membership") {
      ZTIX_ASSIGN(const bool held, hold(transaction, actor, object, cause));
      any = any || held;
    } else {
      ZTIX_CHECK(revert(transaction, actor, object, cause));
      any = true;
    }
  }
  return any;
}

// The first step goes back to what is known to be good and brings the oldest change alone; each further one brings the
// next. Together they are what was published before.
void publish_steps(Transaction& transaction, const Actor& actor, const std::vector<Change>& changes,
                   const std::string& cause) {
  std::vector<ObjectChange> back;
  for (auto change = changes.begin() + 1; change != changes.end(); ++change) {
    for (const auto& object : *change) back.push_back(object.as_it_was());
  }
  const auto first = next_revision(transaction, actor, "rollout.one_at_a_time", back);
  auto last = first;
  for (auto change = changes.begin() + 1; change != changes.end(); ++change) {
    std::vector<ObjectChange> next;
    for (const auto& object : *change) next.push_back(object.as_it_is());
    last = next_revision(transaction, actor, "rollout.one_at_a_time", next);
  }
  transaction.execute(queries::rollout_search_begin, {first, last, cause});
  append_audit(transaction, actor, "rollout.split", "revision", std::to_string(first),
               {{"last", std::to_string(last)}, {"changes", std::to_string(changes.size())}, {"cause", cause}});
}

}  // namespace

Result<TakenBack> take_revision_back(Transaction& transaction, const Actor& actor, std::int64_t route_server_id,
                                     Revision revision, const std::string& cause) {
  lock_revisions(transaction);
  const auto base = transaction.execute(queries::rollout_base, {route_server_id}).one().get<Revision>("base");
  if (base == 0 || base >= revision) return TakenBack::kept;
  ZTIX_ASSIGN(const auto brought, changes_between(transaction, base, revision, route_server_id));
  if (brought.empty()) return TakenBack::kept;
  const auto shown = cause.empty() ? std::string("refused") : cause;
  const bool was_searching = !transaction.execute(queries::rollout_search_open).empty();
  if (transaction.execute(queries::revision_quarantine, {revision, shown}).empty()) return TakenBack::already;
  append_audit(transaction, actor, "revision.quarantined", "revision", std::to_string(revision), {{"cause", shown}});
  if (brought.size() == 1) {
    ZTIX_ASSIGN(const bool undone, undo(transaction, actor, brought.front(), shown));
    if (!undone) return fail(ErrorCode::conflict, "Another route server runs this very change.");
  }
  if (brought.size() == 1 && !was_searching) return TakenBack::undone;
  transaction.execute(queries::rollout_search_close);
  ZTIX_ASSIGN(const auto rest, changes_between(transaction, base, newest_revision(transaction), route_server_id));
  if (rest.size() > 1) publish_steps(transaction, actor, rest, shown);
  return brought.size() == 1 ? TakenBack::undone : TakenBack::split;
}

}  // namespace ztix::store
