#pragma once

/// @file core/store/account_store.h
/// Users and the installation in PostgreSQL.

#include <optional>
#include <string>
#include <vector>

#include "core/service/ports/account_store.h"
#include "core/store/database.h"

namespace ztix::store {

/// ASNs given here have the source `cli`; removing takes only that link, since one proven by PeeringDB would come
/// back with the next login.
/// With everything that belongs to it. `not_found`. @throws DbFailure
[[nodiscard]] Result<service::User> read_user(Session& session, const Uuid& id);

class PgAccountStore final : public service::AccountStore {
 public:
  explicit PgAccountStore(Database& database) : database_(database) {}

  Result<service::Installation> set_up(const std::string& exchange_name, bool single_admin,
                                       const service::NewUser& admin, const service::Actor& actor) override;
  Result<service::Installation> installation() override;
  Result<service::User> create_user(const service::NewUser& user, const service::Actor& actor) override;
  Result<service::User> update_user(const std::string& username, const service::UserChange& change,
                                    const service::Actor& actor) override;
  Result<std::vector<service::User>> users() override;
  Result<service::User> user(const Uuid& id) override;
  Result<std::vector<service::User>> users_by_id(const std::vector<Uuid>& ids) override;
  Result<std::optional<service::LoginRecord>> find_login(const std::string& username) override;
  Status replace_password_hash(const Uuid& user, const std::string& password_hash) override;

 private:
  Database& database_;
};

}  // namespace ztix::store
