#pragma once

/// @file core/store/factor_store.h
/// Second factors and one-time codes in PostgreSQL.

#include <string>
#include <vector>

#include "core/service/ports/factor_store.h"
#include "core/store/database.h"

namespace ztix::store {

class PgFactorStore final : public service::FactorStore {
 public:
  explicit PgFactorStore(Database& database) : database_(database) {}

  /// forbidden (`not_the_owner`) unless this connection's role owns the tables, as the command line's does.
  Status require_owner();

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
  Database& database_;
};

}  // namespace ztix::store
