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

/// A name as a test may be called.
inline std::string test_name(std::string name) {
  std::replace(name.begin(), name.end(), '-', '_');
  return name;
}

inline std::string row_name(const testing::TestParamInfo<MethodEntry>& info) {
  return test_name(info.param.name);
}

}  // namespace ganvas
