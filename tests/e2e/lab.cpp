#include "tests/e2e/lab.h"

#include <algorithm>
#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <random>
#include <stdexcept>

#include <nlohmann/json.hpp>

#include "core/base/text.h"
#include "core/queue/redis_connection.h"
#include "route-server/helper/bird_socket.h"
#include "tests/support/checkout.h"

namespace ztix::test {
namespace {

std::string upper(std::string text) {
  for (char& c : text) c = static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
  return text;
}

/// NAME='value' or NAME=value; the lab writes nothing else.
std::map<std::string, std::string> read_environment(const std::string& path) {
  std::map<std::string, std::string> values;
  std::ifstream file(path);
  for (std::string line; std::getline(file, line);) {
    const auto equals = line.find('=');
    if (line.starts_with('#') || equals == std::string::npos) continue;
    auto value = line.substr(equals + 1);
    if (value.size() >= 2 && value.front() == '\'') value = value.substr(1, value.size() - 2);
    values[line.substr(0, equals)] = value;
  }
  return values;
}

std::string first_line(const std::string& path) {
  auto text = read_file(path);
  return text.substr(0, text.find('\n'));
}

std::uint16_t port_of(const std::string& url) {
  return parse_decimal<std::uint16_t>(url.substr(url.rfind(':') + 1)).value();
}

std::string random_hex(int digits) {
  static std::mt19937_64 random(std::random_device{}());
  std::string text;
  for (int i = 0; i < digits; ++i) text += "0123456789abcdef"[random() % 16];
  return text;
}

}  // namespace

Person::Person(std::uint16_t port, const std::string& username, const std::string& password, CodeMaker next_code)
    : port_(port), next_code_(std::move(next_code)) {
  const auto reply =
      send("POST", "/api/v1/auth/local/login", json{{"username", username}, {"password", password}}.dump());
  take_session(reply, "login of " + username);
  if (json::parse(reply.body).at("data").at("second_factor_required").get<bool>()) show_second_factor();
}

void Person::take_session(const RawReply& reply, const std::string& what) const {
  if (reply.status != 200) throw std::runtime_error(what + ": " + reply.body);
  csrf_ = json::parse(reply.body).at("data").at("csrf_token").get<std::string>();
  const auto& cookie = reply.headers.at("set-cookie");
  cookie_ = cookie.substr(0, cookie.find(';'));
}

void Person::show_second_factor() const {
  if (!next_code_) throw std::runtime_error("a second factor is asked for, and there is none");
  const auto verify = [this] {
    return send("POST", "/api/v1/auth/factors/verify", json{{"code", next_code_()}}.dump());
  };
  // A code grows old while a busy machine thinks; as people do, the next one is taken then.
  auto reply = verify();
  for (int more = 0; more < 2 && reply.status == 403; ++more) reply = verify();
  take_session(reply, "second factor");
}

RawReply Person::send(const std::string& method, const std::string& path, const std::string& body) const {
  const auto host = "localhost:" + std::to_string(port_);
  std::string text =
      method + " " + path + " HTTP/1.1\r\nHost: " + host + "\r\nConnection: close\r\nOrigin: http://" + host + "\r\n";
  if (!cookie_.empty()) text += "Cookie: " + cookie_ + "\r\nX-CSRF-Token: " + csrf_ + "\r\n";
  if (!body.empty())
    text += "Content-Type: application/json\r\nContent-Length: " + std::to_string(body.size()) + "\r\n";
  return send_raw(port_, text + "\r\n" + body);
}

RawReply Person::call(const std::string& method, const std::string& path, const json& body) const {
  const auto text = body.is_null() ? std::string() : body.dump();
  const auto reply = send(method, "/api/v1/" + path, text);
  if (reply.status != 403 || reply.body.find("\"step_up_required\"") == std::string::npos) return reply;
  show_second_factor();
  return send(method, "/api/v1/" + path, text);
}

json Person::ask(const std::string& method, const std::string& path, const json& body) const {
  const auto reply = call(method, path, body);
  if (reply.status / 100 != 2) {
    throw std::runtime_error(method + " " + path + " -> " + std::to_string(reply.status) + " " + reply.body);
  }
  return json::parse(reply.body).at("data");
}

std::string Person::page(const std::string& path) const {
  const auto reply = send("GET", path, {});
  if (reply.status != 200) throw std::runtime_error("GET " + path + " -> " + std::to_string(reply.status));
  return reply.body;
}

Lab& Lab::instance() {
  const char* other = std::getenv("ZTIX_LAB_CHECKOUT");
  static Lab the_one = other == nullptr ? Lab() : Lab(other);
  return the_one;
}

Lab::Lab() : checkout_(test::in_checkout("")), brought_up_(run({tool("status")}).exit_code != 0) {
  run_or_throw({tool("up")});
  env_ = read_environment(in_checkout(".lab/env"));
}

Lab::Lab(std::string checkout) : checkout_(std::move(checkout)) {
  if (run({tool("status")}).exit_code != 0) throw std::runtime_error("no lab is up in " + checkout_);
  env_ = read_environment(in_checkout(".lab/env"));
}

Lab::~Lab() {
  database_.reset();
  if (brought_up_) run({tool("down")});
}

const std::string& Lab::env(const std::string& name) const {
  const auto found = env_.find(name);
  if (found == env_.end()) throw std::runtime_error(".lab/env has no " + name);
  return found->second;
}

std::string Lab::environment_file() const { return in_checkout(".lab/env"); }

// Tests ask many times a second: a program each time costs a busy machine more than the exchange does.
std::string Lab::birdc(const std::string& node, const std::string& command) const {
  helper::BirdSocket bird(env("ZTIX_" + upper(node) + "_BIRD_SOCKET"));
  std::string text;
  if (const auto replies = bird.ask({command})) {
    for (const auto& line : replies->to(command).lines) text.append(line.text).push_back('\n');
  }
  return text;
}

std::vector<std::string> Lab::inside(const std::string& node, std::vector<std::string> words) const {
  words.insert(words.begin(), {tool("exec"), node});
  return words;
}

void Lab::tamper_member(const std::string& node_id, const json& fields) const {
  const auto body = fields.dump();
  const auto reply = send_raw(port_of(env("ZT_CONTROLLER_BASE_URL")),
                              "POST /controller/network/" + env("ZTIX_NETWORK_ID") + "/member/" + node_id +
                                  " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nX-ZT1-Auth: " +
                                  first_line(env("ZT_CONTROLLER_AUTH_TOKEN_FILE")) +
                                  "\r\nContent-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body);
  if (reply.status != 200) throw std::runtime_error("the controller refuses: " + reply.body);
}

std::vector<std::string> Lab::peers(const std::string& node) const {
  std::vector<std::string> names;
  const auto answer = birdc(node, "show protocols");
  for (const auto line : split(answer, '\n')) {
    if (line.find(" BGP ") != std::string_view::npos) names.emplace_back(line.substr(0, line.find(' ')));
  }
  return names;
}

void Lab::stop(const std::string& node, const std::string& service) const {
  run_or_throw({tool("stop"), node, service});
}
void Lab::start(const std::string& node, const std::string& service) const {
  run_or_throw({tool("start"), node, service});
}

void Lab::signal(const std::string& node, const std::string& service, int signal) const {
  const auto pid = parse_decimal<int>(first_line(env("ZTIX_PID_" + upper(node) + "_" + upper(service))));
  if (pid) ::kill(*pid, signal);
}

void Lab::kill(const std::string& node, const std::string& service) const { signal(node, service, SIGKILL); }

void Lab::resume(const std::string& node, const std::string& service) const { signal(node, service, SIGCONT); }

// Through a shell that reads the settings from their file: no secret is ever an argument, and none is in a failure's
// text.
std::string Lab::ztix_text(std::vector<std::string> words, const std::string& input) const {
  std::vector<std::string> all{"bash", "-c", "set -a; . \"$0\"; exec \"$ZTIX_CLI\" \"$@\"", in_checkout(".lab/env")};
  all.insert(all.end(), words.begin(), words.end());
  return run(all, input).out;
}

json Lab::ztix(std::vector<std::string> words, const std::string& input) const {
  words.insert(words.begin(), "--json");
  const auto answer = json::parse(ztix_text(std::move(words), input));
  if (answer.contains("error")) throw std::runtime_error("ztix: " + answer.dump());
  return answer.at("data");
}

store::Rows Lab::sql(const std::string& text, const std::vector<store::Param>& params) {
  if (!database_ || !database_->is_alive()) {
    const auto settings = store::DatabaseSettings::from_url(SecretString(env("DATABASE_URL")));
    database_ = std::make_unique<store::Connection>(settings.value());
  }
  return database_->execute_planned({"e2e", text.c_str()}, params);
}

json Lab::controller_member(const std::string& node_id) const {
  const auto url = env("ZT_CONTROLLER_BASE_URL");
  const auto path = "/controller/network/" + env("ZTIX_NETWORK_ID") + "/member/" + node_id;
  const auto reply =
      send_raw(port_of(url), "GET " + path + " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nX-ZT1-Auth: " +
                                 first_line(env("ZT_CONTROLLER_AUTH_TOKEN_FILE")) + "\r\n\r\n");
  return reply.status == 200 ? json::parse(reply.body) : json(nullptr);
}

void Lab::flush_redis() const {
  queue::RedisConnection redis(queue::RedisAddress::parse(env("REDIS_URL")).value(), std::chrono::seconds(5));
  if (const auto done = redis.command({"FLUSHALL"}); !done) throw std::runtime_error(done.error().message);
}

void Lab::need_members(int count) {
  const auto active =
      sql("SELECT count(*) AS n FROM request WHERE state = 'active' AND asn BETWEEN 1000001 AND 1000000 + $1", {count});
  if (active.one().get<int>("n") == count) return;
  const auto have = static_cast<int>(split(env("ZTIX_LAB_MEMBERS"), ' ').size());
  run_or_throw({tool("up"), "--no-build", "--members", std::to_string(std::max(count, have))});
  env_ = read_environment(in_checkout(".lab/env"));
}

Person Lab::person(const std::string& username) const {
  const auto secrets = env("ZTIX_LAB_STATE_DIR") + "/secrets/";
  return Person(port_of(env("ZTIX_URL")), username, first_line(secrets + username),
                code_maker(secrets + username + "_totp"));
}

CodeMaker Lab::code_maker(const std::string& key_file) const {
  if (!std::filesystem::exists(key_file)) return {};
  return [command = tool("code"), key_file] {
    const auto text = run_or_throw({command, key_file});
    return text.substr(0, text.find('\n'));
  };
}

const Person& Lab::admin() {
  // Some stories empty Redis, and with it end every login.
  const bool logged_in = admin_ && admin_->call("GET", "me").status != 401;
  if (!logged_in) admin_ = std::make_unique<Person>(person(env("ZTIX_ADMIN_USERNAME")));
  return *admin_;
}

Lab::Operator Lab::new_operator() {
  const auto rows =
      sql("SELECT coalesce(max(asn), 1000000) + 1 AS asn FROM user_asn WHERE asn BETWEEN 1100000 AND 1199999");
  const auto asn = std::max<std::int64_t>(1'100'000, rows.one().get<std::int64_t>("asn"));
  const std::string username = "e2e" + std::to_string(asn);
  const std::string password = "a long enough " + random_hex(24);
  ztix({"user", "create", "--username", username, "--password-stdin", "--asn", std::to_string(asn), "--network",
        env("ZTIX_NETWORK_ID")},
       password + "\n");
  return {username, static_cast<std::uint32_t>(asn), "e" + random_hex(9),
          std::make_shared<Person>(port_of(env("ZTIX_URL")), username, password)};
}

json Lab::request(const Operator& who, bool ipv4, const std::string& node_id) const {
  return who.person->ask("POST", "requests",
                         {{"asn", who.asn},
                          {"zt_network_id", env("ZTIX_NETWORK_ID")},
                          {"node_id", node_id.empty() ? who.node_id : node_id},
                          {"ipv4", ipv4},
                          {"note", "end to end"}});
}

}  // namespace ztix::test
