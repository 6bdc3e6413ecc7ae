#include "app/handlers/parameters.h"

#include <algorithm>

#include <nlohmann/json.hpp>

#include "app/handlers/login_target.h"
#include "app/presenter/watch_json.h"
#include "core/base/parse_time.h"
#include "core/base/text.h"

namespace ztix::app {
namespace {

constexpr int kLargestPage = 200;
// Ten years; more is a typing error, and the store's interval arithmetic has an end.
constexpr int kOldestMinutes = 5'256'000;

Error unfit(std::string message, std::string_view reason, std::string_view field) {
  return fail(ErrorCode::out_of_range, std::move(message)).with_reason(reason).with_fact("field", field);
}

Result<std::optional<Timestamp>> time_of(const Call& call, const std::string& name) {
  const auto text = query_text(call, name);
  if (text.empty()) return std::optional<Timestamp>();
  if (const auto at = parse_time(text)) return at;
  return unfit("A day or a time in UTC, e.g. 2026-11-21 or 2026-11-21T04:05:06Z.", "bad_time", name);
}

std::optional<std::string> unless_empty(const std::string& text) {
  return text.empty() ? std::nullopt : std::optional(text);
}

}  // namespace

std::string query_text(const Call& call, const std::string& name) {
  const auto found = call.query.find(name);
  return found == call.query.end() ? std::string() : found->second;
}

Status check_query(const Call& call, std::initializer_list<std::string_view> known) {
  for (const auto& [name, value] : call.query) {
    if (std::find(known.begin(), known.end(), name) != known.end()) continue;
    return fail(ErrorCode::invalid_argument, "This call does not know this parameter.")
        .with_reason("unknown_parameter")
        .with_fact("field", name.substr(0, 64));
  }
  return {};
}

Result<service::Page> page_of(const Call& call) {
  service::Page page;
  page.cursor = query_text(call, "cursor");
  const auto limit = query_text(call, "limit");
  if (limit.empty()) return page;
  const auto number = parse_decimal<int>(limit);
  if (!number || *number < 1 || *number > kLargestPage)
    return unfit("limit is a number from 1 to 200.", "bad_limit", "limit");
  page.limit = *number;
  return page;
}

Result<service::RequestFilter> filter_of(const Call& call) {
  service::RequestFilter filter;
  if (const auto text = query_text(call, "status"); !text.empty()) {
    filter.state = domain::parse_request_state(text);
    if (!filter.state) return unfit("There is no such status.", "bad_status", "status");
  }
  if (const auto text = query_text(call, "asn"); !text.empty()) {
    filter.asn = domain::Asn::parse(text);
    if (!filter.asn) return unfit("This is no AS number.", "bad_asn", "asn");
  }
  if (const auto text = query_text(call, "zt_network_id"); !text.empty()) {
    ZTIX_ASSIGN(filter.zt_network_id, checked_network_id(text));
  }
  if (const auto text = query_text(call, "min_age_minutes"); !text.empty()) {
    const auto minutes = parse_decimal<int>(text);
    if (!minutes || *minutes < 0 || *minutes > kOldestMinutes) {
      return unfit("min_age_minutes is a whole number.", "bad_age", "min_age_minutes");
    }
    filter.min_age = std::chrono::minutes(*minutes);
  }
  return filter;
}

std::string next_path(const Call& call) {
  const auto next = call.query.find("next");
  return next != call.query.end() && is_login_target(next->second) ? next->second : std::string();
}

HttpResponse see_other(const std::string& path) {
  HttpResponse response;
  response.status = 303;
  response.headers.set("Location", path);
  return response;
}

Result<service::AuditFilter> audit_filter_of(const Call& call) {
  service::AuditFilter filter;
  filter.actor = unless_empty(query_text(call, "actor"));
  filter.action = unless_empty(query_text(call, "action"));
  if (const auto subject = query_text(call, "subject"); !subject.empty())
    ZTIX_CHECK(service::set_subject(filter, subject));
  ZTIX_ASSIGN(filter.from, time_of(call, "from"));
  ZTIX_ASSIGN(filter.to, time_of(call, "to"));
  return filter;
}

Result<std::string> single_text(const Call& call, const std::string& field) {
  ZTIX_ASSIGN(auto body, JsonBody::parse(call.http.body));
  ZTIX_ASSIGN(auto text, body.text(field));
  ZTIX_CHECK(body.finish());
  return text;
}

Status check_empty_body(const Call& call) {
  ZTIX_ASSIGN(const auto body, JsonBody::parse(call.http.body));
  return body.finish();
}

Result<domain::NodeId> checked_node_id(std::string_view text) {
  if (auto id = domain::NodeId::parse(text)) return std::move(*id);
  return unfit("A node id has ten hex digits; \"zerotier-cli info\" on your router shows it.", "bad_node_id",
               "node_id");
}

Result<domain::Asn> checked_asn(std::uint64_t number) {
  if (const auto asn = domain::Asn::from_number(number)) return *asn;
  return unfit("This is no AS number that a network can hold.", "bad_asn", "asn");
}

Result<domain::ZtNetworkId> checked_network_id(std::string_view text) {
  if (auto id = domain::ZtNetworkId::parse(text)) return std::move(*id);
  return unfit("A network id has sixteen hex digits.", "bad_network_id", "zt_network_id");
}

Status add_sessions(Json& json, Call& call, const service::Request& request) {
  json["sessions"] = Json::array();
  if (!request.membership_id) return {};
  ZTIX_ASSIGN(const auto sessions, call.services.watch.sessions_of(*request.membership_id));
  json["sessions"] = sessions_json(sessions);
  return {};
}

}  // namespace ztix::app
