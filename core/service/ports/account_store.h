#pragma once

/// @file core/service/ports/account_store.h
/// Users, their credentials, ASNs and network access.

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/result.h"
#include "core/base/time.h"
#include "core/base/uuid.h"
#include "core/domain/asn.h"
#include "core/domain/states.h"
#include "core/domain/zerotier_id.h"
#include "core/service/ports/actor.h"

namespace ztix::service {

/// What somebody may do with what belongs to an AS number. Looking is allowed in any case.
enum class AsnRights : std::uint8_t {
  full,
  read_only,      ///< PeeringDB does not let this person edit the network
  proof_too_old,  ///< PeeringDB said so more than 30 days ago
};

inline constexpr std::array kAsnRights{AsnRights::full, AsnRights::read_only, AsnRights::proof_too_old};
/// Exactly the stored spelling.
[[nodiscard]] std::string_view to_string(AsnRights rights) noexcept;

/// An ASN linked to a user. `source` is `cli` or `peeringdb`; the two are kept apart.
struct UserAsn {
  domain::Asn asn;
  std::string source;
  AsnRights rights = AsnRights::full;
};

struct User {
  Uuid id;
  std::string username;
  bool disabled = false;
  std::vector<domain::Role> roles;
  std::vector<UserAsn> asns;
  std::vector<domain::ZtNetworkId> networks;  ///< user–network access rows
  Timestamp created_at;
  /// Sessions that began with another number are over. Roles, password, factors and `ztix user logout` raise it.
  std::int64_t login_epoch = 0;
  bool has_second_factor = false;
  bool has_passkey = false;

  [[nodiscard]] bool has_role(domain::Role role) const;
  [[nodiscard]] bool owns(domain::Asn asn) const;
  /// The best of what all sources say; nullopt for a number that is not linked.
  [[nodiscard]] std::optional<AsnRights> rights_on(domain::Asn asn) const;
};

/// A user name: 2–64 of `[a-z0-9._-]`, stored lower case.
[[nodiscard]] Result<std::string> checked_username(const std::string& text);

struct NewUser {
  std::string username;
  std::string password_hash;  ///< PHC string
  std::vector<domain::Role> roles;
  std::vector<domain::Asn> asns;
  std::vector<domain::ZtNetworkId> networks;
};

/// Only what is set changes; additions and removals are idempotent.
struct UserChange {
  std::optional<std::string> password_hash;
  std::optional<bool> disabled;
  std::vector<domain::Role> add_roles, remove_roles;
  std::vector<domain::Asn> add_asns, remove_asns;
  std::vector<domain::ZtNetworkId> add_networks, remove_networks;
};

struct LoginRecord {
  User user;
  std::string password_hash;
};

/// The exchange itself: one row, made by `ztix setup`.
struct Installation {
  Uuid id;
  std::string name;
  /// True: self-approval is allowed and marked in the audit. False: approver ≠ requester.
  bool single_admin = false;
};

class AccountStore {
 public:
  virtual ~AccountStore() = default;

  /// First admin and installation row in one transaction. `conflict` when already set up.
  virtual Result<Installation> set_up(const std::string& exchange_name, bool single_admin, const NewUser& admin,
                                      const Actor& actor) = 0;
  /// `not_found` before setup.
  virtual Result<Installation> installation() = 0;

  /// `conflict` (`username_taken`), `not_found` (`unknown_network`, fact `zt_network_id`); nothing written then.
  virtual Result<User> create_user(const NewUser& user, const Actor& actor) = 0;
  virtual Result<User> update_user(const std::string& username, const UserChange& change, const Actor& actor) = 0;
  virtual Result<std::vector<User>> users() = 0;
  virtual Result<User> user(const Uuid& id) = 0;
  /// Those of them that there are, each once and in no order.
  virtual Result<std::vector<User>> users_by_id(const std::vector<Uuid>& ids) = 0;
  /// nullopt for an unknown name or one without a password.
  virtual Result<std::optional<LoginRecord>> find_login(const std::string& username) = 0;
  virtual Status replace_password_hash(const Uuid& user, const std::string& password_hash) = 0;
};

}  // namespace ztix::service
