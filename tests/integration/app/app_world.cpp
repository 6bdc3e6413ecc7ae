#include "tests/integration/app/app_world.h"

#include <stdexcept>

#include <doctest/doctest.h>

#include "core/digest/secret_box.h"
#include "core/identity/argon2_hasher.h"
#include "core/service/factor_codes.h"
#include "core/service/system.h"
#include "core/service/totp.h"

namespace ztix::test {
namespace {

domain::Asn asn(std::uint64_t number) { return domain::Asn::from_number(number).value(); }
IpAddress ip(const std::string& text) { return IpAddress::parse(text).value(); }
domain::ZtNetworkId network_id(const std::string& text) { return domain::ZtNetworkId::parse(text).value(); }

constexpr const char* kSecretKey = "a key of a test that is long enough";

queue::RedisConnection redis_link() {
  return queue::RedisConnection(queue::RedisAddress::parse(AppWorld::redis().url()).value(), std::chrono::seconds(2));
}

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
  settings.secret_key = SecretString(kSecretKey);
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

std::int64_t AppWorld::idle_seconds(const std::string& user_id) {
  auto link = redis_link();
  std::int64_t longest = 0;
  const auto keys = link.command({"SMEMBERS", "ztix:user-sessions:" + user_id}).value();
  for (const auto& key : keys.items) {
    longest = std::max(longest, link.command({"TTL", key.text}).value().integer);
  }
  return longest;
}

std::string AppWorld::everything_in_redis() {
  auto link = redis_link();
  std::string all;
  const auto keys = link.command({"KEYS", "*"}).value();
  for (const auto& key : keys.items) {
    all += key.text + "\n";
    if (link.command({"TYPE", key.text}).value().text == "string") all += link.command({"GET", key.text}).value().text;
  }
  return all;
}

void AppWorld::let_sessions_age(std::chrono::seconds duration) {
  auto link = redis_link();
  const auto keys = link.command({"KEYS", "ztix:session:*"}).value();
  for (const auto& key : keys.items) {
    auto session = json::parse(link.command({"GET", key.text}).value().text);
    for (const char* field : {"created_at", "second_factor_at"}) {
      auto& at = session[field];
      if (at.is_number_integer()) at = at.get<std::int64_t>() - duration / std::chrono::microseconds(1);
    }
    static_cast<void>(link.command({"SET", key.text, session.dump(), "KEEPTTL"}).value());
  }
}

service::Actor AppWorld::cli() { return {service::ActorKind::cli, std::nullopt, "root", "", "run-1"}; }

AppWorld::AppWorld(const std::function<void(config::AppSettings&)>& adapt) {
  redis().flush_all();
  arrange();
  settings_ = settings(database, redis());
  if (adapt) adapt(settings_);
  running = app::App::start(settings_).value();
}

void AppWorld::restart() {
  running.reset();
  running = app::App::start(settings_).value();
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
  for (const auto* name : {"admin", "chief"}) give_second_factor(name);
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

Browser browser_after(const Reply& reply) {
  if (reply.status != 200) throw std::runtime_error("no login: " + reply.body);
  const auto& cookie = reply.headers.at("set-cookie");
  return {cookie.substr(0, cookie.find(';')), reply.data().at("csrf_token").get<std::string>()};
}

Uuid AppWorld::new_admin(const std::string& username, const std::vector<domain::Role>& also) {
  service::NewUser user{username, password_hash(), {domain::Role::admin}, {}, {}};
  user.roles.insert(user.roles.end(), also.begin(), also.end());
  return accounts.create_user(user, cli()).value().id;
}

service::MadeCode AppWorld::new_enrolment_code(const Uuid& user) {
  service::SystemRandom random;
  auto code = service::make_code(random);
  REQUIRE(factors.put_code(user, service::CodePurpose::enrolment, code.digest, std::chrono::hours(24), cli()));
  return code;
}

Browser AppWorld::browser(const std::string& username) {
  const auto reply = login(username);
  const auto who = browser_after(reply);
  return reply.data().at("second_factor_required").get<bool>() ? verified(who) : who;
}

Browser AppWorld::half_browser(const std::string& username) const { return browser_after(login(username)); }

Browser AppWorld::verified(const Browser& who) {
  return browser_after(send_as(who, "POST", "/api/v1/auth/factors/verify", json{{"code", fresh_code()}}.dump()));
}

std::string AppWorld::fresh_code() {
  database.sql("UPDATE user_factor SET last_step = 0");
  return service::totp::code_of(kTotpSecret, service::totp::step_of(service::SystemClock().now()));
}

void AppWorld::give_second_factor(const std::string& username) {
  const auto user = accounts.find_login(username).value()->user.id;
  const digest::SecretBox box(SecretString(kSecretKey), service::kFactorSecretPurpose);
  const auto sealed = box.seal(kTotpSecret, user.text(), "twelve bytes");
  REQUIRE(factors.add({user, "Phone", sealed}, cli()));
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
          "(SELECT count(*) FROM idempotency), (SELECT concat(count(*), ' ', count(ended_at)) FROM api_token)) AS "
          "all_of_it")
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
