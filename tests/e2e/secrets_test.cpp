/// [identity 28] No secret is written down anywhere: after people have used the exchange, every log, every table and
/// every page that says no is searched for every secret there is.

#include <filesystem>
#include <string>
#include <vector>

#include <doctest/doctest.h>
#include <nlohmann/json.hpp>

#include "core/base/text.h"
#include "tests/e2e/lab.h"

using namespace ztix::test;
using namespace std::chrono_literals;

namespace {

struct Secret {
  std::string name;
  std::string text;
};

std::string secret_in_file(const Lab& lab, const std::string& name) {
  return std::string(ztix::trim(read_file(lab.env(name))));
}

/// `postgresql://user:PASSWORD@…`
std::string password_of(const std::string& url) {
  const auto end = url.rfind('@');
  const auto begin = url.rfind(':', end) + 1;
  return url.substr(begin, end - begin);
}

std::uint16_t port_of(const Lab& lab) {
  return ztix::parse_decimal<std::uint16_t>(lab.env("ZTIX_URL").substr(lab.env("ZTIX_URL").rfind(':') + 1)).value();
}

/// One who logs in, and keeps all that came back for the search.
class Visitor {
 public:
  explicit Visitor(const Lab& lab) : port_(port_of(lab)) {}

  RawReply send(const std::string& method, const std::string& path, const std::string& body = {}) {
    const auto host = "localhost:" + std::to_string(port_);
    auto text =
        method + " " + path + " HTTP/1.1\r\nHost: " + host + "\r\nConnection: close\r\nOrigin: http://" + host + "\r\n";
    if (!token.empty()) text += "Cookie: " + cookie_ + "=" + token + "\r\nX-CSRF-Token: " + csrf + "\r\n";
    if (!body.empty()) {
      text += "Content-Type: application/json\r\nContent-Length: " + std::to_string(body.size()) + "\r\n";
    }
    const auto reply = send_raw(port_, text + "\r\n" + body);
    if (reply.status >= 400) refusals.push_back(reply.body);
    return reply;
  }
  void log_in(const std::string& username, const std::string& password) {
    const auto reply =
        send("POST", "/api/v1/auth/local/login", json{{"username", username}, {"password", password}}.dump());
    if (reply.status != 200) return;
    csrf = json::parse(reply.body).at("data").at("csrf_token").get<std::string>();
    const auto& header = reply.headers.at("set-cookie");
    const auto equals = header.find('=');
    cookie_ = header.substr(0, equals);
    token = header.substr(equals + 1, header.find(';') - equals - 1);
  }

  std::string token;
  std::string csrf;
  std::vector<std::string> refusals;

