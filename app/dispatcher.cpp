#include "app/dispatcher.h"

#include <exception>
#include <optional>
#include <utility>

#include "app/http/cookie.h"
#include "app/http/envelope.h"
#include "app/http/url.h"
#include "app/middleware/bearer.h"
#include "app/middleware/client_address.h"
#include "app/middleware/csrf.h"
#include "app/middleware/idempotency.h"
#include "app/middleware/security_headers.h"
#include "app/middleware/step_up.h"
#include "core/base/text.h"
#include "core/log/log.h"

namespace ztix::app {
namespace {

constexpr std::size_t kUuidBytes = 16;

Error internal_error(std::string detail) {
  return fail(ErrorCode::internal, "Something went wrong on our side. The request id helps to find out what.")
      .with_detail(detail);
}

bool has_json_type(const HttpRequest& request) {
  const auto type = request.headers.only("Content-Type");
  if (!type) return false;
  const auto media_type = trim(std::string_view(*type).substr(0, type->find(';')));
  return media_type == "application/json";
}

Status check_body(const HttpRequest& request, const Route& route) {
  if (is_safe_method(route.method)) {
    if (request.body.empty()) return {};
    return fail(ErrorCode::invalid_argument, "This call takes no body.").with_reason("unexpected_body");
  }
  if (request.body.empty() || has_json_type(request)) return {};
  return fail(ErrorCode::invalid_argument, "The body must be JSON, with Content-Type: application/json.")
      .with_reason("unsupported_media_type");
}

Status check_role(const Call& call, Access access) {
  const auto& user = call.user();
  const bool admin = user.has_role(domain::Role::admin);
  const bool enough = access == Access::admin     ? admin
                      : access == Access::auditor ? admin || user.has_role(domain::Role::auditor)
                                                  : true;
  if (enough) return {};
  return fail(ErrorCode::forbidden, "This is for administrators of the exchange.").with_reason("role_missing");
}

/// To a page that leads back here.
HttpResponse redirect_to(std::string_view page, const HttpRequest& request) {
  HttpResponse response;
  response.status = 303;
  const auto target = request.path + (request.query.empty() ? "" : "?" + request.query);
  response.headers.set("Location", std::string(page) + "?next=" + percent_encoded(target));
  return response;
}

std::string name_of(const Route& route) { return std::string(route.method) + " " + std::string(route.pattern); }

/// A refusal inside of a call; what belongs to another ASN is told as if it did not exist.
bool is_refusal(const Error& error, const Route& route) {
  return error.code == ErrorCode::forbidden || (error.code == ErrorCode::not_found && route.access == Access::owner);
}

/// What is not worth a line at `info`: it comes every second.
bool is_quiet(const Route* route) {
  return route != nullptr && (route->kind == Kind::fragment || route->kind == Kind::asset ||
                              route->pattern == "/healthz" || route->pattern == "/readyz");
}

}  // namespace

Dispatcher::Dispatcher(Services& services) : services_(services), https_(services.public_url.starts_with("https://")) {}

HttpResponse Dispatcher::handle(const HttpRequest& request) {
  const auto began = services_.clock.monotonic();
  const auto request_id = Uuid::from_random(services_.random.bytes(kUuidBytes)).text();
  const log::LogContext context(request_id, 0);
  NoMatch no_match;
  auto match = find_route(request.method, request.path, no_match);
  if (!match) {
    auto response = not_matched(request, no_match, request_id);
    finish(response, request, nullptr, request_id, began);
    return response;
  }
  Call call{.http = request,
            .services = services_,
            .request_id = request_id,
            .remote_address = client_address(request, services_.trusted_proxies),
            .parameters = std::move(match->parameters),
            .query = {},
            .login = {},
            .session_token = {},
            .api_token = {},
            .idempotency = {}};
  HttpResponse response;
  try {
    auto result = answer(call, *match->route);
    response = result ? std::move(*result) : failed(call, match->route->kind, result.error());
  } catch (const std::exception& bug) {
    response = failed(call, match->route->kind, internal_error(bug.what()));
  } catch (...) {
    response = failed(call, match->route->kind, internal_error("not a std::exception"));
  }
  finish(response, request, match->route, request_id, began);
  return response;
}

HttpResponse Dispatcher::refuse(const HttpRequest& request, const Error& error) {
  const auto request_id = Uuid::from_random(services_.random.bytes(kUuidBytes)).text();
  const log::LogContext context(request_id, 0);
  auto response = error_response(error, request_id);
  response.close = true;
  finish(response, request, nullptr, request_id, services_.clock.monotonic());
  return response;
}

Result<HttpResponse> Dispatcher::answer(Call& call, const Route& route) {
  auto query = parse_query(call.http.query);
  if (!query) return fail(ErrorCode::invalid_argument, "The query of this address is broken.").with_reason("bad_query");
  call.query = std::move(*query);
  ZTIX_CHECK(find_login(call, route));
  if (!call.login && route.access != Access::open && (route.kind == Kind::page)) {
    return redirect_to("/login", call.http);
  }
  if (const auto admitted = admit(call, route); !admitted) {
    if (route.kind == Kind::page && admitted.error().reason == kSecondFactorRequired) {
      return redirect_to(second_step_of(*call.login), call.http);
    }
    return call.login ? refused(call, route, admitted.error()) : admitted.error();
  }
  ZTIX_CHECK(check_body(call.http, route));
  auto result = run_once(call, route);
  if (!result && call.login && is_refusal(result.error(), route)) return refused(call, route, result.error());
  return result;
}

/// Open pages need to know who looks at them only if somebody is logged in; the API's open calls never do.
Status Dispatcher::find_login(Call& call, const Route& route) {
  if (route.access == Access::open && route.kind != Kind::page) return {};
  ZTIX_ASSIGN(const auto token, bearer_token(call.http));
  // Rights of a token and of a cookie never add up: with a token, no cookie is looked at.
  if (token) return route.kind == Kind::api ? find_token(call, route, *token) : Status();
  call.session_token = session_token(call.http);
  if (!call.session_token) return {};
  ZTIX_ASSIGN(call.login, services_.accounts.authenticate(*call.session_token));
  return {};
}

Status Dispatcher::find_token(Call& call, const Route& route, const SecretString& token) {
  ZTIX_ASSIGN(auto found, services_.token_gate.admit(token, name_of(route), call.actor()));
  call.api_token = std::move(found.token);
  call.login.emplace().user = std::move(found.user);
  return {};
}

Status Dispatcher::admit(Call& call, const Route& route) {
  // No browser sends a token by itself, so only calls with a cookie can be made by another site.
  const bool safe = is_safe_method(route.method) || call.api_token;
  if (!safe) ZTIX_CHECK(check_same_origin(call.http, services_.public_url));
  if (route.access == Access::open) return {};
  if (!call.login) {
    return fail(ErrorCode::unauthenticated, "Log in first.").with_reason("not_logged_in");
  }
  if (!safe) ZTIX_CHECK(check_csrf_token(call.http, call.login->csrf_token));
  return check_rights(call, route);
}

/// Everything about the person that this route wants beyond a login.
Status Dispatcher::check_rights(const Call& call, const Route& route) const {
  if (call.api_token) {
    // Nobody is there to show a second factor: what wants one is out of a token's scope.
    ZTIX_CHECK(check_scope(call.api_token->scope, route));
    return check_role(call, route.access);
  }
  ZTIX_CHECK(check_second_factor(*call.login, route.access));
  ZTIX_CHECK(check_role(call, route.access));
  if (route.step_up == StepUp::yes) ZTIX_CHECK(check_step_up(*call.login, services_.clock.now()));
  return {};
}

/// Whatever says no to somebody who is logged in leaves its row.
Error Dispatcher::refused(const Call& call, const Route& route, const Error& error) {
  if (call.api_token) return services_.token_gate.refused(*call.api_token, name_of(route), call.actor(), error);
  service::AuditEntry entry;
  entry.actor = call.actor();
  entry.action = "access.refused";
  entry.subject_kind = "user";
  entry.subject_id = call.user().id.text();
  entry.facts["route"] = name_of(route);
  entry.facts["why"] = error_word(error);
  if (auto written = services_.audit.append(entry); !written) return std::move(written).error();
  return error;
}

HttpResponse Dispatcher::not_matched(const HttpRequest& request, const NoMatch& no_match,
                                     const std::string& request_id) {
  if (!no_match.allowed.empty()) {
    auto response = error_response(
        fail(ErrorCode::invalid_argument, "This address does not know this method.").with_reason("method_not_allowed"),
        request_id);
    std::string allowed;
    for (const auto method : no_match.allowed) allowed += (allowed.empty() ? "" : ", ") + std::string(method);
    response.headers.set("Allow", allowed);
    return response;
  }
  // Methods that no address knows are told apart from addresses that do not exist.
  const bool known = request.method == "GET" || request.method == "HEAD" || request.method == "POST" ||
                     request.method == "PUT" || request.method == "PATCH" || request.method == "DELETE";
  const auto error =
      known ? fail(ErrorCode::not_found, "There is nothing at this address.")
            : fail(ErrorCode::invalid_argument, "This method is not known here.").with_reason("method_not_allowed");
  if (known && request.method == "GET" && !request.path.starts_with("/api/")) {
    return services_.pages.error_page(http_status(error), error, request_id, nullptr);
  }
  return error_response(error, request_id);
}

HttpResponse Dispatcher::failed(const Call& call, Kind kind, const Error& error) {
  const int status = http_status(error);
  if (status >= 500) {
    log::error("request.failed", {{"code", to_string(error.code)}, {"error", error.message}, {"detail", error.detail}});
  }
  if (kind == Kind::page) {
    const auto* const login = call.login ? &*call.login : nullptr;
    return services_.pages.error_page(status, error, call.request_id, login);
  }
  return error_response(error, call.request_id);
}

void Dispatcher::finish(HttpResponse& response, const HttpRequest& request, const Route* route,
                        const std::string& request_id, std::chrono::steady_clock::time_point began) {
  add_security_headers(response, response.csp_nonce, https_);
  response.headers.set("X-Request-Id", request_id);
  const std::chrono::duration<double> took = services_.clock.monotonic() - began;
  const std::string_view pattern = route == nullptr ? "none" : route->pattern;
  const std::string_view method = route == nullptr ? "none" : route->method;
  services_.metrics.count("ztix_http_requests_total", "Requests by route and status.",
                          {{"route", pattern}, {"method", method}, {"status", std::to_string(response.status)}});
  services_.metrics.observe_seconds("ztix_http_request_seconds", "Time from a request to its answer.", took.count(),
                                    {{"route", pattern}, {"method", method}});
  const auto facts = {log::Fact("method", request.method.substr(0, 16)), log::Fact("route", pattern),
                      log::Fact("status", response.status), log::Fact("seconds", took.count())};
  if (is_quiet(route)) {
    log::debug("http.answered", facts);
  } else {
    log::info("http.answered", facts);
  }
}

}  // namespace ztix::app
