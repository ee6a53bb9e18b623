// What the flags of other programs are called here.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

namespace ganvas {

/// What to use instead of a flag (with its dashes) or a command of another tool, as a sentence; empty
/// where nobody's is known.
std::string answer_to_flag(const std::string& flag);
std::string answer_to_command(const std::string& command);

}  // namespace ganvas
