#include "app/middleware/security_headers.h"

#include <string>

namespace ztix::app {
namespace {

std::string content_security_policy(std::string_view nonce) {
  std::string policy = "default-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'";
  if (nonce.empty()) return policy;
  policy += "; script-src 'nonce-" + std::string(nonce) + "'; style-src 'self'; img-src 'self'; connect-src 'self'";
  return policy;
}

}  // namespace

void add_security_headers(HttpResponse& response, std::string_view csp_nonce, bool https) {
  auto& headers = response.headers;
  headers.set("Content-Security-Policy", content_security_policy(csp_nonce));
  headers.set("X-Content-Type-Options", "nosniff");
  headers.set("Referrer-Policy", "no-referrer");
  headers.set("Cross-Origin-Opener-Policy", "same-origin");
  headers.set("Cross-Origin-Resource-Policy", "same-origin");
  headers.set("Permissions-Policy", "camera=(), geolocation=(), microphone=(), payment=(), usb=()");
  if (headers.count("Cache-Control") == 0) headers.set("Cache-Control", "no-store");
  if (https) headers.set("Strict-Transport-Security", "max-age=31536000; includeSubDomains");
}

}  // namespace ztix::app
