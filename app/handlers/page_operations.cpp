#include "app/handlers/handlers.h"
#include "app/pages/words.h"

namespace ztix::app {
namespace {

constexpr int kShownDrifts = 50;
constexpr int kShownJobs = 20;
constexpr int kShownTasks = 50;

void add_freezes(render::View& view, const std::vector<service::Freeze>& freezes) {
  for (const auto& freeze : freezes) {
    view.append("freezes")
        .set("freeze_scope", domain::to_string(freeze.what.scope))
        .set("freeze_subject", freeze.what.subject)
        .set("freeze_reason", freeze.what.reason)
        .set("freeze_until", freeze.what.until ? readable_time(*freeze.what.until) : std::string())
        .set("freeze_by", freeze.set_by);
  }
}

void add_drifts(render::View& view, const std::vector<service::Drift>& drifts) {
  for (const auto& drift : drifts) {
    view.append("drifts")
        .set("drift_target", drift.target)
        .set("drift_kind", domain::to_string(drift.difference.kind))
        .set("drift_subject", drift.difference.subject)
        .set("drift_diff", drift.difference.diff)
        .set("drift_seen", readable_time(drift.first_seen))
        .set("drift_end", drift.resolved_at ? readable_time(*drift.resolved_at) : std::string())
        .set("drift_resolution", drift.resolution);
  }
}

void add_controllers(render::View& view, const std::vector<service::FabricLook>& looks) {
  for (const auto& look : looks) {
    view.append("controllers")
        .set("controller_network", look.network_name)
        .set("controller_looked", look.looked_at ? readable_time(*look.looked_at) : std::string())
        .set("controller_ready", look.is_ready)
        .set("controller_message", look.message)
        .set("controller_remedy", look.remedy)
        .set("controller_authorized", look.authorized)
        .set("controller_members", look.members);
  }
}

void add_dead_jobs(render::View& view, const std::vector<service::JobView>& jobs, bool may_retry) {
  for (const auto& job : jobs) {
    view.append("dead_jobs")
        .set("job_id", job.id)
        .set("job_kind", job.kind)
        .set("job_subject", job.subject)
        .set("job_step", job.last_step)
        .set("job_error", job.last_error)
        .set("job_attempts", job.attempt)
        .set("job_may_retry", may_retry)
        .set("job_crashes", job.crash_count);
  }
}

void add_tasks(render::View& view, const std::vector<service::AdminTask>& tasks) {
  for (const auto& task : tasks) {
    view.append("tasks")
        .set("task_id", task.id)
        .set("task_asn", task.asn.number())
        .set("task_username", task.username)
        .set("task_others", task.others)
        .set("task_created", readable_time(task.created_at));
  }
}

}  // namespace

Result<HttpResponse> admin_operations_page(Call& call) {
  ZTIX_ASSIGN(const auto freezes, call.services.freezes.active());
  ZTIX_ASSIGN(const auto drifts, call.services.drift.drifts(false, kShownDrifts));
  ZTIX_ASSIGN(const auto looks, call.services.watch.fabric_looks());
  ZTIX_ASSIGN(const auto dead, call.services.jobs.jobs(domain::JobState::dead, kShownJobs));
  ZTIX_ASSIGN(const auto tasks, call.services.admin_tasks.tasks(true, kShownTasks));
  auto view = call.services.pages.view_of(PageId::operations, "Operations", &*call.login);
  view.set("may_freeze", call.is_admin()).set("may_finish_tasks", call.is_admin());
  add_tasks(view, tasks);
  add_freezes(view, freezes);
  add_drifts(view, drifts);
  add_controllers(view, looks);
  add_dead_jobs(view, dead, call.is_admin());
  return call.services.pages.page(PageId::operations, view);
}

}  // namespace ztix::app
