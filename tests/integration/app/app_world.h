#pragma once

/// @file tests/integration/app/app_world.h
/// The real application over HTTP, with a real PostgreSQL and a real Redis, and a small exchange in it.

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include "app/app.h"
#include "core/queue/redis_connection.h"
#include "core/service/factor_codes.h"
#include "core/store/account_store.h"
#include "core/store/database.h"
#include "core/store/factor_store.h"
#include "core/store/network_store.h"
#include "core/store/request_store.h"
#include "core/store/route_server_store.h"
#include "tests/support/raw_http_client.h"
#include "tests/support/test_database.h"
#include "tests/support/test_redis.h"

namespace ztix::test {

using nlohmann::json;

inline const std::string kNetwork = "8056c2e21c000001";        // listed, with IPv4
inline const std::string kOpenNetwork = "8056c2e21c000002";    // open, without IPv4
inline const std::string kClosedNetwork = "8056c2e21c000003";  // closed
inline const std::string kNode = "1122334455";
inline const SecretString kTotpSecret("12345678901234567890");
inline const std::string kPassword = "four plain words of a test";

struct Reply {
  int status = 0;
  std::map<std::string, std::string> headers;
  std::string body;
  [[nodiscard]] json parsed() const { return json::parse(body); }
  [[nodiscard]] json data() const { return parsed().at("data"); }
  [[nodiscard]] std::string code() const { return parsed().at("error").at("code").get<std::string>(); }
};

using HeaderList = std::map<std::string, std::string>;

/// A browser: a cookie and a CSRF token.
struct Browser {
  std::string cookie;
  std::string csrf;
};

/// Who goes on after a reply that opened or renewed a session. @throws std::runtime_error when it did not.
Browser browser_after(const Reply& reply);

/// One Redis for all tests of a binary, empty at the start of each.
class AppWorld {
 public:
  /// @param adapt  changes settings before the application starts.
  explicit AppWorld(const std::function<void(config::AppSettings&)>& adapt = {});

  [[nodiscard]] Reply send(const std::string& method, const std::string& path, const HeaderList& headers = {},
                           const std::string& body = {}) const;
  /// With cookie, token, origin and, when there is a body, its type.
  [[nodiscard]] Reply send_as(const Browser& who, const std::string& method, const std::string& path,
                              const std::string& body = {}, const HeaderList& more = {}) const;
  [[nodiscard]] Reply login(const std::string& username, const std::string& password = kPassword,
                            const HeaderList& more = {}) const;
  /// @throws std::runtime_error when the login is refused.
  /// Of an administrator with the second factor shown.
  [[nodiscard]] Browser browser(const std::string& username);
  /// Logged in by the password alone.
  [[nodiscard]] Browser half_browser(const std::string& username) const;
  /// The second step; also the step-up. @throws std::runtime_error when it is refused.
  [[nodiscard]] Browser verified(const Browser& who);
  /// What the app of everybody with a second factor shows now, good once more however often it was used.
  [[nodiscard]] std::string fresh_code();
  /// An administrator without a second factor; the password is kPassword.
  Uuid new_admin(const std::string& username, const std::vector<domain::Role>& also = {});
  /// Of a user who sets up the first second factor.
  service::MadeCode new_enrolment_code(const Uuid& user);
  /// A second factor with kTotpSecret, as the command line gives it: every login of the user ends.
  void give_second_factor(const std::string& username);
  /// A new request of `alice` (AS64496).
  [[nodiscard]] json new_request(const Browser& who, const std::string& node = kNode) const;

  /// How many rows a table has.
  [[nodiscard]] std::int64_t count(const std::string& table);
  /// A number that any change in the tables that people's calls write changes.
  [[nodiscard]] std::string fingerprint();
  /// As the worker does after the approval: AS64496 gets 192.0.2.10 and its IPv6 address.
  void reserve_addresses();
  /// As the worker leaves it when every route server has confirmed.
  void make_active(const std::string& request_id);
  void add_route_server(const std::string& name, int number);

  static TestRedis& redis();
  /// As if all logins, and all second factors shown in them, were so much older.
  static void let_sessions_age(std::chrono::seconds duration);
  /// How long Redis still keeps the session of this user that is kept longest.
  static std::int64_t idle_seconds(const std::string& user_id);
  static std::string everything_in_redis();
  /// Another process of the application, with the same settings.
  void restart();
  static service::Actor cli();

  TestDatabase database;
  store::Database owner{database.settings()};
  store::PgAccountStore accounts{owner};
  store::PgFactorStore factors{owner};
  store::PgNetworkStore networks{owner};
  store::PgRouteServerStore route_servers{owner};
  std::unique_ptr<app::App> running;

 private:
  void arrange();
  config::AppSettings settings_;
};

}  // namespace ztix::test
