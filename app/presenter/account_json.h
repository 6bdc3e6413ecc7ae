#pragma once

/// @file app/presenter/account_json.h

#include "app/http/envelope.h"
#include "core/service/accounts.h"

namespace ztix::app {

/// Who is logged in, with the CSRF token and where to go first.
[[nodiscard]] Json login_json(const service::Login& login);
[[nodiscard]] Json asn_json(const service::UserAsn& link);
[[nodiscard]] Json network_json(const service::Network& network);

/// The first page after login, by role.
[[nodiscard]] std::string home_of(const service::User& user);

}  // namespace ztix::app
