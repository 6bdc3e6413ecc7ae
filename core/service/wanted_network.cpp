#include "core/service/wanted_network.h"

namespace ztix::service {

WantedNetwork wanted_network(const Network& network) {
  WantedNetwork wanted{network.zt_network_id, network.name, {network.lan_v6}};
  if (network.lan_v4) wanted.lan_prefixes.push_back(*network.lan_v4);
  return wanted;
}

}  // namespace ztix::service
