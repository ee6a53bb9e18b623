// This machine among others.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

namespace ganvas {

/// This machine's name.
std::string host_name();

/// True for addresses that this machine alone reaches.
bool is_loopback(const std::string& address);

/// Memory that this process has, has had at most, and may have in all: what is free of the machine's, or of what a
/// container or a batch system leaves it. In bytes, 0 where Linux does not tell.
double resident_memory();
double most_resident_memory();
double free_memory();

}  // namespace ganvas
