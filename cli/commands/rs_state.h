#pragma once

/// @file cli/commands/rs_state.h
/// `ztix rs enable`, `ztix rs disable` and `ztix rs remove`.

namespace CLI {
class App;
}

namespace ztix::cli {

class Context;

/// @param group  `ztix rs`
void describe_states(CLI::App& group, Context& context);

}  // namespace ztix::cli
