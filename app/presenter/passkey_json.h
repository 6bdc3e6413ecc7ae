#pragma once

/// @file app/presenter/passkey_json.h
/// What browsers are told about passkeys, in the names of Web Authentication Level 3, §5.1.8 and §5.1.9: a page hands
/// it to `navigator.credentials` after turning base64url into bytes.

#include "app/http/envelope.h"
#include "core/service/passkeys.h"

namespace ztix::app {

/// PublicKeyCredentialCreationOptionsJSON.
[[nodiscard]] Json creation_options_json(const service::PasskeyOffer& offer);
/// PublicKeyCredentialRequestOptionsJSON.
[[nodiscard]] Json request_options_json(const service::PasskeyQuestion& question);

}  // namespace ztix::app
