// This machine among others.
// SPDX-License-Identifier: Apache-2.0
#include "ganvas/core/host.h"

#include <array>

#include <unistd.h>

namespace ganvas {

std::string host_name() {
  std::array<char, 256> name{};
  return ::gethostname(name.data(), name.size() - 1) == 0 ? name.data() : "localhost";
}

bool is_loopback(const std::string& address) {
  return address.rfind("127.", 0) == 0 || address == "::1" || address == "localhost";
}

}  // namespace ganvas
