#pragma once

/// @file app/pages/words.h
/// States in plain words.

#include <map>
#include <string>
#include <string_view>

#include "core/base/time.h"
#include "core/domain/request_state.h"
#include "core/domain/session_health.h"
#include "core/domain/states.h"

namespace ztix::app {

[[nodiscard]] std::string_view words_of(domain::RequestState state) noexcept;
/// One sentence for the person who asked: what it means and what comes next.
[[nodiscard]] std::string_view meaning_of(domain::RequestState state) noexcept;
[[nodiscard]] std::string_view words_of(domain::DeliveryState state) noexcept;
/// `2026-11-21 04:05:06 UTC`; empty for the epoch, which stands for "never".
[[nodiscard]] std::string readable_time(Timestamp at);

/// `name: value, …` of those that have a value.
[[nodiscard]] std::string facts_text(const std::map<std::string, std::string>& facts);

/// How a session is, in words.
[[nodiscard]] std::string_view words_of(domain::SessionHealth health) noexcept;

}  // namespace ztix::app
