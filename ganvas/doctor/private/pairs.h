// Two images beside each other: do they belong together?
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "ganvas/doctor/survey.h"

namespace ganvas {

/// The pairs whose files can be read, with their files alone.
std::vector<Pair> pairs_of(const Survey& survey);

/// Fills the rest.
void look_at_pair(Pair& pair);

}  // namespace ganvas
