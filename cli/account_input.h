#pragma once

/// @file cli/account_input.h
/// What `setup` and `user` share: a name and a password become a hash, an account becomes JSON.

#include <string>

#include <nlohmann/json_fwd.hpp>

#include "cli/context.h"
#include "core/service/password_rules.h"
#include "core/service/ports/account_store.h"

namespace ztix::cli {

struct AccountInput {
  std::string username;
  bool password_stdin = false;
};

/// Reads the password, checks it against the rules, hashes it. Nothing else is asked of the database before that, so a
/// weak password changes nothing.
[[nodiscard]] Result<std::string> hashed_password(Context& context, const AccountInput& input,
                                                  const service::PasswordOwner& owner);

/// A one-time code with which an administrator sets up the first second factor; the newest one is the only one.
[[nodiscard]] Result<SecretString> new_enrolment_code(Context& context, const Uuid& user);

/// The account of this name. not_found (`unknown_user`).
[[nodiscard]] Result<service::User> user_named(Context& context, const std::string& username);

[[nodiscard]] nlohmann::json user_json(const service::User& user);

}  // namespace ztix::cli
