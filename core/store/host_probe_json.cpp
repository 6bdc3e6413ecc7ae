#include "core/store/host_probe_json.h"

#include <nlohmann/json.hpp>

namespace ztix::store {
namespace {

using nlohmann::json;

/// jsonb holds no NUL character.
std::string without_nul(std::string text) {
  std::erase(text, '\0');
  return text;
}

json counters_of(const std::optional<service::SessionCounters>& counters) {
  if (!counters) return nullptr;
  return {{"imported", counters->imported},
          {"filtered", counters->filtered},
          {"exported", counters->exported},
          {"preferred", counters->preferred}};
}

json protocols_of(const service::HostProbe& probe) {
  auto list = json::array();
  for (const auto& protocol : probe.protocols) {
    list.push_back({{"name", without_nul(protocol.name)},
                    {"protocol", without_nul(protocol.protocol)},
                    {"state", without_nul(protocol.state)},
                    {"since", without_nul(protocol.since)},
                    {"info", without_nul(protocol.info)},
                    {"counters", counters_of(protocol.counters)},
                    {"last_error", without_nul(protocol.last_error)},
                    {"is_limit_hit", protocol.is_limit_hit}});
  }
  return list;
}

}  // namespace

std::string encode_protocols(const service::HostProbe& probe) {
  return protocols_of(probe).dump(-1, ' ', false, json::error_handler_t::replace);
}

std::string encode(const service::HostProbe& probe) {
  auto roa_counts = json::object();
  for (const auto& [table, count] : probe.roa_counts) roa_counts[without_nul(table)] = count;
  const json document{{"bird_up", probe.bird_up},
                      {"bird_version", without_nul(probe.bird_version)},
                      {"armed", probe.armed},
                      {"undo_in_ms", probe.undo_in.count()},
                      {"running_revision", probe.running_revision},
                      {"running_digest", without_nul(probe.running_digest)},
                      {"running_root", without_nul(probe.running_root)},
                      {"boot_revision", probe.boot_revision},
                      {"boot_digest", without_nul(probe.boot_digest)},
                      {"boot_root", without_nul(probe.boot_root)},
                      {"highest_revision", probe.highest_revision},
                      {"bird_started", without_nul(probe.bird_started)},
                      {"last_reconfigured", without_nul(probe.last_reconfigured)},
                      {"server_time", without_nul(probe.server_time)},
                      {"router_id", without_nul(probe.router_id)},
                      {"free_kib", probe.free_kib},
                      {"drop_in", without_nul(probe.drop_in)},
                      {"fence", probe.fence},
                      {"protocols", protocols_of(probe)},
                      {"roa_counts", roa_counts}};
  return document.dump(-1, ' ', false, json::error_handler_t::replace);
}

}  // namespace ztix::store
