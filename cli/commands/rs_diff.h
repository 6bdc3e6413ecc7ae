#pragma once

/// @file cli/commands/rs_diff.h
/// `ztix rs diff`.

namespace CLI {
class App;
}

namespace ztix::cli {

class Context;

/// @param group  `ztix rs`
void describe_diff(CLI::App& group, Context& context);

}  // namespace ztix::cli
