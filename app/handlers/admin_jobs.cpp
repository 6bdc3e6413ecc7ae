#include <nlohmann/json.hpp>

#include "app/handlers/handlers.h"
#include "app/handlers/parameters.h"
#include "app/http/envelope.h"
#include "app/presenter/operations_json.h"
#include "core/base/text.h"

namespace ztix::app {

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

Result<HttpResponse> admin_job_retry_post(Call& call) {
  ZTIX_CHECK(check_empty_body(call));
  const auto id = parse_decimal<std::int64_t>(call.parameters.at("id"));
  if (!id || *id < 1) return fail(ErrorCode::not_found, "There is no such job.");
  ZTIX_CHECK(call.services.jobs.retry(*id, call.actor()));
  call.services.wake_up.wake(*id);
  return data_response({{"job_id", *id}}, 202);
}

}  // namespace ztix::app
