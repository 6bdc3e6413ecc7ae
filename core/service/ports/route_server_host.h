#pragma once

/// @file core/service/ports/route_server_host.h
/// The verbs of `ztix-rs` on a route-server host, over one pinned SSH connection.

#include <chrono>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "core/base/result.h"
#include "core/base/uuid.h"
#include "core/domain/config_snapshot.h"

namespace ztix::service {

/// Routes of one BGP session at this moment, as `show protocols all` counts them. A session that is not up has none.
struct SessionCounters {
  std::int64_t imported = 0;   ///< accepted by the import filter
  std::int64_t filtered = 0;   ///< refused by it and kept
  std::int64_t exported = 0;   ///< given to the member
  std::int64_t preferred = 0;  ///< imported ones that are the best of their prefix
  friend bool operator==(const SessionCounters&, const SessionCounters&) = default;
};

/// One protocol on the host.
struct ProtocolStatus {
  std::string name;
  std::string protocol;  ///< `BGP`, `RPKI`, `Device` …
  std::string state;     ///< `up`, `down`, `start`, `stop`
  std::string since;  ///< as BIRD prints it; worked out anew for each answer, so equal only within a few milliseconds
  std::string info;   ///< e.g. `Established`, `Active`, `Idle`, `Error: …`
  std::optional<SessionCounters> counters = std::nullopt;  ///< nullopt: not up, no BGP, or an older helper
  std::string last_error = {};                             ///< BGP's `Last error`; empty when there was none
  bool is_limit_hit = false;                               ///< a receive, import or export limit was reached
  [[nodiscard]] bool is_established() const { return info.starts_with("Established"); }
};

/// What `probe` found. Digests: *file digest* names a file; *config digest* is the value of ZTIX_DIGEST.
struct HostProbe {
  bool bird_up = false;
  std::string bird_version;
  bool armed = false;
  std::chrono::milliseconds undo_in{0};
  bool reconfiguring = false;
  domain::Revision running_revision = 0;
  std::string running_digest;  ///< config digest read by `birdc eval`; empty when not ours
  std::string running_root;    ///< file digest of the stored root with that config digest; empty when unknown
  domain::Revision boot_revision = 0;
  std::string boot_digest;  ///< config digest
  std::string boot_root;    ///< file digest; empty when the boot file is not one of ours
  domain::Revision highest_revision = 0;
  std::string bird_started;
  std::string last_reconfigured;
  std::string server_time;  ///< the host's clock, printed as `since` is
  std::string router_id;
  std::int64_t fence = 0;
  std::int64_t free_kib = 0;           ///< where the files are kept
  std::string drop_in;                 ///< BIRD's systemd drop-in: `ok`, `missing`, `unknown`
  std::string rolled_back;             ///< file digest of an armed root that BIRD took back alone since the last look
  std::vector<std::string> damaged;    ///< digests of files that run or boot, but are gone or edited
  std::vector<std::string> kept_down;  ///< sessions the host keeps disabled through every arm and undo
  std::vector<ProtocolStatus> protocols;
  std::map<std::string, std::int64_t> roa_counts;
};

struct HostStatus {
  bool armed = false;
  std::chrono::milliseconds undo_in{0};
  bool reconfiguring = false;
  domain::Revision running_revision = 0;
  std::string running_digest;
};

/// BIRD's verdict on a root. `ok` only for reply 0020.
struct CheckVerdict {
  bool ok = false;
  std::string file;  ///< the file BIRD blames, as it names it
  int line = 0;
  std::string message;
};

/// Who speaks: sent with every verb, enforced by the host under its lock.
struct HostCredential {
  Uuid installation;
  std::int64_t fence = 0;
  std::string job;  ///< for the host's journal
};

/// All calls: `fenced` when the host has seen a higher fence (stop, another worker owns it), `forbidden` when the host
/// belongs to another installation, `unavailable`/`timeout` for the link (transient), `conflict` for a wrong state
/// (`reason` = the helper's word: `armed`, `not_armed`, `digest_not_running` …), `upstream` when BIRD is down or
/// refused, `internal` for an answer that does not parse.
class RouteServerHost {
 public:
  virtual ~RouteServerHost() = default;

  virtual Result<HostProbe> probe(const HostCredential& who) = 0;
  /// Takes the host over from another installation (`ztix rs add --adopt`).
  virtual Result<HostProbe> adopt(const HostCredential& who) = 0;
  /// File digests, of those given, that the host lacks.
  virtual Result<std::vector<std::string>> missing(const HostCredential& who,
                                                   const std::vector<std::string>& files) = 0;
  /// Uploads whole files; the host names them by the digest it computes, which are returned in order.
  virtual Result<std::vector<std::string>> put(const HostCredential& who, const std::vector<std::string>& contents) = 0;
  /// Contents of stored files, in the order of the digests, as the host has them: comparing them with their digests is
  /// the caller's work. `conflict` (`missing`) when one is not there.
  virtual Result<std::vector<std::string>> get(const HostCredential& who, const std::vector<std::string>& files) = 0;
  virtual Result<CheckVerdict> check(const HostCredential& who, const std::string& root) = 0;
  /// Timed configure; then disables the named protocols in the same call.
  virtual Status arm(const HostCredential& who, const std::string& root, std::chrono::seconds undo_after,
                     const std::vector<std::string>& keep_disabled) = 0;
  /// Of each session that is up: how many of the routes it is given have a next hop that is not the router they came
  /// from, which a route server never changes. Sessions that are not up are left out.
  virtual Result<std::map<std::string, std::int64_t>> foreign_next_hops(const HostCredential& who,
                                                                        const std::vector<std::string>& sessions) = 0;
  virtual Result<HostStatus> status(const HostCredential& who) = 0;
  /// Success only on reply 0018.
  virtual Status confirm(const HostCredential& who, const std::string& root) = 0;
  virtual Status undo(const HostCredential& who, const std::string& root) = 0;
  /// Moves the boot file to a root that is running and confirmed.
  virtual Status persist(const HostCredential& who, const std::string& root) = 0;
  virtual Status disable(const HostCredential& who, const std::vector<std::string>& protocols) = 0;
  virtual Status enable(const HostCredential& who, const std::vector<std::string>& protocols) = 0;
  virtual Result<int> gc(const HostCredential& who) = 0;
};

/// Where and how to reach a host.
struct RouteServerEndpoint {
  std::string name;
  std::string host;
  std::uint16_t port = 22;
  std::string user = "ztix";
  std::string host_key;  ///< pinned, `ssh-ed25519 AAAA…`; any other key is refused
};

class RouteServerHosts {
 public:
  virtual ~RouteServerHosts() = default;
  /// A warm connection where there is one.
  virtual Result<std::shared_ptr<RouteServerHost>> connect(const RouteServerEndpoint& endpoint) = 0;
  /// Always a new connection: a verify proves that the host can be reached *now*.
  virtual Result<std::shared_ptr<RouteServerHost>> connect_fresh(const RouteServerEndpoint& endpoint) = 0;
  /// The key the host presents, for a person to accept; nothing is trusted by this call.
  virtual Result<std::string> scan_host_key(const std::string& host, std::uint16_t port) = 0;
};

}  // namespace ztix::service
