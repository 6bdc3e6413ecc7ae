#pragma once

/// @file core/service/ports/peeringdb.h
/// What PeeringDB says about networks: asking it, and what is kept of its answers. None of it decides by itself that
/// somebody may join; it tells people, and policy_auto, what they would otherwise look up.

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/result.h"
#include "core/base/time.h"
#include "core/domain/as_set.h"
#include "core/domain/asn.h"
#include "core/service/ports/actor.h"
#include "core/service/ports/job_store.h"

namespace ztix::service {

/// A person or desk of a network (object `poc`). Many are only given to those who ask with a key.
struct PeeringDbContact {
  std::string role;  ///< as PeeringDB spells it: `NOC`, `Policy`, `Technical` …
  std::string name;
  std::string email;
  std::string phone;
  friend bool operator==(const PeeringDbContact&, const PeeringDbContact&) = default;
};

/// The job that asks, and its one subject: all ASNs together, so that only one worker at a time asks.
inline constexpr const char* kPeeringDbRefresh = "peeringdb.refresh";
inline constexpr const char* kPeeringDbSubject = "peeringdb:networks";

/// One network (object `net`, with what `netixlan` and `poc` say of it).
struct PeeringDbEntry {
  explicit PeeringDbEntry(domain::Asn number) : asn(number) {}

  domain::Asn asn;
  std::string name;
  std::string aka;
  domain::AsSets as_sets;
  std::optional<std::uint32_t> prefixes_v4;  ///< nullopt: not declared. Declared by people: a hint, never a limit
  std::optional<std::uint32_t> prefixes_v6;
  bool ipv6 = false;
  bool never_via_route_servers = false;
  std::string policy;  ///< `Open`, `Selective` …
  std::string policy_url;
  std::string website;
  int exchanges = 0;               ///< exchanges where it has a port
  int route_server_exchanges = 0;  ///< of these, where it says that it peers with the route servers
  std::vector<PeeringDbContact> contacts;
  friend bool operator==(const PeeringDbEntry&, const PeeringDbEntry&) = default;
};

/// What the entry lacks that an exchange needs to know before it lets a network in: `name`, `as_set`,
/// `prefix_counts` (one above zero for at least one family). Empty: it is complete.
[[nodiscard]] std::vector<std::string> missing_parts(const PeeringDbEntry& entry);

/// One answer. ASNs that were asked for and are in neither list are not in PeeringDB.
struct PeeringDbAnswer {
  std::vector<domain::Asn> asked;  ///< whom it is about: the first of those asked for, at least one
  std::vector<PeeringDbEntry> entries;
  std::map<domain::Asn, std::string> refused;  ///< whose record is malformed, and how: nothing is known anew of them
  /// Set: nothing was answered, because PeeringDB or the limits it has published want this pause first.
  std::optional<std::chrono::milliseconds> wait;
};

/// PeeringDB itself.
class PeeringDbDirectory {
 public:
  virtual ~PeeringDbDirectory() = default;
  /// How many ASNs one query may name.
  static constexpr std::size_t kLargestBatch = 150;
  /// Asks about these, or the first of them. May block for seconds: queries are spread over time.
  /// @param asns  1 to kLargestBatch.
  /// @return the answer, or
  ///   - invalid_argument           no or too many ASNs;
  ///   - unauthenticated            the API key is refused;
  ///   - unavailable, timeout, upstream  no answer, or none that can be read as a whole.
  virtual Result<PeeringDbAnswer> look_up(const std::vector<domain::Asn>& asns) = 0;
};

/// What is kept of one ASN.
struct PeeringDbView {
  explicit PeeringDbView(domain::Asn number) : asn(number) {}

  enum class Knowledge : std::uint8_t {
    unknown,  ///< no answer about it yet that could be read
    absent,   ///< PeeringDB does not know it
    known,
    gone,  ///< PeeringDB knew it and no longer does; `entry` is the last it said
  };
  domain::Asn asn;
  std::optional<PeeringDbEntry> entry;
  std::optional<Timestamp> seen_at;   ///< when PeeringDB said `entry` last
  std::chrono::seconds age{0};        ///< of `entry`, by the database's clock
  std::optional<Timestamp> asked_at;  ///< the last answer about it
  std::optional<Timestamp> gone_since;
  std::string problem;  ///< what was wrong with the last answer about it; empty = nothing
  std::string outage;   ///< why PeeringDB answers nothing at the moment; empty = it does

  [[nodiscard]] Knowledge knowledge() const noexcept;
};

/// `unknown absent known gone`.
[[nodiscard]] std::string_view to_string(PeeringDbView::Knowledge knowledge) noexcept;

/// For whoever only wants to know.
class PeeringDbReader {
 public:
  virtual ~PeeringDbReader() = default;
  /// In the order of `asns`.
  virtual Result<std::vector<PeeringDbView>> views(const std::vector<domain::Asn>& asns) = 0;
  Result<PeeringDbView> view(domain::Asn asn);
};

/// Whom to ask about: ASNs of users, open requests and live memberships, and those that somebody has asked for.
class PeeringDbStore : public PeeringDbReader {
 public:
  /// Those without an answer that is younger than `interval`, never asked ones first.
  virtual Result<std::vector<domain::Asn>> due(std::chrono::seconds interval, std::size_t limit) = 0;
  /// Time until `due` has one again; 0 when it has one now, at most `interval`.
  virtual Result<std::chrono::milliseconds> next_due(std::chrono::seconds interval) = 0;
  /// What PeeringDB no longer has is marked, not forgotten; of refused ones the old entry stays.
  virtual Status record(const Job& job, const PeeringDbAnswer& answer) = 0;
  /// No answer: everything stays as it is. @return how many failures there were in a row.
  virtual Result<int> record_failure(const Job& job, const std::string& message) = 0;

  /// A person wants these to be asked about now; none named: all that are followed. Wakes the refresh.
  /// @return what is known of each until then.
  virtual Result<std::vector<PeeringDbView>> order(const std::vector<domain::Asn>& asns, const Actor& actor) = 0;
  /// Sees to it that a refresh waits, due now when somebody has never been asked about.
  virtual Status enqueue_refresh(std::chrono::seconds interval) = 0;
};

}  // namespace ztix::service
