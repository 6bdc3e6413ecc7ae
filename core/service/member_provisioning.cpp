#include "core/service/member_provisioning.h"

#include "core/base/text.h"
#include "core/log/log.h"
#include "core/service/fabric_writing.h"
#include "core/service/job_outcome.h"

namespace ztix::service {
namespace {

using std::chrono::milliseconds;

constexpr milliseconds kPoolRecheck{10'000};
constexpr milliseconds kFirstFabricRecheck{1'000};
constexpr milliseconds kLongestFabricRecheck{10'000};

const ReadinessCheck& first_failure(const Readiness& readiness) {
  for (const auto& check : readiness.checks) {
    if (!check.ok) return check;
  }
  throw std::logic_error("first_failure of a ready controller");
}

std::vector<IpAddress> as_list(const ReservedAddresses& addresses) {
  std::vector<IpAddress> list;
  if (addresses.ipv4) list.push_back(*addresses.ipv4);
  list.push_back(addresses.ipv6);
  return list;
}

/// What the controller says about its own state is waited out; what it says about this member is not.
bool is_about_the_controller(ErrorCode code) { return is_transient(code) || code == ErrorCode::unauthenticated; }

}  // namespace

JobOutcome MemberProvisioning::run(const Job& job, const StillMine& still_mine) {
  auto outcome = provision(job, still_mine);
  if (outcome) return std::move(outcome).value();
  return job_failed(outcome.error(), job.attempt);
}

Result<JobOutcome> MemberProvisioning::wait(const Job& job, std::int64_t membership_id, const std::string& word,
                                            const std::string& remedy, milliseconds delay) {
  ZTIX_CHECK(store_.note_waiting(job, membership_id, word, remedy));
  log::info("member.waiting", {{"subject", job.subject}, {"waiting_for", word}, {"remedy", remedy}});
  return job_snoozed(delay, word);
}

Result<std::optional<JobOutcome>> MemberProvisioning::wait_for_fabric(const Job& job, const ProvisionSubject& subject) {
  const auto readiness = fabric_.readiness({{subject.zt_network_id, subject.network_name, subject.lan_prefixes}});
  if (readiness.ready()) return std::optional<JobOutcome>();
  const auto& check = first_failure(readiness);
  const auto delay = back_off(job.attempt, kFirstFabricRecheck, kLongestFabricRecheck);
  ZTIX_ASSIGN(auto outcome, wait(job, subject.membership_id, "fabric_not_ready",
                                 check.name + ": " + check.message + " " + check.remedy, delay));
  return std::optional<JobOutcome>(std::move(outcome));
}

Status MemberProvisioning::authorize(const Job& job, const ProvisionSubject& subject,
                                     const ReservedAddresses& addresses, const StillMine& still_mine) {
  ZTIX_ASSIGN(const auto held, lock_fabric(store_, clock_, subject.zt_network_id));
  const MayWrite may_write = [&] { return still_mine() && held->held(); };
  ZTIX_CHECK(jobs_.step(job, "authorize"));
  ZTIX_CHECK(fabric_.authorize(subject.zt_network_id, *subject.node_id, as_list(addresses), may_write));
  if (subject.previous_node_id && subject.previous_node_id != subject.node_id) {
    ZTIX_CHECK(fabric_.deauthorize(subject.zt_network_id, *subject.previous_node_id, may_write));
    ZTIX_CHECK(store_.forget_previous_node(job, subject.membership_id));
  }
  return {};
}

Result<JobOutcome> MemberProvisioning::provision(const Job& job, const StillMine& still_mine) {
  const auto id = parse_decimal<std::int64_t>(subject_name(job));
  if (!id) return fail(ErrorCode::invalid_argument, "member.provision without a membership: " + job.subject);
  ZTIX_ASSIGN(const auto subject, store_.subject(*id));
  if (subject.desired == domain::Desired::absent) return job_done();
  if (!subject.node_id) {
    // No snooze: setting the node id enqueues this job again.
    ZTIX_CHECK(store_.note_waiting(job, *id, "awaiting_node_id", "Set the node id of the request."));
    return job_done();
  }
  const auto addresses = store_.reserve_addresses(job, *id);
  if (!addresses && addresses.error().code == ErrorCode::out_of_range) {
    return wait(job, *id, "ipv4_pool_exhausted", addresses.error().message, kPoolRecheck);
  }
  if (!addresses) return addresses.error();
  ZTIX_ASSIGN(auto not_ready, wait_for_fabric(job, subject));
  if (not_ready) return std::move(*not_ready);

  ZTIX_CHECK(store_.start(job, *id));
  if (const auto done = authorize(job, subject, *addresses, still_mine); !done) {
    const auto& error = done.error();
    if (error.code == ErrorCode::fenced || error.code == ErrorCode::internal) return error;
    if (is_about_the_controller(error.code)) {
      return wait(job, *id, "fabric_not_ready", error.message,
                  back_off(job.attempt, kFirstFabricRecheck, kLongestFabricRecheck));
    }
    ZTIX_CHECK(store_.fail(job, *id, error.message));
    return error;
  }
  ZTIX_CHECK(jobs_.step(job, "publish"));
  ZTIX_CHECK(store_.note_waiting(job, *id, "", ""));
  ZTIX_ASSIGN(const auto revision, store_.publish(job, *id));
  log::info("member.published", {{"subject", job.subject}, {"revision", revision}});
  return job_done();
}

}  // namespace ztix::service
