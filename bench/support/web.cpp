#include "bench/support/web.h"

#include <chrono>
#include <regex>
#include <stdexcept>
#include <thread>

#include "core/identity/argon2_hasher.h"
#include "core/service/system.h"
#include "core/store/account_store.h"
#include "core/store/database.h"
#include "tests/support/checkout.h"

namespace ztix::bench {
namespace {

constexpr std::chrono::seconds kStarts{20};

test::TestServer& safe_server() {
  auto& server = test::TestServer::instance();
  server.stop();
  server.start(test::TestServer::Disk::safe);
  return server;
}

double number_after(const std::string& text, const std::string& pattern) {
  std::smatch found;
  if (!std::regex_search(text, found, std::regex(pattern))) throw std::runtime_error("wrk said: " + text);
  return std::stod(found[1]);
}

int broken_connections(const std::string& text) {
  std::smatch found;
  const std::regex pattern("Socket errors: connect (\\d+), read (\\d+), write (\\d+), timeout (\\d+)");
  if (!std::regex_search(text, found, pattern)) return 0;
  return std::stoi(found[1]) + std::stoi(found[2]) + std::stoi(found[3]) + std::stoi(found[4]);
}

std::string name_of(int user) { return "member" + std::to_string(user); }

void add_users(const test::TestDatabase& database, int users) {
  const service::Actor root{service::ActorKind::cli, std::nullopt, "root", "", "bench"};
  service::SystemRandom random;
  const auto hash = identity::Argon2Hasher(random, 1).hash(SecretString(WebExchange::kPassword)).value();
  store::Database owner(database.settings());
  store::PgAccountStore accounts(owner);
  bool made = accounts.set_up("bench", true, {"admin", hash, {domain::Role::admin}, {}, {}}, root).has_value();
  for (int user = 0; user < users; ++user) {
    const auto asn = domain::Asn::from_number(static_cast<std::uint64_t>(4'200'000'000 + user)).value();
    made = made &&
           accounts.create_user({name_of(user), hash, {domain::Role::member_operator}, {asn}, {}}, root).has_value();
  }
  if (!made) throw std::runtime_error("the users could not be made");
}

}  // namespace

const std::string WebExchange::kPassword = "four plain words of a benchmark";

Wrk& Wrk::header(const std::string& name, const std::string& value) {
  options_.insert(options_.end(), {"-H", name + ": " + value});
  return *this;
}

Wrk& Wrk::cookies(const std::vector<std::string>& cookies, const test::TempFolder& folder) {
  std::string script = "local requests, at = {}, 0\nfunction init()\n";
  for (const auto& cookie : cookies) {
    script += "  requests[#requests + 1] = wrk.format(nil, nil, {Host = \"localhost\", Cookie = [[" + cookie + "]]})\n";
  }
  script += "end\nfunction request()\n  at = at % #requests + 1\n  return requests[at]\nend\n";
  options_.insert(options_.end(), {"-s", folder.write("cookies.lua", script)});
  return *this;
}

Wrk& Wrk::post(const std::string& body, const test::TempFolder& folder) {
  const auto script = folder.write("post.lua", "wrk.method = \"POST\"\nwrk.body = [[" + body + "]]\n");
  options_.insert(options_.end(), {"-s", script});
  return header("Content-Type", "application/json");
}

Load Wrk::run(const std::string& url) const {
  std::vector<std::string> words{
      "wrk", "-t1", "-c" + std::to_string(connections_), "-d" + std::to_string(seconds_), "--timeout", "10s"};
  words.insert(words.end(), options_.begin(), options_.end());
  words.push_back(url);
  const auto text = test::run_or_throw(words);
  Load load{number_after(text, "Requests/sec:\\s+([0-9.]+)"), broken_connections(text)};
  if (text.find("Non-2xx") != std::string::npos) {
    load.failed += static_cast<int>(number_after(text, "Non-2xx or 3xx responses: (\\d+)"));
  }
  return load;
}

WebExchange::WebExchange(int password_runs, int users) : port_((safe_server(), test::free_port())) {
  add_users(database_, users);
  app_.emplace(Environment{{"DATABASE_URL", database_url()},
                           {"REDIS_URL", redis_url()},
                           {"APP_SECRET_KEY", "a key of a benchmark that is long enough"},
                           {"ZTIX_LISTEN", "127.0.0.1:" + std::to_string(port_)},
                           {"ZTIX_PUBLIC_URL", "http://localhost:" + std::to_string(port_)},
                           {"ZTIX_PASSWORD_RUNS", std::to_string(password_runs)},
                           {"ZTIX_LOG_LEVEL", "warn"}},
               std::vector<std::string>{test::in_build("bin/ztix-app")}, folder_.path() + "/app.log");
  const auto deadline = std::chrono::steady_clock::now() + kStarts;
  for (;;) {
    try {
      if (test::send_raw(port_, "GET /readyz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n").status == 200)
        return;
    } catch (const std::runtime_error&) {
      // It does not listen yet.
    }
    if (std::chrono::steady_clock::now() > deadline) {
      throw std::runtime_error("ztix-app does not start: " + test::read_file(folder_.path() + "/app.log"));
    }
    std::this_thread::sleep_for(std::chrono::milliseconds(50));
  }
}

std::string WebExchange::url(const std::string& path) const {
  return "http://127.0.0.1:" + std::to_string(port_) + path;
}

std::string WebExchange::credentials(int user) {
  return R"({"username":")" + name_of(user) + R"(","password":")" + kPassword + R"("})";
}

test::RawReply WebExchange::try_log_in(int user) const {
  const auto body = credentials(user);
  return test::send_raw(port_,
                        "POST /api/v1/auth/local/login HTTP/1.1\r\nHost: localhost\r\nConnection: "
                        "close\r\nContent-Type: application/json\r\nContent-Length: " +
                            std::to_string(body.size()) + "\r\n\r\n" + body);
}

std::string WebExchange::log_in(int user) const {
  const auto reply = try_log_in(user);
  if (reply.status != 200) throw std::runtime_error("nobody can log in: " + reply.body);
  const auto& cookie = reply.headers.at("set-cookie");
  return cookie.substr(0, cookie.find(';'));
}

std::string await_me(std::uint16_t port, const std::string& cookie) {
  const auto request =
      "GET /api/v1/me HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nCookie: " + cookie + "\r\n\r\n";
  const auto deadline = std::chrono::steady_clock::now() + kStarts;
  for (;;) {
    std::string last = "nothing";
    try {
      const auto reply = test::send_raw(port, request);
      if (reply.status == 200) return reply.body;
      last = reply.body;
    } catch (const std::runtime_error& problem) {
      last = problem.what();
    }
    if (std::chrono::steady_clock::now() > deadline) throw std::runtime_error("a server does not answer: " + last);
    std::this_thread::sleep_for(std::chrono::milliseconds(50));
  }
}

}  // namespace ztix::bench
