#pragma once

/// @file cli/commands/rs_set.h
/// `ztix rs set`.

namespace CLI {
class App;
}

namespace ztix::cli {

class Context;

/// @param group  `ztix rs`
void describe_set(CLI::App& group, Context& context);

}  // namespace ztix::cli
