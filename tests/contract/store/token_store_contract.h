#pragma once

/// @file tests/contract/store/token_store_contract.h
/// What every TokenStore does. A `World` has, beside those of store_world.h:
///   tokens()

#include <string>

#include "core/service/ports/token_store.h"
#include "tests/contract/store/store_world.h"

namespace ztix::test {

/// A user and a digest for each letter.
template <class World>
struct TokenExchange {
  service::NewApiToken wish(char letter) {
    return {alice, std::string("for ") + letter, service::TokenScope::request, 48h, std::string(64, letter)};
  }
  service::ApiToken make(char letter) {
    auto made = world.tokens().create(wish(letter), cli_actor());
    REQUIRE(made);
    return *made;
  }
  /// The only candidate for a digest of one letter.
  service::ApiToken seen(char letter) {
    const auto found = world.tokens().find(std::string(service::TokenStore::kLookupDigits, letter));
    REQUIRE(found);
    REQUIRE(found->size() == 1);
    CHECK(found->front().sha256 == std::string(64, letter));
    return found->front().token;
  }
  std::size_t rows(const service::ApiToken& token, const std::string& action) {
    std::size_t count = 0;
    const auto trail = world.audit().trail("token", token.id.text());
    for (const auto& entry : *trail) count += entry.action == action ? 1 : 0;
    return count;
  }

