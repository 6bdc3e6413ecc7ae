// ztix-rs: everything the ZTIX worker may do on a route-server host. sshd runs it as the forced command of the worker's
// key; the caller's words arrive in SSH_ORIGINAL_COMMAND and are matched against strict patterns. No other variable of
// the environment is looked at.
//
//   VERB INSTALLATION FENCE [ARGUMENT...] [job=ID]        answers: `key value...` lines, see route-server/README.md
//   serve                                                 takes such calls, but for `get`, from stdin one after another
//   exit 0 done   1 refused by BIRD   2 usage   3 fenced   4 other installation   5 wrong state   6 BIRD down   75
//   later

#include <csignal>
#include <cstdlib>
#include <exception>
#include <string>

#include <sys/stat.h>
#include <unistd.h>

#include "core/digest/digest.h"
#include "route-server/helper/call.h"
#include "route-server/helper/serve.h"

using namespace ztix;

namespace {

std::string words_of_caller(int count, char** arguments) {
  if (const char* const words = std::getenv("SSH_ORIGINAL_COMMAND")) return words;
  std::string words;
  for (int i = 1; i < count; ++i) words.append(i == 1 ? "" : " ").append(arguments[i]);
  return words;
}

int run(const std::string& words) {
  helper::Input input(STDIN_FILENO);
  if (words == "serve") return helper::serve(input);
  const auto outcome = helper::carry_out(words, input, false);
  static_cast<void>(helper::write_all(STDOUT_FILENO, outcome.text));
  return static_cast<int>(outcome.code);
}

}  // namespace

int main(int count, char** arguments) {
  try {
    const auto words = words_of_caller(count, arguments);
    ::clearenv();
    ::umask(027);
    // A lost connection must not stop a verb half way.
    for (const int signal : {SIGHUP, SIGINT, SIGPIPE}) std::signal(signal, SIG_IGN);
    digest::ignore_openssl_configuration();
    return run(words);
  } catch (const std::exception&) {
    // No memory, or a bug: the lock goes with the process, and whoever reads gets no answer.
    return static_cast<int>(helper::ExitCode::later);
  }
}
