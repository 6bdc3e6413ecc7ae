#include <nlohmann/json.hpp>

#include "app/handlers/handlers.h"
#include "app/http/envelope.h"
#include "core/log/log.h"

namespace ztix::app {

Result<HttpResponse> healthz_get(Call& /*call*/) { return json_response(200, Json{{"status", "ok"}}); }

Result<HttpResponse> readyz_get(Call& call) {
  Json parts = Json::object();
  bool ready = true;
  for (const auto& dependency : call.services.dependencies) {
    const auto answer = dependency.ask();
    parts[dependency.name] = answer ? "ok" : "unavailable";
    if (answer) continue;
    ready = false;
    log::warn("dependency.unavailable", {{"dependency", dependency.name}, {"detail", answer.error().detail}});
  }
  return json_response(ready ? 200 : 503, Json{{"status", ready ? "ok" : "unavailable"}, {"dependencies", parts}});
}

}  // namespace ztix::app
