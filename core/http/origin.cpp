#include "core/http/origin.h"

#include <memory>

#include <curl/curl.h>

#include "core/base/text.h"

namespace ztix::http {

namespace {

using Url = std::unique_ptr<CURLU, decltype(&curl_url_cleanup)>;

Url parsed(const std::string& text) {
  Url url(curl_url(), &curl_url_cleanup);
  if (url && curl_url_set(url.get(), CURLUPART_URL, text.c_str(), CURLU_DISALLOW_USER) != CURLUE_OK) url.reset();
  return url;
}

/// One part of the URL; nullopt if it has none.
std::optional<std::string> part(const Url& url, CURLUPart which, unsigned flags = 0) {
  char* text = nullptr;
  if (curl_url_get(url.get(), which, &text, flags) != CURLUE_OK) return std::nullopt;
  std::string copy(text);
  curl_free(text);
  return copy;
}

}  // namespace

std::optional<std::string> origin_of(const std::string& url) {
  const Url whole = parsed(url);
  if (!whole) return std::nullopt;
  const auto scheme = part(whole, CURLUPART_SCHEME);
  const auto host = part(whole, CURLUPART_HOST);
  const auto port = part(whole, CURLUPART_PORT, CURLU_DEFAULT_PORT);
  if (!scheme || !host || !port || host->empty()) return std::nullopt;
  if (to_lower(*scheme) != "http" && to_lower(*scheme) != "https") return std::nullopt;
  return to_lower(*scheme) + "://" + to_lower(*host) + ":" + *port;
}

bool is_origin(const std::string& text) {
  const Url whole = parsed(text);
  return whole && origin_of(text) && part(whole, CURLUPART_PATH).value_or("/") == "/" &&
         !part(whole, CURLUPART_QUERY) && !part(whole, CURLUPART_FRAGMENT);
}

}  // namespace ztix::http
