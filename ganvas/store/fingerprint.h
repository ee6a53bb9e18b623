// Hash of a file's bytes.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <string>

namespace ganvas {

/// The SHA-256 of a file's bytes in 64 hexadecimal digits. Throws Error if it cannot be read.
std::string fingerprint(const std::filesystem::path& path);

}  // namespace ganvas
