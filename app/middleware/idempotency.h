#pragma once

/// @file app/middleware/idempotency.h
/// `Idempotency-Key`: who repeats a call because the answer got lost gets the answer, not a second effect.

#include "app/call.h"
#include "app/router.h"

namespace ztix::app {

/// Runs the route's handler, at most once per (user, method, path, key) in 24 h.
/// - another call with the key is still running: conflict (`in_progress`);
/// - the key was used with another body: out_of_range (`idempotency_mismatch`);
/// - it was done before: the stored 4xx answer, or what was made, as it is now, with the first status;
/// - 5xx is not stored: the caller may try again.
Result<HttpResponse> run_once(Call& call, const Route& route);

}  // namespace ztix::app
