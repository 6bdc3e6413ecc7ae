#include "app/pages/words.h"

namespace ztix::app {

std::string_view words_of(domain::RequestState state) noexcept {
  using enum domain::RequestState;
  switch (state) {
    case pending:
      return "Waiting for a decision";
    case needs_info:
      return "Question for you";
    case approved:
      return "Approved";
    case provisioning:
      return "Being set up";
    case active:
      return "Active";
    case failed:
      return "Failed";
    case rejected:
      return "Rejected";
    case withdrawn:
      return "Withdrawn";
    case expired:
      return "Expired";
    case revoking:
      return "Being removed";
    case revoked:
      return "Ended";
  }
  return {};
}

std::string_view meaning_of(domain::RequestState state) noexcept {
  using enum domain::RequestState;
  switch (state) {
    case pending:
      return "An administrator of the exchange looks at it. This page shows when something happens.";
    case needs_info:
      return "The administrator needs to know something before deciding. Please answer below.";
    case approved:
      return "Addresses are being reserved and the router is being let in. This takes seconds.";
    case provisioning:
      return "Each route server gets a checked configuration. It counts when all have confirmed it.";
    case active:
      return "Every route server has confirmed the configuration. Set up the router with the settings below.";
    case failed:
      return "It could not be set up. The reason is below; an administrator can try again.";
    case rejected:
      return "The request was turned down. The reason is below; a new request is possible.";
    case withdrawn:
      return "The request was taken back. A new request is possible at any time.";
    case expired:
      return "Nobody decided or answered for 30 days. A new request is possible at any time.";
    case revoking:
      return "The sessions are being removed from the route servers.";
    case revoked:
      return "The router is no longer part of the exchange.";
  }
  return {};
}

std::string_view words_of(domain::DeliveryState state) noexcept {
  using enum domain::DeliveryState;
  switch (state) {
    case waiting:
      return "waiting";
    case checking:
      return "checking";
    case armed:
      return "armed, being verified";
    case confirmed:
      return "confirmed";
    case failed:
      return "failed";
  }
  return {};
}

std::string_view words_of(domain::SessionHealth health) noexcept {
  switch (health) {
    case domain::SessionHealth::never_up:
      return "never up yet";
    case domain::SessionHealth::up:
      return "up";
    case domain::SessionHealth::down:
      return "down";
    case domain::SessionHealth::limit:
      return "too many prefixes";
    case domain::SessionHealth::disabled:
      return "switched off";
  }
  return {};
}

std::string readable_time(Timestamp at) {
  if (at == Timestamp{}) return {};
  const auto text = to_rfc3339(at);
  return text.substr(0, 10) + " " + text.substr(11, 8) + " UTC";
}

std::string facts_text(const std::map<std::string, std::string>& facts) {
  std::string text;
  for (const auto& [name, value] : facts) {
    if (!value.empty()) text += (text.empty() ? "" : ", ") + name + ": " + value;
  }
  return text;
}

}  // namespace ztix::app
