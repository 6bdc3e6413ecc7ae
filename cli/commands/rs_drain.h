#pragma once

/// @file cli/commands/rs_drain.h
/// `ztix rs drain` and `ztix rs return`.

namespace CLI {
class App;
}

namespace ztix::cli {

class Context;

/// @param group  `ztix rs`
void describe_drain(CLI::App& group, Context& context);

}  // namespace ztix::cli
