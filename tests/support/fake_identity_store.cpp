#include "tests/support/fake_identity_store.h"

#include <algorithm>

namespace ztix::test {
namespace {

using domain::Asn;
using service::AdminTask;
using service::AdmittedIdentity;
using service::ProvenIdentity;
using service::User;

bool is_named(const ProvenIdentity& identity, Asn asn) {
  return std::any_of(identity.affiliations.begin(), identity.affiliations.end(),
                     [asn](const auto& one) { return one.asn == asn; });
}

std::vector<Asn> lose_asns(User& user, const ProvenIdentity& identity) {
  std::vector<Asn> lost;
  std::erase_if(user.asns, [&](const service::UserAsn& link) {
    if (link.source != "peeringdb") return false;
    if (!is_named(identity, link.asn)) lost.push_back(link.asn);
    return true;
  });
  return lost;
}

}  // namespace

User& FakeIdentityStore::find_or_make(const ProvenIdentity& identity, const service::Actor& from, bool& is_new) {
  const std::pair key(identity.issuer, identity.subject);
  const auto found = exchange_.identities.find(key);
  if (found != exchange_.identities.end()) {
    found->second.email = identity.email;
    return exchange_.users.at(found->second.username);
  }
  is_new = true;
  unsigned attempt = 0;
  auto name = service::derived_username(identity, attempt);
  while (exchange_.users.contains(name)) name = service::derived_username(identity, ++attempt);
  exchange_.identities[key] = {name, identity.email};
  User user{exchange_.next_uuid(), name, false, {domain::Role::member_operator}, {}, {}, exchange_.now};
  auto& made = exchange_.users.emplace(name, std::move(user)).first->second;
  exchange_.audit(from, "user.created", "user", made.id.text());
  return made;
}

void FakeIdentityStore::open_tasks(const User& user, const std::vector<Asn>& lost, const service::Actor& actor) {
  for (const auto asn : lost) {
    const bool live = std::any_of(exchange_.memberships.begin(), exchange_.memberships.end(),
                                  [asn](const auto& one) { return one.asn == asn && !one.ended; });
    const bool open = std::any_of(
        exchange_.admin_tasks.begin(), exchange_.admin_tasks.end(),
        [&](const AdminTask& task) { return task.asn == asn && task.username == user.username && !task.done_at; });
    if (!live || open) continue;
    const auto id = static_cast<std::int64_t>(exchange_.admin_tasks.size()) + 1;
    exchange_.admin_tasks.push_back(
        {id, service::AdminTaskKind::affiliation_lost, asn, user.username, 0, exchange_.now, {}, {}});
    exchange_.audit(actor, "task.opened", "task", std::to_string(id), {{"asn", asn.text()}});
  }
}

Result<AdmittedIdentity> FakeIdentityStore::admit(const ProvenIdentity& identity, const service::Actor& from) {
  const std::lock_guard hold(exchange_.mutex);
  bool is_new = false;
  auto& user = find_or_make(identity, from, is_new);
  if (user.disabled) return AdmittedIdentity{user, false, {}};
  auto actor = from;
  actor.user_id = user.id;
  actor.name = user.username;
  auto lost = lose_asns(user, identity);
  for (const auto& one : identity.affiliations) {
    const auto rights = one.may_update ? service::AsnRights::full : service::AsnRights::read_only;
    user.asns.push_back({one.asn, "peeringdb", rights});
    exchange_.proofs.insert_or_assign({user.username, one.asn}, exchange_.now);
  }
  std::sort(user.asns.begin(), user.asns.end(),
            [](const auto& a, const auto& b) { return std::tie(a.asn, a.source) < std::tie(b.asn, b.source); });
  exchange_.audit(actor, "user.asns_proven", "user", user.id.text());
  if (!lost.empty()) {
    ++user.login_epoch;
    exchange_.audit(actor, "user.asns_lost", "user", user.id.text());
  }
  open_tasks(user, lost, actor);
  return AdmittedIdentity{user, is_new, std::move(lost)};
}

Result<std::vector<AdminTask>> FakeAdminTaskStore::tasks(bool only_open, int limit) {
  const std::lock_guard hold(exchange_.mutex);
  std::vector<AdminTask> shown;
  for (auto task = exchange_.admin_tasks.rbegin(); task != exchange_.admin_tasks.rend(); ++task) {
    if (static_cast<int>(shown.size()) >= limit || (only_open && task->done_at)) continue;
    shown.push_back(*task);
    shown.back().others =
        static_cast<int>(std::count_if(exchange_.users.begin(), exchange_.users.end(), [&](const auto& entry) {
          const auto rights = entry.second.rights_on(task->asn);
          return entry.first != task->username && !entry.second.disabled && rights &&
                 *rights != service::AsnRights::read_only;
        }));
  }
  return shown;
}

Status FakeAdminTaskStore::finish(std::int64_t id, const service::Actor& actor) {
  const std::lock_guard hold(exchange_.mutex);
  for (auto& task : exchange_.admin_tasks) {
    if (task.id != id || task.done_at) continue;
    task.done_at = exchange_.now;
    task.done_by = actor.name;
    exchange_.audit(actor, "task.done", "task", std::to_string(id));
    return {};
  }
  return fail(ErrorCode::not_found, "There is no open task of this number.").with_reason("no_open_task");
}

}  // namespace ztix::test
