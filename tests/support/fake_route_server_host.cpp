#include "tests/support/fake_route_server_host.h"

#include <algorithm>

#include "core/digest/digest.h"

namespace ztix::test {
namespace {

using service::CheckVerdict;
using service::HostCredential;
using service::HostProbe;
using service::HostStatus;

constexpr std::size_t kKeepRoots = 5;
constexpr std::string_view kRootMark = "# ztix-root\n";

bool is_root(const std::string& content) { return content.starts_with(kRootMark); }

Error wrong_state(const std::string& word) {
  return fail(ErrorCode::conflict, "wrong state: " + word).with_reason(word);
}

/// Digests of the objects a root includes.
std::vector<std::string> includes_of(const std::string& root) {
  static constexpr std::string_view kStart = "include \"/var/lib/ztix-rs/object-";
  std::vector<std::string> digests;
  for (auto at = root.find(kStart); at != std::string::npos; at = root.find(kStart, at + 1)) {
    digests.push_back(root.substr(at + kStart.size(), 64));
  }
  return digests;
}

std::string first_boot_file() {
  const std::string body = "router id 192.0.2.1;\nprotocol device { }\n";
  return std::string(kRootMark) + "define ZTIX_REVISION = 0;\ndefine ZTIX_DIGEST = \"" +
         digest::sha256_hex(std::string(kRootMark) + body) + "\";\n" + body;
}

}  // namespace

FakeRouteServer::FakeRouteServer() {
  boot_ = put({first_boot_file()}).front();
  bird_.start(parsed(boot_));
}

void FakeRouteServer::advance(std::chrono::milliseconds duration) {
  const std::lock_guard hold(mutex_);
  bird_.advance(duration);
}

void FakeRouteServer::kill_bird() {
  const std::lock_guard hold(mutex_);
  bird_.kill();
}

void FakeRouteServer::start_bird() {
  const std::lock_guard hold(mutex_);
  bird_.start(parsed(boot_));
}

void FakeRouteServer::set_reachable(bool reachable) {
  const std::lock_guard hold(mutex_);
  reachable_ = reachable;
}

void FakeRouteServer::set_disk_full(bool full) {
  const std::lock_guard hold(mutex_);
  disk_full_ = full;
}

void FakeRouteServer::corrupt(const std::string& digest) {
  const std::lock_guard hold(mutex_);
  files_.at(digest) += "\n# flipped\n";
}

void FakeRouteServer::establish(const std::string& protocol) {
  const std::lock_guard hold(mutex_);
  bird_.establish(protocol);
}

void FakeRouteServer::hit_limit(const std::string& protocol) {
  const std::lock_guard hold(mutex_);
  bird_.hit_limit(protocol);
}

void FakeRouteServer::refuse_checks(const std::string& message) {
  const std::lock_guard lock(mutex_);
  refusal_ = message;
}

void FakeRouteServer::switch_by_hand(const std::string& protocol, bool on) {
  const std::lock_guard hold(mutex_);
  bird_.switch_protocol(protocol, on);
}

void FakeRouteServer::boot_by_hand() {
  const std::lock_guard hold(mutex_);
  boot_.clear();
}

bool FakeRouteServer::is_on(const std::string& protocol) {
  const std::lock_guard hold(mutex_);
  const auto all = bird_.protocols();
  return std::any_of(all.begin(), all.end(),
                     [&](const auto& each) { return each.name == protocol && each.state != "down"; });
}

void FakeRouteServer::configure_by_hand() {
  const std::lock_guard hold(mutex_);
  bird_.configure({}, std::nullopt);
}

void FakeRouteServer::set_counters(const std::string& protocol, const service::SessionCounters& counters) {
  const std::lock_guard hold(mutex_);
  bird_.set_counters(protocol, counters);
}

void FakeRouteServer::set_roa_count(const std::string& table, std::int64_t count) {
  const std::lock_guard hold(mutex_);
  bird_.set_roa_count(table, count);
}

domain::Revision FakeRouteServer::running_revision() {
  const std::lock_guard hold(mutex_);
  return bird_.running().revision;
}

std::string FakeRouteServer::running_digest() {
  const std::lock_guard hold(mutex_);
  return bird_.running().digest;
}

std::string FakeRouteServer::boot_root() {
  const std::lock_guard hold(mutex_);
  return boot_;
}

bool FakeRouteServer::is_armed() {
  const std::lock_guard hold(mutex_);
  return bird_.is_armed();
}

std::int64_t FakeRouteServer::fence() {
  const std::lock_guard hold(mutex_);
  return fence_;
}

std::vector<std::string> FakeRouteServer::calls() {
  const std::lock_guard hold(mutex_);
  return calls_;
}

std::set<std::string> FakeRouteServer::files() {
  const std::lock_guard hold(mutex_);
  std::set<std::string> digests;
  for (const auto& [digest, content] : files_) digests.insert(digest);
  return digests;
}

Status FakeRouteServer::admit(const std::string& verb, const HostCredential& who, bool adopt) {
  if (installation_ && *installation_ != who.installation.text() && !adopt) {
    return fail(ErrorCode::forbidden, "another installation's host")
        .with_reason("foreign_installation")
        .with_fact("installation", *installation_);
  }
  if (installation_ == who.installation.text() && who.fence < fence_) {
    return fail(ErrorCode::fenced, "fenced").with_reason("fenced").with_fact("host_fence", std::to_string(fence_));
  }
  // A fence file that is there is rewritten in place; only a first one needs room.
  const bool needs_no_disk = verb == "probe" || verb == "status" || verb == "undo";
  if (disk_full_ && !installation_) {
    return needs_no_disk ? Status{} : fail(ErrorCode::unavailable, "disk full").with_reason("disk_full");
  }
  installation_ = who.installation.text();
  fence_ = who.fence;
  return {};
}

std::optional<std::string> FakeRouteServer::read(const std::string& name) const {
  const auto from = name.find('-');
  const auto found = files_.find(name.substr(from + 1, 64));
  return found == files_.end() ? std::nullopt : std::optional(found->second);
}

FakeBirdConfig FakeRouteServer::parsed(const std::string& root) const {
  FakeBirdConfig config;
  (void)FakeBird::parse(
      "root-" + root + ".conf", [this](const std::string& name) { return read(name); }, config);
  return config;
}

Status FakeRouteServer::intact(const std::string& root) const {
  const auto found = files_.find(root);
  if (found == files_.end()) return wrong_state("missing");
  auto wanted = includes_of(found->second);
  wanted.push_back(root);
  for (const auto& digest : wanted) {
    const auto file = files_.find(digest);
    if (file == files_.end()) return wrong_state("missing");
    if (digest::sha256_hex(file->second) != digest) return wrong_state("corrupt");
  }
  return {};
}

Status FakeRouteServer::need_running(const std::string& root, bool armed) {
  if (!files_.contains(root)) return wrong_state("missing");
  if (!bird_.is_up()) return fail(ErrorCode::upstream, "BIRD is down").with_reason("bird_down");
  after_rollback();
  if (bird_.is_armed() != armed) return wrong_state(armed ? "not_armed" : "armed");
  return bird_.running().digest == parsed(root).digest ? Status{} : wrong_state("digest_not_running");
}

void FakeRouteServer::after_rollback() {
  if (!armed_ || bird_.is_armed()) return;
  if (bird_.running().digest != armed_->digest) {
    keep_down();
    rolled_back_ = armed_->root;
  }
  armed_.reset();
}

void FakeRouteServer::keep_down() {
  for (const auto& name : held_) bird_.switch_protocol(name, false);
  if (!armed_) return;
  for (const auto& name : armed_->keep_disabled) bird_.switch_protocol(name, false);
}

HostStatus FakeRouteServer::status() {
  after_rollback();
  return {bird_.is_armed(), bird_.undo_in(), bird_.is_busy(), bird_.running().revision, bird_.running().digest};
}

HostProbe FakeRouteServer::probe() {
  HostProbe probe;
  probe.bird_up = bird_.is_up();
  probe.boot_root = boot_;
  const auto boot = parsed(boot_);
  probe.boot_digest = boot.digest;
  probe.boot_revision = boot.revision;
  probe.fence = fence_;
  probe.drop_in = "unknown";
  for (const auto& root : root_order_) probe.highest_revision = std::max(probe.highest_revision, parsed(root).revision);
  if (!bird_.is_up()) return probe;
  const auto now = status();
  probe.bird_version = "2.0.12";
  probe.armed = now.armed;
  probe.undo_in = now.undo_in;
  probe.reconfiguring = now.reconfiguring;
  probe.running_revision = now.running_revision;
  probe.running_digest = now.running_digest;
  for (const auto& root : root_order_) {
    const auto config = parsed(root);
    if (config.digest == now.running_digest && config.revision == now.running_revision) probe.running_root = root;
  }
  probe.rolled_back = std::exchange(rolled_back_, {});
  probe.bird_started = bird_.started();
  probe.last_reconfigured = bird_.last_reconfigured();
  probe.server_time = bird_.now();
  probe.protocols = bird_.protocols();
  probe.roa_counts = bird_.roa_counts();
  for (const auto& root : {probe.running_root, probe.boot_root}) {
    const auto found = files_.find(root);
    if (found == files_.end()) continue;
    auto used = includes_of(found->second);
    used.push_back(root);
    for (const auto& digest : used) {
      const auto file = files_.find(digest);
      const bool is_good = file != files_.end() && digest::sha256_hex(file->second) == digest;
      const bool is_known = std::count(probe.damaged.begin(), probe.damaged.end(), digest) > 0;
      if (!is_good && !is_known) probe.damaged.push_back(digest);
    }
  }
  probe.kept_down.assign(held_.begin(), held_.end());
  return probe;
}

std::vector<std::string> FakeRouteServer::put(const std::vector<std::string>& contents) {
  std::vector<std::string> digests;
  for (const auto& content : contents) {
    digests.push_back(digest::sha256_hex(content));
    files_[digests.back()] = content;
    if (!is_root(content)) continue;
    std::erase(root_order_, digests.back());
    root_order_.push_back(digests.back());
  }
  return digests;
}

Result<CheckVerdict> FakeRouteServer::check(const std::string& root) {
  ZTIX_CHECK(intact(root));
  if (!bird_.is_up()) return fail(ErrorCode::upstream, "BIRD is down").with_reason("bird_down");
  if (!refusal_.empty()) return CheckVerdict{false, "root-" + root + ".conf", 1, refusal_};
  FakeBirdConfig config;
  auto verdict = FakeBird::parse(
      "root-" + root + ".conf", [this](const std::string& name) { return read(name); }, config);
  if (verdict.ok) checked_.emplace(root, bird_.started());
  return verdict;
}

Status FakeRouteServer::arm(const std::string& root, std::chrono::seconds undo_after,
                            const std::vector<std::string>& keep_disabled) {
  if (!files_.contains(root)) return wrong_state("missing");
  if (!bird_.is_up()) return fail(ErrorCode::upstream, "BIRD is down").with_reason("bird_down");
  if (bird_.is_armed()) return wrong_state("armed");
  after_rollback();
  if (!checked_.contains({root, bird_.started()})) return wrong_state("not_checked");
  ZTIX_CHECK(intact(root));
  auto config = parsed(root);
  armed_ = Armed{root, config.digest, keep_disabled};
  bird_.configure(std::move(config), undo_after);
  keep_down();
  if (after_next_arm_) std::exchange(after_next_arm_, nullptr)(bird_);
  return {};
}

Status FakeRouteServer::confirm(const std::string& root) {
  ZTIX_CHECK(need_running(root, true));
  bird_.confirm();
  armed_.reset();
  std::erase_if(held_, [this](const std::string& name) { return !bird_.running().protocols.contains(name); });
  return {};
}

Status FakeRouteServer::undo(const std::string& root) {
  ZTIX_CHECK(need_running(root, true));
  bird_.undo();
  keep_down();
  armed_.reset();
  return {};
}

Status FakeRouteServer::persist(const std::string& root) {
  ZTIX_CHECK(need_running(root, false));
  ZTIX_CHECK(intact(root));
  boot_ = root;
  return {};
}

std::set<std::string> FakeRouteServer::needed() const {
  std::set<std::string> roots{boot_};
  if (armed_) roots.insert(armed_->root);
  for (const auto& root : root_order_) {
    if (parsed(root).digest == bird_.running().digest) roots.insert(root);
  }
  const auto newest = root_order_.size() > kKeepRoots ? root_order_.size() - kKeepRoots : 0;
  roots.insert(root_order_.begin() + static_cast<std::ptrdiff_t>(newest), root_order_.end());
  std::set<std::string> all = roots;
  for (const auto& root : roots) {
    for (auto& digest : includes_of(files_.at(root))) all.insert(std::move(digest));
  }
  return all;
}

int FakeRouteServer::gc() {
  const auto keep = needed();
  std::erase_if(root_order_, [&keep](const std::string& root) { return !keep.contains(root); });
  return static_cast<int>(std::erase_if(files_, [&keep](const auto& file) { return !keep.contains(file.first); }));
}

}  // namespace ztix::test
