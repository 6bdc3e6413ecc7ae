/// `ztix setup` and `ztix user`: every refusal is clear and leaves nothing behind.

#include "tests/integration/cli/cli_world.h"

namespace ztix::test {
namespace {

const Words kSetUp{"setup", "--username", "admin", "--exchange-name", "Test-IX", "--password-stdin"};
const Words kCreate{"user", "create", "--username", "bob", "--password-stdin"};

Words with(Words words, const Words& more) {
  words.insert(words.end(), more.begin(), more.end());
  return words;
}

struct SetUpWorld : CliWorld {
  SetUpWorld() { set_up(); }
};

TEST_CASE("setup makes the exchange and its first administrator, and only once") {
  CliWorld world;
  const auto made = world.data(kSetUp, kPassword + "\n");
  CHECK(made.at("exchange") == "Test-IX");
  CHECK(made.at("admin") == "admin");
  CHECK(made.at("single_admin") == false);
  world.refused(kFailed, kSetUp, {"set up already", "ztix user create"}, kPassword);
}

TEST_CASE("setup with a weak password writes nothing") {
  CliWorld world;
  world.refused(kFailed, kSetUp, {"assword", "remedy"}, "short");
}

TEST_CASE("setup with the exchange's name as password writes nothing") {
  CliWorld world;
  world.refused(kFailed, {"setup", "--username", "admin", "--exchange-name", "Exchange of Example", "--password-stdin"},
                {"remedy"}, "Exchange of Example");
}

TEST_CASE("setup without a password writes nothing") {
  CliWorld world;
  world.refused(kFailed, kSetUp, {"Standard input holds no password"});
}

TEST_CASE("setup with a bad user name writes nothing") {
  CliWorld world;
  world.refused(kFailed, {"setup", "--username", "a b", "--password-stdin"}, {"2 to 64 characters"}, kPassword);
}

TEST_CASE("setup before the first migration names the remedy") {
  CliWorld world(TestDatabase::Schema::empty);
  world.refused(kFailed, kSetUp, {"ztix migrate up"}, kPassword);
}

TEST_CASE("setup never shows the password") {
  CliWorld world;
  const auto done = world.ztix(kSetUp, kPassword);
  CHECK(done.exit_code == kOk);
  CHECK((done.out + done.err).find(kPassword) == std::string::npos);
  CHECK(world.tables().find(kPassword) == std::string::npos);
}

TEST_CASE("user create before setup names the remedy and writes nothing") {
  CliWorld world;
  world.refused(kFailed, kCreate, {"not set up yet", "ztix setup"}, kPassword);
}

TEST_CASE("user create makes an account with its numbers and networks") {
  SetUpWorld world;
  world.add_network();
  const auto user = world.data(
      with(kCreate, {"--asn", "64500", "--asn", "AS64501", "--network", world.network(), "--auditor"}), kPassword);
  CHECK(user.at("username") == "bob");
  CHECK(user.at("asns") == json({64500, 64501}));
  CHECK(user.at("networks") == json({world.network()}));
  CHECK(user.at("roles") == json({"auditor", "operator"}));
}

TEST_CASE("user create with a name in use is a conflict and writes nothing") {
  SetUpWorld world;
  REQUIRE(world.ztix(kCreate, kPassword).exit_code == kOk);
  world.refused(kFailed, with(kCreate, {"--asn", "64500"}), {"There is a user bob already", "ztix user update"},
                kPassword);
}

TEST_CASE("user create with an unknown network writes nothing") {
  SetUpWorld world;
  world.refused(kFailed, with(kCreate, {"--network", "8056c2e21c000001"}),
                {"There is no network 8056c2e21c000001", "ztix network list"}, kPassword);
}

TEST_CASE("user create with text that is no network id writes nothing") {
  SetUpWorld world;
  world.refused(kFailed, with(kCreate, {"--network", "berlin"}), {"--network", "16 hex digits"}, kPassword);
}

TEST_CASE("user create with a bad AS number writes nothing") {
  SetUpWorld world;
  for (const std::string asn : {"0", "23456", "4294967295", "4294967296", "-1", "12a"}) {
    CAPTURE(asn);
    world.refused(kFailed, with(kCreate, {"--asn=" + asn}), {"--asn is not an AS number"}, kPassword);
  }
}

TEST_CASE("user create with a weak password writes nothing") {
  SetUpWorld world;
  world.refused(kFailed, kCreate, {"15", "remedy"}, "password1");
}

TEST_CASE("user create with the user's name as password writes nothing") {
  SetUpWorld world;
  world.refused(kFailed, {"user", "create", "--username", "bob.of.example.net", "--password-stdin"}, {"remedy"},
                "bob.of.example.net");
}

TEST_CASE("user create without a terminal and without --password-stdin names the option") {
  SetUpWorld world;
  world.refused(kFailed, {"user", "create", "--username", "bob"}, {"--password-stdin"});
}

TEST_CASE("user update of an unknown account writes nothing") {
  SetUpWorld world;
  world.refused(kFailed, {"user", "update", "--username", "nobody", "--asn", "64500"},
                {"There is no user nobody", "ztix user list"});
}

TEST_CASE("user update with an unknown network or a bad number leaves the account as it was") {
  SetUpWorld world;
  const Words update{"user", "update", "--username", "admin", "--admin", "--asn", "64500"};
  world.refused(kFailed, with(update, {"--network", "8056c2e21c000001"}), {"There is no network"});
  world.refused(kFailed, with(update, {"--asn", "0"}), {"--asn"});
  world.refused(kFailed, with(update, {"--remove-asn", "x"}), {"--remove-asn"});
  world.refused(kFailed, with(update, {"--remove-network", "x"}), {"--remove-network"});
}

TEST_CASE("user update with a weak new password leaves the old one") {
  SetUpWorld world;
  world.refused(kFailed, {"user", "update", "--username", "admin", "--password-stdin"}, {"remedy"},
                "aaaaaaaaaaaaaaaaaaaa");
}

TEST_CASE("user update, disable and enable may be repeated") {
  SetUpWorld world;
  REQUIRE(world.ztix(kCreate, kPassword).exit_code == kOk);
  const Words update{"user", "update", "--username", "bob", "--asn", "64500", "--admin"};
  const auto once = world.data(update);
  CHECK(world.data(update) == once);
  CHECK(once.at("roles") == json({"admin", "operator"}));
  const Words disable{"user", "disable", "--username", "bob"};
  CHECK(world.data(disable).at("disabled") == true);
  CHECK(world.data(disable).at("disabled") == true);
  CHECK(world.data({"user", "enable", "--username", "bob"}).at("disabled") == false);
  const Words take_away{"user", "update", "--username", "bob", "--remove-asn", "64500", "--remove-admin"};
  CHECK(world.data(take_away).at("asns").empty());
  CHECK(world.data(take_away).at("roles") == json({"operator"}));
  CHECK(world.data({"user", "list"}).size() == 2);
}

}  // namespace
}  // namespace ztix::test
