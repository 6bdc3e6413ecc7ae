#pragma once

/// @file core/store/rollout_store.h
/// Turns in PostgreSQL: every decision in one transaction under the rollout's advisory lock.

#include "core/service/ports/rollout_store.h"
#include "core/store/database.h"

namespace ztix::store {

class PgRolloutStore final : public service::RolloutStore {
 public:
  explicit PgRolloutStore(Database& database, domain::RolloutRules rules = {}) : database_(database), rules_(rules) {}

  Result<domain::TurnDecision> take_turn(const service::Job& job, const std::string& route_server,
                                         const service::TurnRequest& request) override;
  Status end_turn(const service::Job& job, const std::string& route_server, domain::TurnVerdict verdict,
                  std::optional<domain::Revision> revision) override;
  Result<int> note_harm(const service::Job& job, const std::string& route_server, const std::string& harm) override;
  Result<service::TakenBack> take_back(const service::Job& job, const std::string& route_server,
                                       domain::Revision revision, const std::string& cause) override;
  Status refuse_templates(const service::Job& job, const std::string& route_server, domain::Revision revision,
                          const std::string& template_digest, const std::string& harm) override;
  Result<std::optional<std::string>> template_refusal(const std::string& template_digest) override;
  Result<int> wake_waiting() override;
  Status permit(const service::RolloutPermission& permission, const service::Actor& actor) override;
  Status retry(const std::string& route_server, const service::Actor& actor) override;
  Result<std::vector<service::TurnView>> turns(const std::optional<std::string>& route_server, int limit) override;

 private:
  Result<domain::TurnDecision> decide_and_note(Transaction& transaction, const service::Job& job,
                                               const std::string& route_server, const service::TurnRequest& request);
  int wake(Transaction& transaction);

  Database& database_;
  domain::RolloutRules rules_;
};

}  // namespace ztix::store
