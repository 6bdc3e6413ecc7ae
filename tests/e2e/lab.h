#pragma once

/// @file tests/e2e/lab.h
/// The lab as a person uses it: its programs, its nodes, its database, its pages.

#include <chrono>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include <nlohmann/json.hpp>

#include "core/store/connection.h"
#include "tests/support/eventually.h"
#include "tests/support/process.h"
#include "tests/support/raw_http_client.h"

namespace ztix::test {

using nlohmann::json;

/// Makes the next code of somebody's second factor.
using CodeMaker = std::function<std::string()>;

/// Somebody who is logged in. Shows the second factor whenever it is asked for, as a person would. Used by one thread.
class Person {
 public:
  /// @param next_code  none = this user has no second factor.
  /// @throws std::runtime_error when the login is refused.
  Person(std::uint16_t port, const std::string& username, const std::string& password, CodeMaker next_code = {});

  /// `{status, body}` of one call of the API; `path` begins after /api/v1/.
  RawReply call(const std::string& method, const std::string& path, const json& body = nullptr) const;
  /// `data` of a good answer. @throws std::runtime_error with the whole answer for another one.
  json ask(const std::string& method, const std::string& path, const json& body = nullptr) const;
  /// The HTML of a page; `path` from the root.
  [[nodiscard]] std::string page(const std::string& path) const;

 private:
  RawReply send(const std::string& method, const std::string& path, const std::string& body) const;
  void take_session(const RawReply& reply, const std::string& what) const;
  void show_second_factor() const;
  std::uint16_t port_;
  CodeMaker next_code_;
  // A second factor gives the same login new ones.
  mutable std::string cookie_;
  mutable std::string csrf_;
};

class Lab {
 public:
  /// The lab of this checkout. Brought up by the first use when it is not up yet, and then taken down at the end.
  static Lab& instance();
  /// The lab of another checkout, as it stands: its programs may come from anywhere.
  explicit Lab(std::string checkout);
  Lab(const Lab&) = delete;
  Lab& operator=(const Lab&) = delete;
  ~Lab();

  [[nodiscard]] const std::string& env(const std::string& name) const;
  /// The file all that comes from.
  [[nodiscard]] std::string environment_file() const;
  /// What birdc would print on a node, without its greeting; nothing when its BIRD is down.
  std::string birdc(const std::string& node, const std::string& command) const;
  /// A command inside a node: its network, its /etc/bird and /run/bird. @throws std::runtime_error when it fails.
  std::string exec(const std::string& node, std::vector<std::string> words) const {
    return run_or_throw(inside(node, std::move(words)));
  }
  /// The words that run a command inside a node.
  [[nodiscard]] std::vector<std::string> inside(const std::string& node, std::vector<std::string> words) const;
  /// What an administrator does by hand, past the exchange: POST to the controller's member record.
  void tamper_member(const std::string& node_id, const json& fields) const;
  /// The names of a route server's BGP protocols.
  [[nodiscard]] std::vector<std::string> peers(const std::string& node) const;
  void stop(const std::string& node, const std::string& service) const;
  void start(const std::string& node, const std::string& service) const;
  /// SIGKILL; the lab's supervisor starts it again.
  void kill(const std::string& node, const std::string& service) const;
  /// A program that stopped at a crash point goes on.
  void resume(const std::string& node, const std::string& service) const;
  /// `data` of what `ztix --json WORDS` prints. @throws std::runtime_error with its error.
  json ztix(std::vector<std::string> words, const std::string& input = {}) const;
  store::Rows sql(const std::string& text, const std::vector<store::Param>& params = {});
  /// What the controller holds, by node id.
  [[nodiscard]] json controller_member(const std::string& node_id) const;
  void flush_redis() const;
  /// m1 to m<count> have routers, requests that are active and sessions that are up. Members beyond the two that every
  /// lab has come when they are first asked for; who left asks to join again.
  void need_members(int count);

  [[nodiscard]] Person person(const std::string& username) const;
  [[nodiscard]] const Person& admin();
  /// The phone of somebody whose authenticator key is in this file; none when there is no such file.
  [[nodiscard]] CodeMaker code_maker(const std::string& key_file) const;

  /// A new account for an AS number that nobody else has, allowed on the lab's network.
  struct Operator {
    std::string username;
    std::uint32_t asn;
    std::string node_id;
    std::shared_ptr<Person> person;
  };
  Operator new_operator();
  /// Asks to join; returns the request.
  json request(const Operator& who, bool ipv4 = true, const std::string& node_id = {}) const;
  json approve(const json& request) {
    return admin().ask("POST", "admin/requests/" + id(request) + "/approve", json::object());
  }
  json show(const json& request) { return admin().ask("GET", "admin/requests/" + id(request)); }
  std::string status(const json& request) { return show(request).at("status").get<std::string>(); }
  bool becomes(const json& request, const std::string& wanted, std::chrono::milliseconds limit) {
    return eventually(limit, [&] { return status(request) == wanted; });
  }
  static std::string id(const json& request) { return request.at("id").get<std::string>(); }

 private:
  Lab();
  void signal(const std::string& node, const std::string& service, int signal) const;
  [[nodiscard]] std::string in_checkout(const std::string& path) const { return checkout_ + "/" + path; }
  [[nodiscard]] std::string tool(const std::string& name) const { return in_checkout("lab/" + name); }
  [[nodiscard]] std::string ztix_text(std::vector<std::string> words, const std::string& input) const;
  std::string checkout_;
  std::map<std::string, std::string> env_;
  bool brought_up_ = false;
  std::unique_ptr<store::Connection> database_;
  std::unique_ptr<Person> admin_;
};

/// A service that is stopped for as long as this object lives, whatever becomes of the test.
class Stopped {
 public:
  Stopped(const Lab& lab, std::string node, std::string service)
      : lab_(lab), node_(std::move(node)), service_(std::move(service)) {
    lab_.stop(node_, service_);
  }
  ~Stopped() { start(); }
  Stopped(const Stopped&) = delete;
  Stopped& operator=(const Stopped&) = delete;
  /// Earlier than at the end of its life.
  void start() {
    if (!std::exchange(started_, true)) lab_.start(node_, service_);
  }

 private:
  const Lab& lab_;
  std::string node_;
  std::string service_;
  bool started_ = false;
};

}  // namespace ztix::test
