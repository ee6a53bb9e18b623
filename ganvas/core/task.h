// What methods learn from.
// SPDX-License-Identifier: Apache-2.0
#pragma once

namespace ganvas {

/// What a method learns from. The kinds of data that serve each task are rows of tasks/task.h.
enum class Task {
  kPairs,      // images that belong together, of one size
  kDomains,    // two sets of images
  kImages,     // one set of images, with classes or without
  kUpscaling,  // images, and small copies of them
  kPoints      // points of the plane: images of one pixel with two channels
};

}  // namespace ganvas
