#include <cstdio>
#include <exception>

#include "cli/cli.h"

int main(int argc, char** argv) {
  try {
    return ztix::cli::run(argc, argv);
  } catch (const std::exception& bug) {
    std::fprintf(stderr, "ztix: a bug in the program: %s\n", bug.what());
  } catch (...) {
    std::fprintf(stderr, "ztix: a bug in the program\n");
  }
  return 1;
}
