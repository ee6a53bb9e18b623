// Files of which trainings are better off without.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <utility>

#include "ganvas/doctor/findings.h"

namespace ganvas {

/// Files and where they go.
using Moves = std::vector<std::pair<std::filesystem::path, std::filesystem::path>>;

/// What of the findings can be set aside, each below `to` as it lay below the data's folder; of folders of
/// pairs with its partner. Nothing is moved.
Moves moves_of(const Survey& survey, const std::vector<Finding>& findings,
               const std::filesystem::path& to);

/// Moves them; nothing is deleted.
///   Throws Error, before anything is moved, if a file of that name is there already.
void set_files_aside(const Moves& moves);

}  // namespace ganvas
