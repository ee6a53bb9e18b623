// One picture after the other: what most subcommands do with their arguments.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include "ganvas/image/image.h"

namespace ganvas {

/// Image files that arguments name: files as they are, folders as the images in them, sorted.
/// Throws Error if one does not exist, or a folder has none.
std::vector<std::filesystem::path> expand_inputs(const std::vector<std::string>& inputs);

/// What is left to do for a picture when its result is computed: writing it. Called by another
/// thread, while the next picture is computed; empty if nothing is left.
using Writing = std::function<void()>;

/// What a subcommand does with a picture that was read.
using PictureWork = std::function<Writing(Image image, const std::filesystem::path& input,
                                          const std::filesystem::path& output)>;

/// Calls `work` for each picture that `inputs` name, with the path of its result: `out` for a single
/// file if it has an image's name, else a file of the same name in the folder `out`, in `format`
/// ("keep", "png", ...). While one is computed, the next is read and the one before it is written. A
/// picture that fails is warned of and passed over. Says how many were `done` ("translated").
///   returns: the exit code
int for_each_picture(const std::vector<std::string>& inputs, const std::filesystem::path& out,
                     const std::string& format, const char* done, const PictureWork& work);

}  // namespace ganvas
