#include "core/service/member_provisioning.h"

#include <stdexcept>

#include "core/base/crash_point.h"
#include "core/base/text.h"
#include "core/log/log.h"
#include "core/service/fabric_writing.h"
#include "core/service/job_outcome.h"

namespace ztix::service {
namespace {

using std::chrono::milliseconds;

constexpr milliseconds kPoolRecheck{10'000};
constexpr milliseconds kRefusedRecheck{1'000};
/// Lifting a freeze makes it due at once; this is for one that ends by its time.
constexpr milliseconds kFrozenRecheck{5'000};

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
  if (outcome.error().code == ErrorCode::refused_transition) {
    // It was ended or suspended under our hands; the next look sees that and does what is right now.
    return job_snoozed(kRefusedRecheck, outcome.error().message);
  }
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
  const auto* const failed = readiness.first_failure();
  if (failed == nullptr) throw std::logic_error("a controller that is not ready although no check failed");
  ZTIX_ASSIGN(auto outcome,
              wait(job, subject.membership_id, "fabric_not_ready",
                   failed->name + ": " + failed->message + " " + failed->remedy, fabric_recheck(job.attempt)));
  return std::optional<JobOutcome>(std::move(outcome));
}

// Nothing that is taken away may be given back by a run that began before: under the right to write, the member is
// looked at once more, and whoever takes it away afterwards writes after us.
Result<bool> MemberProvisioning::authorize(const Job& job, const ProvisionSubject& subject,
                                           const ReservedAddresses& addresses, const StillMine& still_mine) {
  ZTIX_ASSIGN(const auto held, lock_fabric(store_, clock_, subject.zt_network_id));
  crash_point("provision-lock.after");
  ZTIX_ASSIGN(const auto now, store_.subject(subject.membership_id));
  if (now.desired == domain::Desired::absent || now.suspended || now.node_id != subject.node_id) return false;
  const MayWrite may_write = [&] { return still_mine() && held->held(); };
  ZTIX_CHECK(jobs_.step(job, "authorize"));
  ZTIX_CHECK(fabric_.authorize(subject.zt_network_id, *subject.node_id, as_list(addresses), may_write));
  crash_point("provision-authorize.after");
  if (subject.previous_node_id && subject.previous_node_id != subject.node_id) {
    ZTIX_CHECK(fabric_.deauthorize(subject.zt_network_id, *subject.previous_node_id, may_write));
    crash_point("provision-previous.before");
    ZTIX_CHECK(store_.forget_previous_node(job, subject.membership_id));
    crash_point("provision-previous.after");
  }
  return true;
}

// The configurations say so already: the suspension was published with the order. Its addresses stay its own.
Result<JobOutcome> MemberProvisioning::suspend(const Job& job, const ProvisionSubject& subject,
                                               const StillMine& still_mine) {
  ZTIX_CHECK(jobs_.step(job, "suspend"));
  ZTIX_ASSIGN(const auto presence, departures_.presence(subject.membership_id));
  crash_point("suspend-cutoff.before");
  const auto report = cut_off_.everywhere(job, presence, still_mine);
  crash_point("suspend-cutoff.after");
  if (!report.controller) {
    const auto& error = report.controller.error();
    if (error.code == ErrorCode::fenced) return error;
    return wait(job, subject.membership_id, "fabric_not_ready", error.message, fabric_recheck(job.attempt));
  }
  if (subject.previous_node_id) ZTIX_CHECK(store_.forget_previous_node(job, subject.membership_id));
  ZTIX_CHECK(store_.note_waiting(job, subject.membership_id, "", ""));
  crash_point("suspend-record.after");
  log::info("member.suspended", {{"subject", job.subject}, {"not_reached", report.missed.size()}});
  return job_done();
}

Result<JobOutcome> MemberProvisioning::publish(const Job& job, std::int64_t membership_id) {
  ZTIX_CHECK(jobs_.step(job, "publish"));
  ZTIX_CHECK(store_.note_waiting(job, membership_id, "", ""));
  crash_point("provision-publish.before");
  ZTIX_ASSIGN(const auto revision, store_.publish(job, membership_id));
  crash_point("provision-publish.after");
  log::info("member.published", {{"subject", job.subject}, {"revision", revision}});
  return job_done();
}

Result<JobOutcome> MemberProvisioning::provision(const Job& job, const StillMine& still_mine) {
  const auto id = parse_decimal<std::int64_t>(subject_name(job));
  if (!id) return fail(ErrorCode::invalid_argument, "member.provision without a membership: " + job.subject);
  ZTIX_ASSIGN(const auto subject, store_.subject(*id));
  if (subject.desired == domain::Desired::absent) return job_done();
  if (subject.suspended) return suspend(job, subject, still_mine);
  if (!subject.frozen.empty()) return wait(job, *id, "frozen", subject.frozen, kFrozenRecheck);
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
  crash_point("provision-reserve.after");
  ZTIX_ASSIGN(auto not_ready, wait_for_fabric(job, subject));
  if (not_ready) return std::move(*not_ready);

  ZTIX_CHECK(store_.start(job, *id));
  crash_point("provision-start.after");
  const auto authorized = authorize(job, subject, *addresses, still_mine);
  if (!authorized) {
    // Not the controller's fault then, and whoever has the job now writes what the request says.
    if (!still_mine()) return lease_uncertain();
    const auto& error = authorized.error();
    if (error.code == ErrorCode::fenced || error.code == ErrorCode::internal) return error;
    if (is_about_the_controller(error.code)) {
      return wait(job, *id, "fabric_not_ready", error.message, fabric_recheck(job.attempt));
    }
    ZTIX_CHECK(store_.fail(job, *id, error.message));
    return error;
  }
  if (!*authorized) return job_snoozed(milliseconds(0), "The member was changed meanwhile; starting over.");
  return publish(job, *id);
}

}  // namespace ztix::service
