#include "core/base/text.h"
#include "core/store/audit_sealer.h"
#include "tests/integration/cli/cli_world.h"

namespace ztix::test {
namespace {

const std::string kKey = "0123456789abcdef0123456789abcdef-of-a-test";

TEST_CASE("audit list filters by who, what, with what and when, newest first") {
  CliWorld world;
  world.set_up();
  world.add_network();
  REQUIRE(world.ztix(world.route_server_words(1)).exit_code == kOk);
  const auto all = world.data({"audit", "list"});
  REQUIRE(all.size() > 2);
  CHECK(all.front().at("id").get<int>() > all.back().at("id").get<int>());
  CHECK(world.data({"audit", "list", "--action", "route_server.added"}).size() == 1);
  CHECK(world.data({"audit", "list", "--action", "route_server", "--actor", "nobody"}).empty());
  CHECK(world.data({"audit", "list", "--subject", "route_server", "--from", "2000-01-01"}).size() == 1);
  CHECK(world.data({"audit", "list", "--to", "2000-01-01T00:00:00Z"}).empty());
  const auto older = world.data({"audit", "list", "--limit", "1", "--cursor", all.front().at("id").dump()});
  REQUIRE(older.size() == 1);
  CHECK(older.front() == all.at(1));
  world.refused(kFailed, {"audit", "list", "--from", "yesterday"}, {"2026-11-21"});
}

TEST_CASE("audit verify says that a sealed log is intact, and ends with 1 and a remedy when it is not") {
  CliWorld world;
  world.set_up();
  world.refused(kFailed, {"audit", "verify"}, {"ZTIX_AUDIT_KEY_FILE"});
  world.environment["ZTIX_AUDIT_KEY_FILE"] = world.secret_file("audit_key", kKey);
  const service::AuditChain chain{SecretString(kKey)};
  store::Database worker(world.database.settings("ztix_worker"));
  store::PgAuditSealer sealer(worker, chain);
  const auto sealed = sealer.seal();
  REQUIRE(sealed);
  const auto good = world.data({"audit", "verify"});
  CHECK(good.at("intact") == true);
  CHECK(good.at("sealed") == *sealed);
  CHECK(good.at("head").is_null());

  const auto head = sealer.head();
  REQUIRE(head);
  const auto file = world.folder.path() + "/heads";
  world.folder.write("heads", chain.line_of(**head) + "\n");
  CHECK(world.data({"audit", "verify", "--head", file}).at("head").at("seq") == *sealed);
  world.environment["ZTIX_AUDIT_HEAD_FILE"] = file;
  CHECK(world.data({"audit", "verify"}).at("intact") == true);

  auto superuser = TestServer::instance().superuser();
  superuser.database = world.database.settings().database;
  store::Connection tamperer(superuser);
  tamperer.run_script("SET session_replication_role = replica; UPDATE audit SET actor_name = 'mallory' WHERE id = 1",
                      "tamper");
  const auto bad = world.ztix({"audit", "verify"});
  CHECK(bad.exit_code == kFailed);
  CHECK(bad.out.find("changed: Row 1 does not fit") != std::string::npos);
  CHECK(bad.out.find("backup") != std::string::npos);
  const auto told = world.ztix({"--json", "audit", "verify"});
  CHECK(told.exit_code == kFailed);
  CHECK(json::parse(told.out).at("data").at("problems").front().at("audit_id") == 1);
}

TEST_CASE("audit public-key prints what openssl can check a head with") {
  CliWorld world;
  world.environment["ZTIX_AUDIT_KEY_FILE"] = world.secret_file("audit_key", kKey);
  const auto pem = world.ztix({"audit", "public-key"});
  REQUIRE(pem.exit_code == kOk);
  const service::AuditChain chain{SecretString(kKey)};
  const auto line = chain.line_of({{3, {}}, "2026-11-21T04:05:06.000Z"});
  const auto space = line.rfind(' ');
  const auto key = world.folder.write("key.pem", pem.out);
  const auto said = world.folder.write("said", line.substr(0, space));
  const auto signature = world.folder.write("signature", from_hex(line.substr(space + 1)).value());
  const auto checked =
      run({"openssl", "pkeyutl", "-verify", "-pubin", "-inkey", key, "-rawin", "-in", said, "-sigfile", signature});
  CAPTURE(checked.err);
  CHECK(checked.exit_code == 0);
}

TEST_CASE("audit approvals names who approved each member of a revision") {
  CliWorld world;
  world.set_up();
  world.publish_release();
  world.add_network();
  REQUIRE(world.ztix(world.route_server_words(1)).exit_code == kOk);
  const auto request = world.new_request();
  REQUIRE(world.ztix({"request", "approve", request.id.text()}).exit_code == kOk);
  world.database.sql(
      "INSERT INTO config_object (kind, subject, version, content, network, from_revision) SELECT 'membership', "
      "membership::text, 1, '{}', network, 1 FROM request WHERE id = $1",
      {request.id});
  const auto found = world.data({"audit", "approvals", "--revision", "1"});
  REQUIRE(found.at("members").size() == 1);
  CHECK(found.at("members").front().at("requested_by") == "alice");
  CHECK(found.at("members").front().at("approvals").size() == 1);
  CHECK(found.at("members").front().at("approvals").front().at("actor_kind") == "cli");
  world.refused(kFailed, {"audit", "approvals", "--revision", "999"}, {"no such revision"});
}

}  // namespace
}  // namespace ztix::test
