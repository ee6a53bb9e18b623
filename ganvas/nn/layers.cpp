// The layers that the networks are made of.
// SPDX-License-Identifier: Apache-2.0
#include "ganvas/nn/layers.h"

#include <ATen/ops/batch_norm.h>
#include <ATen/ops/conv2d.h>
#include <ATen/ops/conv_transpose2d.h>
#include <ATen/ops/empty.h>
#include <ATen/ops/instance_norm.h>
#include <ATen/ops/ones.h>
#include <ATen/ops/zeros.h>

#include "ganvas/core/error.h"

namespace ganvas {
namespace {

constexpr double kEps = 1e-5;
constexpr double kMomentum = 0.1;
constexpr double kInitialDeviation = 0.02;

Tensor normal(at::IntArrayRef shape, double mean) {
  return at::empty(shape).normal_(mean, kInitialDeviation);
}

}  // namespace

Conv::Conv(ConvShape shape, bool has_bias) : shape_(shape) {
  weight_ =
      register_parameter("weight", normal({shape.out, shape.in, shape.kernel, shape.kernel}, 0));
  if (has_bias) bias_ = register_parameter("bias", at::zeros({shape.out}));
}

Tensor Conv::forward(const Tensor& input) {
  return at::conv2d(input, weight_, bias_, shape_.stride, shape_.padding);
}

TransposedConv::TransposedConv(ConvShape shape, bool has_bias) : shape_(shape) {
  weight_ =
      register_parameter("weight", normal({shape.in, shape.out, shape.kernel, shape.kernel}, 0));
  if (has_bias) bias_ = register_parameter("bias", at::zeros({shape.out}));
}

Tensor TransposedConv::forward(const Tensor& input) {
  return at::conv_transpose2d(input, weight_, bias_, shape_.stride, shape_.padding,
                              shape_.output_padding);
}

Norm::Norm(NormKind kind, int64_t channels) : kind_(kind) {
  if (kind != NormKind::kBatch) return;
  weight_ = register_parameter("weight", normal({channels}, 1));
  bias_ = register_parameter("bias", at::zeros({channels}));
  running_mean_ = register_buffer("running_mean", at::zeros({channels}));
  running_var_ = register_buffer("running_var", at::ones({channels}));
}

Tensor Norm::forward(const Tensor& input) {
  if (kind_ == NormKind::kNone) return input;
  const bool from_batch = kind_ == NormKind::kInstance || mode() != Mode::kRunningStatistics;
  const int64_t numbers =
      input.size(2) * input.size(3) * (kind_ == NormKind::kBatch ? input.size(0) : 1);
  require(!from_batch || numbers > 1, "normalisation: got a map of ", input.sizes(),
          ", which has one number a channel; use larger pictures or a shallower network");
  if (kind_ == NormKind::kInstance) {
    return at::instance_norm(input, {}, {}, {}, {}, /*use_input_stats=*/true, kMomentum, kEps,
                             /*cudnn_enabled=*/true);
  }
  if (mode() == Mode::kBatchStatistics) {
    return at::batch_norm(input, weight_, bias_, {}, {}, /*training=*/true, kMomentum, kEps,
                          /*cudnn_enabled=*/true);
  }
  return at::batch_norm(input, weight_, bias_, running_mean_, running_var_,
                        /*training=*/mode() == Mode::kTrain, kMomentum, kEps,
                        /*cudnn_enabled=*/true);
}

}  // namespace ganvas
