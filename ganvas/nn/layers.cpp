// The layers that the networks are made of.
// SPDX-License-Identifier: Apache-2.0
#include "ganvas/nn/private/layers.h"

#include <ATen/ops/batch_norm.h>
#include <ATen/ops/empty.h>
#include <ATen/ops/ones.h>
#include <ATen/ops/zeros.h>
#include <c10/core/GradMode.h>

#include "ganvas/core/device.h"
#include "ganvas/core/error.h"
#include "ganvas/core/random.h"
#include "ganvas/nn/private/shared_norm.h"

namespace ganvas {
namespace {

constexpr double kEps = 1e-5;  // of batch norm
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

Tensor Conv::forward(const Tensor& input, const Tensor& bias) {
  const kernels::Window window{shape_.kernel, shape_.stride, shape_.padding, shape_.edge};
  return kernels::conv2d({input, weight_, bias, window}, cache_);
}

TransposedConv::TransposedConv(ConvShape shape, bool has_bias) : shape_(shape) {
  weight_ =
      register_parameter("weight", normal({shape.in, shape.out, shape.kernel, shape.kernel}, 0));
  if (has_bias) bias_ = register_parameter("bias", at::zeros({shape.out}));
}

Tensor TransposedConv::forward(const Tensor& input, const Tensor& bias) {
  const kernels::Window window{shape_.kernel, shape_.stride, shape_.padding, kernels::Edge::kZero,
                               shape_.output_padding};
  return kernels::conv2d({input, weight_, bias, window, kernels::ConvWay::kTransposed}, cache_);
}

Norm::Norm(NormKind kind, int64_t channels) : kind_(kind) {
  if (kind == NormKind::kBatch || kind == NormKind::kInstanceAffine) {
    weight_ = register_parameter("weight", normal({channels}, 1));
    bias_ = register_parameter("bias", at::zeros({channels}));
  }
  if (kind == NormKind::kBatch || kind == NormKind::kBatchPlain) {
    running_mean_ = register_buffer("running_mean", at::zeros({channels}));
    running_var_ = register_buffer("running_var", at::ones({channels}));
  }
}

Tensor Norm::forward(const Tensor& input, kernels::After after, const Tensor& added) {
  if (kind_ == NormKind::kNone) return kernels::followed(input, after, added);
  const bool from_batch = is_of_instances() || mode() != Mode::kRunningStatistics;
  const auto* whole = whole_batch();
  const bool is_shared = whole != nullptr && whole->has_one_norm;
  const int64_t images = is_of_instances() ? 1 : is_shared ? whole->size : input.size(0);
  const int64_t numbers = input.size(2) * input.size(3) * images;
  require(
      !from_batch || numbers > 1, "normalisation: got a map of ", input.sizes(),
      ", which has one number a channel; use --batch 2 or more where the norm is of batches, larger "
      "images, or a shallower network");
  if (is_of_instances()) return kernels::instance_norm(input, weight_, bias_, after, added);
  const auto normalised =
      from_batch && is_shared ? normalised_by_all(input, *whole) : batch_normalised(input);
  return kernels::followed(normalised, after, added);
}

/// As batch_normalised(), by the samples of all processes.
Tensor Norm::normalised_by_all(const Tensor& input, const WholeBatch& whole) const {
  const auto [mean, variance, count] = moments_of(input, whole);
  if (mode() != Mode::kBatchStatistics) {
    const c10::NoGradGuard no_gradients;
    running_mean_.lerp_(mean.flatten(), kMomentum);
    running_var_.lerp_(variance.flatten() * (count / (count - 1)), kMomentum);
  }
  auto scaled = (input.to(at::kFloat) - mean) * (variance + kEps).rsqrt();
  if (weight_.defined()) scaled = scaled * weight_.view({1, -1, 1, 1}) + bias_.view({1, -1, 1, 1});
  return scaled.to(input.scalar_type());
}

Tensor Norm::batch_normalised(const Tensor& input) const {
  const bool keeps = mode() != Mode::kBatchStatistics;
  return at::batch_norm(input, weight_, bias_, keeps ? running_mean_ : Tensor(),
                        keeps ? running_var_ : Tensor(),
                        /*training=*/mode() != Mode::kRunningStatistics, kMomentum, kEps,
                        /*cudnn_enabled=*/true);
}

Tensor drop(const Tensor& x, double share, Mode mode) {
  return mode == Mode::kRunningStatistics ? x : draw_dropout(x, share);
}

ResidualBlock::ResidualBlock(int64_t channels, NormKind kind, Dropout dropout, kernels::Edge edge)
    : dropout_(dropout) {
  const ConvShape shape{channels, channels, 3, 1, 1, 0, edge};
  a_ = register_module("a", std::make_shared<Normed<Conv>>(shape, kind));
  b_ = register_module("b", std::make_shared<Normed<Conv>>(shape, kind));
}

Tensor ResidualBlock::forward(const Tensor& x) {
  auto h = a_->forward(x, kernels::After::kRelu, {});
  if (dropout_ != Dropout::kNone) h = drop(h, 0.5, mode());
  return b_->forward(h, kernels::After::kNothing, x);
}

void initialise_scaled_he(Module& network) {
  const c10::NoGradGuard no_gradients;
  for (const auto& [name, tensor] : network.parameters()) {
    if (tensor.dim() != 4) continue;
    const auto fan = static_cast<double>(tensor.size(1) * tensor.size(2) * tensor.size(3));
    const double share = name.rfind("head", 0) == 0 ? 1 : 0.1;
    tensor.normal_(0, share * std::sqrt(2 / fan));
  }
}

}  // namespace ganvas
