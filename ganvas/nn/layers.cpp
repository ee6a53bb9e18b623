// The layers that the networks are made of.
// SPDX-License-Identifier: Apache-2.0
#include "ganvas/nn/layers.h"

#include <ATen/ops/avg_pool2d.h>
#include <ATen/ops/batch_norm.h>
#include <ATen/ops/constant_pad_nd.h>
#include <ATen/ops/conv2d.h>
#include <ATen/ops/conv_transpose2d.h>
#include <ATen/ops/empty.h>
#include <ATen/ops/instance_norm.h>
#include <ATen/ops/leaky_relu.h>
#include <ATen/ops/ones.h>
#include <ATen/ops/prelu.h>
#include <ATen/ops/reflection_pad2d.h>
#include <ATen/ops/relu.h>
#include <ATen/ops/stack.h>
#include <ATen/ops/upsample_nearest2d.h>
#include <ATen/ops/zeros.h>
#include <c10/core/GradMode.h>
#include <c10/core/impl/LocalDispatchKeySet.h>

#include "ganvas/core/device.h"
#include "ganvas/core/error.h"
#include "ganvas/core/random.h"
#include "ganvas/kernels/channels_last.h"
#include "ganvas/kernels/gemm_conv.h"
#include "ganvas/kernels/prelu.h"
#include "ganvas/kernels/thin_conv.h"

