#pragma once

/// @file app/presenter/account_json.h

#include "app/http/envelope.h"
#include "core/service/accounts.h"
#include "core/service/ports/factor_store.h"

namespace ztix::app {

/// Who is logged in, with the CSRF token and where to go first.
[[nodiscard]] Json login_json(const service::Login& login);
[[nodiscard]] Json asn_json(const service::UserAsn& link);
[[nodiscard]] Json network_json(const service::Network& network);

/// The first page after login: the second step where one is due, else by role.
[[nodiscard]] std::string home_of(const service::Login& login);
[[nodiscard]] Json factor_json(const service::Factor& factor);
/// @param own  id of the session that asks.
[[nodiscard]] Json session_json(const service::ListedSession& listed, const Uuid& own);
[[nodiscard]] Json codes_json(const std::vector<SecretString>& codes);

}  // namespace ztix::app
