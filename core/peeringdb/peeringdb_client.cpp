#include "core/peeringdb/peeringdb_client.h"

#include <algorithm>
#include <utility>

#include "core/digest/digest.h"
#include "core/peeringdb/peeringdb_reply.h"

namespace ztix::peeringdb {

using domain::Asn;
using service::PeeringDbAnswer;
using std::chrono::milliseconds;

namespace {

constexpr milliseconds kTimeout{5'000};
constexpr std::size_t kLargestBody = 1'000'000;
// A little more than what is asked for: a query may be slower on its way than the one it is counted with.
constexpr milliseconds kGapAnonymous{3'200};
constexpr milliseconds kGapWithKey{2'100};
constexpr milliseconds kRepeat{31'000};
constexpr milliseconds kLargeRepeat{3'610'000};
constexpr std::int64_t kLarge = 100'000;
/// Longer than this nobody waits with a job in hand; it comes again instead.
constexpr milliseconds kLongestWait{5'000};
/// When a 429 does not say how long.
constexpr std::chrono::seconds kPauseUnsaid{60};
constexpr std::chrono::seconds kLongestPause{3'600};

constexpr const char* kNetworkFields =
    "id,asn,name,aka,irr_as_set,info_prefixes4,info_prefixes6,info_ipv6,info_never_via_route_servers,policy_general,"
    "policy_url,website";
constexpr const char* kPortFields = "id,asn,ix_id,is_rs_peer,operational";
constexpr const char* kContactFields = "id,net_id,role,name,email,phone";

std::string joined(const std::vector<Asn>& asns) {
  std::string text;
  for (const auto asn : asns) text += (text.empty() ? "" : ",") + asn.text();
  return text;
}

std::string ids_of(const Networks& networks) {
  std::string text;
  for (const auto& [id, asn] : networks.asn_of) text += (text.empty() ? "" : ",") + std::to_string(id);
  return text;
}

std::string user_agent(const std::string& contact) {
  const std::string name = "ZTIX/" ZTIX_VERSION;
  return contact.empty() ? name : name + " (" + contact + ")";
}

PeeringDbAnswer told_to_wait(milliseconds wait) {
  PeeringDbAnswer answer;
  answer.wait = wait;
  return answer;
}

bool is_too_large(const Error& error) { return error.reason == "too_large"; }

}  // namespace

/// A body, or how long to wait for one.
struct Client::Fetched {
  std::string body;
  std::optional<milliseconds> wait;
};

Client::Client(Ports ports, ClientOptions options) : ports_(ports), options_(std::move(options)) {
  while (options_.api_url.ends_with('/')) options_.api_url.pop_back();
}

service::QueryPace::Rules Client::rules() const {
  const bool anonymous = options_.api_key.empty();
  service::QueryPace::Rules rules;
  rules.gap = anonymous ? kGapAnonymous : kGapWithKey;
  rules.repeat = anonymous ? kRepeat : milliseconds(0);
  rules.large_repeat = anonymous ? kLargeRepeat : milliseconds(0);
  rules.large = kLarge;
  rules.longest_wait = kLongestWait;
  return rules;
}

Result<PeeringDbAnswer> Client::look_up(const std::vector<Asn>& asns) {
  if (asns.empty() || asns.size() > kLargestBatch) {
    return fail(ErrorCode::invalid_argument, "PeeringDB is asked about 1 to 150 networks at once.");
  }
  auto batch = asns;
  for (;;) {
    auto answer = ask(batch);
    if (answer || !is_too_large(answer.error())) return answer;
    if (batch.size() == 1) {
      PeeringDbAnswer refused;
      refused.asked = batch;
      refused.refused.emplace(batch.front(), "PeeringDB's answer about it is larger than accepted.");
      return refused;
    }
    batch.resize(batch.size() / 2, batch.front());
  }
}

Result<PeeringDbAnswer> Client::ask(const std::vector<Asn>& asns) {
  const auto list = joined(asns);
  ZTIX_ASSIGN(const auto nets, get("/net?asn__in=" + list + "&fields=" + kNetworkFields));
  if (nets.wait) return told_to_wait(*nets.wait);
  ZTIX_ASSIGN(auto networks, parse_networks(nets.body, {asns.begin(), asns.end()}));
  if (!networks.entries.empty()) {
    ZTIX_ASSIGN(const auto ports, get("/netixlan?asn__in=" + list + "&fields=" + kPortFields));
    if (ports.wait) return told_to_wait(*ports.wait);
    ZTIX_CHECK(add_exchanges(ports.body, networks));
    ZTIX_ASSIGN(const auto contacts, get("/poc?net_id__in=" + ids_of(networks) + "&fields=" + kContactFields));
    if (contacts.wait) return told_to_wait(*contacts.wait);
    ZTIX_CHECK(add_contacts(contacts.body, networks));
  }
  return PeeringDbAnswer{asns, std::move(networks.entries), std::move(networks.refused), std::nullopt};
}

Result<Client::Fetched> Client::get(const std::string& path_and_query) {
  http::Request request;
  request.url = options_.api_url + path_and_query;
  request.timeout = kTimeout;
  request.largest_body = kLargestBody;
  request.headers = {{"Accept", "application/json"}, {"User-Agent", user_agent(options_.contact)}};
  if (!options_.api_key.empty()) {
    request.secret_headers.push_back({"Authorization", SecretString("Api-Key " + options_.api_key.expose())});
  }
  const auto query = digest::sha256_hex(request.url);
  ZTIX_ASSIGN(const auto place, ports_.pace.take_place(query, rules()));
  if (!place.is_taken) return Fetched{{}, place.wait};
  if (place.wait.count() > 0) ports_.clock.sleep_for(place.wait);
  ZTIX_ASSIGN(const auto reply, ports_.fetcher.fetch(request));
  return read(query, reply);
}

Result<Client::Fetched> Client::read(const std::string& query, const http::Reply& reply) {
  if (reply.status == 200) {
    ZTIX_CHECK(ports_.pace.answered(query, static_cast<std::int64_t>(reply.body.size())));
    return Fetched{reply.body, std::nullopt};
  }
  if (reply.status == 429) {
    const auto said = reply.retry_after.count() > 0 ? reply.retry_after : kPauseUnsaid;
    const milliseconds pause = std::min(said, kLongestPause);
    ZTIX_CHECK(ports_.pace.pause(pause));
    return Fetched{{}, pause};
  }
  const auto status = std::to_string(reply.status);
  if (reply.status == 401 || reply.status == 403) {
    return fail(ErrorCode::unauthenticated,
                "PeeringDB refuses the API key (" + status + "). Make a new one there and set PEERINGDB_API_KEY_FILE.");
  }
  return fail(ErrorCode::upstream, "PeeringDB answered with status " + status + ".");
}

}  // namespace ztix::peeringdb
