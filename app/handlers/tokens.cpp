#include <algorithm>

#include <nlohmann/json.hpp>

#include "app/handlers/handlers.h"
#include "app/handlers/parameters.h"
#include "app/http/envelope.h"
#include "app/presenter/token_json.h"

namespace ztix::app {
namespace {

Result<service::TokenWish> wish_of(const Call& call) {
  ZTIX_ASSIGN(auto body, JsonBody::parse(call.http.body));
  ZTIX_ASSIGN(const auto name, body.text("name"));
  ZTIX_ASSIGN(const auto scope_word, body.text("scope"));
  ZTIX_ASSIGN(const auto days, body.number("days"));
  ZTIX_CHECK(body.finish());
  const auto scope = domain::parse_enum(service::kTokenScopes, scope_word);
  if (!scope) {
    return fail(ErrorCode::out_of_range, "A scope is read, request or admin.")
        .with_reason("bad_scope")
        .with_fact("field", "scope");
  }
  // What is larger than any lifetime stays larger; the service says what is right.
  const auto bounded = std::min<std::uint64_t>(days, service::kLongestTokenDays + 1);
  return service::TokenWish{name, *scope, static_cast<int>(bounded)};
}

Result<Uuid> token_id(const Call& call) {
  if (auto id = Uuid::parse(call.parameters.at("id"))) return std::move(*id);
  return fail(ErrorCode::not_found, "No such token.").with_reason("unknown_token");
}

}  // namespace

Result<HttpResponse> tokens_get(Call& call) {
  ZTIX_ASSIGN(const auto tokens, call.services.tokens.list(call.user().id));
  Json items = Json::array();
  for (const auto& token : tokens) items.push_back(token_json(token));
  return list_response(items, {});
}

Result<HttpResponse> tokens_post(Call& call) {
  ZTIX_ASSIGN(const auto wish, wish_of(call));
  ZTIX_ASSIGN(const auto issued, call.services.tokens.issue(call.user(), wish, call.actor()));
  auto json = token_json(issued.token);
  json["token"] = issued.text.expose();
  return data_response(json, 201);
}

Result<HttpResponse> token_revoke_post(Call& call) {
  ZTIX_ASSIGN(const auto id, token_id(call));
  ZTIX_CHECK(check_empty_body(call));
  ZTIX_ASSIGN(const auto token, call.services.tokens.revoke(id, call.user().id, "by its user", call.actor()));
  return data_response(token_json(token));
}

}  // namespace ztix::app
