#pragma once

/// @file cli/commands/rs_repin.h
/// `ztix rs repin`.

namespace CLI {
class App;
}

namespace ztix::cli {

class Context;

void describe_repin(CLI::App& group, Context& context);

}  // namespace ztix::cli
