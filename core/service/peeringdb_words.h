#pragma once

/// @file core/service/peeringdb_words.h
/// What is known of a network, in plain words: the same on pages and on the command line.

#include <string>
#include <vector>

#include "core/service/ports/peeringdb.h"

namespace ztix::service {

/// One sentence: whether anything is known, and how old it is.
[[nodiscard]] std::string knowledge_in_words(const PeeringDbView& view);

/// What somebody who decides should see before anything else: parts that are missing, a wish not to be served by route
/// servers, words that are no AS-SET, an answer that could not be read, an outage. Empty when there is nothing.
[[nodiscard]] std::vector<std::string> warnings_in_words(const PeeringDbView& view);

}  // namespace ztix::service
