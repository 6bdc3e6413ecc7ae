#include <map>
#include <string>
#include <vector>

#include <doctest/doctest.h>

#include "app/pages/assets.h"
#include "tests/integration/app/app_world.h"
#include "tests/integration/app/authorisation_matrix.h"

namespace ztix::test {
namespace {

using namespace std::string_literals;

/// What stands for {…} in a pattern.
using Names = std::map<std::string, std::string>;

std::string filled(std::string_view pattern, const Names& names) {
  std::string path(pattern);
  for (const auto& [name, value] : names) {
    const auto parameter = "{" + name + "}";
    if (const auto at = path.find(parameter); at != std::string::npos) path.replace(at, parameter.size(), value);
  }
  return path;
}

/// The exchange of app_world.h with the people of the matrix in it.
class People {
 public:
  People() {
    world.add_route_server("rs1", 1);
    world.database.sql("UPDATE route_server SET state = 'enabled'");
    for (const auto* name : {"carol", "dave"}) add_operator(name);
    for (const auto* name : kNames) browsers_.push_back(world.browser(name));
    disable_dave();
  }

  [[nodiscard]] const Browser& owner() const { return browsers_[0]; }
  [[nodiscard]] const Browser& admin() const { return browsers_[4]; }

  /// @param column  0 is nobody; the others are kNames.
  Reply ask(std::size_t column, const app::Route& route, const Names& names, const std::string& body) {
    const auto path = filled(route.pattern, names);
    const std::string method(route.method);
    if (column == 0) {
      HeaderList headers{{"Origin", "https://ix.example.net"}};
      if (!body.empty()) headers["Content-Type"] = "application/json";
      return world.send(method, path, headers, body);
    }
    return world.send_as(browsers_[column - 1], method, path, body);
  }

  /// Logging in and out ends the session that the caller had.
  void log_in_again(std::size_t column) {
    if (column == 0 || column == kDisabled) return;
    browsers_[column - 1] = world.browser(kNames[column - 1]);
  }

  [[nodiscard]] std::string credentials(std::size_t column) const {
    const auto name = column == 0 ? "nobody-of-that-name"s : kNames[column - 1];
    return json{{"username", name}, {"password", kPassword}}.dump();
  }

  static constexpr std::size_t kDisabled = 6;
  AppWorld world;

 private:
  static constexpr std::array<const char*, 6> kNames{"alice", "carol", "bob", "auditor", "admin", "dave"};

  void add_operator(const std::string& name) {
    const auto hash =
        world.database
            .sql("SELECT secret FROM credential c JOIN app_user u ON u.id = c.user_id WHERE u.username = 'alice'")
            .one()
            .get<std::string>("secret");
    REQUIRE(world.accounts.create_user({name,
                                        hash,
                                        {domain::Role::member_operator},
                                        {domain::Asn::from_number(64496).value()},
                                        {domain::ZtNetworkId::parse(kNetwork).value()}},
                                       AppWorld::cli()));
  }

  void disable_dave() {
    service::UserChange change;
    change.disabled = true;
    REQUIRE(world.accounts.update_user("dave", change, AppWorld::cli()));
  }

  std::vector<Browser> browsers_;
};

/// Makes what a call is about.
class Things {
 public:
  explicit Things(People& people) : people_(people), world_(people.world) {}

  Names make(About about) {
    switch (about) {
      case About::nothing:
      case About::credentials:
        return {};
      case About::stylesheet:
        return {{"digest", app::asset_named("ztix.css").digest}, {"name", "ztix.css"}};
      case About::route_server:
        world_.database.sql("DELETE FROM drain");
        world_.database.sql("DELETE FROM \"freeze\"");
        world_.database.sql("UPDATE route_server SET state = 'enabled'");
        return {{"name", "rs1"}};
      case About::drained_route_server:
        world_.database.sql("UPDATE route_server SET state = 'maintenance'");
        return {{"name", "rs1"}};
      case About::frozen_exchange:
        world_.database.sql("DELETE FROM \"freeze\"");
        expect(world_.send_as(people_.admin(), "POST", "/api/v1/admin/freeze", std::string(kFreeze)), 201);
        return {};
      case About::dead_job:
        return dead_job();
      case About::owners_token:
        return owners_token();
      case About::open_task:
        return open_task();
      case About::revision:
        world_.database.sql(
            "INSERT INTO config_revision (revision, actor, cause) VALUES (1, 'cli', 'a test') ON CONFLICT DO NOTHING");
        return {{"revision", "1"}};
      case About::pending_request:
      case About::asked_request:
      case About::addressed_request:
      case About::failed_request:
      case About::active_request:
      case About::suspended_request:
      case About::tripped_request:
        return {{"id", request(about)}};
    }
    return {};
  }

