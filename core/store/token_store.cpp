#include "core/store/token_store.h"

#include <map>

#include "core/store/audit_store.h"
#include "generated/queries.h"

namespace ztix::store {
namespace {

using service::Actor;
using service::ApiToken;

Error no_such_token() { return fail(ErrorCode::not_found, "No such token.").with_reason("unknown_token"); }

ApiToken read_token(const Row& row) {
  ApiToken token;
  token.id = row.get<Uuid>("id");
  token.user_id = row.get<Uuid>("user_id");
  token.username = row.get<std::string>("username");
  token.name = row.get<std::string>("name");
  token.scope = row.get_enum(service::kTokenScopes, "scope");
  token.created_at = row.get<Timestamp>("created_at");
  token.expires_at = row.get<Timestamp>("expires_at");
  token.last_used_at = row.get<std::optional<Timestamp>>("last_used_at");
  token.ended_at = row.get<std::optional<Timestamp>>("ended_at");
  token.end_reason = row.get<std::string>("end_reason");
  token.expired = row.get<bool>("expired");
  return token;
}

Result<ApiToken> read_by_id(Session& session, const Uuid& id) {
  const auto row = session.execute(queries::token_by_id, {id}).at_most_one();
  if (!row) return no_such_token();
  return read_token(*row);
}

void audit_end(Transaction& transaction, const Uuid& id, const std::string& reason, const Actor& actor) {
  append_audit(transaction, actor, "token.ended", "token", id.text(), {{"reason", reason}});
}

Status require_room(Transaction& transaction, const Uuid& user) {
  const auto row = transaction.execute(queries::token_count_live, {user}).at_most_one();
  if (!row) return fail(ErrorCode::not_found, "No such user.");
  if (row->get<std::int64_t>("live") < service::TokenStore::kMostTokens) return {};
  return fail(ErrorCode::conflict,
              "There are " + std::to_string(service::TokenStore::kMostTokens) + " tokens already; end one first.")
      .with_reason("too_many_tokens");
}

}  // namespace

int end_tokens(Transaction& transaction, const Uuid& user, const std::string& reason, const Actor& actor) {
  const auto rows = transaction.execute(queries::token_end_all, {user, reason});
  for (const auto& row : rows) audit_end(transaction, row.get<Uuid>("id"), reason, actor);
  return static_cast<int>(rows.size());
}

Result<ApiToken> PgTokenStore::create(const service::NewApiToken& token, const Actor& actor) {
  return database_.transaction([&](Transaction& transaction) -> Result<ApiToken> {
    ZTIX_CHECK(require_room(transaction, token.user_id));
    const auto id = transaction
                        .execute(queries::token_create,
                                 {token.user_id, token.name, token.scope, token.lifetime.count(), token.sha256})
                        .one()
                        .get<Uuid>("id");
    ZTIX_ASSIGN(auto made, read_by_id(transaction, id));
    append_audit(transaction, actor, "token.created", "token", id.text(),
                 {{"user", made.username},
                  {"name", made.name},
                  {"scope", std::string(to_string(made.scope))},
                  {"expires_at", to_rfc3339(made.expires_at)}});
    return made;
  });
}

Result<std::vector<ApiToken>> PgTokenStore::tokens(const std::optional<Uuid>& user) {
  return database_.read([&](Session& session) -> Result<std::vector<ApiToken>> {
    std::vector<ApiToken> all;
    for (const auto& row : session.execute(queries::token_list, {user})) all.push_back(read_token(row));
    return all;
  });
}

Result<ApiToken> PgTokenStore::end(const Uuid& id, const std::optional<Uuid>& user, const std::string& reason,
                                   const Actor& actor) {
  return database_.transaction([&](Transaction& transaction) -> Result<ApiToken> {
    const auto ended = transaction.execute(queries::token_end, {id, user, reason}).at_most_one();
    if (ended) audit_end(transaction, id, reason, actor);
    ZTIX_ASSIGN(auto token, read_by_id(transaction, id));
    if (user && token.user_id != *user) return no_such_token();
    return token;
  });
}

Result<int> PgTokenStore::end_all_of(const Uuid& user, const std::string& reason, const Actor& actor) {
  return database_.transaction(
      [&](Transaction& transaction) -> Result<int> { return end_tokens(transaction, user, reason, actor); });
}

Result<std::vector<service::TokenCandidate>> PgTokenStore::find(const std::string& sha256_begin) {
  return database_.read([&](Session& session) -> Result<std::vector<service::TokenCandidate>> {
    std::vector<service::TokenCandidate> found;
    for (const auto& row : session.execute(queries::token_find, {sha256_begin})) {
      found.push_back({read_token(row), row.get<std::string>("token_sha256")});
    }
    return found;
  });
}

Status PgTokenStore::note_use(const Uuid& id) {
  return database_.write([&](Session& session) -> Status {
    session.execute(queries::token_used, {id});
    return {};
  });
}

Status PgTokenStore::note_refusal(const Uuid& id, const std::string& why, const std::string& route,
                                  const Actor& actor) {
  return database_.transaction([&](Transaction& transaction) -> Status {
    if (transaction.execute(queries::token_refused, {id}).empty()) return {};
    append_audit(transaction, actor, "token.refused", "token", id.text(), {{"why", why}, {"route", route}});
    return {};
  });
}

}  // namespace ztix::store
