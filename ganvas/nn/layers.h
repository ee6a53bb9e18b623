// The layers that the networks are made of. For nn/*.cpp only.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "ganvas/nn/module.h"
#include "ganvas/nn/recipes.h"

namespace ganvas {

/// A convolution kernel over images, with its bias if it has one.
struct ConvShape {
  int64_t in, out;
  int64_t kernel;
  int64_t stride = 1;
  int64_t padding = 0;
  int64_t output_padding = 0;  // of a transposed convolution
};

/// A convolution. Weights N(0, 0.02), bias 0: the initialisation of DCGAN and pix2pix.
class Conv final : public Module {
 public:
  Conv(ConvShape shape, bool has_bias);
  Tensor forward(const Tensor& input) override;

 private:
  ConvShape shape_;
  Tensor weight_, bias_;  // [out, in, k, k], [out]
};

/// A transposed convolution, initialised like Conv.
class TransposedConv final : public Module {
 public:
  TransposedConv(ConvShape shape, bool has_bias);
  Tensor forward(const Tensor& input) override;

 private:
  ConvShape shape_;
  Tensor weight_, bias_;  // [in, out, k, k], [out]
};

/// Batch normalisation (affine, eps 1e-5, momentum 0.1; scale N(1, 0.02), shift 0) or instance
/// normalisation (no parameters, eps 1e-5), or nothing, by `kind`.
///
/// Trap: torch normalises a 1 x 1 map over one number without a word when asked for instance norm,
/// which gives zeros; here both throw Error on it while they take statistics from the batch.
class Norm final : public Module {
 public:
  Norm(NormKind kind, int64_t channels);
  Tensor forward(const Tensor& input) override;

 private:
  NormKind kind_;
  Tensor weight_, bias_, running_mean_, running_var_;  // [channels] each, batch norm only
};

/// True if a convolution before this norm needs a bias: batch norm would take it out again.
inline bool wants_bias(NormKind kind) {
  return kind != NormKind::kBatch;
}

}  // namespace ganvas
