#pragma once

/// @file core/store/peeringdb_json.h
/// An entry of PeeringDB as it is stored. Our own form, not PeeringDB's: what it says is read once, when it arrives.

#include <string>

#include "core/service/ports/peeringdb.h"

namespace ztix::store {

[[nodiscard]] std::string encode(const service::PeeringDbEntry& entry);
/// `internal` for a damaged record.
[[nodiscard]] Result<service::PeeringDbEntry> decode_entry(domain::Asn asn, const std::string& text);

}  // namespace ztix::store
