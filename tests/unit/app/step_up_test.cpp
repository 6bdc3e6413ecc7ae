#include "app/middleware/step_up.h"

#include <doctest/doctest.h>

#include "app/http/envelope.h"

namespace ztix::app {
namespace {

using namespace std::chrono_literals;

service::Login login_with(std::optional<Timestamp> second_factor_at) {
  return {{Uuid::from_random(std::string(16, 'a')), "admin", false, {domain::Role::admin}, {}, {}, {}},
          "csrf",
          {service::LoginSource::local, {service::AuthFactor::pwd, service::AuthFactor::otp}},
          second_factor_at};
}

TEST_CASE("[identity 20] A step-up takes a second factor of the last 5 minutes and no older one") {
  const Timestamp now(std::chrono::hours(1));
  CHECK(check_step_up(login_with(now), now));
  CHECK(check_step_up(login_with(now - 5min), now));
  for (const auto& shown : {std::optional<Timestamp>(now - 5min - 1us), std::optional<Timestamp>()}) {
    const auto refused = check_step_up(login_with(shown), now);
    REQUIRE_FALSE(refused);
    CHECK(http_status(refused.error()) == 403);
    CHECK(refused.error().reason == "step_up_required");
  }
}

}  // namespace
}  // namespace ztix::app