  World world;
  Uuid alice = world.accounts().create_user(new_user("alice"), cli_actor()).value().id;
  Uuid bob = world.accounts().create_user(new_user("bob"), cli_actor()).value().id;
};

TEST_CASE_TEMPLATE_DEFINE("TokenStore gives back what was made, and audits that", World, token_create) {
  TokenExchange<World> ix;
  const auto made = ix.make('a');
  CHECK(made.user_id == ix.alice);
  CHECK(made.username == "alice");
  CHECK(made.name == "for a");
  CHECK(made.scope == service::TokenScope::request);
  CHECK(made.expires_at - made.created_at == 48h);
  CHECK_FALSE(made.last_used_at);
  CHECK_FALSE(made.ended_at);
  CHECK_FALSE(made.expired);
  CHECK(ix.seen('a').id == made.id);
  CHECK(ix.world.tokens().find(std::string(service::TokenStore::kLookupDigits, 'b'))->empty());
  CHECK(ix.rows(made, "token.created") == 1);
}

TEST_CASE_TEMPLATE_DEFINE("TokenStore lists one user's tokens or all, the newest first", World, token_list) {
  TokenExchange<World> ix;
  const auto one = ix.make('a');
  ix.world.let_pass(1s);
  const auto two = ix.make('b');
  auto of_bob = ix.wish('c');
  of_bob.user_id = ix.bob;
  ix.world.let_pass(1s);
  REQUIRE(ix.world.tokens().create(of_bob, cli_actor()));
  const auto mine = ix.world.tokens().tokens(ix.alice);
  REQUIRE(mine->size() == 2);
  CHECK((*mine)[0].id == two.id);
  CHECK((*mine)[1].id == one.id);
  CHECK(ix.world.tokens().tokens(std::nullopt)->size() == 3);
}

TEST_CASE_TEMPLATE_DEFINE("TokenStore makes no more tokens than a person can watch over", World, token_most) {
  TokenExchange<World> ix;
  std::vector<service::ApiToken> made;
  for (char letter = 'a'; letter <= 'f'; ++letter) made.push_back(ix.make(letter));
  for (char letter = '0'; letter <= '9'; ++letter) made.push_back(ix.make(letter));
  auto wish = ix.wish('a');
  for (char letter = '1'; made.size() < service::TokenStore::kMostTokens; ++letter) {
    wish.sha256 = std::string(32, letter) + std::string(32, 'a');
    made.push_back(ix.world.tokens().create(wish, cli_actor()).value());
  }
  wish.sha256 = std::string(32, 'b') + std::string(32, 'a');
  CHECK(ix.world.tokens().create(wish, cli_actor()).error().reason == "too_many_tokens");
  REQUIRE(ix.world.tokens().end(made[0].id, std::nullopt, "old", cli_actor()));
  CHECK(ix.world.tokens().create(wish, cli_actor()));
  wish.sha256 = std::string(32, 'c') + std::string(32, 'a');
  CHECK(ix.world.tokens().create(wish, cli_actor()).error().reason == "too_many_tokens");
  ix.world.let_pass(49h);
  CHECK(ix.world.tokens().create(wish, cli_actor()));
}

TEST_CASE_TEMPLATE_DEFINE("TokenStore knows that a token is over when its time is", World, token_expires) {
  TokenExchange<World> ix;
  ix.make('a');
  ix.world.let_pass(47h);
  CHECK_FALSE(ix.seen('a').expired);
  ix.world.let_pass(1h);
  CHECK(ix.seen('a').expired);
}

TEST_CASE_TEMPLATE_DEFINE("TokenStore ends a token once, with its reason, and only for its owner", World, token_end) {
  TokenExchange<World> ix;
  const auto made = ix.make('a');
  CHECK(ix.world.tokens().end(made.id, ix.bob, "not mine", cli_actor()).error().code == ErrorCode::not_found);
  CHECK_FALSE(ix.seen('a').ended_at);
  const auto ended = ix.world.tokens().end(made.id, ix.alice, "lost", cli_actor());
  REQUIRE(ended);
  CHECK(ended->ended_at);
  const auto again = ix.world.tokens().end(made.id, ix.alice, "again", cli_actor());
  REQUIRE(again);
  CHECK(again->ended_at == ended->ended_at);
  CHECK(ix.seen('a').end_reason == "lost");
  CHECK(ix.rows(made, "token.ended") == 1);
  CHECK(ix.world.tokens().end(ix.alice, std::nullopt, "no token", cli_actor()).error().code == ErrorCode::not_found);
}

TEST_CASE_TEMPLATE_DEFINE("TokenStore ends all of one user's tokens, and nobody else's", World, token_end_all) {
  TokenExchange<World> ix;
  ix.make('a');
  const auto revoked = ix.make('b');
  REQUIRE(ix.world.tokens().end(revoked.id, std::nullopt, "before", cli_actor()));
  auto of_bob = ix.wish('c');
  of_bob.user_id = ix.bob;
  REQUIRE(ix.world.tokens().create(of_bob, cli_actor()));
  CHECK(ix.world.tokens().end_all_of(ix.alice, "AS64496 is lost", cli_actor()).value() == 1);
  CHECK(ix.seen('a').end_reason == "AS64496 is lost");
  CHECK(ix.seen('b').end_reason == "before");
  CHECK_FALSE(ix.seen('c').ended_at);
  CHECK(ix.rows(ix.seen('a'), "token.ended") == 1);
}

TEST_CASE_TEMPLATE_DEFINE("TokenStore writes a use and a refusal at most once a minute", World, token_notes) {
  TokenExchange<World> ix;
  const auto made = ix.make('a');
  const auto use = [&] {
    REQUIRE(ix.world.tokens().note_use(made.id));
    REQUIRE(ix.world.tokens().note_refusal(made.id, "scope_missing", "POST /x", cli_actor()));
    return ix.seen('a').last_used_at.value();
  };
  const auto first = use();
  CHECK(use() == first);
  CHECK(ix.rows(made, "token.refused") == 1);
  ix.world.let_pass(61s);
  CHECK(use() > first - 61s);
  CHECK(use() == ix.seen('a').last_used_at.value());
  CHECK(ix.rows(made, "token.refused") == 2);
  const auto trail = ix.world.audit().trail("token", made.id.text());
  CHECK(trail->back().facts.at("why") == "scope_missing");
  CHECK(trail->back().facts.at("route") == "POST /x");
}

}  // namespace ztix::test

#define ZTIX_TOKEN_STORE_CONTRACT(World)           \
  TEST_CASE_TEMPLATE_INVOKE(token_create, World);  \
  TEST_CASE_TEMPLATE_INVOKE(token_list, World);    \
  TEST_CASE_TEMPLATE_INVOKE(token_most, World);    \
  TEST_CASE_TEMPLATE_INVOKE(token_expires, World); \
  TEST_CASE_TEMPLATE_INVOKE(token_end, World);     \
  TEST_CASE_TEMPLATE_INVOKE(token_end_all, World); \
  TEST_CASE_TEMPLATE_INVOKE(token_notes, World)
