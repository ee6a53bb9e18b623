// One image after the other: read, worked on and written at the same time.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "cli/batch_plan.h"
#include "ganvas/core/error.h"
#include "ganvas/image/image.h"

namespace ganvas {

/// Says that there was nothing to do for an image, and why: "without a mosaic". No failure.
class NothingToDo : public Error {
 public:
  using Error::Error;
};

/// Says that Ctrl-C broke off the work on an image. No failure either: the image is left to do.
class Interrupted : public Error {
 public:
  using Error::Error;
};

/// What is left to do for an image when its result is computed: writing it. Called by another
/// thread, while the next image is computed; empty if nothing is left.
using Writing = std::function<void()>;

/// What a subcommand does with an image that was read. May throw NothingToDo.
using ImageWork =
    std::function<Writing(Image image, const fs::path& input, const fs::path& output)>;

/// What a subcommand asks of a batch.
struct ImageBatch {
  std::vector<std::string> inputs;  // files and folders
  fs::path out;
  BatchConfig config;
  const char* done;  // "translated"
  FilesOf files_of = [](const fs::path& output) { return std::vector{output}; };
  OtherFiles also = {};
  bool results_have_alpha = true;  // where the images have it
};

/// Those of a command's settings that an image may tell of what was done to it: no names of files.
Settings of_pixels(Settings given);

/// Calls `work` for each image of the batch with the path of its result. While one is computed, the
/// next is read and the one before it is written. An image that fails is warned of and passed over;
/// a full disk and Ctrl-C end the batch. Says what became of all of them, and what was left out.
///   returns: the exit code
///   Throws what plan_batch() throws.
int for_each_image(const ImageBatch& batch, const ImageWork& work);

}  // namespace ganvas
