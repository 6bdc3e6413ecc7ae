#include "cli/account_input.h"

#include <nlohmann/json.hpp>

#include "cli/password_input.h"
#include "core/identity/argon2_hasher.h"
#include "core/identity/password_appraiser.h"
#include "core/service/factor_codes.h"
#include "core/store/account_store.h"
#include "core/store/factor_store.h"

namespace ztix::cli {

using nlohmann::json;

namespace {

// Long enough to be handed over, short enough to be of no use when it is found later.
constexpr std::chrono::hours kEnrolmentCodeTime{24};

}  // namespace

Result<std::string> hashed_password(Context& context, const AccountInput& input, const service::PasswordOwner& owner) {
  ZTIX_ASSIGN(const auto password, read_password(input.password_stdin));
  ZTIX_ASSIGN(const auto appraise, identity::password_appraiser(context.settings().password_blocklist_file));
  ZTIX_CHECK(service::check_password(password, owner, appraise));
  return identity::Argon2Hasher(context.random(), 1).hash(password);
}

Result<SecretString> new_enrolment_code(Context& context, const Uuid& user) {
  const auto made = service::make_code(context.random());
  store::PgFactorStore factors(context.database());
  ZTIX_CHECK(factors.put_code(user, service::CodePurpose::enrolment, made.digest, kEnrolmentCodeTime, context.actor()));
  return made.code;
}

Result<service::User> user_named(Context& context, const std::string& username) {
  ZTIX_ASSIGN(auto users, store::PgAccountStore(context.database()).users());
  for (auto& user : users) {
    if (user.username == username) return std::move(user);
  }
  return fail(ErrorCode::not_found, "There is no user " + username + ".").with_reason("unknown_user");
}

json user_json(const service::User& user) {
  auto roles = json::array();
  for (const auto role : user.roles) roles.push_back(to_string(role));
  auto asns = json::array();
  for (const auto& asn : user.asns) asns.push_back(asn.asn.number());
  auto networks = json::array();
  for (const auto& network : user.networks) networks.push_back(network.text());
  return {{"id", user.id.text()},
          {"username", user.username},
          {"disabled", user.disabled},
          {"roles", roles},
          {"asns", asns},
          {"networks", networks},
          {"second_factor", user.has_second_factor},
          {"created_at", to_rfc3339(user.created_at)}};
}

}  // namespace ztix::cli
