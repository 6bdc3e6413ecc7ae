#include "core/http/curl_http_fetcher.h"

#include <algorithm>
#include <array>
#include <memory>
#include <stdexcept>
#include <string_view>

#include <arpa/inet.h>
#include <curl/curl.h>

#include "core/http/origin.h"
#include "core/http/public_address.h"

namespace ztix::http {

namespace {

using Handle = std::unique_ptr<CURL, decltype(&curl_easy_cleanup)>;
using HeaderList = std::unique_ptr<curl_slist, decltype(&curl_slist_free_all)>;

/// Once per process; libcurl's own initialisation is not thread safe everywhere.
void initialise_curl() {
  static const CURLcode done = curl_global_init(CURL_GLOBAL_DEFAULT);
  if (done != CURLE_OK) throw std::logic_error("libcurl cannot be initialised");
}

/// Where the body goes, and how much of it is accepted.
struct Sink {
  std::string body;
  std::size_t largest = 0;
  bool overflowed = false;
};

std::size_t receive(const char* data, std::size_t size, std::size_t count, void* target) {
  auto& sink = *static_cast<Sink*>(target);
  const std::size_t bytes = size * count;
  if (bytes > sink.largest - sink.body.size()) {
    sink.overflowed = true;
    return 0;  // anything but `bytes` makes curl stop
  }
  sink.body.append(data, bytes);
  return bytes;
}

bool is_single_line(const std::string& text) {
  return text.find_first_of(std::string_view("\r\n\0", 3)) == std::string::npos;
}

/// A header without value is dropped by curl unless it is written with a semicolon.
std::string header_line(const std::string& name, const std::string& value) {
  return value.empty() ? name + ";" : name + ": " + value;
}

Result<HeaderList> header_list(const Request& request) {
  HeaderList list(nullptr, &curl_slist_free_all);
  bool complete = true;
  const auto add_line = [&](const std::string& line) {
    curl_slist* longer = is_single_line(line) ? curl_slist_append(list.get(), line.c_str()) : nullptr;
    if (longer == nullptr) {
      complete = false;
      return;
    }
    (void)list.release();  // the new head owns the old list
    list.reset(longer);
  };
  add_line("Connection: close");
  add_line("Expect:");  // sends none: no extra round trip before a large body
  for (const auto& [name, value] : request.headers) add_line(header_line(name, value));
  for (const auto& [name, value] : request.secret_headers) add_line(header_line(name, value.expose()));
  if (!complete) return fail(ErrorCode::invalid_argument, "A request header holds a line break.");
  return list;
}

/// Called by curl for each address of a name, before anything is sent there.
curl_socket_t open_if_public(void* /*user*/, curlsocktype /*purpose*/, curl_sockaddr* address) {
  if (!is_public_address(address->addr)) return CURL_SOCKET_BAD;
  return ::socket(address->family, address->socktype | SOCK_CLOEXEC, address->protocol);
}

void set_up(CURL* curl, const Request& request, const CurlOptions& options, curl_slist* headers, Sink& sink) {
  curl_easy_setopt(curl, CURLOPT_URL, request.url.c_str());
  curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, "http,https");
  curl_easy_setopt(curl, CURLOPT_FOLLOWLOCATION, 0L);
  curl_easy_setopt(curl, CURLOPT_PROXY, "");
  curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
  curl_easy_setopt(curl, CURLOPT_FRESH_CONNECT, 1L);
  curl_easy_setopt(curl, CURLOPT_FORBID_REUSE, 1L);
  curl_easy_setopt(curl, CURLOPT_HTTP_VERSION, static_cast<long>(CURL_HTTP_VERSION_1_1));
  curl_easy_setopt(curl, CURLOPT_SSLVERSION, static_cast<long>(CURL_SSLVERSION_TLSv1_2));
  curl_easy_setopt(curl, CURLOPT_CONNECTTIMEOUT_MS, static_cast<long>(request.connect_timeout.count()));
  curl_easy_setopt(curl, CURLOPT_TIMEOUT_MS, static_cast<long>(request.timeout.count()));
  curl_easy_setopt(curl, CURLOPT_HTTPHEADER, headers);
  curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, &receive);
  curl_easy_setopt(curl, CURLOPT_WRITEDATA, &sink);
  if (options.only_public_names && !names_an_address(request.url)) {
    curl_easy_setopt(curl, CURLOPT_OPENSOCKETFUNCTION, &open_if_public);
  }
  if (!options.ca_file.empty()) curl_easy_setopt(curl, CURLOPT_CAINFO, options.ca_file.c_str());
  if (request.method == "HEAD") curl_easy_setopt(curl, CURLOPT_NOBODY, 1L);
  if (!request.body.empty() || request.method == "POST" || request.method == "PUT") {
    curl_easy_setopt(curl, CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(request.body.size()));
    curl_easy_setopt(curl, CURLOPT_POSTFIELDS, request.body.c_str());
  }
  curl_easy_setopt(curl, CURLOPT_CUSTOMREQUEST, request.method.c_str());
}

