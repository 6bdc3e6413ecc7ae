#include "core/config/settings.h"

#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <map>
#include <set>
#include <sstream>

#include <doctest/doctest.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/config/declarations.h"
#include "core/config/env_example.h"
#include "tests/support/checkout.h"

namespace ztix::config {
namespace {

using Values = std::map<std::string, std::string>;

Environment environment_of(Values values) {
  return [values = std::move(values)](const std::string& name) -> std::optional<std::string> {
    const auto found = values.find(name);
    if (found == values.end()) return std::nullopt;
    return found->second;
  };
}

Values good_app() {
  return {{"DATABASE_URL", "postgresql://ztix_app:pw-9f31@192.0.2.1/ztix"},
          {"REDIS_URL", "redis://192.0.2.2"},
          {"APP_SECRET_KEY", "0123456789abcdef0123456789abcdef"}};
}

Values good_worker() {
  return {{"DATABASE_URL", "postgresql://ztix_worker:pw-9f31@192.0.2.1/ztix"},
          {"REDIS_URL", "redis://192.0.2.2"},
          {"ZT_CONTROLLER_BASE_URL", "http://127.0.0.1:9993/"},
          {"ZT_CONTROLLER_AUTH_TOKEN", "k3vj2n5b6m7q8w9e0r1t2y3u"},
          {"ROUTE_SERVER_SSH_PRIVATE_KEY_PATH", "/etc/ztix/key"}};
}

bool names(const std::vector<std::string>& errors, const std::string& setting) {
  return std::any_of(errors.begin(), errors.end(),
                     [&](const std::string& error) { return error.starts_with(setting + ": "); });
}

/// A file of its own that is gone at the end of the scope.
class TemporaryFile {
 public:
  TemporaryFile(const std::string& contents, mode_t mode) {
    char name[] = "/tmp/ztix-config-test-XXXXXX";
    const int descriptor = ::mkstemp(name);
    REQUIRE(descriptor >= 0);
    ::close(descriptor);
    path_ = name;
    std::ofstream(path_) << contents;
    REQUIRE(::chmod(name, mode) == 0);
  }
  TemporaryFile(const TemporaryFile&) = delete;
  TemporaryFile& operator=(const TemporaryFile&) = delete;
  ~TemporaryFile() { ::unlink(path_.c_str()); }
  [[nodiscard]] const std::string& path() const { return path_; }

