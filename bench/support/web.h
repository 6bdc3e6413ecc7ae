#pragma once

/// @file bench/support/web.h
/// The web application as it is installed, with a PostgreSQL that commits to the disk, a Redis, and users in it; and a
/// load generator.

#include <optional>
#include <string>
#include <vector>

#include "bench/support/process_group.h"

#include "tests/support/raw_http_client.h"
#include "tests/support/test_database.h"
#include "tests/support/test_redis.h"

namespace ztix::bench {

/// What wrk said.
struct Load {
  double per_second = 0;
  int failed = 0;  ///< answers that were neither 2xx nor 3xx, and connections that broke
};

/// wrk and not a generator of our own: written in C with epoll it takes the least of the two cores that the servers
/// need too, it keeps exactly so many connections busy, and Debian has it.
class Wrk {
 public:
  Wrk(int connections, int seconds) : connections_(connections), seconds_(seconds) {}
  Wrk& header(const std::string& name, const std::string& value);
  /// Each request has the next of these cookies. @param folder  where its script may be written.
  Wrk& cookies(const std::vector<std::string>& cookies, const test::TempFolder& folder);
  /// POST instead of GET. @param folder  where its script may be written.
  Wrk& post(const std::string& body, const test::TempFolder& folder);
  /// @throws std::runtime_error when wrk is missing or does not say what we know.
  [[nodiscard]] Load run(const std::string& url) const;

 private:
  int connections_;
  int seconds_;
  std::vector<std::string> options_;
};

class WebExchange {
 public:
  /// @param password_runs  ZTIX_PASSWORD_RUNS.
  /// @param users          how many there are beside `admin`.
  explicit WebExchange(int password_runs, int users = 1);

  [[nodiscard]] std::string url(const std::string& path) const;
  [[nodiscard]] std::uint16_t port() const { return port_; }
  [[nodiscard]] std::string database_url() const { return database_.url("ztix_app"); }
  [[nodiscard]] std::string redis_url() const { return redis_.url(); }
  [[nodiscard]] const test::TempFolder& folder() const { return folder_; }
  /// What a user sends to log in. @param user  0 is the first.
  [[nodiscard]] static std::string credentials(int user = 0);
  /// The answer may be a refusal.
  [[nodiscard]] test::RawReply try_log_in(int user = 0) const;
  /// `name=value` of the cookie of a new session.
  [[nodiscard]] std::string log_in(int user = 0) const;

  static const std::string kPassword;

 private:
  test::TempFolder folder_;
  test::TestDatabase database_;
  test::TestRedis redis_{test::TestRedis::Disk::every_second};
  std::uint16_t port_;
  std::optional<ProcessGroup> app_;
};

/// Waits until a server answers GET /api/v1/me to whoever has the cookie. @return the answer's body.
[[nodiscard]] std::string await_me(std::uint16_t port, const std::string& cookie);

}  // namespace ztix::bench
