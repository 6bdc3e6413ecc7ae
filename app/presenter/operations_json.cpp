#include "app/presenter/operations_json.h"

#include <nlohmann/json.hpp>

#include "app/presenter/request_json.h"
#include "core/domain/rtr_change.h"

namespace ztix::app {
namespace {

Json time_of(const std::optional<Timestamp>& at) { return at ? Json(to_rfc3339(*at)) : Json(nullptr); }

Json attachment_json(const domain::AttachmentConfig& place) {
  return {{"network_number", place.network_number},
          {"asn", place.local_asn.number()},
          {"ipv4", place.ipv4 ? Json(place.ipv4->text()) : Json(nullptr)},
          {"ipv6", place.ipv6.text()}};
}

}  // namespace

Json route_server_json(const service::RouteServer& route_server) {
  const auto& config = route_server.config;
  Json json;
  json["name"] = config.name;
  json["state"] = domain::to_string(config.state);
  json["router_id"] = config.router_id.text();
  json["bird_version"] = text_or_null(config.bird_version);
  json["attachments"] = Json::array();
  for (const auto& place : config.attachments) json["attachments"].push_back(attachment_json(place));
  json["rtr_caches"] = Json::array();
  for (const auto& cache : config.rtr_caches) json["rtr_caches"].push_back(domain::text_of(cache));
  json["rtr_exception"] = text_or_null(route_server.rtr_exception);
  json["wanted_revision"] = route_server.wanted_revision;
  json["wanted_digest"] = text_or_null(route_server.wanted_digest);
  json["confirmed_revision"] = route_server.confirmed_revision;
  json["confirmed_digest"] = text_or_null(route_server.confirmed_digest);
  json["confirmed_at"] = time_of(route_server.confirmed_at);
  json["last_step"] = text_or_null(route_server.last_step);
  json["last_step_at"] = time_of(route_server.last_step_at);
  json["last_error"] = text_or_null(route_server.last_error);
  json["last_probe_at"] = time_of(route_server.last_probe_at);
  json["diverged"] = route_server.diverged;
  return json;
}

Json job_json(const service::JobView& job) {
  return {{"id", job.id},
          {"kind", job.kind},
          {"subject", job.subject},
          {"want_revision", job.want_revision},
          {"priority", job.priority},
          {"state", domain::to_string(job.state)},
          {"attempt", job.attempt},
          {"crash_count", job.crash_count},
          {"worker", text_or_null(job.worker)},
          {"last_step", text_or_null(job.last_step)},
          {"last_error", text_or_null(job.last_error)},
          {"run_at", job.run_at == Timestamp::max() ? Json(nullptr) : Json(to_rfc3339(job.run_at))},
          {"created_at", to_rfc3339(job.created_at)}};
}

Json admin_task_json(const service::AdminTask& task) {
  return {{"id", task.id},
          {"kind", to_string(task.kind)},
          {"asn", task.asn.number()},
          {"username", task.username},
          {"others", task.others},
          {"created_at", to_rfc3339(task.created_at)},
          {"done_at", time_of(task.done_at)},
          {"done_by", text_or_null(task.done_by)}};
}

}  // namespace ztix::app
