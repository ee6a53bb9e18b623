// A pass of a network over an image from its top to its bottom.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "ganvas/core/tensor.h"

namespace ganvas {

/// A pass that is given the rows of an image one after the other. Each layer keeps the few rows that it will look at
/// again, so memory grows with the image's width alone and nothing is computed twice, however far the network sees.
class RowPass {
 public:
  virtual ~RowPass() = default;
  RowPass() = default;
  RowPass(const RowPass&) = delete;
  RowPass& operator=(const RowPass&) = delete;

  /// Takes the next rows of the image, and makes what they allow.
  ///
  ///   rows     [1, C, h, W], h > 0
  ///   returns  [1, C', h', W']: the next rows of what the network makes of all; undefined if there are none yet
  ///   Throws Error on more rows than the image was said to have.
  virtual Tensor next(const Tensor& rows) = 0;
};

}  // namespace ganvas
