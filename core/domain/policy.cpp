#include "core/domain/policy.h"

#include <string_view>

namespace ztix::domain {
namespace {

std::vector<Prefix> parse_all(std::initializer_list<std::string_view> texts) {
  std::vector<Prefix> prefixes;
  for (const auto text : texts) prefixes.push_back(Prefix::parse(text).value());
  return prefixes;
}

}  // namespace

PolicyDefinition PolicyDefinition::standard() {
  PolicyDefinition policy;
  // Networks without transit of their own, as published by their operators.
  policy.transit_free_asns = {174, 701, 1299, 2914, 3257, 3320, 3356, 3491, 5511, 6453, 6461, 6762, 6830, 7018, 12956};
  policy.bogon_asns = {{0, 0},
                       {23456, 23456},
                       {64496, 64511},
                       {64512, 65534},
                       {65535, 65535},
                       {65536, 65551},
                       {65552, 131071},
                       {4200000000U, 4294967294U},
                       {4294967295U, 4294967295U}};
  policy.bogon_prefixes = parse_all(
      {"0.0.0.0/8",      "10.0.0.0/8",   "100.64.0.0/10",  "127.0.0.0/8",    "169.254.0.0/16", "172.16.0.0/12",
       "192.0.0.0/24",   "192.0.2.0/24", "192.88.99.0/24", "192.168.0.0/16", "198.18.0.0/15",  "198.51.100.0/24",
       "203.0.113.0/24", "224.0.0.0/4",  "240.0.0.0/4",    "2001::/32",      "2001:2::/48",    "2001:10::/28",
       "2001:db8::/32",  "2002::/16",    "3ffe::/16",      "3fff::/20"});
  return policy;
}

}  // namespace ztix::domain
