// Knobs that had another name once: runs and checkpoints keep what they were written with.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <utility>

namespace ganvas {

/// A setting under the name and with the word that it has today; as it is where nothing changed.
std::pair<std::string, std::string> setting_today(const std::string& name,
                                                  const std::string& value);

}  // namespace ganvas