/// Every code that is not named is a reply we could not read.
ErrorCode error_code_of(CURLcode code) {
  if (code == CURLE_OPERATION_TIMEDOUT) return ErrorCode::timeout;
  if (code == CURLE_URL_MALFORMAT) return ErrorCode::invalid_argument;
  constexpr std::array kBroken{CURLE_COULDNT_CONNECT,  CURLE_COULDNT_RESOLVE_HOST, CURLE_GOT_NOTHING,
                               CURLE_SEND_ERROR,       CURLE_RECV_ERROR,           CURLE_PARTIAL_FILE,
                               CURLE_SSL_CONNECT_ERROR};
  return std::find(kBroken.begin(), kBroken.end(), code) != kBroken.end() ? ErrorCode::unavailable
                                                                          : ErrorCode::upstream;
}

Error failure_of(CURLcode code, const Sink& sink, const std::string& origin) {
  if (sink.overflowed) {
    return fail(ErrorCode::upstream, "The reply of " + origin + " is larger than accepted.").with_reason("too_large");
  }
  return fail(error_code_of(code), "No usable reply from " + origin + ": " + curl_easy_strerror(code) + ".");
}

std::string content_type_of(CURL* curl) {
  const char* text = nullptr;
  curl_easy_getinfo(curl, CURLINFO_CONTENT_TYPE, &text);
  return text == nullptr ? std::string() : std::string(text);
}

std::chrono::seconds retry_after_of(CURL* curl) {
  curl_off_t wait = 0;
  curl_easy_getinfo(curl, CURLINFO_RETRY_AFTER, &wait);
  return std::chrono::seconds(wait);
}

}  // namespace

CurlHttpFetcher::CurlHttpFetcher(CurlOptions options) : options_(std::move(options)) {
  initialise_curl();
  for (const std::string& origin : options_.origins) {
    if (!is_origin(origin)) throw std::logic_error("not an origin: " + origin);
    origins_.push_back(*origin_of(origin));
  }
}

Result<Reply> CurlHttpFetcher::fetch(const Request& request) {
  const auto origin = origin_of(request.url);
  if (!origin) return fail(ErrorCode::invalid_argument, "Not an http or https address.");
  if (std::find(origins_.begin(), origins_.end(), *origin) == origins_.end()) {
    return fail(ErrorCode::forbidden, *origin + " is not configured.");
  }
  ZTIX_ASSIGN(const HeaderList headers, header_list(request));
  const Handle curl(curl_easy_init(), &curl_easy_cleanup);
  if (!curl) return fail(ErrorCode::internal, "libcurl gives no handle.");
  Sink sink{{}, request.largest_body, false};
  set_up(curl.get(), request, options_, headers.get(), sink);
  if (const CURLcode code = curl_easy_perform(curl.get()); code != CURLE_OK) return failure_of(code, sink, *origin);
  long status = 0;
  curl_easy_getinfo(curl.get(), CURLINFO_RESPONSE_CODE, &status);
  return Reply{static_cast<int>(status), content_type_of(curl.get()), std::move(sink.body), retry_after_of(curl.get())};
}

}  // namespace ztix::http
