// Super-resolution of images of any size, in parts.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <functional>

#include "ganvas/image/codec.h"
#include "ganvas/inference/model.h"

namespace ganvas {

/// How an image is enlarged.
struct Enlarging {
  int64_t tile =
      256;  // side of the parts, in pixels of the input; by rows, the most of them at a time

  /// How many of the eight rotations and reflections are enlarged and averaged: 1 or 8. Eight take
  /// eight times as long and gain about 0.1 dB; Timofte et al., CVPR 2016 (arXiv:1511.02228).
  int64_t ways = 1;

  /// Whether results are moved so that they shrink to the image they were made of
  /// (project_to_reduction() of image/project.h).
  bool holds = false;

  /// Whether the image repeats: what is beyond a side is its opposite.
  bool wraps = false;

  /// Called after each part, or, where the model goes by rows, after some rows of the image. Throw from it to stop.
  std::function<void(int64_t done, int64_t all)> on_tile = [](int64_t, int64_t) {};
};

/// The factor by which a model enlarges, 1 for those that restore in the same size. Throws UsageError if it does
/// neither.
int64_t enlarging_scale(const Model& model);

/// Enlarges a tensor part by part. Equal to the whole at once: every part is seen with as much of its surroundings as
/// the network depends on, or, where that is much, the image goes through the network by rows (nn/row_pass.h).
///
///   image: [C, H, W] float in [-1, 1];  returns [C, s H, s W] on the CPU
Tensor enlarge(const Model& model, const Tensor& image, const Enlarging& how = {});

/// Enlarges an image into a file. Its memory does not grow with the height of the image beyond
/// that of the image itself. Bits, alpha (enlarged by the cubic kernel) and metadata stay; what is
/// grey stays grey, in one channel or in three; colours under alpha 0 do not show at the rim.
///
///   file: how it is written; its size, if any, is what the enlarged image is reduced to
void enlarge(const Model& model, const Image& image, const std::filesystem::path& out,
             const Enlarging& how = {}, const RowsOptions& file = {});

}  // namespace ganvas
