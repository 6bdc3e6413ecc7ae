#pragma once

/// @file tests/support/fake_factor_store.h
/// Second factors and one-time codes in memory, beside the users of a FakeExchange.

#include <map>
#include <string>
#include <vector>

#include "core/service/ports/factor_store.h"
#include "tests/support/fake_exchange.h"

namespace ztix::test {

class FakeFactorStore final : public service::FactorStore {
 public:
  explicit FakeFactorStore(FakeExchange& exchange) : exchange_(exchange) {}

  Result<std::vector<service::Factor>> factors(const Uuid& user) override;
  Result<service::Factor> begin(const service::NewTotp& factor, const service::Actor& actor) override;
  Status confirm(const Uuid& user, const Uuid& factor, std::int64_t step,
                 const std::vector<std::string>& first_recovery, const service::Actor& actor) override;
  Result<service::Factor> add(const service::NewTotp& factor, const service::Actor& actor) override;
  Result<service::Factor> add_passkey(const service::NewPasskey& passkey,
                                      const std::vector<std::string>& first_recovery,
                                      const service::Actor& actor) override;
  Status remove(const Uuid& user, const Uuid& factor, const service::Actor& actor) override;
  Result<bool> accept_step(const Uuid& user, const Uuid& factor, std::int64_t step,
                           const service::Actor& actor) override;
  Result<bool> accept_count(const Uuid& user, const Uuid& factor, std::uint32_t sign_count,
                            const service::Actor& actor) override;
  Result<bool> use_recovery_code(const Uuid& user, const std::string& digest, const service::Actor& actor) override;
  Status replace_recovery_codes(const Uuid& user, const std::vector<std::string>& digests,
                                const service::Actor& actor) override;
  Result<int> recovery_codes_left(const Uuid& user) override;
  Status put_code(const Uuid& user, service::CodePurpose purpose, const std::string& digest,
                  std::chrono::seconds good_for, const service::Actor& actor) override;
  Result<bool> is_good_code(const Uuid& user, service::CodePurpose purpose, const std::string& digest) override;
  Result<bool> reset_password(const Uuid& user, const std::string& digest, const std::string& password_hash,
                              const service::Actor& actor) override;
  Status end_logins(const Uuid& user, const service::Actor& actor) override;

 private:
  struct Stored {
    service::Factor factor;
    std::int64_t last_step = 0;
  };
  struct Code {
    std::string digest;
    Timestamp expires_at;
    bool used = false;
  };
  [[nodiscard]] service::User* find_user(const Uuid& id);
  service::Factor insert(const service::NewTotp& factor, bool confirmed);
  void counts_now(const Uuid& user, const std::vector<std::string>& first_recovery, const service::Actor& actor);
  Stored* find(const Uuid& user, const Uuid& factor);
  [[nodiscard]] bool is_forgotten(const service::Factor& factor) const;
  void update_user(const Uuid& user, bool raise_epoch);
  Code* good_code(const Uuid& user, service::CodePurpose purpose, const std::string& digest);

  FakeExchange& exchange_;
  std::vector<Stored> stored_;
  std::map<std::string, std::map<std::string, bool>> recovery_;  ///< user → digest → used
  std::map<std::string, Code> codes_;                            ///< user and purpose
};

}  // namespace ztix::test
