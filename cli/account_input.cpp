#include "cli/account_input.h"

#include <nlohmann/json.hpp>

#include "cli/password_input.h"
#include "core/identity/argon2_hasher.h"
#include "core/service/password_rules.h"

namespace ztix::cli {

using nlohmann::json;

Result<std::string> hashed_password(Context& context, const AccountInput& input, const std::string& exchange_name) {
  ZTIX_ASSIGN(const auto password, read_password(input.password_stdin));
  ZTIX_CHECK(service::check_password(password, input.username, exchange_name));
  return identity::Argon2Hasher(context.random(), 1).hash(password);
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
          {"created_at", to_rfc3339(user.created_at)}};
}

}  // namespace ztix::cli
