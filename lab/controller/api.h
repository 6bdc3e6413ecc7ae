#pragma once

/// @file lab/controller/api.h
/// The controller's HTTP API without the HTTP: one call in, one reply out.

#include <cstdint>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <nlohmann/json_fwd.hpp>

#include "lab/controller/faults.h"
#include "lab/controller/home.h"
#include "lab/controller/state_store.h"

namespace ztix::lab::controller {

/// A request as far as the API looks at it.
struct Call {
  std::string method;
  std::string path;  ///< decoded, without the query
  std::map<std::string, std::string> query;
  std::optional<std::string> zt1_auth;       ///< header X-ZT1-Auth
  std::optional<std::string> authorization;  ///< header Authorization
  std::string body;
};

struct Reply {
  int status = 200;
  std::string body;
  std::string content_type;  ///< empty: none is sent
};

/// Answers as zerotier-one 1.14.1 was recorded to answer. Thread safe.
class Api {
 public:
  /// @param listening where the API is served, `address/port`, shown by /status.
  Api(const Home& home, StateStore& store, Faults& faults, bool online);

  /// To be called once the port is known.
  void set_listening(const std::string& address, std::uint16_t port);

  [[nodiscard]] Reply answer(const Call& call);

  /// Plays a node that asks for its configuration of a network. False if there is no such network.
  bool node_asks(NetworkId network, NodeId node);

 private:
  [[nodiscard]] bool is_authenticated(const Call& call) const;
  [[nodiscard]] Reply route(const Call& call);
  [[nodiscard]] Reply route_controller(const Call& call, const std::vector<std::string_view>& parts);
  [[nodiscard]] Reply route_network(const Call& call, std::string_view id_text);
  [[nodiscard]] Reply route_member(const Call& call, std::string_view network_id, std::string_view node_id);
  [[nodiscard]] Reply route_unstable(const std::vector<std::string_view>& parts);

  [[nodiscard]] Reply save_network(NetworkId id, const std::string& body);
  [[nodiscard]] Reply save_member(NetworkId network, std::string_view network_id, std::string_view node_id,
                                  const std::string& body);
  [[nodiscard]] NetworkId unused_network_id() const;
  [[nodiscard]] nlohmann::json status_object() const;
  [[nodiscard]] nlohmann::json version_object() const;
  [[nodiscard]] std::string metrics_text() const;

  const Home& home_;
  StateStore& store_;
  Faults& faults_;
  bool online_;
  std::string address_;
  std::uint16_t port_ = 0;
  std::mutex mutex_;
};

}  // namespace ztix::lab::controller
