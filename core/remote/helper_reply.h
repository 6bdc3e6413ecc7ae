#pragma once

/// @file core/remote/helper_reply.h
/// What `ztix-rs` answers, read into the port's types. Pure; every input is outside text (fuzzed).
/// The protocol is described in route-server/README.md.

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/result.h"
#include "core/service/ports/route_server_host.h"

namespace ztix::remote {

/// One finished call of the helper.
struct HelperReply {
  int exit_code = -1;
  std::string output;  ///< `key value…` lines
  std::string errors;  ///< stderr; for the log only
};

/// The failure a reply stands for, in the port's words (see service::RouteServerHost). Never call it for exit code 0.
/// `reason` is the helper's word; facts: `host_fence`, `installation`, `digest`, `reply` where the helper named one.
[[nodiscard]] Error to_error(const HelperReply& reply);

/// Replies of a call that ended with exit code 0. @return internal when a line that must be there is not, or is wrong.
[[nodiscard]] Result<service::HostProbe> parse_probe(std::string_view output);
[[nodiscard]] Result<service::HostStatus> parse_status(std::string_view output);
/// Values of the lines `key VALUE…`, first word only: `missing`, `stored root`, `removed`.
[[nodiscard]] std::vector<std::string> values_of(std::string_view output, std::string_view key);

/// BIRD's verdict from an answer with exit code 0 or 1: `reply 8002 FILE:LINE:COLUMN text`.
[[nodiscard]] service::CheckVerdict parse_verdict(const HelperReply& reply);

/// File digests of a `put`, in the order of the frames. @return internal unless there are exactly `count`.
[[nodiscard]] Result<std::vector<std::string>> parse_stored(std::string_view output, std::size_t count);

/// `foreign_next_hops NAME COUNT` lines.
[[nodiscard]] Result<std::map<std::string, std::int64_t>> parse_next_hops(std::string_view output);

/// Contents of a `get`: `file DIGEST SIZE` and that many bytes for each, in the order asked for.
/// @return internal for another order, size or end.
[[nodiscard]] Result<std::vector<std::string>> parse_files(std::string_view output,
                                                           const std::vector<std::string>& digests);

}  // namespace ztix::remote
