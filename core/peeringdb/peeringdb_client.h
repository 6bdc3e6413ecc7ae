#pragma once

/// @file core/peeringdb/peeringdb_client.h
/// PeeringDB's API over HTTP, within the limits that it has published
/// (docs.peeringdb.com/howto/work_within_peeringdbs_query_limits).

#include <string>

#include "core/base/secret_string.h"
#include "core/http/http_fetcher.h"
#include "core/service/ports/clock.h"
#include "core/service/ports/peeringdb.h"
#include "core/service/ports/query_pace.h"

namespace ztix::peeringdb {

struct ClientOptions {
  std::string api_url = "https://www.peeringdb.com/api";
  SecretString api_key;  ///< empty = anonymous: fewer queries, and no contacts that are for users only
  std::string contact;   ///< where PeeringDB's operators reach us; empty = not said
};

/// Queries start 3.2 s apart, or 2.1 s with a key: at most 19 and 29 a minute of the 20 and 40 that are allowed, and
/// never nearer than the 2 s that are asked for. Without a key the same query is repeated after half a minute at the
/// earliest, and after an hour when its answer was over 100 kB. 429 is obeyed, by all workers, for as long as it says,
/// at most an hour.
///
/// An answer may take 5 s and have 1 MB: only the fields that we read are asked for, about 600 bytes a network, 110 a
/// port and 120 a contact, so that 150 ordinary networks need a tenth of it. For those that are at hundreds of
/// exchanges the batch is halved until it fits.
class Client final : public service::PeeringDbDirectory {
 public:
  struct Ports {
    http::HttpFetcher& fetcher;  ///< its origins include that of `api_url`
    service::QueryPace& pace;
    service::Clock& clock;
  };
  Client(Ports ports, ClientOptions options);

  Result<service::PeeringDbAnswer> look_up(const std::vector<domain::Asn>& asns) override;

 private:
  struct Fetched;
  Result<service::PeeringDbAnswer> ask(const std::vector<domain::Asn>& asns);
  Result<Fetched> get(const std::string& path_and_query);
  Result<Fetched> read(const std::string& query, const http::Reply& reply);
  [[nodiscard]] service::QueryPace::Rules rules() const;

  Ports ports_;
  ClientOptions options_;
};

}  // namespace ztix::peeringdb
