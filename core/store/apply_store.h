#pragma once

/// @file core/store/apply_store.h
/// What `rs.apply` reads and writes, in PostgreSQL.

#include "core/service/ports/apply_store.h"
#include "core/store/database.h"
#include "core/store/decoded_memberships.h"

namespace ztix::store {

class PgApplyStore final : public service::ApplyStore {
 public:
  explicit PgApplyStore(Database& database) : database_(database) {}

  Result<service::ApplySubject> subject(const std::string& route_server) override;
  Result<domain::ConfigSnapshot> snapshot(const std::string& route_server, domain::Revision revision) override;
  Result<std::optional<service::RenderedRoot>> find_root(const std::string& route_server,
                                                         const std::string& digest) override;
  Status record_root(const service::Job& job, const std::string& route_server,
                     const service::RenderedRoot& root) override;
  Status record_probe(const service::Job& job, const std::string& route_server,
                      const service::HostProbe& probe) override;
  Result<bool> record_limits(const service::Job& job, const std::string& route_server,
                             const std::vector<service::TrippedSession>& sessions) override;
  Status note_drift(const service::Job& job, const std::string& route_server,
                    const service::Difference& difference) override;
  Status record_progress(const service::Job& job, const std::string& route_server,
                         const service::ApplyProgress& progress) override;
  Status record_confirmed(const service::Job& job, const std::string& route_server,
                          const service::RenderedRoot& root) override;
  Result<domain::Revision> hold_membership(const service::Job& job, const service::Hold& hold) override;
  Result<std::int64_t> raise_fence(const service::Job& job, const std::string& route_server,
                                   std::int64_t host_fence) override;
  Status raise_revision_above(domain::Revision highest_on_host) override;
  Result<domain::Revision> publish_release(const domain::PolicyDefinition& policy, const std::string& template_digest,
                                           const service::Actor& actor) override;

 private:
  Database& database_;
  DecodedMemberships memberships_;
};

}  // namespace ztix::store
