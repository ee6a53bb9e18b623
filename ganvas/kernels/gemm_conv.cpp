// Convolutions on the CPU as products of matrices.
// SPDX-License-Identifier: Apache-2.0
#include "ganvas/kernels/gemm_conv.h"

#include <ATen/autocast_mode.h>
#include <ATen/ops/mm.h>
#include <c10/core/impl/LocalDispatchKeySet.h>
#include <torch/csrc/autograd/custom_function.h>

#include "ganvas/core/device.h"
#include "ganvas/core/error.h"
#include "ganvas/kernels/private/im2col.h"
#include "ganvas/kernels/private/numbers.h"
#include "ganvas/kernels/private/torch_gradients.h"

namespace ganvas::kernels {
namespace {

using torch::autograd::AutogradContext;
using torch::autograd::variable_list;

// Measured on two cores with AVX-512 and AMX (bench/results): up to so many positions a product
// whose left factor is they runs at the speed of memory; up to so many, fp32 is read as often by the
// products as by a cast.
constexpr int64_t kFewPositions = 64, kFewestPositions = 16;
// Columns so low cost less than what oneDNN does to fill a few channels up to its blocks.
constexpr int64_t kLowColumns = 64;

/// In the factors' own precision, autocast or not.
Tensor product(const Tensor& a, const Tensor& b) {
  const c10::impl::ExcludeDispatchKeyGuard as_they_are(c10::autocast_dispatch_keyset);
  return at::mm(a, b);
}

/// [K, C, k, k] -> [K, C * k * k]
Tensor as_matrix(const Tensor& weight) {
  return weight.reshape({weight.size(0), -1});
}

/// [N, K, H, W] -> [K, N * H * W]
Tensor rows_of_channels(const Tensor& map) {
  return map.transpose(0, 1).reshape({map.size(1), -1});
}

/// The convolution of a map of `sizes`, given its columns: [N, K, places, places].
Tensor read(const Tensor& columns, at::IntArrayRef sizes, const Tensor& weight,
            const Window& window) {
  return product(as_matrix(weight), columns)
      .view({weight.size(0), sizes[0], window.places(sizes[2]), window.places(sizes[3])})
      .transpose(0, 1)
      .contiguous();
}

/// Its adjoint: [N, K, places, places] -> [N, C, H, W].
Tensor write(const Tensor& map, const Tensor& weight, const Window& window, at::IntArrayRef sides) {
  const auto rows = rows_of_channels(map);
  const auto matrix = as_matrix(weight);
  const auto columns = rows.size(1) <= kFewPositions ? product(rows.t().contiguous(), matrix).t()
                                                     : product(matrix.t(), rows);
  return col2im(columns, window, {map.size(0), weight.size(1), sides[0], sides[1]});
}

/// The gradient of a weight of `sizes`: of a map [N, K, places, places] and the columns of the other.
Tensor weight_gradient(const Tensor& small, const Tensor& columns, at::IntArrayRef sizes) {
  return product(rows_of_channels(small), columns.t()).view(sizes);
}

class GemmConv final : public torch::autograd::Function<GemmConv> {
 public:
  static Tensor forward(AutogradContext* context, const Tensor& x, const Tensor& weight,
                        int64_t stride, int64_t padding, int64_t way) {
    context->save_for_backward({x, weight});
    context->saved_data["stride"] = stride;
    context->saved_data["padding"] = padding;
    context->saved_data["way"] = way;
    const Window window{weight.size(2), stride, padding};
    if (static_cast<ConvWay>(way) == ConvWay::kPlain) {
      return read(im2col(x, window), x.sizes(), weight, window);
    }
    return write(x, weight, window, {window.pixels(x.size(2)), window.pixels(x.size(3))});
  }

  static variable_list backward(AutogradContext* context, const variable_list& gradients) {
    const auto saved = context->get_saved_variables();
    const auto &x = saved[0], &weight = saved[1], &dy = gradients[0];
    const Window window{weight.size(2), context->saved_data["stride"].toInt(),
                        context->saved_data["padding"].toInt()};
    const auto way = static_cast<ConvWay>(context->saved_data["way"].toInt());
    if (c10::GradMode::is_enabled()) {
      const auto made = torch_gradients(dy, x, weight, window, way);
      return {made.x, made.weight, {}, {}, {}};
    }
    const bool is_plain = way == ConvWay::kPlain;
    Tensor dx, dweight;
    const bool wants_dx = context->needs_input_grad(0),
               wants_dweight = context->needs_input_grad(1);
    const auto &large = is_plain ? x : dy, &small = is_plain ? dy : x;
    const bool reads = wants_dweight || !is_plain;  // the columns serve both gradients
    const auto columns = reads ? im2col(large, window) : Tensor();
    if (wants_dx) {
      dx = is_plain ? write(dy, weight, window, {x.size(2), x.size(3)})
                    : read(columns, dy.sizes(), weight, window);
    }
    if (wants_dweight) dweight = weight_gradient(small, columns, weight.sizes());
    return {dx, dweight, {}, {}, {}};
  }
};

/// Positions on the side of the map that has fewer.
int64_t positions(const Tensor& x, const Window& window, ConvWay way) {
  if (way == ConvWay::kTransposed) return x.size(0) * x.size(2) * x.size(3);
  return x.size(0) * window.places(x.size(2)) * window.places(x.size(3));
}

bool fits(const Tensor& x, const Window& window, ConvWay way) {
  if (window.edge != Edge::kZero || window.output_padding != 0) return false;
  return window.fits(std::min(x.size(2), x.size(3)), way);
}

}  // namespace

bool gemm_wins(const Tensor& x, const Tensor& weight, const Window& window, ConvWay way) {
  if (!fast_kernels_allowed() || !has_known_numbers(x) || weight.scalar_type() != at::kFloat)
    return false;
  const bool is_in_fp16 = at::autocast::is_autocast_enabled(at::kCPU) &&
                          at::autocast::get_autocast_dtype(at::kCPU) != at::kBFloat16;
  if (is_in_fp16 || !fits(x, window, way)) return false;
  const bool is_low =
      way == ConvWay::kTransposed && weight.size(1) * window.kernel * window.kernel <= kLowColumns;
  return is_low || positions(x, window, way) <= weight.size(0);
}

Tensor gemm_conv(const Tensor& x, const Tensor& weight, const Tensor& bias, const Window& window,
                 ConvWay way) {
  const int64_t expected = weight.size(way == ConvWay::kPlain ? 1 : 0);
  require(x.dim() == 4 && x.size(1) == expected && weight.size(2) == window.kernel &&
              fits(x, window, way),
          "convolution: got a map of ", x.sizes(), " for a weight of ", weight.sizes());
  const bool in_bf16 = at::autocast::is_autocast_enabled(at::kCPU);
  const auto given = x.scalar_type();
  const auto inside =
      !in_bf16 || positions(x, window, way) <= kFewestPositions ? at::kFloat : at::kBFloat16;
  const auto cast =
      inside == at::kBFloat16 ? at::autocast::cached_cast(at::kBFloat16, weight, at::kCPU) : weight;
  const auto y =
      GemmConv::apply(x.to(inside), cast, window.stride, window.padding, static_cast<int64_t>(way));
  const auto whole = bias.defined() ? y + bias.to(inside).view({1, -1, 1, 1}) : y;
  return in_bf16 ? whole.to(at::kBFloat16) : whole.to(given);
}

}  // namespace ganvas::kernels
