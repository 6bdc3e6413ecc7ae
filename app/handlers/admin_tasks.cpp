#include <nlohmann/json.hpp>

#include "app/handlers/handlers.h"
#include "app/handlers/parameters.h"
#include "app/presenter/operations_json.h"
#include "core/base/text.h"

namespace ztix::app {

Result<HttpResponse> admin_tasks_get(Call& call) {
  ZTIX_CHECK(check_query(call, {"open", "limit"}));
  ZTIX_ASSIGN(const auto page, page_of(call));
  const auto open = call.query.find("open");
  const bool only_open = open != call.query.end() && open->second == "true";
  ZTIX_ASSIGN(const auto tasks, call.services.admin_tasks.tasks(only_open, page.limit));
  Json items = Json::array();
  for (const auto& task : tasks) items.push_back(admin_task_json(task));
  return list_response(items, {});
}

Result<HttpResponse> admin_task_done_post(Call& call) {
  ZTIX_CHECK(check_empty_body(call));
  const auto id = parse_decimal<std::int64_t>(call.parameters.at("id"));
  if (!id) return fail(ErrorCode::not_found, "There is no open task of this number.").with_reason("no_open_task");
  ZTIX_CHECK(call.services.admin_tasks.finish(*id, call.actor()));
  return data_response({{"id", *id}, {"done", true}});
}

}  // namespace ztix::app
