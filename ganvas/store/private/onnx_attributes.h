// Attributes of ONNX' operators: AttributeProto.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "ganvas/core/protobuf.h"

namespace ganvas {

inline Message attribute(const std::string& name, int64_t value) {
  Message made;
  made.text(1, name);
  made.number(3, value);
  made.number(20, 2);
  return made;
}
inline Message attribute(const std::string& name, double value) {
  Message made;
  made.text(1, name);
  made.real(2, static_cast<float>(value));
  made.number(20, 1);
  return made;
}
inline Message attribute(const std::string& name, const char* value) {
  Message made;
  made.text(1, name);
  made.text(4, value);
  made.number(20, 3);
  return made;
}
inline Message attribute(const std::string& name, const std::vector<int64_t>& values) {
  Message made;
  made.text(1, name);
  for (const auto value : values) made.number(8, value);
  made.number(20, 7);
  return made;
}

}  // namespace ganvas
