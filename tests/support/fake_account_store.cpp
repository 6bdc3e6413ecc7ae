#include "tests/support/fake_account_store.h"

#include <algorithm>

namespace ztix::test {
namespace {

using service::User;

template <class T>
void add_to(std::vector<T>& set, const std::vector<T>& items) {
  for (const auto& item : items) {
    if (std::find(set.begin(), set.end(), item) == set.end()) set.push_back(item);
  }
}

template <class T>
void remove_from(std::vector<T>& set, const std::vector<T>& items) {
  for (const auto& item : items) set.erase(std::remove(set.begin(), set.end(), item), set.end());
}

bool is_link(const service::UserAsn& link, domain::Asn asn) { return link.asn == asn && link.source == "cli"; }

void change_asns(User& user, const service::UserChange& change) {
  for (const auto asn : change.add_asns) {
    const bool known = std::any_of(user.asns.begin(), user.asns.end(), [&](const auto& l) { return is_link(l, asn); });
    if (!known) user.asns.push_back({asn, "cli"});
  }
  for (const auto asn : change.remove_asns) {
    user.asns.erase(std::remove_if(user.asns.begin(), user.asns.end(), [&](const auto& l) { return is_link(l, asn); }),
                    user.asns.end());
  }
  std::sort(user.asns.begin(), user.asns.end(),
            [](const auto& a, const auto& b) { return std::tie(a.asn, a.source) < std::tie(b.asn, b.source); });
}

bool ends_logins(const service::UserChange& change) {
  return change.password_hash || change.disabled || !change.add_roles.empty() || !change.remove_roles.empty();
}

void apply(User& user, const service::UserChange& change) {
  if (ends_logins(change)) ++user.login_epoch;
  if (change.disabled) user.disabled = *change.disabled;
  add_to(user.roles, change.add_roles);
  remove_from(user.roles, change.remove_roles);
  change_asns(user, change);
  add_to(user.networks, change.add_networks);
  remove_from(user.networks, change.remove_networks);
}

Error no_such_user() { return fail(ErrorCode::not_found, "No such user."); }

}  // namespace

Status FakeAccountStore::require_networks(const std::vector<domain::ZtNetworkId>& networks) const {
  for (const auto& id : networks) {
    if (exchange_.find_network(id) == nullptr) {
      return fail(ErrorCode::not_found, "There is no network " + id.text() + ".")
          .with_reason("unknown_network")
          .with_fact("zt_network_id", id.text());
    }
  }
  return {};
}

Result<User> FakeAccountStore::create(const service::NewUser& user, const service::Actor& actor) {
  if (exchange_.users.contains(user.username)) {
    return fail(ErrorCode::conflict, "There is a user of this name already.").with_reason("username_taken");
  }
  ZTIX_CHECK(require_networks(user.networks));
  User made{exchange_.next_uuid(), user.username, false, {}, {}, {}, exchange_.now};
  service::UserChange change;
  change.add_roles = user.roles;
  change.add_asns = user.asns;
  change.add_networks = user.networks;
  apply(made, change);
  exchange_.users.emplace(made.username, made);
  if (!user.password_hash.empty()) exchange_.password_hashes[made.username] = user.password_hash;
  exchange_.audit(actor, "user.created", "user", made.id.text());
  return made;
}

Result<service::Installation> FakeAccountStore::set_up(const std::string& exchange_name, bool single_admin,
                                                       const service::NewUser& admin, const service::Actor& actor) {
  const std::lock_guard hold(exchange_.mutex);
  if (exchange_.installation) {
    return fail(ErrorCode::conflict, "This exchange is set up already.").with_reason("already_set_up");
  }
  ZTIX_CHECK(create(admin, actor));
  exchange_.installation = service::Installation{exchange_.next_uuid(), exchange_name, single_admin};
  exchange_.audit(actor, "installation.created", "installation", exchange_.installation->id.text());
  return *exchange_.installation;
}

Result<service::Installation> FakeAccountStore::installation() {
  const std::lock_guard hold(exchange_.mutex);
  if (!exchange_.installation) return fail(ErrorCode::not_found, "The exchange is not set up yet.");
  return *exchange_.installation;
}

Result<User> FakeAccountStore::create_user(const service::NewUser& user, const service::Actor& actor) {
  const std::lock_guard hold(exchange_.mutex);
  return create(user, actor);
}

Result<User> FakeAccountStore::update_user(const std::string& username, const service::UserChange& change,
                                           const service::Actor& actor) {
  const std::lock_guard hold(exchange_.mutex);
  const auto found = exchange_.users.find(username);
  if (found == exchange_.users.end()) return no_such_user();
  ZTIX_CHECK(require_networks(change.add_networks));
  apply(found->second, change);
  if (change.password_hash) exchange_.password_hashes[username] = *change.password_hash;
  exchange_.audit(actor, "user.updated", "user", found->second.id.text());
  return found->second;
}

Result<std::vector<User>> FakeAccountStore::users() {
  const std::lock_guard hold(exchange_.mutex);
  std::vector<User> all;
  for (const auto& [name, user] : exchange_.users) all.push_back(exchange_.shown(user));
  return all;
}

Result<User> FakeAccountStore::user(const Uuid& id) {
  const std::lock_guard hold(exchange_.mutex);
  for (const auto& [name, user] : exchange_.users) {
    if (user.id == id) return exchange_.shown(user);
  }
  return no_such_user();
}

Result<std::vector<User>> FakeAccountStore::users_by_id(const std::vector<Uuid>& ids) {
  const std::lock_guard hold(exchange_.mutex);
  std::vector<User> all;
  for (const auto& [name, user] : exchange_.users) {
    if (std::find(ids.begin(), ids.end(), user.id) != ids.end()) all.push_back(exchange_.shown(user));
  }
  return all;
}

Result<std::optional<service::LoginRecord>> FakeAccountStore::find_login(const std::string& username) {
  const std::lock_guard hold(exchange_.mutex);
  const auto hash = exchange_.password_hashes.find(username);
  if (hash == exchange_.password_hashes.end()) return std::optional<service::LoginRecord>{};
  return std::optional(service::LoginRecord{exchange_.users.at(username), hash->second});
}

Status FakeAccountStore::replace_password_hash(const Uuid& user, const std::string& password_hash) {
  const std::lock_guard hold(exchange_.mutex);
  for (auto& [name, hash] : exchange_.password_hashes) {
    if (exchange_.users.at(name).id != user) continue;
    hash = password_hash;
    return {};
  }
  return no_such_user();
}

}  // namespace ztix::test
