// Operations of a GPU on maps with their channels together.
// SPDX-License-Identifier: Apache-2.0
#include "ganvas/kernels/channels_last.h"

#include <ATen/ops/batch_norm.h>
#include <ATen/ops/cat.h>
#include <ATen/ops/empty.h>
#include <torch/csrc/autograd/custom_function.h>

namespace ganvas::kernels {
namespace {

constexpr auto kOrder = at::MemoryFormat::ChannelsLast;
constexpr int64_t kVertical = 2, kHorizontal = 3;

/// Calls `pair(rim, mirrored)` for each line of the rim along one axis of a padded map and the line
/// inside that it mirrors.
template <typename Pair>
void for_each_line(const Tensor& padded, int64_t axis, int64_t padding, const Pair& pair) {
  const int64_t last = padded.size(axis) - 1;
  for (int64_t i = 1; i <= padding; ++i) {
    pair(padded.select(axis, padding - i), padded.select(axis, padding + i));
    pair(padded.select(axis, last - padding + i), padded.select(axis, last - padding - i));
  }
}

Tensor inside(const Tensor& padded, int64_t padding) {
  return padded.narrow(kVertical, padding, padded.size(kVertical) - 2 * padding)
      .narrow(kHorizontal, padding, padded.size(kHorizontal) - 2 * padding);
}

class ReflectionPad : public torch::autograd::Function<ReflectionPad> {
 public:
  static Tensor forward(torch::autograd::AutogradContext* context, const Tensor& x,
                        int64_t padding) {
    context->saved_data["padding"] = padding;
    const auto padded =
        at::empty({x.size(0), x.size(1), x.size(2) + 2 * padding, x.size(3) + 2 * padding},
                  x.options().memory_format(kOrder));
    inside(padded, padding).copy_(x);
    const auto mirror = [](const Tensor& rim, const Tensor& line) { rim.copy_(line); };
    for_each_line(padded, kVertical, padding, mirror);
    for_each_line(padded, kHorizontal, padding, mirror);  // the corners, too
    return padded;
  }

  static torch::autograd::variable_list backward(torch::autograd::AutogradContext* context,
                                                 torch::autograd::variable_list gradients) {
    const int64_t padding = context->saved_data["padding"].toInt();
    const auto sums = gradients[0].clone(kOrder);
    const auto gather = [](const Tensor& rim, const Tensor& line) { line.add_(rim); };
    for_each_line(sums, kHorizontal, padding, gather);
    for_each_line(sums, kVertical, padding, gather);
    return {inside(sums, padding).contiguous(kOrder), {}};
  }
};

}  // namespace

bool is_channels_last_on_gpu(const Tensor& x) {
  return x.is_cuda() && x.is_contiguous(kOrder) && !x.is_contiguous();
}

Tensor channels_last_reflection_pad(const Tensor& x, int64_t padding) {
  return ReflectionPad::apply(x, padding);
}

Tensor channels_last_instance_norm(const Tensor& x, const Tensor& weight, const Tensor& bias,
                                   double eps) {
  // Of one image it is batch norm.
  const auto normed = [&](const Tensor& one) {
    return at::batch_norm(one, weight, bias, {}, {}, /*training=*/true, /*momentum=*/0.1, eps,
                          /*cudnn_enabled=*/true);
  };
  if (x.size(0) == 1) return normed(x);
  std::vector<Tensor> images;
  for (const auto& image : x.split(1)) images.push_back(normed(image));
  return at::cat(images);
}

}  // namespace ganvas::kernels
