#pragma once

/// @file cli/arguments.h
/// Text of the command line as values; errors name the option.

#include <optional>
#include <string>
#include <vector>

#include "core/base/result.h"
#include "core/domain/asn.h"
#include "core/domain/config_snapshot.h"
#include "core/domain/zerotier_id.h"
#include "core/net/ip_address.h"
#include "core/net/prefix.h"

namespace ztix::cli {

[[nodiscard]] Result<domain::ZtNetworkId> network_id_argument(const std::string& option, const std::string& text);
[[nodiscard]] Result<domain::NodeId> node_id_argument(const std::string& option, const std::string& text);
[[nodiscard]] Result<domain::Asn> asn_argument(const std::string& option, const std::string& text);
[[nodiscard]] Result<Prefix> prefix_argument(const std::string& option, const std::string& text, AddressFamily family);
[[nodiscard]] Result<IpAddress> address_argument(const std::string& option, const std::string& text,
                                                 AddressFamily family);
/// An empty text is "not given".
[[nodiscard]] Result<std::optional<IpAddress>> optional_address(const std::string& option, const std::string& text,
                                                                AddressFamily family);
/// `ADDRESS:PORT`, IPv6 as `[ADDRESS]:PORT`.
[[nodiscard]] Result<domain::RtrCache> rtr_cache_argument(const std::string& text);

/// All of one option that may be repeated.
template <class T, class Parse>
Result<std::vector<T>> all_of(const std::string& option, const std::vector<std::string>& texts, Parse&& parse) {
  std::vector<T> values;
  for (const auto& text : texts) {
    ZTIX_ASSIGN(auto value, parse(option, text));
    values.push_back(std::move(value));
  }
  return values;
}

}  // namespace ztix::cli
