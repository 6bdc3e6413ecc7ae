#include "cli/commands/rs_json.h"

#include <iostream>

#include <nlohmann/json.hpp>

#include "core/domain/rtr_change.h"

namespace ztix::cli {

using nlohmann::json;

nlohmann::json to_json(const service::RouteServer& server) {
  const auto time = [](const std::optional<Timestamp>& at) { return at ? json(to_rfc3339(*at)) : json(nullptr); };
  auto caches = json::array();
  for (const auto& cache : server.config.rtr_caches) caches.push_back(domain::text_of(cache));
  return {{"name", server.endpoint.name},
          {"ssh", server.endpoint.user + "@" + server.endpoint.host + ":" + std::to_string(server.endpoint.port)},
          {"host_key", server.endpoint.host_key},
          {"router_id", server.config.router_id.text()},
          {"rtr_caches", caches},
          {"rtr_exception", server.rtr_exception},
          {"state", to_string(server.config.state)},
          {"bird_version", server.config.bird_version},
          {"wanted_revision", server.wanted_revision},
          {"confirmed_revision", server.confirmed_revision},
          {"confirmed_digest", server.confirmed_digest},
          {"confirmed_at", time(server.confirmed_at)},
          {"last_step", server.last_step},
          {"last_error", server.last_error},
          {"last_step_at", time(server.last_step_at)},
          {"last_probe_at", time(server.last_probe_at)},
          {"diverged", server.diverged}};
}

void print_route_server(const json& server) {
  for (const auto& [name, value] : server.items()) {
    std::cout << name << ": " << (value.is_string() ? value.get<std::string>() : value.dump()) << '\n';
  }
}

}  // namespace ztix::cli