  /// A node id that no request has.
  std::string unused_node() {
    auto text = std::to_string(++nodes_);
    return "1" + std::string(9 - text.size(), '0') + text;
  }

 private:
  static void expect(const Reply& reply, int status) { REQUIRE_MESSAGE(reply.status == status, reply.body); }

  std::string request(About about) {
    auto id = world_.new_request(people_.owner(), unused_node())["id"].get<std::string>();
    if (about == About::pending_request) return id;
    const auto decide = [&](const std::string& verb, std::string_view body) {
      expect(world_.send_as(people_.admin(), "POST", "/api/v1/admin/requests/" + id + "/" + verb, std::string(body)),
             200);
    };
    if (about == About::asked_request) {
      decide("ask", kMessage);
      return id;
    }
    decide("approve", "");
    if (about == About::addressed_request) give_addresses(id);
    if (about == About::failed_request) set_state(id, "failed");
    if (about == About::active_request || about == About::suspended_request || about == About::tripped_request) {
      world_.make_active(id);
    }
    if (about == About::suspended_request) decide("suspend", kReason);
    if (about == About::tripped_request) trip_limit(id);
    return id;
  }

  void set_state(const std::string& id, const std::string& state) {
    world_.database.sql("UPDATE request SET state = $2 WHERE id = $1", {Uuid::parse(id).value(), state});
  }

  void give_addresses(const std::string& id) {
    world_.database.sql(
        "INSERT INTO address (network, address, asn, router_sequence, state) "
        "SELECT m.network, '2001:db8:1::a500:0:0:0'::inet + m.router_sequence, m.asn, m.router_sequence, 'live' "
        "FROM membership m JOIN request r ON r.membership = m.id WHERE r.id = $1",
        {Uuid::parse(id).value()});
  }

  void trip_limit(const std::string& id) {
    world_.database.sql("ALTER TABLE audit DISABLE TRIGGER audit_is_immutable");
    world_.database.sql("DELETE FROM audit WHERE action = 'session.limit_cleared'");
    world_.database.sql(
        "INSERT INTO session_admin_state (membership, route_server, family, state) "
        "SELECT r.membership, s.id, 'ipv6', 'limit_tripped' FROM request r, route_server s WHERE r.id = $1",
        {Uuid::parse(id).value()});
  }

  Names open_task() {
    world_.database.sql("DELETE FROM admin_task");
    const auto id = world_.database
                        .sql(
                            "INSERT INTO admin_task (kind, asn, user_id) SELECT 'affiliation_lost', 64496, id "
                            "FROM app_user WHERE username = 'alice' RETURNING id")
                        .one()
                        .get<std::int64_t>("id");
    return {{"id", std::to_string(id)}};
  }

  Names dead_job() {
    const auto id = world_.database
                        .sql(
                            "UPDATE job SET state = 'dead', finished_at = now(), last_step = 'A8 verify' "
                            "WHERE id = (SELECT min(id) FROM job) RETURNING id")
                        .one()
                        .get<std::int64_t>("id");
    return {{"id", std::to_string(id)}};
  }

  Names owners_token() {
    const auto id = world_.database
                        .sql(
                            "INSERT INTO api_token (user_id, name, scope, expires_at, token_sha256) "
                            "SELECT id, 'a test', 'read', now() + interval '1 hour', "
                            "encode(sha256(gen_random_uuid()::text::bytea), 'hex') "
                            "FROM app_user WHERE username = 'alice' RETURNING id")
                        .one()
                        .get<Uuid>("id");
    return {{"id", id.text()}};
  }

