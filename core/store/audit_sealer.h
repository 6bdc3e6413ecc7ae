#pragma once

/// @file core/store/audit_sealer.h
/// Chains new rows of the audit log, whichever program wrote them.

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "core/service/ports/audit_chain.h"
#include "core/store/database.h"

namespace ztix::store {

/// Any number of workers may have one: it seals whose connection holds the lock, so that two never write the same link,
/// and the server knows first when one dies. Used by one thread at a time.
class PgAuditSealer {
 public:
  PgAuditSealer(Database& database, const service::AuditChain& chain) : database_(database), chain_(chain) {}

  /// Seals all that is committed. Rows become visible out of their order: a row that is committed late is found by the
  /// transaction that wrote it, however many later ones are sealed already.
  /// @return how many; 0 also while another worker seals.
  Result<std::int64_t> seal();

  /// Where the chain stands; nullopt while another worker seals, or nothing is sealed.
  Result<std::optional<service::AuditHead>> head();
  /// Whether this link is in the chain.
  Result<bool> has(const service::Seal& seal);

 private:
  bool has_lock();
  std::int64_t seal_all_up_to(std::int64_t newest);
  std::int64_t seal_written();
  void seal_rows(const Rows& rows);
  service::Seal stored_head();

  Database& database_;
  const service::AuditChain& chain_;
  std::unique_ptr<Connection> connection_;
  bool locked_ = false;
  /// Both are true only as long as this connection holds the lock.
  std::string horizon_;  ///< transactions below it were looked at; empty: the whole log is looked through first
  std::string complete_since_;
};

}  // namespace ztix::store
