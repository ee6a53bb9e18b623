// Rows of the registry as parameters of tests.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <ostream>
#include <string>

#include <gtest/gtest.h>

#include "ganvas/methods/method.h"

namespace ganvas {

inline std::ostream& operator<<(std::ostream& out, const MethodEntry& row) {
  return out << row.name;
}

/// A row's name as a test may be called.
inline std::string row_name(const testing::TestParamInfo<MethodEntry>& info) {
  auto name = info.param.name;
  std::replace(name.begin(), name.end(), '-', '_');
  return name;
}

}  // namespace ganvas
