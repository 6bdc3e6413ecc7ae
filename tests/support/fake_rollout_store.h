#pragma once

/// @file tests/support/fake_rollout_store.h
/// Turns in memory.

#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "core/service/ports/rollout_store.h"
#include "tests/support/fake_apply_store.h"

namespace ztix::test {

class FakeRolloutStore final : public service::RolloutStore {
 public:
  FakeRolloutStore(FakeDelivery& delivery, FakeApplyStore& apply, domain::RolloutRules rules)
      : delivery_(delivery), apply_(apply), rules_(rules) {}

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
  struct Turn {
    service::TurnView view;
    std::optional<Timestamp> armed_until;
    [[nodiscard]] bool is_open() const {
      return view.verdict == domain::TurnVerdict::waiting || view.verdict == domain::TurnVerdict::taken;
    }
  };
  struct Permission {
    service::RolloutPermission what;
    domain::Revision until = 0;
  };
  /// Memberships whose content differs, by the revision that brought them; what takes away is left out.
  using Changes = std::map<domain::Revision, std::vector<std::int64_t>>;

  [[nodiscard]] domain::RolloutState state();
  [[nodiscard]] domain::TurnWish wish(const std::string& route_server, domain::Revision revision,
                                      domain::ChangeClass change, int restarts);
  [[nodiscard]] domain::Revision proven() const;
  Turn& turn(const std::string& route_server, domain::Revision revision);
  Turn* open_turn(const std::string& route_server);
  std::pair<int, std::string> supersede(const std::string& route_server, domain::Revision revision);
  int wake();
  [[nodiscard]] Changes changes(domain::Revision base, domain::Revision revision) const;
  void publish_steps(const Changes& changes, domain::Revision base, const service::Actor& actor);

  FakeDelivery& delivery_;
  FakeApplyStore& apply_;
  domain::RolloutRules rules_;
  std::vector<Turn> turns_;
  std::vector<Permission> permissions_;
  std::set<std::string> unreachable_;
  std::map<std::string, std::string> refused_templates_;  ///< why, by digest
  std::map<std::string, Timestamp> last_canary_;
};

}  // namespace ztix::test
