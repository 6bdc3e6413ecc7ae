#include "route-server/helper/answer.h"

namespace ztix::helper {

void Answer::say(std::initializer_list<std::string_view> words) {
  const char* separator = "";
  for (const auto word : words) {
    text_.append(separator).append(word);
    separator = " ";
  }
  text_.push_back('\n');
}

ExitCode Answer::refuse(std::string_view why, ExitCode code) {
  say({"refused", why});
  return code;
}

}  // namespace ztix::helper
