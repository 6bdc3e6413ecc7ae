#include "core/store/request_store_read.h"

#include <algorithm>
#include <string_view>
#include <utility>
#include <vector>

#include "core/base/text.h"
#include "core/domain/states.h"
#include "generated/queries.h"

namespace ztix::store {
namespace {

using service::Page;
using service::Paged;
using service::Request;
using service::RequestFilter;

constexpr int kLongestPage = 200;

/// Where a page ended: the age and id of its last row.
struct Cursor {
  std::optional<Timestamp> created_at;
  std::optional<Uuid> id;
};

std::string to_text(const Request& last) {
  return to_hex(std::to_string(last.created_at.time_since_epoch().count()) + "." + last.id.text());
}

Result<Cursor> parse_cursor(const std::string& text) {
  if (text.empty()) return Cursor{};
  const auto decoded = from_hex(text).value_or("");
  const auto parts = split(decoded, '.');
  if (parts.size() == 2) {
    const auto micros = parse_decimal<std::int64_t>(parts[0]);
    const auto id = Uuid::parse(parts[1]);
    if (micros && id) return Cursor{Timestamp{std::chrono::microseconds(*micros)}, id};
  }
  return fail(ErrorCode::invalid_argument, "This cursor is not one of ours. Start again at the first page.")
      .with_fact("field", "cursor");
}

Request read_row(const Row& row) {
  Request request{row.get<Uuid>("id"),
                  row.get<domain::Asn>("asn"),
                  row.get<domain::ZtNetworkId>("zt_network_id"),
                  row.get<int>("network"),
                  row.get<std::optional<domain::NodeId>>("node_id"),
                  row.get_enum(domain::kRequestStates, "state"),
                  row.get<bool>("ipv4"),
                  row.get<std::string>("note"),
                  row.get<Uuid>("requested_by"),
                  row.get<std::string>("requested_by_name"),
                  row.get<std::optional<std::int64_t>>("membership"),
                  row.get<std::optional<int>>("router_sequence"),
                  row.get<std::optional<IpAddress>>("address_v4"),
                  row.get<std::optional<IpAddress>>("address_v6"),
                  row.get<std::string>("waiting_for"),
                  row.get<std::string>("waiting_remedy"),
                  row.get<std::string>("reason"),
                  row.get<bool>("held"),
                  {},
                  {},
                  row.get<Timestamp>("created_at"),
                  row.get<Timestamp>("updated_at"),
                  row.get<bool>("suspended"),
                  row.get<std::string>("suspended_reason"),
                  row.get<bool>("leaving"),
                  row.get<std::vector<std::string>>("owed"),
                  row.get<std::vector<std::string>>("tripped_limits")};
  return request;
}

/// Adds to each request how far it got on each route server, with one statement for all of them.
void add_route_servers(Session& session, std::vector<Request>& requests) {
  std::vector<Uuid> ids;
  ids.reserve(requests.size());
  for (const auto& request : requests) ids.push_back(request.id);
  for (const auto& row : session.execute(queries::request_route_servers, {ids})) {
    const auto id = row.get<Uuid>("request");
    const auto request = std::find_if(requests.begin(), requests.end(), [&](const auto& r) { return r.id == id; });
    request->route_servers.push_back(
        {row.get<std::string>("name"), row.get_enum(domain::kDeliveryStates, "state"),
         row.get<domain::Revision>("wanted_revision"), row.get<domain::Revision>("confirmed_revision"),
         row.get<std::string>("last_step"), row.get<std::string>("last_error"), row.get<Timestamp>("updated_at")});
  }
}

std::optional<std::int64_t> minutes(const std::optional<std::chrono::minutes>& age) {
  if (!age) return std::nullopt;
  return age->count();
}

}  // namespace

Result<Request> read_request(Session& session, const Uuid& id) {
  const auto row = session.execute(queries::request_read, {id}).at_most_one();
  if (!row) return fail(ErrorCode::not_found, "No such request.");
  std::vector<Request> one{read_row(*row)};
  add_route_servers(session, one);
  for (const auto& message : session.execute(queries::request_messages, {id})) {
    one.front().messages.push_back({message.get<Timestamp>("at"), message.get<std::string>("author"),
                                    message.get<std::string>("kind"), message.get<std::string>("text")});
  }
  return std::move(one.front());
}

Result<Paged<Request>> read_requests(Session& session, const RequestFilter& filter, const Page& page) {
  if (page.limit < 1 || page.limit > kLongestPage) {
    return fail(ErrorCode::invalid_argument, "A page has 1 to " + std::to_string(kLongestPage) + " entries.")
        .with_fact("field", "limit");
  }
  ZTIX_ASSIGN(const auto cursor, parse_cursor(page.cursor));
  // One more than asked for tells whether there is another page.
  const auto rows = session.execute_planned(queries::request_list,
                                            {filter.owned_asns, filter.state, filter.asn, filter.zt_network_id,
                                             minutes(filter.min_age), cursor.created_at, cursor.id, page.limit + 1});
  Paged<Request> result;
  for (const auto& row : rows) result.items.push_back(read_row(row));
  if (result.items.size() > static_cast<std::size_t>(page.limit)) {
    result.items.pop_back();
    result.next = to_text(result.items.back());
  }
  add_route_servers(session, result.items);
  return result;
}

}  // namespace ztix::store
