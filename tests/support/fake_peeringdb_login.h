#pragma once

/// @file tests/support/fake_peeringdb_login.h
/// What a login through PeeringDB needs, in memory. The attempts are held to Redis by tests/contract/queue; the
/// provider answers what a test wants, and tests/unit/identity says what the real one does.

#include <map>
#include <string>
#include <utility>
#include <vector>

#include "core/digest/digest.h"
#include "core/service/ports/clock.h"
#include "core/service/ports/identity_provider.h"
#include "core/service/ports/login_attempt_store.h"

namespace ztix::test {

class FakeLoginAttemptStore final : public service::LoginAttemptStore {
 public:
  explicit FakeLoginAttemptStore(const service::Clock& clock) : clock_(clock) {}

  Status put(const std::string& state, const service::LoginAttempt& attempt) override {
    if (is_down) return gone();
    attempts.insert_or_assign(digest::sha256_hex(state), std::pair(attempt, clock_.now()));
    return {};
  }
  Result<std::optional<service::LoginAttempt>> take(const std::string& state) override {
    using Found = std::optional<service::LoginAttempt>;
    if (is_down) return gone();
    const auto found = attempts.find(digest::sha256_hex(state));
    if (found == attempts.end()) return Found();
    const auto [attempt, put_at] = found->second;
    attempts.erase(found);
    return clock_.now() - put_at >= service::kLoginAttemptMemory ? Found() : Found(attempt);
  }

  std::map<std::string, std::pair<service::LoginAttempt, Timestamp>> attempts;  ///< by the SHA-256 of their state
  bool is_down = false;

 private:
  static Error gone() { return fail(ErrorCode::unavailable, "The store of begun logins is down."); }
  const service::Clock& clock_;
};

class FakeIdentityProvider final : public service::IdentityProvider {
 public:
  Result<std::string> authorization_url(const service::AuthorizationRequest& request) override {
    requests.push_back(request);
    return "https://auth.example.net/?state=" + request.state;
  }
  Result<service::ProvenIdentity> redeem(const service::AuthorizationAnswer& answer) override {
    answers.push_back(answer);
    if (problem) return *problem;
    return identity;
  }

  service::ProvenIdentity identity;
  std::optional<Error> problem;
  std::vector<service::AuthorizationRequest> requests;
  std::vector<service::AuthorizationAnswer> answers;
};

}  // namespace ztix::test