 private:
  std::uint16_t port_;
  std::string cookie_;
};

std::vector<Secret> secrets_of(const Lab& lab, const Visitor& visitor) {
  return {{"password of an administrator", secret_in_file(lab, "ZTIX_ADMIN_PASSWORD_FILE")},
          {"password of a member", secret_in_file(lab, "ZTIX_OP1_PASSWORD_FILE")},
          {"session token", visitor.token},
          {"CSRF token", visitor.csrf},
          {"database password of the app", password_of(lab.env("ZTIX_APP_DATABASE_URL"))},
          {"database password of the worker", password_of(lab.env("ZTIX_WORKER_DATABASE_URL"))},
          {"database password of the owner", password_of(lab.env("DATABASE_URL"))},
          {"Redis password", password_of(lab.env("REDIS_URL"))},
          {"controller token", secret_in_file(lab, "ZT_CONTROLLER_AUTH_TOKEN_FILE")},
          {"secret key", secret_in_file(lab, "APP_SECRET_KEY_FILE")},
          {"audit key", secret_in_file(lab, "ZTIX_AUDIT_KEY_FILE")}};
}

/// Where in the logs a text stands.
std::vector<std::string> logs_with(const Lab& lab, const std::string& text) {
  std::vector<std::string> found;
  for (const auto& file : std::filesystem::recursive_directory_iterator(lab.env("ZTIX_LAB_LOG_DIR"))) {
    if (!file.is_regular_file()) continue;
    if (read_file(file.path()).find(text) != std::string::npos) found.push_back(file.path());
  }
  return found;
}

/// Tables of which a row has it in any column: jobs, audit and all others.
std::vector<std::string> tables_with(Lab& lab, const std::string& text) {
  std::vector<std::string> found;
  const auto tables = lab.sql("SELECT quote_ident(tablename) AS name FROM pg_tables WHERE schemaname = 'public'");
  REQUIRE(tables.size() > 20);
  for (const auto& table : tables) {
    const auto name = table.get<std::string>("name");
    const auto rows = lab.sql("SELECT 1 FROM " + name + " t WHERE position($1::text IN t::text) > 0 LIMIT 1", {text});
    if (!rows.empty()) found.push_back(name);
  }
  return found;
}

/// A page without its `<meta name="csrf-token">`: there the CSRF token belongs, for the script of the person's own
/// page.
std::string without_token_tag(const std::string& body) {
  const auto begin = body.find("<meta name=\"csrf-token\"");
  if (begin == std::string::npos) return body;
  return body.substr(0, begin) + body.substr(body.find('>', begin));
}

/// Everywhere that is searched.
std::vector<std::string> places_with(Lab& lab, const std::vector<std::string>& refusals, const std::string& text) {
  auto found = logs_with(lab, text);
  for (auto& table : tables_with(lab, text)) found.push_back("table " + table);
  for (const auto& body : refusals) {
    if (without_token_tag(body).find(text) != std::string::npos) found.push_back("answer " + body);
  }
  return found;
}

/// A member asks and becomes one; and all kinds of calls go wrong.
Visitor used_exchange(Lab& lab) {
  const auto request = lab.request(lab.new_operator());
  lab.approve(request);
  REQUIRE(lab.becomes(request, "active", 60s));
  Visitor visitor(lab);
  visitor.log_in("op1", secret_in_file(lab, "ZTIX_OP1_PASSWORD_FILE"));
  REQUIRE_FALSE(visitor.token.empty());
  // What people really do: the password in the wrong field, in the wrong place, and with a letter too many.
  const auto password = secret_in_file(lab, "ZTIX_OP1_PASSWORD_FILE");
  Visitor stranger(lab);
  stranger.log_in(password, "x");
  stranger.log_in("op1", password + "x");
  stranger.send("POST", "/api/v1/auth/local/login", "{\"password\": \"" + password);
  for (const auto& [method, path] :
       {std::pair("GET", "/nowhere"), std::pair("GET", "/api/v1/nowhere"), std::pair("GET", "/admin/requests"),
        std::pair("GET", "/api/v1/admin/audit"), std::pair("POST", "/api/v1/requests"), std::pair("PUT", "/api/v1/me"),
        std::pair("GET", "/requests/7b0c5f5e-0000-4000-8000-000000000000")}) {
    visitor.send(method, path, std::string(method) == "GET" ? "" : "{\"odd\":1}");
  }
  visitor.refusals.insert(visitor.refusals.end(), stranger.refusals.begin(), stranger.refusals.end());
  REQUIRE(visitor.refusals.size() >= 9);
  return visitor;
}

}  // namespace

TEST_CASE("[identity 28] No secret stands in any log, table, job or error page of an exchange that was used") {
  auto& lab = Lab::instance();
  const auto visitor = used_exchange(lab);
  for (const auto& secret : secrets_of(lab, visitor)) {
    CAPTURE(secret.name);
    REQUIRE(secret.text.size() >= 16);
    const auto places = places_with(lab, visitor.refusals, secret.text);
    CHECK(places.empty());
    for (const auto& place : places) MESSAGE(place);
  }
}

TEST_CASE("[identity 28] The search for secrets finds one that was planted, wherever it is") {
  auto& lab = Lab::instance();
  const std::string canary = "canary-4f1d0c7b2e9a-planted";
  REQUIRE(places_with(lab, {}, canary).empty());
  CHECK(places_with(lab, {"{\"error\":\"" + canary + "\"}"}, canary).size() == 1);

  const auto log = lab.env("ZTIX_LAB_LOG_DIR") + "/planted.log";
  run_or_throw({"tee", log}, "{\"event\":\"login.refused\",\"password\":\"" + canary + "\"}\n");
  CHECK(places_with(lab, {}, canary) == std::vector<std::string>{log});
  std::filesystem::remove(log);

  lab.sql("BEGIN");
  lab.sql(
      "INSERT INTO audit (actor_kind, actor_name, action, subject_kind, subject_id, facts) VALUES ('cli', 'x', 'a.b', "
      "'x', '1', jsonb_build_object('why', $1::text))",
      {canary});
  CHECK(places_with(lab, {}, canary) == std::vector<std::string>{"table audit"});
  lab.sql("ROLLBACK");
  CHECK(places_with(lab, {}, canary).empty());
}
