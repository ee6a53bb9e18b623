// This machine among others.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

namespace ganvas {

/// This machine's name.
std::string host_name();

/// True for addresses that this machine alone reaches.
bool is_loopback(const std::string& address);

}  // namespace ganvas
