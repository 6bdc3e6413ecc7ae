#pragma once

/// @file app/handlers/parameters.h
/// What several handlers read out of a call.

#include <initializer_list>
#include <string>
#include <string_view>

#include "app/call.h"
#include "app/http/envelope.h"
#include "app/http/json_body.h"
#include "core/domain/asn.h"
#include "core/domain/zerotier_id.h"
#include "core/service/ports/audit_log.h"
#include "core/service/ports/request_store.h"

namespace ztix::app {

/// `unknown_parameter` when the query has one that is not in `known`.
[[nodiscard]] Status check_query(const Call& call, std::initializer_list<std::string_view> known);
/// `?limit&cursor`; limit 1–200, default 50.
[[nodiscard]] Result<service::Page> page_of(const Call& call);
/// `?status&asn&zt_network_id&min_age_minutes`; an empty value filters nothing, as forms send it.
[[nodiscard]] Result<service::RequestFilter> filter_of(const Call& call);

/// `?actor&action&subject&from&to`; an empty value filters nothing.
[[nodiscard]] Result<service::AuditFilter> audit_filter_of(const Call& call);
/// A parameter of the query; empty when it is not there.
[[nodiscard]] std::string query_text(const Call& call, const std::string& name);

/// The only field of the body, a text: `{"reason": …}`, `{"message": …}`.
[[nodiscard]] Result<std::string> single_text(const Call& call, const std::string& field);
/// A body without any field.
[[nodiscard]] Status check_empty_body(const Call& call);

/// `?next`: where a page leads to afterwards; empty when it is no path of this site.
[[nodiscard]] std::string next_path(const Call& call);
[[nodiscard]] HttpResponse see_other(const std::string& path);

/// `sessions`: how each one is, by the last look.
[[nodiscard]] Status add_sessions(Json& json, Call& call, const service::Request& request);

/// out_of_range with the fact `field`.
[[nodiscard]] Result<domain::NodeId> checked_node_id(std::string_view text);
[[nodiscard]] Result<domain::Asn> checked_asn(std::uint64_t number);
[[nodiscard]] Result<domain::ZtNetworkId> checked_network_id(std::string_view text);

}  // namespace ztix::app