  People& people_;
  AppWorld& world_;
  int nodes_ = 0;
};

const app::Route& route_of(const Row& row) {
  const auto& all = app::table::kRoutes;
  return *std::find_if(all.begin(), all.end(), [&](const app::Route& route) { return is_call(row.call, route); });
}

std::string body_of(const Row& row, std::size_t column, const People& people, Things& things) {
  if (row.about == About::credentials) return people.credentials(column);
  return filled(row.body, {{"unused node", things.unused_node()}});
}

TEST_CASE(
    "[identity 23] Every route answers every kind of person as the matrix says, and what is refused changes nothing") {
  People people;
  Things things(people);
  int asked = 0;
  for (const auto& row : kMatrix) {
    const auto& route = route_of(row);
    const bool safe = app::is_safe_method(route.method);
    const bool about_session = row.call.find("/auth/") != std::string_view::npos;
    const auto& [nobody, owner, colleague, foreign, auditor, admin, disabled] = row.cells;
    const std::array cells{nobody, owner, colleague, foreign, auditor, admin, disabled};
    Names names;
    for (std::size_t column = 0; column < cells.size(); ++column) {
      if (column == 0 || !safe) names = things.make(row.about);
      const auto body = body_of(row, column, people, things);
      const auto before = people.world.fingerprint();
      const auto reply = people.ask(column, route, names, body);
      CHECK_MESSAGE(reply.status == cells[column], std::string(row.call)
                                                       << ", column " << column << ": " << reply.body);
      const bool may_change = !safe && cells[column] < 300;
      if (!may_change) CHECK_MESSAGE(people.world.fingerprint() == before, std::string(row.call));
      if (about_session) people.log_in_again(column);
      ++asked;
    }
  }
  MESSAGE(asked << " cells");
}

TEST_CASE("[identity 21] No read changes anything or leaves a trace in the audit") {
  People people;
  Things things(people);
  for (const auto& row : kMatrix) {
    const auto& route = route_of(row);
    if (route.method != "GET") continue;
    const auto names = things.make(row.about);
    const auto state = [&] { return people.world.fingerprint() + std::to_string(people.world.count("audit")); };
    const auto before = state();
    const auto path = filled(route.pattern, names);
    for (const auto* const who : {&people.owner(), &people.admin()}) {
      const bool administrative = route.access == app::Access::auditor || route.access == app::Access::admin;
      // A refusal is audited.
      if (administrative && who == &people.owner()) continue;
      if (route.access == app::Access::owner && who == &people.admin()) continue;
      for (const std::string method : {"GET", "HEAD"}) CHECK(people.world.send_as(*who, method, path).status < 500);
    }
    CHECK_MESSAGE(state() == before, std::string(row.call));
  }
}

TEST_CASE("[identity 23] Another network's request is answered exactly as one that does not exist") {
  People people;
  const auto id = people.world.new_request(people.owner())["id"].get<std::string>();
  const auto bob = people.world.browser("bob");
  const auto told = [&](const std::string& method, std::string_view pattern, const std::string& which) {
    const std::string body = pattern.ends_with("node-id")  ? R"({"node_id":"1234567890"})"
                             : pattern.ends_with("answer") ? std::string(kMessage)
                                                           : "";
    const auto reply = people.world.send_as(bob, method, filled(pattern, {{"id", which}}), body);
    auto text = reply.body;
    // Pages show it in the text, the API in a field.
    for (const auto& own : {reply.headers.at("x-request-id"), which}) {
      for (auto at = text.find(own); at != std::string::npos; at = text.find(own)) text.erase(at, own.size());
    }
    for (auto at = text.find("nonce=\""); at != std::string::npos; at = text.find("nonce=\"")) {
      text.erase(at, text.find('"', at + 7) - at + 1);
    }
    return std::to_string(reply.status) + " " + text;
  };
  int tried = 0;
  for (const auto& route : app::table::kRoutes) {
    if (route.access != app::Access::owner) continue;
    const std::string method(route.method);
    CAPTURE(std::string(route.pattern));
    const auto other = told(method, route.pattern, id);
    CHECK(other.starts_with("404 "));
    CHECK(other == told(method, route.pattern, "7b0c5f5e-0000-4000-8000-000000000000"));
    ++tried;
  }
  CHECK(tried >= 9);
}

}  // namespace
}  // namespace ztix::test