 private:
  std::string path_;
};

TEST_CASE("Defaults fill what is not set, and an empty value counts as not set") {
  auto values = good_app();
  values["ZTIX_LISTEN"] = "";
  const auto loaded = load_app_settings(environment_of(values));
  REQUIRE(loaded.settings);
  CHECK(loaded.settings->listen.port == 8080);
  CHECK(loaded.settings->listen.address.text() == "127.0.0.1");
  CHECK(loaded.settings->metrics_listen.port == 0);
  CHECK(loaded.settings->local_auth_enabled);
  CHECK(loaded.settings->trusted_proxies.empty());
  CHECK_FALSE(loaded.settings->peeringdb);
}

TEST_CASE("The public address is kept as browsers write it, or no origin and no passkey would ever match") {
  const auto kept = [](const std::string& given) {
    auto values = good_app();
    values["ZTIX_PUBLIC_URL"] = given;
    const auto loaded = load_app_settings(environment_of(values));
    REQUIRE(loaded.settings);
    return loaded.settings->public_url;
  };
  CHECK(kept("https://IX.Example.net") == "https://ix.example.net");
  CHECK(kept("https://ix.example.net:443/") == "https://ix.example.net");
  CHECK(kept("http://ix.example.net:80/Portal") == "http://ix.example.net/Portal");
  CHECK(kept("https://ix.example.net:80") == "https://ix.example.net:80");
  CHECK(kept("https://[2001:DB8::443]") == "https://[2001:db8::443]");
  CHECK(kept("http://localhost:8080/") == "http://localhost:8080");
}

TEST_CASE("All errors are told at once, each with the name of its setting") {
  Values values{{"ZTIX_LISTEN", "localhost"},      {"ZTIX_TRUSTED_PROXIES", "10.0.0.1/8"},
                {"LOCAL_AUTH_ENABLED", "yes"},     {"ZTIX_HTTP_THREADS", "1"},
                {"ZTIX_PUBLIC_URL", "ftp://a"},    {"ZTIX_APPROVAL_MODE", "auto"},
                {"PEERINGDB_CLIENT_ID", "id"},     {"ZTIX_SESSION_IDLE_SECONDS", "1e3"},
                {"APP_SECRET_KEY", "too-short-7"}, {"DATABASE_URL", "mysql://x"}};
  const auto loaded = load_app_settings(environment_of(values));
  CHECK_FALSE(loaded.settings);
  for (const auto& [name, value] : values) CHECK_MESSAGE(names(loaded.errors, name), name);
  CHECK(names(loaded.errors, "REDIS_URL"));
  CHECK(loaded.errors.size() == values.size() + 1);
}

TEST_CASE("A provider without its settings refuses to start and names each of them") {
  Values values{{"DATABASE_URL", "postgresql://a"}, {"REDIS_URL", "redis://a"}};
  SUBCASE("self_hosted_controller") {
    const auto loaded = load_worker_settings(environment_of(values));
    CHECK(names(loaded.errors, "ZT_CONTROLLER_BASE_URL"));
    CHECK(names(loaded.errors, "ZT_CONTROLLER_AUTH_TOKEN"));
    CHECK_FALSE(names(loaded.errors, "ZT_CENTRAL_API_TOKEN"));
  }
  SUBCASE("central") {
    values["ZT_PROVIDER"] = "central";
    const auto loaded = load_worker_settings(environment_of(values));
    CHECK(names(loaded.errors, "ZT_CENTRAL_API_TOKEN"));
    CHECK_FALSE(names(loaded.errors, "ZT_CONTROLLER_BASE_URL"));
  }
  SUBCASE("a word that is none") {
    values["ZT_PROVIDER"] = "zerotier";
    CHECK(names(load_worker_settings(environment_of(values)).errors, "ZT_PROVIDER"));
  }
}

TEST_CASE("Worker settings are read, and job times that contradict each other are refused") {
  auto values = good_worker();
  const auto loaded = load_worker_settings(environment_of(values));
  REQUIRE(loaded.settings);
  CHECK(loaded.settings->fabric.controller_base_url == "http://127.0.0.1:9993");
  CHECK(loaded.settings->lease == std::chrono::seconds(15));
  values["ZTIX_JOB_LEASE_MILLISECONDS"] = "2000";
  values["ZTIX_APPLY_UNDO_AFTER_SECONDS"] = "10";
  const auto wrong = load_worker_settings(environment_of(values));
  CHECK(names(wrong.errors, "ZTIX_JOB_HEARTBEAT_MILLISECONDS"));
  CHECK(names(wrong.errors, "ZTIX_APPLY_VERIFY_MILLISECONDS"));
}

TEST_CASE("The command line needs the database only, until something of a controller is set") {
  Values values{{"DATABASE_URL", "postgresql://a"}};
  const auto loaded = load_cli_settings(environment_of(values));
  REQUIRE(loaded.settings);
  CHECK_FALSE(loaded.settings->fabric);
  CHECK(loaded.settings->redis_url.empty());
  values["ZT_CONTROLLER_BASE_URL"] = "http://127.0.0.1:9993";
  CHECK(names(load_cli_settings(environment_of(values)).errors, "ZT_CONTROLLER_AUTH_TOKEN"));
}

TEST_CASE("A secret comes from its file without the line end") {
  const TemporaryFile file("from-a-file-0123456789abcdef0123456789\n", 0600);
  auto values = good_app();
  values.erase("APP_SECRET_KEY");
  values["APP_SECRET_KEY_FILE"] = file.path();
  const auto loaded = load_app_settings(environment_of(values));
  REQUIRE(loaded.settings);
  CHECK(loaded.settings->secret_key.expose() == "from-a-file-0123456789abcdef0123456789");
}

TEST_CASE("A secret's file is refused when it is missing, empty, a folder, or open to everybody") {
  const TemporaryFile open_file("from-a-file-0123456789abcdef0123456789\n", 0644);
  const TemporaryFile empty("\n", 0600);
  for (const auto& path : {open_file.path(), empty.path(), std::string("/nonexistent/key"), std::string("/tmp")}) {
    auto values = good_app();
    values.erase("APP_SECRET_KEY");
    values["APP_SECRET_KEY_FILE"] = path;
    CHECK_MESSAGE(names(load_app_settings(environment_of(values)).errors, "APP_SECRET_KEY_FILE"), path);
  }
}

TEST_CASE("A secret given twice is refused") {
  const TemporaryFile file("from-a-file-0123456789abcdef0123456789\n", 0600);
  auto values = good_app();
  values["APP_SECRET_KEY_FILE"] = file.path();
  CHECK(names(load_app_settings(environment_of(values)).errors, "APP_SECRET_KEY"));
}

TEST_CASE("Sample values of secrets are refused, also when repeated to be long enough") {
  for (const std::string sample :
       {"changeme", "ChangeMeChangeMeChangeMeChangeMeChangeMe", "change-mechange-mechange-mechange-me",
        "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"}) {
    auto values = good_app();
    values["APP_SECRET_KEY"] = sample;
    const auto errors = load_app_settings(environment_of(values)).errors;
    REQUIRE_MESSAGE(names(errors, "APP_SECRET_KEY"), sample);
  }
}

TEST_CASE("No error text holds the value of a secret") {
  Values values{{"DATABASE_URL", "mysql://canary-1"},
                {"REDIS_URL", "http://canary-2"},
                {"APP_SECRET_KEY", "canary-3"},
                {"PEERINGDB_CLIENT_SECRET", "canary-4"}};
  for (const auto& error : load_app_settings(environment_of(values)).errors) {
    CHECK_MESSAGE(error.find("canary") == std::string::npos, error);
  }
}

TEST_CASE("Every declared setting is read by exactly the programs that say so, and no other name is") {
  const auto record = [](const Values& values, std::set<std::string>& seen) {
    return Environment([&seen, given = environment_of(values)](const std::string& name) {
      seen.insert(name);
      return given(name);
    });
  };
  std::set<std::string> app;
  std::set<std::string> worker;
  std::set<std::string> cli;
  static_cast<void>(load_app_settings(record(good_app(), app)));
  static_cast<void>(load_worker_settings(record(good_worker(), worker)));
  static_cast<void>(load_cli_settings(record(good_worker(), cli)));
  std::set<std::string> declared;
  for (const auto& one : declarations()) {
    const std::string name(one.name);
    CAPTURE(name);
    CHECK(app.contains(name) == ((one.programs & kApp) != 0));
    CHECK(worker.contains(name) == ((one.programs & kWorker) != 0));
    CHECK(cli.contains(name) == ((one.programs & kCli) != 0));
    CHECK_FALSE(one.meaning.empty());
    declared.insert(name);
    if (one.secret) declared.insert(name + "_FILE");
  }
  for (const auto& names_read : {app, worker, cli}) {
    for (const auto& name : names_read) CHECK_MESSAGE(declared.contains(name), name);
  }
}

TEST_CASE(".env.example is what the declarations say") {
  std::ifstream file(test::in_checkout(".env.example"));
  std::ostringstream text;
  text << file.rdbuf();
  const auto expected = env_example();
  if (std::getenv("ZTIX_UPDATE_GOLDEN") != nullptr) std::ofstream(test::in_checkout(".env.example")) << expected;
  CHECK_MESSAGE(text.str() == expected, "update with ZTIX_UPDATE_GOLDEN=1 build/dev/bin/unit_config");
}

}  // namespace
}  // namespace ztix::config
