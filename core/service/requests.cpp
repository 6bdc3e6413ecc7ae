#include "core/service/requests.h"

#include <algorithm>
#include <utility>

#include "core/base/text.h"
#include "core/service/accounts.h"

namespace ztix::service {
namespace {

Error no_such_request() { return fail(ErrorCode::not_found, "No such request."); }

Error unfit(std::string message, std::string_view reason, std::string_view field) {
  return fail(ErrorCode::out_of_range, std::move(message)).with_reason(reason).with_fact("field", field);
}

/// Who may only look is told what would help.
Status check_rights(const User& user, domain::Asn asn) {
  const auto rights = user.rights_on(asn);
  if (rights == AsnRights::full) return {};
  if (rights == AsnRights::read_only) {
    return fail(ErrorCode::forbidden,
                "PeeringDB lets you look at AS" + asn.text() +
                    " but not edit it, so you cannot change anything for it here. Ask who manages "
                    "it there for that right, then log in again.")
        .with_reason("asn_read_only")
        .with_fact("field", "asn");
  }
  if (rights == AsnRights::proof_too_old) {
    return fail(ErrorCode::forbidden, "PeeringDB told us more than 30 days ago that you speak for AS" + asn.text() +
                                          ". Log out and log in again through PeeringDB.")
        .with_reason("asn_proof_too_old")
        .with_fact("field", "asn");
  }
  return fail(ErrorCode::forbidden, "AS" + asn.text() + " is not linked to your account.")
      .with_reason("asn_not_linked")
      .with_fact("field", "asn");
}

}  // namespace

Result<std::string> checked_text(const std::string& text, std::string_view field, std::size_t longest, bool required) {
  if (!is_clean_utf8(text)) return unfit("This text has characters that cannot be kept.", "bad_text", field);
  std::string trimmed(trim(text));
  if (required && trimmed.empty()) return unfit("This text is needed.", "text_missing", field);
  if (trimmed.size() > longest) {
    return unfit("This text is longer than " + std::to_string(longest) + " bytes.", "text_too_long", field);
  }
  return trimmed;
}

Result<Network> Requests::admitted_network(const User& user, const RequestWish& wish) {
  auto network = ports_.networks.network(wish.zt_network_id);
  if (!network && network.error().code == ErrorCode::not_found) {
    return unfit("This exchange has no such network.", "unknown_network", "zt_network_id");
  }
  ZTIX_CHECK(network);
  if (network->admission == domain::Admission::closed) {
    return fail(ErrorCode::forbidden, "This network takes no new members at the moment.")
        .with_reason("admission_closed")
        .with_fact("field", "zt_network_id");
  }
  if (!is_admitted(user, *network)) {
    return fail(ErrorCode::forbidden,
                "You have no access to this network. Ask an administrator of the exchange for it.")
        .with_reason("network_access_missing")
        .with_fact("field", "zt_network_id");
  }
  return network;
}

Status Requests::check_node(const Network& network, const domain::NodeId& node) {
  if (node.text() == network.zt_network_id.controller_address()) {
    return unfit("This is the address of the network's controller. Run \"zerotier-cli info\" on your router.",
                 "node_id_reserved", "node_id");
  }
  ZTIX_ASSIGN(const auto nodes, ports_.networks.infrastructure_nodes(network.number));
  const bool taken =
      std::any_of(nodes.begin(), nodes.end(), [&node](const InfrastructureNode& one) { return one.node_id == node; });
  if (!taken) return {};
  return fail(ErrorCode::conflict, "This node id is in use on this network.")
      .with_reason("node_id_in_use")
      .with_fact("field", "node_id");
}

Result<Request> Requests::create(const User& user, const RequestWish& wish, const Command& command) {
  ZTIX_CHECK(check_rights(user, wish.asn));
  ZTIX_ASSIGN(const auto network, admitted_network(user, wish));
  if (wish.node_id) ZTIX_CHECK(check_node(network, *wish.node_id));
  if (wish.ipv4.value_or(false) && !network.ipv4_pool) {
    return unfit("This network has no IPv4 addresses.", "no_ipv4_pool", "ipv4");
  }
  ZTIX_ASSIGN(auto note, checked_text(wish.note, "note", kLongestNote, false));
  const NewRequest request{.asn = wish.asn,
                           .zt_network_id = wish.zt_network_id,
                           .node_id = wish.node_id,
                           .ipv4 = wish.ipv4.value_or(network.ipv4_pool.has_value()),
                           .note = std::move(note)};
  return ports_.requests.create(request, command);
}

Result<Paged<Request>> Requests::list_own(const User& user, RequestFilter filter, const Page& page) {
  std::vector<domain::Asn> asns;
  for (const auto& link : user.asns) asns.push_back(link.asn);
  if (asns.empty()) return Paged<Request>{};
  filter.owned_asns = std::move(asns);
  return ports_.requests.list(filter, page);
}

Result<Request> Requests::owned(const User& user, const Uuid& id) {
  ZTIX_ASSIGN(auto request, ports_.requests.request(id));
  if (!user.owns(request.asn)) return no_such_request();
  return request;
}

Result<Request> Requests::owned_to_change(const User& user, const Uuid& id) {
  ZTIX_ASSIGN(auto request, owned(user, id));
  ZTIX_CHECK(check_rights(user, request.asn));
  return request;
}

Result<Request> Requests::show_own(const User& user, const Uuid& id) { return owned(user, id); }

Result<Request> Requests::set_node_id(const User& user, const Uuid& id, const domain::NodeId& node,
                                      const Command& command) {
  ZTIX_ASSIGN(const auto request, owned_to_change(user, id));
  ZTIX_ASSIGN(const auto network, ports_.networks.network(request.zt_network_id));
  ZTIX_CHECK(check_node(network, node));
  return ports_.requests.set_node_id(id, node, command);
}

Result<Request> Requests::withdraw(const User& user, const Uuid& id, const Command& command) {
  ZTIX_CHECK(owned_to_change(user, id));
  return ports_.requests.transition(id, domain::RequestEvent::withdraw, {}, command);
}

Result<Request> Requests::answer(const User& user, const Uuid& id, const std::string& message, const Command& command) {
  ZTIX_CHECK(owned_to_change(user, id));
  ZTIX_ASSIGN(const auto text, checked_text(message, "message", kLongestMessage, true));
  return ports_.requests.transition(id, domain::RequestEvent::answer, text, command);
}

Result<Request> Requests::leave(const User& user, const Uuid& id, const std::string& reason, const Command& command) {
  ZTIX_CHECK(owned_to_change(user, id));
  return leave_for_owner(id, reason, command);
}

Result<Request> Requests::clear_own_limit(const User& user, const Uuid& id, const Command& command) {
  ZTIX_CHECK(owned_to_change(user, id));
  return ports_.lifecycle.clear_limit(id, ClearedBy::owner, command);
}

Result<Paged<Request>> Requests::list_all(const RequestFilter& filter, const Page& page) {
  return ports_.requests.list(filter, page);
}

Result<RequestDossier> Requests::show_any(const Uuid& id) {
  ZTIX_ASSIGN(auto request, ports_.requests.request(id));
  ZTIX_ASSIGN(auto trail, ports_.audit.trail("request", id.text()));
  return RequestDossier{std::move(request), std::move(trail)};
}

Result<Request> Requests::approve(const Uuid& id, const Command& command) {
  ZTIX_ASSIGN(const auto request, ports_.requests.request(id));
  if (command.actor.user_id == request.requested_by) {
    ZTIX_ASSIGN(const auto installation, ports_.accounts.installation());
    if (!installation.single_admin) {
      return fail(ErrorCode::forbidden, "Another administrator has to approve what you asked for yourself.")
          .with_reason("approver_is_requester");
    }
  }
  return ports_.requests.approve(id, command);
}

Result<Request> Requests::reject(const Uuid& id, const std::string& reason, const Command& command) {
  ZTIX_ASSIGN(const auto text, checked_text(reason, "reason", kLongestMessage, true));
  return ports_.requests.transition(id, domain::RequestEvent::reject, text, command);
}

Result<Request> Requests::ask(const Uuid& id, const std::string& question, const Command& command) {
  ZTIX_ASSIGN(const auto text, checked_text(question, "message", kLongestMessage, true));
  return ports_.requests.transition(id, domain::RequestEvent::ask, text, command);
}

Result<Request> Requests::retry(const Uuid& id, const Command& command) {
  return ports_.requests.transition(id, domain::RequestEvent::retry, {}, command);
}

Result<Request> Requests::suspend(const Uuid& id, const std::string& reason, const Command& command) {
  ZTIX_ASSIGN(const auto text, checked_text(reason, "reason", kLongestMessage, true));
  return ports_.lifecycle.suspend(id, text, command);
}

Result<Request> Requests::resume(const Uuid& id, const Command& command) {
  return ports_.lifecycle.resume(id, command);
}

Result<Request> Requests::revoke(const Uuid& id, const std::string& reason, const Command& command) {
  ZTIX_ASSIGN(const auto text, checked_text(reason, "reason", kLongestMessage, true));
  return ports_.lifecycle.depart(id, Departure::urgent, text, command);
}

Result<Request> Requests::clear_limit(const Uuid& id, const Command& command) {
  return ports_.lifecycle.clear_limit(id, ClearedBy::administrator, command);
}

Result<Request> Requests::leave_for_owner(const Uuid& id, const std::string& reason, const Command& command) {
  ZTIX_ASSIGN(const auto text, checked_text(reason, "reason", kLongestMessage, false));
  return ports_.lifecycle.depart(id, Departure::orderly, text, command);
}

}  // namespace ztix::service
