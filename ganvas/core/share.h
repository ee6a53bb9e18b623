// Files that come along with the program: weights, example photographs.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <string>

namespace ganvas {

/// A file or folder that comes along: of where the program or the library was installed, else of the sources that
/// it was built from.
///   name: "weights/restore.safetensors"
std::filesystem::path shared_file(const std::string& name);

}  // namespace ganvas
