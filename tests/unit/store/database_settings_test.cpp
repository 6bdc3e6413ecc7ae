#include "core/store/database_settings.h"

#include <doctest/doctest.h>

using namespace ztix;
using store::DatabaseSettings;

namespace {

Result<DatabaseSettings> parse(const char* url) { return DatabaseSettings::from_url(SecretString(url)); }

}  // namespace

TEST_CASE("DATABASE_URL is read part by part") {
  const auto settings =
      parse("postgresql://ztix_app:p%40ss@db.example:6432/ztix?sslmode=verify-full&application_name=x");
  REQUIRE(settings);
  CHECK(settings->host == "db.example");
  CHECK(settings->port == "6432");
  CHECK(settings->user == "ztix_app");
  CHECK(settings->password.expose() == "p@ss");
  CHECK(settings->database == "ztix");
  CHECK(settings->application_name == "x");
  REQUIRE(settings->parameters.size() == 1);
  CHECK(settings->parameters[0] == std::pair<std::string, std::string>("sslmode", "verify-full"));
}

TEST_CASE("DATABASE_URL may name an IPv6 host, a socket folder or no password") {
  CHECK(parse("postgres://u@[2001:db8::1]:5433/d")->host == "2001:db8::1");
  CHECK(parse("postgres://u@[2001:db8::1]:5433/d")->port == "5433");
  const auto local = parse("postgresql://u@/d?host=/run/postgresql");
  REQUIRE(local);
  CHECK(local->host == "/run/postgresql");
  CHECK(local->port == "5432");
  CHECK(local->password.empty());
}

TEST_CASE("DATABASE_URL takes an @ in a password as people write it") {
  const auto settings = parse("postgresql://u:a@b@host/d");
  REQUIRE(settings);
  CHECK(settings->password.expose() == "a@b");
  CHECK(settings->host == "host");
}

TEST_CASE("DATABASE_URL is refused with the wrong part named and nothing quoted") {
  for (const char* url :
       {"", "mysql://u:hunter2@h/d", "postgresql://h/d", "postgresql://:hunter2@h/d", "postgresql://u:hunter2@h",
        "postgresql://u:hunter2@h/", "postgresql://u:hunter2@h:0/d", "postgresql://u:hunter2@h:99999/d",
        "postgresql://u:hunter2@h:x/d", "postgresql://u:hunter2%@h/d", "postgresql://u:hunter2%00@h/d",
        "postgresql://u:hunter2@[::1/d", "postgresql://u:hunter2@[::1]x/d", "postgresql://u:hunter2@h/d?options=-c",
        "postgresql://u:hunter2@h/d?sslmode", "postgresql://u:hunter2@h/d?passfile=/x"}) {
    CAPTURE(url);
    const auto settings = parse(url);
    REQUIRE_FALSE(settings);
    CHECK(settings.error().code == ErrorCode::invalid_argument);
    CHECK(settings.error().message.find("hunter2") == std::string::npos);
  }
}
