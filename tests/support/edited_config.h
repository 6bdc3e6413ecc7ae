#pragma once

/// @file tests/support/edited_config.h
/// Configurations as another build's templates would have made them: rendered ones with lines replaced.

#include <string>

#include "core/service/forecast.h"

namespace ztix::test {

/// Every `from` of the root becomes `to`. @throws std::runtime_error when there is none: the test would prove nothing.
void edit_root(service::ConfigText& config, const std::string& from, const std::string& to);
/// The same in those objects that hold `mark`; their digests follow, in the root too.
void edit_objects(service::ConfigText& config, const std::string& mark, const std::string& from, const std::string& to);

}  // namespace ztix::test
