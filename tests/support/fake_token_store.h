#pragma once

/// @file tests/support/fake_token_store.h
/// API tokens in memory.

#include <algorithm>

#include "core/service/ports/token_store.h"
#include "tests/support/fake_exchange.h"

namespace ztix::test {

class FakeTokenStore final : public service::TokenStore {
 public:
  explicit FakeTokenStore(FakeExchange& exchange) : exchange_(exchange) {}

  Result<service::ApiToken> create(const service::NewApiToken& token, const service::Actor& actor) override {
    const std::lock_guard hold(exchange_.mutex);
    const auto* const name = name_of(token.user_id);
    if (name == nullptr) return fail(ErrorCode::not_found, "No such user.");
    const auto live = std::count_if(stored_.begin(), stored_.end(), [&](const Stored& one) {
      return one.token.user_id == token.user_id && !one.token.ended_at && !is_expired(one.token);
    });
    if (live >= kMostTokens) return fail(ErrorCode::conflict, "Too many.").with_reason("too_many_tokens");
    service::ApiToken made;
    made.id = exchange_.next_uuid();
    made.user_id = token.user_id;
    made.username = *name;
    made.name = token.name;
    made.scope = token.scope;
    made.created_at = exchange_.now;
    made.expires_at = exchange_.now + token.lifetime;
    stored_.insert(stored_.begin(), Stored{made, token.sha256, {}});
    exchange_.audit(actor, "token.created", "token", made.id.text());
    return made;
  }

  Result<std::vector<service::ApiToken>> tokens(const std::optional<Uuid>& user) override {
    const std::lock_guard hold(exchange_.mutex);
    std::vector<service::ApiToken> found;
    for (const auto& one : stored_) {
      if (!user || one.token.user_id == *user) found.push_back(seen(one.token));
    }
    return found;
  }

  Result<service::ApiToken> end(const Uuid& id, const std::optional<Uuid>& user, const std::string& reason,
                                const service::Actor& actor) override {
    const std::lock_guard hold(exchange_.mutex);
    for (auto& one : stored_) {
      if (one.token.id != id || (user && one.token.user_id != *user)) continue;
      if (!one.token.ended_at) end(one.token, reason, actor);
      return seen(one.token);
    }
    return fail(ErrorCode::not_found, "No such token.").with_reason("unknown_token");
  }

  Result<int> end_all_of(const Uuid& user, const std::string& reason, const service::Actor& actor) override {
    const std::lock_guard hold(exchange_.mutex);
    int ended = 0;
    for (auto& one : stored_) {
      if (one.token.user_id != user || one.token.ended_at || is_expired(one.token)) continue;
      end(one.token, reason, actor);
      ++ended;
    }
    return ended;
  }

  Result<std::vector<service::TokenCandidate>> find(const std::string& sha256_begin) override {
    const std::lock_guard hold(exchange_.mutex);
    std::vector<service::TokenCandidate> found;
    for (const auto& one : stored_) {
      if (one.sha256.starts_with(sha256_begin)) found.push_back({seen(one.token), one.sha256});
    }
    return found;
  }

  Status note_use(const Uuid& id) override {
    const std::lock_guard hold(exchange_.mutex);
    for (auto& one : stored_) {
      if (one.token.id == id && is_due(one.token.last_used_at)) one.token.last_used_at = exchange_.now;
    }
    return {};
  }

  Status note_refusal(const Uuid& id, const std::string& why, const std::string& route,
                      const service::Actor& actor) override {
    const std::lock_guard hold(exchange_.mutex);
    for (auto& one : stored_) {
      if (one.token.id != id || !is_due(one.refused_at)) continue;
      one.refused_at = exchange_.now;
      exchange_.audit(actor, "token.refused", "token", id.text(), {{"why", why}, {"route", route}});
    }
    return {};
  }

 private:
  struct Stored {
    service::ApiToken token;
    std::string sha256;
    std::optional<Timestamp> refused_at;
  };

  [[nodiscard]] const std::string* name_of(const Uuid& user) const {
    for (const auto& [name, one] : exchange_.users) {
      if (one.id == user) return &name;
    }
    return nullptr;
  }
  [[nodiscard]] bool is_expired(const service::ApiToken& token) const { return token.expires_at <= exchange_.now; }
  [[nodiscard]] bool is_due(const std::optional<Timestamp>& last) const {
    return !last || exchange_.now - *last > std::chrono::minutes(1);
  }
  [[nodiscard]] service::ApiToken seen(service::ApiToken token) const {
    token.expired = is_expired(token);
    return token;
  }
  void end(service::ApiToken& token, const std::string& reason, const service::Actor& actor) {
    token.ended_at = exchange_.now;
    token.end_reason = reason;
    exchange_.audit(actor, "token.ended", "token", token.id.text(), {{"reason", reason}});
  }

  FakeExchange& exchange_;
  std::vector<Stored> stored_;
};

}  // namespace ztix::test
