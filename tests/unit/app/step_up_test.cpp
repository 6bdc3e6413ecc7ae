#include "app/middleware/step_up.h"

#include <doctest/doctest.h>

#include "app/http/envelope.h"

namespace ztix::app {
namespace {

using namespace std::chrono_literals;

const Timestamp kNow(std::chrono::hours(1));

service::Login login_of(std::vector<domain::Role> roles, bool has_factor, std::optional<Timestamp> shown_at,
                        Timestamp began_at = kNow) {
  service::Login login{{Uuid::from_random(std::string(16, 'a')), "alice", false, std::move(roles), {}, {}, {}}, "csrf"};
  login.user.has_second_factor = has_factor;
  login.second_factor_at = shown_at;
  login.began_at = began_at;
  return login;
}

TEST_CASE("[identity 20] A step-up takes a second factor of the last 5 minutes and no older one") {
  using enum domain::Role;
  CHECK(check_step_up(login_of({admin}, true, kNow), kNow));
  CHECK(check_step_up(login_of({admin}, true, kNow - 5min), kNow));
  for (const auto& shown : {std::optional<Timestamp>(kNow - 5min - 1us), std::optional<Timestamp>()}) {
    const auto refused = check_step_up(login_of({admin}, true, shown), kNow);
    REQUIRE_FALSE(refused);
    CHECK(http_status(refused.error()) == 403);
    CHECK(refused.error().reason == "step_up_required");
    CHECK(refused.error().facts.front() == std::pair<std::string, std::string>("by", "code"));
  }
}

TEST_CASE("[identity 20] Who has no second factor shows by a login of the last 5 minutes that it is them") {
  using enum domain::Role;
  CHECK(check_step_up(login_of({member_operator}, false, std::nullopt, kNow - 5min), kNow));
  const auto refused = check_step_up(login_of({member_operator}, false, std::nullopt, kNow - 5min - 1us), kNow);
  CHECK(refused.error().facts.front() == std::pair<std::string, std::string>("by", "login"));
  // A second factor that PeeringDB saw grows old as any other.
  CHECK_FALSE(check_step_up(login_of({admin}, false, kNow - 6min, kNow - 1min), kNow));
}

TEST_CASE("[identity 14] A second factor is shown first by who has one, and an administrator has to have one") {
  using enum Access;
  const auto ok = [](const service::Login& login, Access access) {
    return check_second_factor(login, access).has_value();
  };
  const auto half_of_login = login_of({domain::Role::member_operator}, true, std::nullopt);
  for (const auto access : {user, owner, auditor, admin}) CHECK_FALSE(ok(half_of_login, access));
  CHECK(ok(half_of_login, half));
  CHECK(ok(half_of_login, open));
  CHECK(second_step_of(half_of_login) == "/login/second-factor");

  const auto admin_without = login_of({domain::Role::admin, domain::Role::auditor}, false, std::nullopt);
  for (const auto access : {auditor, admin}) CHECK_FALSE(ok(admin_without, access));
  for (const auto access : {half, user, owner}) CHECK(ok(admin_without, access));
  CHECK(second_step_of(admin_without) == "/account");

  // `amr` of PeeringDB said that one was shown.
  CHECK(ok(login_of({domain::Role::admin}, false, kNow), admin));
  CHECK(ok(login_of({domain::Role::auditor}, false, std::nullopt), auditor));
}

}  // namespace
}  // namespace ztix::app
