#pragma once

/// @file route-server/helper/answer.h
/// What one call answers: lines `key value…`.

#include <initializer_list>
#include <string>
#include <string_view>

#include "route-server/helper/exit_code.h"

namespace ztix::helper {

class Answer {
 public:
  /// One line of these words.
  void say(std::initializer_list<std::string_view> words);
  /// `refused WHY`. @return `code`, for the caller to end with.
  ExitCode refuse(std::string_view why, ExitCode code = ExitCode::wrong_state);

  [[nodiscard]] const std::string& text() const noexcept { return text_; }

 private:
  std::string text_;
};

}  // namespace ztix::helper
