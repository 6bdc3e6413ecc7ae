#include "core/store/account_store.h"

#include <map>
#include <utility>

#include "core/base/text.h"
#include "core/domain/states.h"
#include "core/store/audit_store.h"
#include "core/store/peeringdb_store.h"
#include "generated/queries.h"

namespace ztix::store {
namespace {

using service::Actor;
using service::Installation;
using service::NewUser;
using service::User;
using service::UserChange;

constexpr const char* kSource = "cli";

User read_user(const Row& row) {
  User user{row.get<Uuid>("id"),
            row.get<std::string>("username"),
            row.get<bool>("disabled"),
            {},
            {},
            {},
            row.get<Timestamp>("created_at"),
            row.get<std::int64_t>("login_epoch"),
            row.get<bool>("has_second_factor"),
            row.get<bool>("has_passkey")};
  for (const auto& role : row.get<std::vector<std::string>>("roles")) {
    user.roles.push_back(domain::parse_enum(domain::kRoles, role).value());
  }
  const auto sources = row.get<std::vector<std::string>>("asn_sources");
  const auto rights = row.get<std::vector<std::string>>("asn_rights");
  std::size_t i = 0;
  for (const auto number : row.get<std::vector<std::int64_t>>("asns")) {
    user.asns.push_back({domain::Asn::from_number(static_cast<std::uint64_t>(number)).value(), sources.at(i),
                         domain::parse_enum(service::kAsnRights, rights.at(i)).value()});
    ++i;
  }
  for (const auto& network : row.get<std::vector<std::string>>("networks")) {
    user.networks.push_back(domain::ZtNetworkId::parse(network).value());
  }
  return user;
}

Installation read_installation(const Row& row) {
  return {row.get<Uuid>("id"), row.get<std::string>("name"), row.get<bool>("single_admin")};
}

Status require_networks(Transaction& transaction, const std::vector<domain::ZtNetworkId>& networks) {
  const auto unknown = transaction.execute(queries::account_unknown_networks, {networks});
  if (unknown.empty()) return {};
  const auto id = unknown[0].get<std::string>("zt_network_id");
  return fail(ErrorCode::not_found, "There is no network " + id + ".")
      .with_reason("unknown_network")
      .with_fact("zt_network_id", id);
}

template <class T>
std::string listed(const std::vector<T>& items) {
  std::vector<std::string> texts;
  for (const auto& item : items) {
    if constexpr (std::is_enum_v<T>) {
      texts.emplace_back(to_string(item));
    } else {
      texts.push_back(item.text());
    }
  }
  return join(texts, " ");
}

/// Names of what changed; of a password only that it did.
std::map<std::string, std::string> facts_of(const UserChange& change) {
  std::map<std::string, std::string> facts;
  const auto add = [&](const char* name, const auto& items) {
    if (!items.empty()) facts.emplace(name, listed(items));
  };
  add("add_roles", change.add_roles);
  add("remove_roles", change.remove_roles);
  add("add_asns", change.add_asns);
  add("remove_asns", change.remove_asns);
  add("add_networks", change.add_networks);
  add("remove_networks", change.remove_networks);
  if (change.password_hash) facts.emplace("password", "replaced");
  if (change.disabled) facts.emplace("disabled", *change.disabled ? "true" : "false");
  return facts;
}

/// Another password, other rights: who was logged in before proves themselves anew.
bool ends_logins(const UserChange& change) {
  return change.password_hash || change.disabled || !change.add_roles.empty() || !change.remove_roles.empty();
}

Status apply(Transaction& transaction, const Uuid& id, const UserChange& change, const Actor& actor) {
  ZTIX_CHECK(require_networks(transaction, change.add_networks));
  if (change.password_hash) transaction.execute(queries::account_set_password, {id, *change.password_hash});
  if (change.disabled) transaction.execute(queries::account_set_disabled, {id, *change.disabled});
  if (ends_logins(change)) transaction.execute(queries::login_epoch_raise, {id});
  transaction.execute(queries::account_add_roles, {id, change.add_roles});
  transaction.execute(queries::account_remove_roles, {id, change.remove_roles});
  transaction.execute(queries::account_add_asns, {id, change.add_asns, kSource});
  if (!change.add_asns.empty()) enqueue_peeringdb_refresh(transaction, actor);
  transaction.execute(queries::account_remove_asns, {id, change.remove_asns, kSource});
  transaction.execute(queries::account_add_networks, {id, change.add_networks});
  transaction.execute(queries::account_remove_networks, {id, change.remove_networks});
  return {};
}

Result<User> create(Transaction& transaction, const NewUser& user, const Actor& actor) {
  const auto row = transaction.execute(queries::account_create, {user.username}).at_most_one();
  if (!row) {
    return fail(ErrorCode::conflict, "There is a user " + user.username + " already.").with_reason("username_taken");
  }
  const auto id = row->get<Uuid>("id");
  UserChange change;
  if (!user.password_hash.empty()) change.password_hash = user.password_hash;
  change.add_roles = user.roles;
  change.add_asns = user.asns;
  change.add_networks = user.networks;
  ZTIX_CHECK(apply(transaction, id, change, actor));
  auto facts = facts_of(change);
  facts.emplace("username", user.username);
  append_audit(transaction, actor, "user.created", "user", id.text(), facts);
  return read_user(transaction, id);
}

}  // namespace

Result<User> read_user(Session& session, const Uuid& id) {
  const auto row = session.execute(queries::account_by_id, {id}).at_most_one();
  if (!row) return fail(ErrorCode::not_found, "No such user.");
  return read_user(*row);
}

Result<Installation> PgAccountStore::set_up(const std::string& exchange_name, bool single_admin, const NewUser& admin,
                                            const Actor& actor) {
  return database_.transaction([&](Transaction& transaction) -> Result<Installation> {
    const auto row = transaction.execute(queries::installation_create, {exchange_name, single_admin}).at_most_one();
    if (!row) return fail(ErrorCode::conflict, "This exchange is set up already.").with_reason("already_set_up");
    ZTIX_CHECK(create(transaction, admin, actor));
    const auto made = read_installation(*row);
    append_audit(transaction, actor, "installation.created", "installation", made.id.text(),
                 {{"name", exchange_name}, {"single_admin", single_admin ? "true" : "false"}});
    return made;
  });
}

Result<Installation> PgAccountStore::installation() {
  return database_.read([&](Session& session) -> Result<Installation> {
    const auto row = session.execute(queries::installation_read).at_most_one();
    if (!row) return fail(ErrorCode::not_found, "The exchange is not set up yet. Run: ztix setup");
    return read_installation(*row);
  });
}

Result<User> PgAccountStore::create_user(const NewUser& user, const Actor& actor) {
  return database_.transaction([&](Transaction& transaction) { return create(transaction, user, actor); });
}

Result<User> PgAccountStore::update_user(const std::string& username, const UserChange& change, const Actor& actor) {
  return database_.transaction([&](Transaction& transaction) -> Result<User> {
    const auto row = transaction.execute(queries::account_lock, {username}).at_most_one();
    if (!row) return fail(ErrorCode::not_found, "There is no user " + username + ".").with_reason("unknown_user");
    const auto id = row->get<Uuid>("id");
    ZTIX_CHECK(apply(transaction, id, change, actor));
    append_audit(transaction, actor, "user.updated", "user", id.text(), facts_of(change));
    return read_user(transaction, id);
  });
}

Result<std::vector<User>> PgAccountStore::users() {
  return database_.read([&](Session& session) -> Result<std::vector<User>> {
    std::vector<User> all;
    for (const auto& row : session.execute(queries::account_list)) all.push_back(read_user(row));
    return all;
  });
}

Result<User> PgAccountStore::user(const Uuid& id) {
  return database_.read([&](Session& session) { return read_user(session, id); });
}

Result<std::vector<User>> PgAccountStore::users_by_id(const std::vector<Uuid>& ids) {
  return database_.read([&](Session& session) -> Result<std::vector<User>> {
    std::vector<User> all;
    for (const auto& row : session.execute(queries::account_by_ids, {ids})) all.push_back(read_user(row));
    return all;
  });
}

Result<std::optional<service::LoginRecord>> PgAccountStore::find_login(const std::string& username) {
  using Found = std::optional<service::LoginRecord>;
  return database_.read([&](Session& session) -> Result<Found> {
    const auto row = session.execute(queries::account_login, {username}).at_most_one();
    if (!row) return Found{};
    return Found{{read_user(*row), row->get<std::string>("password_hash")}};
  });
}

Status PgAccountStore::replace_password_hash(const Uuid& user, const std::string& password_hash) {
  return database_.write([&](Session& session) -> Status {
    const auto rows = session.execute(queries::account_replace_password, {user, password_hash});
    if (rows.affected() == 0) return fail(ErrorCode::not_found, "No such user, or one without a password.");
    return {};
  });
}

}  // namespace ztix::store
