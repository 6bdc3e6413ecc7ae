#pragma once

/// @file tests/integration/app/peeringdb_world.h
/// The real application and the PeeringDB simulator as a process of its own, with a browser between them.

#include <map>
#include <string>

#include "tests/integration/app/app_world.h"
#include "tests/support/process.h"

namespace ztix::test {

/// The simulator, with people 7 (may edit AS64496 and AS64600, may look at AS64601) and 8 (may look at AS64496).
class PeeringDbProcess {
 public:
  explicit PeeringDbProcess(const std::string& redirect_uri);

  [[nodiscard]] std::string url() const { return "http://127.0.0.1:" + std::to_string(port_); }
  void faults(const json& plan) { post("/admin/faults", plan); }
  void rotate_key() { post("/admin/rotate-key", json::object()); }
  /// What PeeringDB says about person 7 from now on.
  void set_networks(const json& networks);
  void set_email(const std::string& email);
  /// The person chooses himself and consents, or not. @return the address that the browser is sent to.
  [[nodiscard]] std::string consent(const std::string& authorization_url, int person, bool allow = true) const;

 private:
  void post(const std::string& path, const json& body) const;

  json document_;
  TempFolder folder_;
  Child child_;
  std::uint16_t port_ = 0;
};

using Parameters = std::map<std::string, std::string>;
/// Of an address.
[[nodiscard]] Parameters parameters_of(const std::string& url);

struct StartedLogin {
  std::string url;     ///< at PeeringDB
  std::string cookie;  ///< of the browser that began
};

class PeeringDbWorld {
 public:
  PeeringDbWorld();

  [[nodiscard]] StartedLogin start(const std::string& cookie = {}, const std::string& next = {},
                                   const HeaderList& more = {});
  /// From the button to what the browser is sent back with.
  [[nodiscard]] Parameters answer_for(const StartedLogin& started, int person = 7);
  [[nodiscard]] Reply callback(const Parameters& answer, const std::string& cookie);
  /// All of it.
  [[nodiscard]] Reply log_in(int person = 7);
  [[nodiscard]] Browser browser_of(const Reply& reply) const;
  /// The newest audit row: action and why.
  [[nodiscard]] std::string last_audit();

  PeeringDbProcess peeringdb{"https://ix.example.net/auth/callback"};
  AppWorld world;
};

}  // namespace ztix::test
