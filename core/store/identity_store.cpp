#include "core/store/identity_store.h"

#include <stdexcept>
#include <utility>

#include "core/base/text.h"
#include "core/store/account_store.h"
#include "core/store/audit_store.h"
#include "core/store/peeringdb_store.h"
#include "generated/queries.h"

namespace ztix::store {
namespace {

using domain::Asn;
using service::Actor;
using service::AdmittedIdentity;
using service::ProvenIdentity;
using service::User;

constexpr unsigned kNameAttempts = 100;

struct Found {
  Uuid user;
  bool is_new = false;
};

std::string listed(const std::vector<Asn>& asns) {
  std::vector<std::string> texts;
  for (const auto asn : asns) texts.push_back(asn.text());
  return join(texts, " ");
}

/// The user's first row, under a name that nobody has.
Uuid make_user(Transaction& transaction, const ProvenIdentity& identity) {
  for (unsigned attempt = 0; attempt < kNameAttempts; ++attempt) {
    const auto name = service::derived_username(identity, attempt);
    const auto row = transaction.execute(queries::account_create, {name}).at_most_one();
    if (!row) continue;
    const auto id = row->get<Uuid>("id");
    transaction.execute(queries::account_add_roles, {id, std::vector{domain::Role::member_operator}});
    transaction.execute(queries::identity_add, {identity.issuer, identity.subject, id, identity.name, identity.email});
    return id;
  }
  throw std::logic_error("no free name for " + identity.subject);
}

Found find_or_make(Transaction& transaction, const ProvenIdentity& identity) {
  transaction.execute(queries::identity_lock, {identity.issuer, identity.subject});
  const auto row = transaction.execute(queries::identity_find, {identity.issuer, identity.subject}).at_most_one();
  if (!row) return {make_user(transaction, identity), true};
  return {row->get<Uuid>("user_id"), false};
}

Actor as_user(Actor from, const User& user) {
  from.user_id = user.id;
  from.name = user.username;
  return from;
}

std::vector<Asn> named_asns(const ProvenIdentity& identity, bool only_updatable) {
  std::vector<Asn> asns;
  for (const auto& one : identity.affiliations) {
    if (one.may_update || !only_updatable) asns.push_back(one.asn);
  }
  return asns;
}

/// Whoever looks at a number for the first time does not wait for the next look at PeeringDB. @return what is gone.
std::vector<Asn> replace_asns(Transaction& transaction, const Uuid& user, const ProvenIdentity& identity,
                              const Actor& actor) {
  const auto named = named_asns(identity, false);
  std::vector<Asn> lost;
  for (const auto& row : transaction.execute(queries::identity_lose_asns, {user, named})) {
    lost.push_back(row.get<Asn>("asn"));
  }
  bool has_new = false;
  for (const auto& row : transaction.execute(queries::identity_prove_asns, {user, named, named_asns(identity, true)})) {
    has_new = has_new || row.get<bool>("is_new");
  }
  if (has_new) enqueue_peeringdb_refresh(transaction, actor);
  return lost;
}

/// What rested on the lost numbers ends: all logins of the user, and what an administrator has to look at is written.
void settle_loss(Transaction& transaction, const Actor& actor, const User& user, const std::vector<Asn>& lost) {
  if (lost.empty()) return;
  transaction.execute(queries::login_epoch_raise, {user.id});
  append_audit(transaction, actor, "user.asns_lost", "user", user.id.text(),
               {{"asns", listed(lost)}, {"why", "PeeringDB no longer names them"}, {"sessions", "ended"}});
  for (const auto& row : transaction.execute(queries::identity_open_tasks, {user.id, lost})) {
    append_audit(transaction, actor, "task.opened", "task", row.get<std::string>("id"),
                 {{"kind", "affiliation_lost"}, {"asn", row.get<Asn>("asn").text()}, {"username", user.username}});
  }
}

}  // namespace

Result<AdmittedIdentity> PgIdentityStore::admit(const ProvenIdentity& identity, const Actor& from) {
  if (identity.affiliations.empty()) throw std::logic_error("an identity without networks proves nothing");
  return database_.transaction([&](Transaction& transaction) -> Result<AdmittedIdentity> {
    const auto found = find_or_make(transaction, identity);
    ZTIX_ASSIGN(auto before, read_user(transaction, found.user));
    if (before.disabled) return AdmittedIdentity{std::move(before), false, {}};
    const auto actor = as_user(from, before);
    if (found.is_new) {
      append_audit(transaction, actor, "user.created", "user", before.id.text(),
                   {{"username", before.username}, {"issuer", identity.issuer}, {"subject", identity.subject}});
    } else {
      transaction.execute(queries::identity_seen, {identity.issuer, identity.subject, identity.name, identity.email});
    }
    auto lost = replace_asns(transaction, before.id, identity, actor);
    append_audit(transaction, actor, "user.asns_proven", "user", before.id.text(),
                 {{"may_update", listed(named_asns(identity, true))}, {"asns", listed(named_asns(identity, false))}});
    settle_loss(transaction, actor, before, lost);
    ZTIX_ASSIGN(auto user, read_user(transaction, before.id));
    return AdmittedIdentity{std::move(user), found.is_new, std::move(lost)};
  });
}

}  // namespace ztix::store
