#pragma once

/// @file core/store/token_store.h
/// API tokens in PostgreSQL.

#include <string>

#include "core/service/ports/token_store.h"
#include "core/store/database.h"

namespace ztix::store {

/// For a change that takes away what tokens rest on: ends all of the user's, in the same transaction, each with its
/// audit row. @return how many. @throws DbFailure
int end_tokens(Transaction& transaction, const Uuid& user, const std::string& reason, const service::Actor& actor);

class PgTokenStore final : public service::TokenStore {
 public:
  explicit PgTokenStore(Database& database) : database_(database) {}
  Result<service::ApiToken> create(const service::NewApiToken& token, const service::Actor& actor) override;
  Result<std::vector<service::ApiToken>> tokens(const std::optional<Uuid>& user) override;
  Result<service::ApiToken> end(const Uuid& id, const std::optional<Uuid>& user, const std::string& reason,
                                const service::Actor& actor) override;
  Result<int> end_all_of(const Uuid& user, const std::string& reason, const service::Actor& actor) override;
  Result<std::vector<service::TokenCandidate>> find(const std::string& sha256_begin) override;
  Status note_use(const Uuid& id) override;
  Status note_refusal(const Uuid& id, const std::string& why, const std::string& route,
                      const service::Actor& actor) override;

 private:
  Database& database_;
};

}  // namespace ztix::store
