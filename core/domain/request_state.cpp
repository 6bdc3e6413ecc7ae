#include "core/domain/request_state.h"

namespace ztix::domain {

std::string_view to_string(RequestState state) noexcept {
  switch (state) {
    case RequestState::pending:
      return "pending";
    case RequestState::needs_info:
      return "needs_info";
    case RequestState::approved:
      return "approved";
    case RequestState::provisioning:
      return "provisioning";
    case RequestState::active:
      return "active";
    case RequestState::failed:
      return "failed";
    case RequestState::rejected:
      return "rejected";
    case RequestState::withdrawn:
      return "withdrawn";
    case RequestState::expired:
      return "expired";
    case RequestState::revoking:
      return "revoking";
    case RequestState::revoked:
      return "revoked";
  }
  return "";
}

std::string_view to_string(RequestEvent event) noexcept {
  switch (event) {
    case RequestEvent::approve:
      return "approve";
    case RequestEvent::reject:
      return "reject";
    case RequestEvent::ask:
      return "ask";
    case RequestEvent::answer:
      return "answer";
    case RequestEvent::withdraw:
      return "withdraw";
    case RequestEvent::expire:
      return "expire";
    case RequestEvent::start:
      return "start";
    case RequestEvent::succeed:
      return "succeed";
    case RequestEvent::fail:
      return "fail";
    case RequestEvent::retry:
      return "retry";
    case RequestEvent::converge:
      return "converge";
    case RequestEvent::revoke:
      return "revoke";
    case RequestEvent::done:
      return "done";
  }
  return "";
}

std::optional<RequestState> parse_request_state(std::string_view text) noexcept {
  for (const auto state : kRequestStates) {
    if (to_string(state) == text) return state;
  }
  return std::nullopt;
}

}  // namespace ztix::domain
