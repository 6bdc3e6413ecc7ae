#include "app/handlers/handlers.h"
#include "app/http/url.h"
#include "app/presenter/account_json.h"

namespace ztix::app {
namespace {

HttpResponse redirect_to(const std::string& path) {
  HttpResponse response;
  response.status = 303;
  response.headers.set("Location", path);
  return response;
}

}  // namespace

Result<HttpResponse> home_page(Call& call) { return redirect_to(call.login ? home_of(call.user()) : "/login"); }

Result<HttpResponse> login_page(Call& call) {
  if (call.login) return redirect_to(home_of(call.user()));
  const auto next = call.query.find("next");
  const bool usable = next != call.query.end() && is_local_path(next->second);
  auto view = call.services.pages.view_of(PageId::login, "Log in", nullptr);
  view.set("next_path", usable ? next->second : std::string()).set("local_auth", call.services.local_auth_enabled);
  return call.services.pages.page(PageId::login, view);
}

}  // namespace ztix::app
