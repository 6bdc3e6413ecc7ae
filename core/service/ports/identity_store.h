#pragma once

/// @file core/service/ports/identity_store.h
/// Accounts of people whom PeeringDB vouches for, and what becomes of their AS numbers.

#include <vector>

#include "core/base/result.h"
#include "core/service/ports/account_store.h"
#include "core/service/ports/actor.h"
#include "core/service/ports/identity_provider.h"

namespace ztix::service {

/// What one login has changed.
struct AdmittedIdentity {
  User user;
  bool is_new = false;
  /// AS numbers of PeeringDB that this user spoke for until now.
  std::vector<domain::Asn> lost;
};

class IdentityStore {
 public:
  virtual ~IdentityStore() = default;

  /// One transaction: finds or makes the user of (issuer, subject), replaces its AS numbers of source `peeringdb` by
  /// `identity.affiliations` with this moment as the time of the proof, and audits what changed. AS numbers assigned by
  /// the command line stay as they are. A lost AS number ends all logins of the user (their epoch rises). Memberships
  /// are never touched: a lost number that has one opens a task for the administrators. A disabled user is returned as
  /// it is, and nothing is written.
  virtual Result<AdmittedIdentity> admit(const ProvenIdentity& identity, const Actor& from) = 0;
};

/// The name of a new account: from the person's name and the subject, e.g. `nora.newcomer-pdb7`. The ending keeps
/// whoever calls himself Admin from looking like one.
/// @param attempt  0 for the first try; others give another name, for one that is taken.
[[nodiscard]] std::string derived_username(const ProvenIdentity& identity, unsigned attempt);

}  // namespace ztix::service
