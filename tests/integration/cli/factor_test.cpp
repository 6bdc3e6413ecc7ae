/// `ztix user factor`, `enrolment-code`, `logout`, `password-reset`, and the one-time code of `ztix setup`.

#include "core/base/base32.h"
#include "core/service/factor_codes.h"
#include "core/store/factor_store.h"
#include "tests/integration/cli/cli_world.h"

namespace ztix::test {
namespace {

const std::string kKey = "a key of a test that is long enough";

struct FactorCliWorld : CliWorld {
  FactorCliWorld() {
    REQUIRE(store::PgAccountStore(owner).set_up("Test-IX", true, {"admin", "a hash", {domain::Role::admin}, {}, {}},
                                                cli_actor()));
    environment["APP_SECRET_KEY_FILE"] = secret_file("app_secret_key", kKey);
    admin = store::PgAccountStore(owner).find_login("admin").value()->user.id;
  }
  service::User user() { return store::PgAccountStore(owner).user(admin).value(); }

  store::PgFactorStore factors{owner};
  Uuid admin = Uuid::from_random(std::string(16, 'x'));
};

TEST_CASE("[identity 16] setup prints a one-time code that only its digest is stored of; no account is there before") {
  CliWorld world;
  CHECK(store::PgAccountStore(world.owner).users()->empty());
  const auto made =
      world.data({"setup", "--username", "admin", "--exchange-name", "Test-IX", "--password-stdin"}, kPassword + "\n");
  const auto code = made.at("enrolment_code").get<std::string>();
  CHECK(code.size() == 29);
  CHECK(world.tables().find(code) == std::string::npos);
  const auto user = store::PgAccountStore(world.owner).find_login("admin").value()->user;
  store::PgFactorStore factors(world.owner);
  CHECK(factors.is_good_code(user.id, service::CodePurpose::enrolment, service::digest_of_code(code)).value());
  const auto newer = world.data({"user", "enrolment-code", "admin"}).at("enrolment_code").get<std::string>();
  CHECK_FALSE(factors.is_good_code(user.id, service::CodePurpose::enrolment, service::digest_of_code(code)).value());
  CHECK(factors.is_good_code(user.id, service::CodePurpose::enrolment, service::digest_of_code(newer)).value());
}

TEST_CASE("factor add gives an account a key that the web application can read and the database cannot show") {
  FactorCliWorld world;
  const auto epoch = world.user().login_epoch;
  const auto added = world.data({"user", "factor", "add", "admin", "--label", "Phone"});
  const auto secret = from_base32(added.at("secret").get<std::string>());
  REQUIRE(secret);
  CHECK(secret->size() == 20);
  CHECK(world.tables().find(added.at("secret").get<std::string>()) == std::string::npos);
  const auto stored = world.factors.factors(world.admin).value().front();
  const digest::SecretBox box(SecretString(kKey), service::kFactorSecretPurpose);
  CHECK(box.open(stored.sealed_secret, world.admin.text())->expose() == *secret);
  CHECK(world.user().has_second_factor);
  CHECK(world.user().login_epoch == epoch + 1);
  const auto list = world.data({"user", "factor", "list", "admin"});
  REQUIRE(list.size() == 1);
  CHECK(list[0].at("label") == "Phone");
  CHECK(world.data({"user", "factor", "remove", "admin", "--id", list[0].at("id").get<std::string>()}).empty());
  CHECK_FALSE(world.user().has_second_factor);
}

TEST_CASE("factor add says what is missing and writes nothing") {
  FactorCliWorld world;
  world.refused(kFailed, {"user", "factor", "add", "nobody"}, {"no user nobody"});
  world.refused(kFailed, {"user", "factor", "add", "admin", "--label", ""}, {"1 to 64 characters"});
  world.refused(kFailed, {"user", "factor", "remove", "admin", "--id", "x"}, {"not the id"});
  world.refused(kFailed, {"user", "factor", "remove", "admin", "--id", "00000000-0000-4000-8000-000000000000"},
                {"no such second factor"});
  world.environment.erase("APP_SECRET_KEY_FILE");
  world.refused(kFailed, {"user", "factor", "add", "admin"}, {"APP_SECRET_KEY"});
}

TEST_CASE("factor add is for the owner of the database, not for the web application's role") {
  FactorCliWorld world;
  world.environment["DATABASE_URL"] = world.database.url("ztix_app");
  world.refused(kFailed, {"user", "factor", "add", "admin"}, {"owner of the database"});
}

TEST_CASE("[identity 19] user logout ends all sessions of an account, which the audit says") {
  FactorCliWorld world;
  const auto epoch = world.user().login_epoch;
  CHECK(world.data({"user", "logout", "admin"}).at("logged_out") == true);
  CHECK(world.user().login_epoch == epoch + 1);
  CHECK(world.tables().find("user.logged_out") != std::string::npos);
  world.refused(kFailed, {"user", "logout", "nobody"}, {"no user nobody"});
}

TEST_CASE("[identity 15] user password-reset prints a token of 256 bits and stores its digest") {
  FactorCliWorld world;
  const auto token = world.data({"user", "password-reset", "admin"}).at("token").get<std::string>();
  CHECK(token.size() == 43);
  CHECK(world.tables().find(token) == std::string::npos);
  world.refused(kFailed, {"user", "password-reset", "nobody"}, {"no user nobody"});
}

TEST_CASE("[identity 9] user update takes 8 characters beside a second factor and 15 without") {
  FactorCliWorld world;
  const Words update{"user", "update", "--username", "admin", "--password-stdin"};
  world.refused(kFailed, update, {"at least 15"}, "kwzxpqfj");
  CHECK(world.ztix({"user", "factor", "add", "admin"}).exit_code == kOk);
  CHECK(world.ztix(update, "kwzxpqfj").exit_code == kOk);
}

}  // namespace
}  // namespace ztix::test
