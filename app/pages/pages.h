#pragma once

/// @file app/pages/pages.h
/// The pages: templates of templates/html, compiled and checked once, rendered from views.

#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "app/http/message.h"
#include "core/base/result.h"
#include "core/render/strict_template.h"
#include "core/render/view.h"
#include "core/service/accounts.h"

namespace ztix::app {

enum class PageId : std::uint8_t {
  login,
  reset,
  second_factor,
  account,
  auth_callback,
  dashboard,
  request,
  settings,
  admin_requests,
  admin_request,
  route_servers,
  operations,
  audit,
  error,
  progress,  ///< a fragment: without the frame of a page
};

class Pages {
 public:
  /// invalid_argument with every fault of every template, with file and line.
  static Result<Pages> load();

  /// What stands above every page for whoever is logged in; asked anew for each.
  void set_banners(std::function<std::vector<std::string>()> banners) { banners_ = std::move(banners); }

  /// An empty view of this page with everything of the frame set: files, token, who is logged in.
  /// @param login  nullptr = nobody.
  [[nodiscard]] render::View view_of(PageId page, std::string_view title, const service::Login* login) const;
  /// @param view  made by view_of() for the same page.
  [[nodiscard]] HttpResponse page(PageId page, const render::View& view, int status = 200) const;
  [[nodiscard]] HttpResponse fragment(const render::View& view) const;
  [[nodiscard]] HttpResponse error_page(int status, const Error& error, std::string_view request_id,
                                        const service::Login* login) const;

 private:
  explicit Pages(std::map<PageId, render::StrictTemplate> templates) : templates_(std::move(templates)) {}

  std::map<PageId, render::StrictTemplate> templates_;
  std::function<std::vector<std::string>()> banners_;
};

}  // namespace ztix::app
