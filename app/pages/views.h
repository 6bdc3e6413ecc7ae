#pragma once

/// @file app/pages/views.h
/// From what the services return to what the templates show.

#include <string>
#include <vector>

#include "app/call.h"
#include "core/render/view.h"
#include "core/service/requests.h"

namespace ztix::app {

/// The lines of a list of requests. @param base  `/requests/` or `/admin/requests/`.
void add_request_rows(render::View& view, Call& call, const std::vector<service::Request>& requests,
                      const std::string& base);

/// The part that updates itself. @param base  as above; owners also get the link to their settings.
void fill_progress(render::View& view, const service::Request& request, const std::string& base, bool is_owner);

/// What both pages about one request show, progress included.
void fill_request(render::View& view, const service::Request& request, const std::string& network_name,
                  const std::string& base, bool is_owner);

/// It can be suspended, left and revoked: its membership exists and shall exist.
[[nodiscard]] bool has_membership(const service::Request& request);

/// The network's name, or its id when it cannot be told now: no page fails for that.
[[nodiscard]] std::string network_name(Call& call, const domain::ZtNetworkId& id);

/// A request whose page offers the same actions in all states of a group; a change of group reloads the page.
[[nodiscard]] std::string_view action_group(domain::RequestState state) noexcept;

/// The fragment's answer, which tells htmx to load the whole page anew when other actions are possible now.
/// How each session is, by the last look at the route servers; nothing while they cannot be read.
void add_session_rows(render::View& view, Call& call, const service::Request& request);

[[nodiscard]] HttpResponse progress_response(Call& call, const service::Request& request, const std::string& base,
                                             bool is_owner);

/// The link to the next page of a list: this address with that cursor. None when the cursor is empty.
void set_next_page(render::View& view, const Call& call, const std::string& cursor);

}  // namespace ztix::app
