#include <nlohmann/json.hpp>

#include "app/handlers/handlers.h"
#include "app/handlers/parameters.h"
#include "app/http/envelope.h"
#include "app/presenter/operations_json.h"

namespace ztix::app {

Result<HttpResponse> admin_route_servers_get(Call& call) {
  ZTIX_ASSIGN(const auto all, call.services.route_servers.route_servers());
  Json items = Json::array();
  for (const auto& one : all) items.push_back(route_server_json(one));
  return list_response(items, {});
}

Result<HttpResponse> admin_route_server_get(Call& call) {
  ZTIX_ASSIGN(const auto one, call.services.route_servers.route_server(call.parameters.at("name")));
  return data_response(route_server_json(one));
}

Result<HttpResponse> admin_route_server_apply_post(Call& call) {
  ZTIX_CHECK(check_empty_body(call));
  ZTIX_ASSIGN(const auto job, call.services.route_servers.request_apply(call.parameters.at("name"), call.actor()));
  call.services.wake_up.wake(job);
  return data_response({{"job_id", job}}, 202);
}

Result<HttpResponse> admin_jobs_get(Call& call) {
  ZTIX_CHECK(check_query(call, {"state", "limit"}));
  ZTIX_ASSIGN(const auto page, page_of(call));
  std::optional<domain::JobState> state;
  if (const auto found = call.query.find("state"); found != call.query.end() && !found->second.empty()) {
    state = domain::parse_enum(domain::kJobStates, found->second);
    if (!state) {
      return fail(ErrorCode::out_of_range, "There is no such state.")
          .with_reason("bad_state")
          .with_fact("field", "state");
    }
  }
  ZTIX_ASSIGN(const auto jobs, call.services.jobs.jobs(state, page.limit));
  Json items = Json::array();
  for (const auto& job : jobs) items.push_back(job_json(job));
  return list_response(items, {});
}

}  // namespace ztix::app
