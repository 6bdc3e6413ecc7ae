#pragma once

/// @file tests/support/software_passkey.h
/// A security key in software (ES256): makes what a browser would hand over, and lets a test spoil any part of it.

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "core/service/ports/passkey_verifier.h"

using EVP_PKEY = struct evp_pkey_st;

namespace ztix::test {

class SoftwarePasskey {
 public:
  /// @param origin  e.g. `https://ix.example.net`
  explicit SoftwarePasskey(std::string origin);

  [[nodiscard]] service::PasskeyRegistration register_with(std::string_view challenge);
  /// Each one counts further.
  [[nodiscard]] service::PasskeyAssertion assert_with(std::string_view challenge);

  std::string origin;
  std::string relying_party;
  std::string credential_id = "credential of a test";
  std::uint32_t counter = 0;
  std::uint32_t step = 1;
  bool user_present = true;

 private:
  struct Free {
    void operator()(EVP_PKEY* key) const noexcept;
  };
  [[nodiscard]] std::string client_data(std::string_view type, std::string_view challenge) const;
  [[nodiscard]] std::string authenticator_data(bool with_key) const;
  [[nodiscard]] std::string cose_key() const;
  [[nodiscard]] std::string sign(const std::string& message) const;

  std::unique_ptr<EVP_PKEY, Free> key_;
};

}  // namespace ztix::test
