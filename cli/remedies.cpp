#include "cli/remedies.h"

#include <algorithm>
#include <array>
#include <string_view>

namespace ztix::cli {
namespace {

struct Remedy {
  std::string_view reason;
  std::string_view text;
};

constexpr std::array kRemedies{
    Remedy{"unknown_network", "`ztix network list` shows the networks; `ztix network add` adds one."},
    Remedy{"unknown_route_server", "`ztix rs list` shows the route servers; `ztix rs add` adds one."},
    Remedy{"unknown_user", "`ztix user list` shows the accounts; `ztix user create` makes one."},
    Remedy{"unknown_token", "`ztix token list` shows the tokens."},
    Remedy{"too_many_tokens", "`ztix token list` shows them; `ztix token revoke` ends one."},
    Remedy{"username_taken", "Choose another name, or change that account with `ztix user update`."},
    Remedy{"already_set_up", "Further accounts are made with `ztix user create`."},
    Remedy{"weak_password", "Choose a passphrase of several unrelated words."},
    Remedy{"network_exists", "`ztix network list` shows it; `ztix controller reconcile` sets it up again."},
    Remedy{"name_in_use", "Choose another name; `ztix network list` and `ztix rs list` show those in use."},
    Remedy{"lan_overlap", "`ztix network list` shows the LANs in use."},
    Remedy{"pool_outside_lan", "Give --ipv4-pool as FIRST-LAST inside --lan-v4."},
    Remedy{"address_in_use", "`ztix rs list` and `ztix request list` show the addresses in use."},
    Remedy{"router_id_in_use", "Give each route server a --router-id of its own."},
    Remedy{"node_id_in_use", "`zerotier-cli info` on the host shows its own node id."},
    Remedy{"address_outside_lan", "`ztix network list` shows the LAN."},
    Remedy{"last_one", "Bring another one up first, or say so with --last-one --reason TEXT."},
    Remedy{"rtr_all_at_once",
           "Change one cache, wait until that is confirmed (`ztix rs apply NAME --wait`), then the other."},
    Remedy{"rtr_everywhere", "Wait until they have confirmed (`ztix rs list`), then change this one."},
    Remedy{"drift", "`ztix rs apply NAME --take-over --reason TEXT` replaces what runs there."},
    Remedy{"no_controller", "`.env.example` describes these settings; `ztix doctor` checks them."},
};

}  // namespace

Error with_remedy(Error error) {
  const bool has_one =
      std::any_of(error.facts.begin(), error.facts.end(), [](const auto& fact) { return fact.first == "remedy"; });
  if (has_one) return error;
  for (const auto& remedy : kRemedies) {
    if (remedy.reason == error.reason) return std::move(error).with_fact("remedy", remedy.text);
  }
  return error;
}

}  // namespace ztix::cli
