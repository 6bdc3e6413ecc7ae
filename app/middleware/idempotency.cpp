#include "app/middleware/idempotency.h"

#include <algorithm>

#include <nlohmann/json.hpp>

#include "app/http/envelope.h"
#include "app/presenter/request_json.h"
#include "core/digest/digest.h"
#include "core/log/log.h"

namespace ztix::app {
namespace {

constexpr std::size_t kLongestKey = 255;
constexpr int kFirstServerError = 500;

Result<service::IdempotencyKey> key_of(const Call& call) {
  const auto key = call.http.headers.only("Idempotency-Key");
  const bool good = key && !key->empty() && key->size() <= kLongestKey &&
                    std::all_of(key->begin(), key->end(), [](char c) { return c > ' ' && c < '\x7f'; });
  if (!good) {
    return fail(ErrorCode::invalid_argument, "Idempotency-Key must be one value of 1 to 255 visible ASCII characters.")
        .with_reason("bad_idempotency_key");
  }
  return service::IdempotencyKey{call.user().id, call.http.method, call.http.path, *key};
}

Result<Json> resource_json(Call& call, Replay replay, const Uuid& id) {
  if (replay == Replay::admin_request) {
    ZTIX_ASSIGN(const auto dossier, call.services.requests.show_any(id));
    return dossier_json(dossier);
  }
  ZTIX_ASSIGN(const auto request, call.services.requests.show_own(call.user(), id));
  return request_json(request);
}

Result<HttpResponse> replayed(Call& call, Replay replay, const service::IdempotentOutcome& outcome) {
  const auto id = Uuid::parse(outcome.resource_id);
  HttpResponse response;
  if (!id) {
    response.status = outcome.status;
    response.headers.set("Content-Type", "application/json; charset=utf-8");
    response.body = outcome.error_body;
  } else {
    ZTIX_ASSIGN(const auto json, resource_json(call, replay, *id));
    response = data_response(json, outcome.status);
  }
  response.headers.set("Idempotency-Replayed", "true");
  return response;
}

/// Notes what became of the call, unless its transaction has done so already.
void settle(Call& call, Replay replay, const HttpResponse& response) {
  auto& store = call.services.idempotency;
  const bool stored_with_the_change = response.status < 400 && replay != Replay::body;
  if (stored_with_the_change) return;
  const auto done = response.status >= kFirstServerError
                        ? store.release(*call.idempotency)
                        : store.finish(*call.idempotency, {response.status, {}, response.body});
  // The key then stays taken for 60 s, which is all that is lost.
  if (!done) log::warn("idempotency.not_settled", {{"error", done.error().message}, {"detail", done.error().detail}});
}

}  // namespace

Result<HttpResponse> run_once(Call& call, const Route& route) {
  if (route.replay == Replay::none || call.http.headers.count("Idempotency-Key") == 0) return route.handler(call);
  ZTIX_ASSIGN(call.idempotency, key_of(call));
  ZTIX_ASSIGN(const auto before,
              call.services.idempotency.begin(*call.idempotency, digest::sha256_hex(call.http.body)));
  if (before) return replayed(call, route.replay, *before);
  auto result = route.handler(call);
  settle(call, route.replay, result ? *result : error_response(result.error(), call.request_id));
  return result;
}

}  // namespace ztix::app
