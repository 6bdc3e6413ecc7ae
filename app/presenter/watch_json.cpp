#include "app/presenter/watch_json.h"

#include <nlohmann/json.hpp>

#include "app/presenter/request_json.h"

namespace ztix::app {
namespace {

Json time_of(const std::optional<Timestamp>& at) { return at ? Json(to_rfc3339(*at)) : Json(nullptr); }

}  // namespace

Json freeze_json(const service::Freeze& freeze) {
  return {{"scope", domain::to_string(freeze.what.scope)},
          {"subject", text_or_null(freeze.what.subject)},
          {"until", time_of(freeze.what.until)},
          {"reason", freeze.what.reason},
          {"set_by", freeze.set_by},
          {"set_at", to_rfc3339(freeze.set_at)}};
}

Json drift_json(const service::Drift& drift) {
  return {{"id", drift.id},
          {"target", drift.target},
          {"kind", domain::to_string(drift.difference.kind)},
          {"subject", text_or_null(drift.difference.subject)},
          {"diff", drift.difference.diff},
          {"first_seen", to_rfc3339(drift.first_seen)},
          {"last_seen", to_rfc3339(drift.last_seen)},
          {"resolved_at", time_of(drift.resolved_at)},
          {"resolution", text_or_null(drift.resolution)}};
}

Json fabric_look_json(const service::FabricLook& look) {
  return {{"zt_network_id", look.zt_network_id.text()},
          {"network_name", look.network_name},
          {"looked_at", time_of(look.looked_at)},
          {"ready", look.is_ready},
          {"message", text_or_null(look.message)},
          {"remedy", text_or_null(look.remedy)},
          {"members", look.members},
          {"authorized", look.authorized}};
}

Json sessions_json(const std::vector<service::SessionView>& sessions) {
  auto items = Json::array();
  for (const auto& session : sessions) {
    items.push_back({{"route_server", session.route_server},
                     {"protocol", session.protocol},
                     {"family", to_string(session.family)},
                     {"state", domain::to_string(session.health)},
                     {"since", to_rfc3339(session.since)},
                     {"info", text_or_null(session.info)}});
  }
  return items;
}

}  // namespace ztix::app
