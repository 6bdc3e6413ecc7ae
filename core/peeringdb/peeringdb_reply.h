#pragma once

/// @file core/peeringdb/peeringdb_reply.h
/// Reading what PeeringDB's API answers: `{"data": [records]}`. Outside text, read strictly: a document that is not one
/// is refused as a whole, a record that is malformed is refused alone.

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "core/service/ports/peeringdb.h"

namespace ztix::peeringdb {

/// Of `net`. Its id links contacts to it.
struct Networks {
  std::vector<service::PeeringDbEntry> entries;
  std::map<std::int64_t, domain::Asn> asn_of;  ///< by id
  std::map<domain::Asn, std::string> refused;  ///< and why
};

/// @return upstream when it is not a document of networks, or names one that was not asked for, or one twice.
[[nodiscard]] Result<Networks> parse_networks(std::string_view text, const std::set<domain::Asn>& asked);

/// Of `netixlan`: fills in at how many exchanges a network is. A network with several ports at one exchange is there
/// once; ports that are not operational do not count.
/// @return upstream when it is not a document of ports; a malformed one makes its network a refused one.
[[nodiscard]] Status add_exchanges(std::string_view text, Networks& networks);

/// Of `poc`. @return as add_exchanges().
[[nodiscard]] Status add_contacts(std::string_view text, Networks& networks);

}  // namespace ztix::peeringdb
