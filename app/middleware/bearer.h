#pragma once

/// @file app/middleware/bearer.h
/// `Authorization: Bearer` (RFC 6750): how a token comes, and what it may be used for.

#include <optional>

#include "app/http/message.h"
#include "app/router.h"
#include "core/base/result.h"
#include "core/base/secret_string.h"
#include "core/service/ports/token_store.h"

namespace ztix::app {

/// The token of a request; nullopt when it brings none. Other schemes are not ours: a proxy in front may use them.
/// @return `unauthenticated` (`invalid_token`) for more than one, or for the scheme without a token.
[[nodiscard]] Result<std::optional<SecretString>> bearer_token(const HttpRequest& request);

/// Whether a token of this scope may call this route; the user's roles are looked at besides.
/// @return `forbidden`: `login_needed` (pages, and what wants a person at the keyboard), `scope_missing`.
[[nodiscard]] Status check_scope(service::TokenScope scope, const Route& route);

}  // namespace ztix::app
