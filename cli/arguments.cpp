#include "cli/arguments.h"

#include "core/base/text.h"

namespace ztix::cli {
namespace {

Error bad(const std::string& option, const std::string& wanted) {
  return fail(ErrorCode::invalid_argument, option + " is not " + wanted + "; nothing was changed.");
}

template <class T>
Result<T> or_bad(std::optional<T> value, const std::string& option, const std::string& wanted) {
  if (!value) return bad(option, wanted);
  return *std::move(value);
}

}  // namespace

Result<domain::ZtNetworkId> network_id_argument(const std::string& option, const std::string& text) {
  return or_bad(domain::ZtNetworkId::parse(text), option, "a ZeroTier network id (16 hex digits)");
}

Result<domain::NodeId> node_id_argument(const std::string& option, const std::string& text) {
  return or_bad(domain::NodeId::parse(text), option, "a ZeroTier node id (10 hex digits)");
}

Result<domain::Asn> asn_argument(const std::string& option, const std::string& text) {
  return or_bad(domain::Asn::parse(text), option, "an AS number that a network can hold");
}

Result<Prefix> prefix_argument(const std::string& option, const std::string& text, AddressFamily family) {
  const auto prefix = Prefix::parse(text);
  const std::string wanted =
      "an " + std::string(family == AddressFamily::ipv4 ? "IPv4" : "IPv6") + " prefix without host bits";
  if (!prefix || prefix->family() != family) return bad(option, wanted);
  return *prefix;
}

Result<IpAddress> address_argument(const std::string& option, const std::string& text, AddressFamily family) {
  const auto address = IpAddress::parse(text);
  const std::string wanted = "an " + std::string(family == AddressFamily::ipv4 ? "IPv4" : "IPv6") + " address";
  if (!address || address->family() != family) return bad(option, wanted);
  return *address;
}

Result<std::optional<IpAddress>> optional_address(const std::string& option, const std::string& text,
                                                  AddressFamily family) {
  if (text.empty()) return std::optional<IpAddress>();
  ZTIX_ASSIGN(auto address, address_argument(option, text, family));
  return std::optional<IpAddress>(address);
}

Result<domain::RtrCache> rtr_cache_argument(const std::string& text) {
  const Error wrong = bad("--rtr " + text, "ADDRESS:PORT (IPv6: [ADDRESS]:PORT)");
  const auto colon = text.rfind(':');
  if (colon == std::string::npos) return wrong;
  std::string host = text.substr(0, colon);
  if (host.starts_with('[') && host.ends_with(']')) host = host.substr(1, host.size() - 2);
  const auto address = IpAddress::parse(host);
  const auto port = parse_decimal<std::uint16_t>(text.substr(colon + 1));
  if (!address || !port || *port == 0) return wrong;
  return domain::RtrCache{*address, *port};
}

}  // namespace ztix::cli
