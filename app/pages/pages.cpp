#include "app/pages/pages.h"

#include <array>
#include <stdexcept>
#include <utility>
#include <vector>

#include "app/http/envelope.h"
#include "app/pages/assets.h"
#include "app/pages/shapes.h"
#include "core/base/base64url.h"
#include "core/base/random.h"
#include "core/render/templates.h"

namespace ztix::app {
namespace {

constexpr std::array kPages{PageId::login,          PageId::auth_callback, PageId::reset,         PageId::second_factor,
                            PageId::account,        PageId::dashboard,     PageId::request,       PageId::settings,
                            PageId::admin_requests, PageId::admin_request, PageId::route_servers, PageId::operations,
                            PageId::audit,          PageId::error,         PageId::progress};
constexpr std::size_t kNonceBytes = 18;

render::TemplateDeclaration declaration_of(PageId page) {
  return {std::string(template_of(page)), &shape_of(page), render::Output::html,
          page == PageId::progress ? "" : "html/layout.mustache"};
}

std::string_view headline(int status) {
  if (status == 404) return "Not found";
  if (status == 403) return "Not allowed";
  return status >= 500 ? "Something went wrong" : "This did not work";
}

}  // namespace

Result<Pages> Pages::load() {
  std::vector<render::TemplateDeclaration> declarations;
  for (const auto page : kPages) declarations.push_back(declaration_of(page));
  ZTIX_CHECK(render::validate_templates("html", declarations));
  std::map<PageId, render::StrictTemplate> templates;
  for (const auto page : kPages) {
    ZTIX_ASSIGN(auto compiled, render::StrictTemplate::compile(declaration_of(page)));
    templates.emplace(page, std::move(compiled));
  }
  return Pages(std::move(templates));
}

render::View Pages::view_of(PageId page, std::string_view title, const service::Login* login) const {
  render::View view(shape_of(page));
  view.set("title", title)
      .set("csp_nonce", to_base64url(system_random_bytes(kNonceBytes)))
      .set("csrf_token", login == nullptr ? std::string() : login->csrf_token)
      .set("icon_url", asset_named("ztix.svg").url())
      .set("css_url", asset_named("ztix.css").url())
      .set("htmx_url", asset_named("htmx.min.js").url())
      .set("script_url", asset_named("ztix.js").url());
  if (login != nullptr) {
    for (const auto& text : banners_ ? banners_() : std::vector<std::string>()) {
      view.append("banners").set("banner_text", text);
    }
    const auto& user = login->user;
    view.object("viewer")
        .set("viewer_name", user.username)
        .set("viewer_is_in", !login->is_half())
        .set("viewer_has_passkey", user.has_passkey)
        .set("viewer_decides",
             !login->is_half() && (user.has_role(domain::Role::admin) || user.has_role(domain::Role::auditor)))
        .set("viewer_asks", !login->is_half() && !user.asns.empty());
  }
  return view;
}

HttpResponse Pages::page(PageId page, const render::View& view, int status) const {
  auto text = templates_.at(page).render(view);
  // HTML can hold every text, so only a bug gets here.
  if (!text) throw std::logic_error("page does not render: " + text.error().message);
  HttpResponse response;
  response.status = status;
  response.headers.set("Content-Type", "text/html; charset=utf-8");
  response.body = std::move(*text);
  const auto slot = view.shape().find("csp_nonce");
  if (slot) response.csp_nonce = std::get<std::string>(view.value(*slot));
  return response;
}

HttpResponse Pages::fragment(const render::View& view) const { return page(PageId::progress, view); }

HttpResponse Pages::error_page(int status, const Error& error, std::string_view request_id,
                               const service::Login* login) const {
  auto view = view_of(PageId::error, headline(status), login);
  view.set("error_status", status).set("error_message", error.message).set("error_request_id", request_id);
  return page(PageId::error, view, status);
}

}  // namespace ztix::app
