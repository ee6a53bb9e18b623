// The version of the library, written into every checkpoint and run.
// SPDX-License-Identifier: Apache-2.0
#pragma once

namespace ganvas {

inline constexpr auto kVersion = "0.1.0";

}  // namespace ganvas
