#include "app/pages/assets.h"

#include "app/handlers/handlers.h"

namespace ztix::app {

Result<HttpResponse> asset_get(Call& call) {
  const auto* const asset = find_asset(call.parameters.at("digest"), call.parameters.at("name"));
  if (asset == nullptr) return fail(ErrorCode::not_found, "There is no such file.");
  HttpResponse response;
  response.headers.set("Content-Type", asset->content_type);
  // The address holds the digest of the content, so what it names never changes.
  response.headers.set("Cache-Control", "public, max-age=31536000, immutable");
  response.body = asset->text;
  return response;
}

}  // namespace ztix::app
