// The weights that come along.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "ganvas/core/share.h"

namespace ganvas {

inline std::string own_weights(const std::string& name) {
  return shared_file("weights/" + name + ".safetensors").string();
}

}  // namespace ganvas
