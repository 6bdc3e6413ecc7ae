#pragma once

/// @file app/presenter/operations_json.h
/// Route servers, jobs and tasks, for administrators.

#include "app/http/envelope.h"
#include "core/service/ports/admin_task_store.h"
#include "core/service/ports/job_store.h"
#include "core/service/ports/route_server_store.h"

namespace ztix::app {

[[nodiscard]] Json route_server_json(const service::RouteServer& route_server);
[[nodiscard]] Json admin_task_json(const service::AdminTask& task);
[[nodiscard]] Json job_json(const service::JobView& job);

}  // namespace ztix::app
