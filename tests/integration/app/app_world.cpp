#include "tests/integration/app/app_world.h"

#include <stdexcept>

#include <doctest/doctest.h>

#include "core/identity/argon2_hasher.h"
#include "core/service/system.h"

namespace ztix::test {
namespace {

domain::Asn asn(std::uint64_t number) { return domain::Asn::from_number(number).value(); }
IpAddress ip(const std::string& text) { return IpAddress::parse(text).value(); }
domain::ZtNetworkId network_id(const std::string& text) { return domain::ZtNetworkId::parse(text).value(); }

/// One hash for all users of all tests: hashing is slow on purpose. Weaker than the default, so that the first login
/// of each user also rehashes.
const std::string& password_hash() {
  static const std::string hash = [] {
    service::SystemRandom random;
    return identity::Argon2Hasher(random, 1, {.memory_kib = 1024, .passes = 1, .lanes = 1})
        .hash(SecretString(kPassword))
        .value();
  }();
  return hash;
}

service::NewUser user(const std::string& name, std::vector<domain::Role> roles, std::vector<domain::Asn> asns = {},
                      std::vector<domain::ZtNetworkId> networks = {}) {
  return {name, password_hash(), std::move(roles), std::move(asns), std::move(networks)};
}

service::NewNetwork network(const std::string& id, const std::string& name, int number, domain::Admission admission,
                            bool with_ipv4) {
  const auto n = std::to_string(number);
  std::optional<Prefix> lan_v4;
  std::optional<Ipv4Range> pool;
  if (with_ipv4) {
    lan_v4 = Prefix::parse("192.0.2.0/24");
    pool = Ipv4Range::parse("192.0.2.10-192.0.2.20");
  }
  return {network_id(id), name,      "Berlin",  lan_v4, Prefix::parse("2001:db8:" + n + "::/64").value(),
          pool,           admission, asn(64511)};
}

config::AppSettings settings(const TestDatabase& database, const TestRedis& redis) {
  config::AppSettings settings;
  settings.database_url = SecretString(database.url("ztix_app"));
  settings.redis_url = SecretString(redis.url());
  settings.secret_key = SecretString("a key of a test that is long enough");
  settings.listen = {ip("127.0.0.1"), 0};
  settings.metrics_listen = {ip("127.0.0.1"), 0};
  settings.public_url = "https://ix.example.net";
  settings.http_threads = 64;
  settings.password_runs = 4;
  settings.log_level = "info";
  return settings;
}

}  // namespace

TestRedis& AppWorld::redis() {
  static TestRedis the_one;
  return the_one;
}

service::Actor AppWorld::cli() { return {service::ActorKind::cli, std::nullopt, "root", "", "run-1"}; }

AppWorld::AppWorld(const std::function<void(config::AppSettings&)>& adapt) {
  redis().flush_all();
  arrange();
  auto chosen = settings(database, redis());
  if (adapt) adapt(chosen);
  running = app::App::start(chosen).value();
}

void AppWorld::arrange() {
  using domain::Role;
  REQUIRE(accounts.set_up("Test-IX", false, user("admin", {Role::admin}), cli()));
  REQUIRE(networks.add_network(network(kNetwork, "berlin", 1, domain::Admission::listed, true), cli()));
  REQUIRE(networks.add_network(network(kOpenNetwork, "open", 2, domain::Admission::open, false), cli()));
  REQUIRE(networks.add_network(network(kClosedNetwork, "closed", 3, domain::Admission::closed, false), cli()));
  const std::vector both{asn(64496), asn(64497)};
  REQUIRE(accounts.create_user(user("alice", {Role::member_operator}, both, {network_id(kNetwork)}), cli()));
  REQUIRE(accounts.create_user(user("bob", {Role::member_operator}, {asn(64500)}, {}), cli()));
  REQUIRE(accounts.create_user(user("auditor", {Role::auditor}), cli()));
  REQUIRE(accounts.create_user(user("chief", {Role::admin}, {asn(64499)}, {network_id(kNetwork)}), cli()));
}

Reply AppWorld::send(const std::string& method, const std::string& path, const HeaderList& headers,
                     const std::string& body) const {
  std::string text = method + " " + path + " HTTP/1.1\r\nHost: ix.example.net\r\nConnection: close\r\n";
  for (const auto& [name, value] : headers) text += name + ": " + value + "\r\n";
  if (!body.empty()) text += "Content-Length: " + std::to_string(body.size()) + "\r\n";
  const auto raw = send_raw(running->port(), text + "\r\n" + body, method != "HEAD");
  return {raw.status, raw.headers, raw.body};
}

Reply AppWorld::send_as(const Browser& who, const std::string& method, const std::string& path, const std::string& body,
                        const HeaderList& more) const {
  HeaderList headers{{"Cookie", who.cookie}, {"X-CSRF-Token", who.csrf}, {"Origin", "https://ix.example.net"}};
  if (!body.empty()) headers["Content-Type"] = "application/json";
  for (const auto& [name, value] : more) headers[name] = value;
  return send(method, path, headers, body);
}

Reply AppWorld::login(const std::string& username, const std::string& password, const HeaderList& more) const {
  HeaderList headers{{"Content-Type", "application/json"}};
  for (const auto& [name, value] : more) headers[name] = value;
  return send("POST", "/api/v1/auth/local/login", headers, json{{"username", username}, {"password", password}}.dump());
}

Browser AppWorld::browser(const std::string& username) const {
  const auto reply = login(username);
  if (reply.status != 200) throw std::runtime_error("login of " + username + ": " + reply.body);
  const auto& cookie = reply.headers.at("set-cookie");
  return {cookie.substr(0, cookie.find(';')), reply.data().at("csrf_token").get<std::string>()};
}

json AppWorld::new_request(const Browser& who, const std::string& node) const {
  const json body{{"asn", 64496}, {"zt_network_id", kNetwork}, {"node_id", node}, {"note", "hello"}};
  const auto reply = send_as(who, "POST", "/api/v1/requests", body.dump());
  if (reply.status != 201) throw std::runtime_error("request refused: " + reply.body);
  return reply.data();
}

std::int64_t AppWorld::count(const std::string& table) {
  return database.sql("SELECT count(*) AS n FROM " + table).one().get<std::int64_t>("n");
}

std::string AppWorld::fingerprint() {
  return database
      .sql(
          "SELECT concat_ws(' ', (SELECT count(*) || coalesce(string_agg(r::text, '' ORDER BY id), '') FROM request "
          "r), "
          "(SELECT count(*) FROM request_message), (SELECT count(*) FROM membership), (SELECT count(*) FROM job), "
          "(SELECT count(*) FROM idempotency)) AS all_of_it")
      .one()
      .get<std::string>("all_of_it");
}

void AppWorld::reserve_addresses() {
  for (const std::string address : {"192.0.2.10", "2001:db8:1:0:a500:6:4496:1"}) {
    database.sql("INSERT INTO address (network, address, asn, router_sequence, state) VALUES (1, $1, 64496, 1, 'live')",
                 {ip(address)});
  }
}

void AppWorld::make_active(const std::string& request_id) {
  database.sql("UPDATE request SET state = 'active' WHERE id = $1", {Uuid::parse(request_id).value()});
}

void AppWorld::add_route_server(const std::string& name, int number) {
  const auto n = std::to_string(number);
  service::NewRouteServer rs;
  rs.endpoint = {name, "127.0.0.1", static_cast<std::uint16_t>(2200 + number), "ztix", "ssh-ed25519 AAAA" + n};
  rs.router_id = ip("192.0.2." + n);
  rs.rtr_exception = "a test";
  rs.attachments.push_back({network_id(kNetwork), domain::NodeId::parse("aa0000000" + n).value(), ip("192.0.2." + n),
                            ip("2001:db8:1::" + n)});
  REQUIRE(route_servers.add(rs, cli()));
}

}  // namespace ztix::test
