// What a system keeps of the program beside itself: shell completion, manual page.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <span>
#include <string>

#include "cli/command.h"

namespace ganvas {

/// Prints the completion for bash ("bash"; zsh takes it by bashcompinit) or the manual page ("man"),
/// made of the commands' own help. Throws UsageError on another word.
void generate(const std::string& what, std::span<const Command> commands);

}  // namespace ganvas
