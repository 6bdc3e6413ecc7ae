#include "core/store/membership_row.h"

#include "generated/queries.h"

namespace ztix::store {
namespace {

/// The table's CHECK holds the same bounds, so a value outside is a bug.
domain::PrefixLimit limit(AddressFamily family, int max) {
  return domain::PrefixLimit::of(family, static_cast<std::uint64_t>(max)).value();
}

}  // namespace

Result<MembershipRow> lock_membership(Transaction& transaction, std::int64_t membership_id) {
  const auto row = transaction.execute(queries::provision_lock_membership, {membership_id}).at_most_one();
  if (!row) return fail(ErrorCode::not_found, "No such membership.").with_detail(std::to_string(membership_id));
  return MembershipRow{row->get<std::int64_t>("id"),
                       row->get<int>("network"),
                       row->get<domain::Asn>("asn"),
                       row->get<int>("router_sequence"),
                       row->get_enum(domain::kDesired, "desired"),
                       row->get<bool>("ipv4_wanted"),
                       row->get<bool>("session_v4"),
                       row->get<bool>("session_v6"),
                       row->get<std::string>("md5_key"),
                       row->get<bool>("ttl_security"),
                       limit(AddressFamily::ipv4, row->get<int>("limit_v4")),
                       limit(AddressFamily::ipv6, row->get<int>("limit_v6")),
                       row->get<int>("version"),
                       row->get<int>("confirmed_version"),
                       row->get<bool>("held"),
                       row->get<std::optional<int>>("held_version").value_or(0),
                       row->get<bool>("suspended"),
                       row->get<Prefix>("lan_v6")};
}

MemberAddresses addresses_of(Transaction& transaction, const MembershipRow& membership) {
  MemberAddresses addresses;
  for (const auto row : transaction.execute(queries::provision_addresses,
                                            {membership.network_number, membership.asn, membership.router_sequence})) {
    const auto address = row.get<IpAddress>("address");
    (address.is_ipv4() ? addresses.ipv4 : addresses.ipv6) = address;
  }
  return addresses;
}

}  // namespace ztix::store
