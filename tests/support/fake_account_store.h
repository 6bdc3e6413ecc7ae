#pragma once

/// @file tests/support/fake_account_store.h
/// Users in memory.

#include "tests/support/fake_exchange.h"

namespace ztix::test {

class FakeAccountStore final : public service::AccountStore {
 public:
  explicit FakeAccountStore(FakeExchange& exchange) : exchange_(exchange) {}

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
  Result<service::User> create(const service::NewUser& user, const service::Actor& actor);
  Status require_networks(const std::vector<domain::ZtNetworkId>& networks) const;

  FakeExchange& exchange_;
};

}  // namespace ztix::test