namespace ganvas {
namespace {

constexpr double kEps = 1e-5;
constexpr double kMomentum = 0.1;
constexpr double kInitialDeviation = 0.02;

Tensor normal(at::IntArrayRef shape, double mean) {
  return at::empty(shape).normal_(mean, kInitialDeviation);
}

/// Autocast would do this in fp32, though it computes nothing.
Tensor pad_by_reflection(const Tensor& x, int64_t padding) {
  const c10::impl::ExcludeDispatchKeyGuard no_autocast(c10::autocast_dispatch_keyset);
  if (is_channels_last_on_gpu(x)) return channels_last_reflection_pad(x, padding);
  const std::vector<int64_t> rim(4, padding);
  return at::reflection_pad2d(x, rim);
}

// Neighbours in a row of a large kernel's few outputs, computed together as outputs of one position.
constexpr int64_t kNeighbours = 4;

/// True for a convolution of few outputs by a large kernel, which oneDNN fills up to 16 outputs.
///   columns: of its output
bool wastes_outputs(const Tensor& x, const Tensor& weight, int64_t stride, int64_t columns) {
  return fast_kernels_allowed() && x.is_cpu() && stride == 1 && weight.size(3) >= 5 &&
         weight.size(0) * kNeighbours <= 16 && columns > 0 && columns % kNeighbours == 0;
}

/// The same convolution, without padding, in 0.4 of its time: kNeighbours outputs side by side are
/// kNeighbours times as many channels of a wider kernel with a stride.
Tensor conv_of_few_outputs(const Tensor& x, const Tensor& weight, const Tensor& bias) {
  std::vector<Tensor> shifted;
  for (int64_t i = 0; i < kNeighbours; ++i) {
    shifted.push_back(at::constant_pad_nd(weight, {i, kNeighbours - 1 - i}));
  }
  const auto wide = at::stack(shifted, 1).flatten(0, 1);  // [outputs * kNeighbours, C, k, k']
  const auto y = at::conv2d(x, wide, {}, at::IntArrayRef{1, kNeighbours});
  const int64_t batch = y.size(0), height = y.size(2), columns = y.size(3);
  const auto side_by_side = y.view({batch, weight.size(0), kNeighbours, height, columns})
                                .permute({0, 1, 3, 4, 2})
                                .reshape({batch, weight.size(0), height, columns * kNeighbours});
  return bias.defined() ? side_by_side + bias.view({1, -1, 1, 1}) : side_by_side;
}

}  // namespace

Tensor pad_same(const Tensor& map, int64_t kernel, int64_t stride) {
  std::vector<int64_t> padding;  // left, right, top, bottom
  for (const int64_t side : {map.size(3), map.size(2)}) {
    const int64_t after = (side + stride - 1) / stride;
    const int64_t all = std::max<int64_t>(0, (after - 1) * stride + kernel - side);
    padding.push_back(all / 2);
    padding.push_back(all - all / 2);
  }
  return at::constant_pad_nd(map, padding);
}

Conv::Conv(ConvShape shape, bool has_bias) : shape_(shape) {
  weight_ =
      register_parameter("weight", normal({shape.out, shape.in, shape.kernel, shape.kernel}, 0));
  if (has_bias) bias_ = register_parameter("bias", at::zeros({shape.out}));
}

std::optional<Tensor> Conv::by_kernels(const Tensor& input, const Tensor& bias) {
  const auto [in, out, kernel, stride, padding, output_padding, edge] = shape_;
  const Window window{kernel, stride, padding, edge};
  const bool is_known_kernel = kernel == 3 || (kernel == 4 && edge == Edge::kZero);
  const bool may_be_winograd = is_known_kernel && stride == 1 && (padding == 0 || padding == 1);
  if (may_be_winograd && winograd_wins(input, weight_)) {
    return winograd_conv(input, weight_, bias, padding, edge, kept_);
  }
  if (gemm_wins(input, weight_, window, ConvWay::kPlain)) {
    return gemm_conv(input, weight_, bias, window, ConvWay::kPlain);
  }
  if (tile_conv_wins(input, weight_, window, ConvWay::kPlain)) {
    return tile_conv(input, weight_, bias, window, ConvWay::kPlain, tile_filters_);
  }
  if (thin_conv_wins(input, weight_, window, ConvWay::kPlain)) {
    return thin_conv(input, weight_, bias, window, ConvWay::kPlain);
  }
  return {};
}

Tensor Conv::forward(const Tensor& input, const Tensor& bias) {
  const auto [in, out, kernel, stride, padding, output_padding, edge] = shape_;
  if (padding != kSame) {
    if (const auto y = by_kernels(input, bias)) return *y;
  }
  const bool is_same = padding == kSame, is_reflected = edge == Edge::kReflect && padding > 0;
  const auto extended = [&, padding = padding, kernel = kernel, stride = stride] {
    if (is_same) return pad_same(input, kernel, stride);
    if (is_reflected) return pad_by_reflection(input, padding);
    const std::vector<int64_t> rim(4, padding);
    return at::constant_pad_nd(input, rim);
  };
  const int64_t columns = is_same ? input.size(3) : input.size(3) + 2 * padding - kernel + 1;
  // A convolution to few channels is the adjoint of one from them, with filters turned.
  const Window adjoint{kernel, stride, kernel - 1};
  const auto from_few = weight_.transpose(0, 1);
  if (thin_conv_wins(input, from_few, adjoint, ConvWay::kTransposed)) {
    return thin_conv(extended(), from_few.flip({2, 3}), bias, adjoint, ConvWay::kTransposed);
  }
  if (wastes_outputs(input, weight_, stride, columns)) {
    return conv_of_few_outputs(extended(), weight_, bias);
  }
  if (is_same || is_reflected) return at::conv2d(extended(), weight_, bias, stride);
  return at::conv2d(input, weight_, bias, stride, padding);
}

// [1 1] twice is [1 2 1]; the second of the two takes every other pixel.
Tensor halved_by_blur(const Tensor& map) {
  return at::avg_pool2d(at::avg_pool2d(pad_by_reflection(map, 1), {2, 2}, {1, 1}), {2, 2});
}

TransposedConv::TransposedConv(ConvShape shape, bool has_bias) : shape_(shape) {
  weight_ =
      register_parameter("weight", normal({shape.in, shape.out, shape.kernel, shape.kernel}, 0));
  if (has_bias) bias_ = register_parameter("bias", at::zeros({shape.out}));
}

Tensor TransposedConv::forward(const Tensor& input, const Tensor& bias) {
  if (shape_.padding == kSame) {  // undoes the uneven padding of the convolution that it mirrors
    const auto full = at::conv_transpose2d(input, weight_, bias, shape_.stride);
    const int64_t before = std::max<int64_t>(0, shape_.kernel - shape_.stride) / 2;
    return full.narrow(2, before, input.size(2) * shape_.stride)
        .narrow(3, before, input.size(3) * shape_.stride);
  }
  const Window window{shape_.kernel, shape_.stride, shape_.padding, Edge::kZero,
                      shape_.output_padding};
  if (gemm_wins(input, weight_, window, ConvWay::kTransposed)) {
    return gemm_conv(input, weight_, bias, window, ConvWay::kTransposed);
  }
  if (tile_conv_wins(input, weight_, window, ConvWay::kTransposed)) {
    return tile_conv(input, weight_, bias, window, ConvWay::kTransposed, tile_filters_);
  }
  return at::conv_transpose2d(input, weight_, bias, shape_.stride, shape_.padding,
                              shape_.output_padding);
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

Tensor Norm::forward(const Tensor& input, After after, const Tensor& added) {
  if (is_of_instances() && norm_can_be_fused(input)) {
    return fused_instance_norm(input, weight_, bias_, after, added);
  }
  auto y = normalised(input);
  if (after.slope == 0) y = at::relu(y);
  if (after.slope != 0 && after.slope != 1) y = at::leaky_relu(y, after.slope);
  return added.defined() ? added + y : y;
}

Tensor Norm::normalised(const Tensor& input) const {
  if (kind_ == NormKind::kNone) return input;
  const bool is_instance = !running_mean_.defined();
  const bool from_batch = is_instance || mode() != Mode::kRunningStatistics;
  const int64_t numbers = input.size(2) * input.size(3) * (is_instance ? 1 : input.size(0));
  require(!from_batch || numbers > 1, "normalisation: got a map of ", input.sizes(),
          ", which has one number a channel; use larger pictures or a shallower network");
  if (is_instance && is_channels_last_on_gpu(input)) {
    return channels_last_instance_norm(input, weight_, bias_, kEps);
  }
  if (is_instance) {
    return at::instance_norm(input, weight_, bias_, {}, {}, /*use_input_stats=*/true, kMomentum,
                             kEps,
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

Tensor doubled(const Tensor& map) {
  const std::vector<int64_t> sides = {2 * map.size(2), 2 * map.size(3)};
  return at::upsample_nearest2d(map, sides);
}

Tensor drop(const Tensor& x, double share, Mode mode) {
  return mode == Mode::kRunningStatistics ? x : draw_dropout(x, share);
}

Tensor parametric_relu(const Tensor& x, const Tensor& slope) {
  if (prelu_can_be_fused(x)) return fused_prelu(x, slope);
  return at::prelu(x, slope.to(x.scalar_type()));
}

ResidualBlock::ResidualBlock(int64_t channels, NormKind kind, Dropout dropout, Edge edge)
    : dropout_(dropout) {
  const ConvShape shape{channels, channels, 3, 1, 1, 0, edge};
  a_ = register_module("a", std::make_shared<Normed<Conv>>(shape, kind));
  b_ = register_module("b", std::make_shared<Normed<Conv>>(shape, kind));
}

Tensor ResidualBlock::forward(const Tensor& x) {
  auto h = a_->forward(x, After::kRelu, {});
  if (dropout_ != Dropout::kNone) h = drop(h, 0.5, mode());
  return b_->forward(h, After::kNothing, x);
}

void begin_calmly(Module& network) {
  const c10::NoGradGuard no_gradients;
  for (const auto& [name, tensor] : network.parameters()) {
    if (tensor.dim() != 4) continue;
    const auto fan = static_cast<double>(tensor.size(1) * tensor.size(2) * tensor.size(3));
    const double share = name.rfind("head", 0) == 0 ? 1 : 0.1;
    tensor.normal_(0, share * std::sqrt(2 / fan));
  }
}

}  // namespace ganvas
