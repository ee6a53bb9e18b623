// The convolution of a layer, by whichever kernel wins for it.
// SPDX-License-Identifier: Apache-2.0
#include "ganvas/kernels/convolution.h"

#include <algorithm>

#include <ATen/core/grad_mode.h>
#include <ATen/ops/cat.h>
#include <ATen/ops/constant_pad_nd.h>
#include <ATen/ops/conv2d.h>
#include <ATen/ops/conv_transpose2d.h>
#include <ATen/ops/prelu.h>
#include <ATen/ops/reflection_pad2d.h>
#include <ATen/ops/stack.h>
#include <c10/core/impl/LocalDispatchKeySet.h>

#include "ganvas/core/device.h"
#include "ganvas/kernels/channels_last.h"
#include "ganvas/kernels/gemm_conv.h"
#include "ganvas/kernels/thin_conv.h"

namespace ganvas::kernels {
namespace {

bool is_plain(const Convolution& c) {
  return c.way == ConvWay::kPlain;
}

bool is_same(const Convolution& c) {
  return c.window.padding == kSame;
}

bool is_reflected(const Convolution& c) {
  return c.window.edge == Edge::kReflect && c.window.padding > 0;
}

/// The map with what lies beyond its border.
Tensor extended(const Convolution& c) {
  if (is_same(c)) return pad_same(c.x, c.window.kernel, c.window.stride);
  if (is_reflected(c)) return pad_by_reflection(c.x, c.window.padding);
  const std::vector<int64_t> rim(4, c.window.padding);
  return at::constant_pad_nd(c.x, rim);
}

bool winograd_takes(const Convolution& c) {
  const auto& [kernel, stride, padding, edge, output_padding] = c.window;
  const bool is_known = kernel == 3 || (kernel == 4 && edge == Edge::kZero);
  return is_plain(c) && is_known && stride == 1 && (padding == 0 || padding == 1) &&
         winograd_wins(c.x, c.weight);
}

Tensor by_winograd(const Convolution& c, FilterCache& cache) {
  return winograd_conv(c.x, c.weight, c.bias, c.window.padding, c.window.edge, cache.winograd);
}

bool gemm_takes(const Convolution& c) {
  return !is_same(c) && gemm_wins(c.x, c.weight, c.window, c.way);
}

Tensor by_gemm(const Convolution& c, FilterCache&) {
  return gemm_conv(c.x, c.weight, c.bias, c.window, c.way);
}

bool tiles_take(const Convolution& c) {
  return !is_same(c) && tile_conv_wins(c.x, c.weight, c.window, c.way);
}

Tensor by_tiles(const Convolution& c, FilterCache& cache) {
  return tile_conv(c.x, c.weight, c.bias, c.window, c.way, cache.tiles);
}

bool thin_takes(const Convolution& c) {
  return is_plain(c) && !is_same(c) && thin_conv_wins(c.x, c.weight, c.window, ConvWay::kPlain);
}

Tensor by_thin(const Convolution& c, FilterCache&) {
  return thin_conv(c.x, c.weight, c.bias, c.window, ConvWay::kPlain);
}

/// A convolution to few channels is the adjoint of one from them, with filters turned.
Window adjoint_of(const Window& window) {
  return {window.kernel, window.stride, window.kernel - 1};
}

bool thin_adjoint_takes(const Convolution& c) {
  return is_plain(c) &&
         thin_conv_wins(c.x, c.weight.transpose(0, 1), adjoint_of(c.window), ConvWay::kTransposed);
}

Tensor by_thin_adjoint(const Convolution& c, FilterCache&) {
  return thin_conv(extended(c), c.weight.transpose(0, 1).flip({2, 3}), c.bias, adjoint_of(c.window),
                   ConvWay::kTransposed);
}

// Neighbours in a row of a large kernel's few outputs, computed together as outputs of one position.
constexpr int64_t kNeighbours = 4;

/// True for a convolution of few outputs by a large kernel, which oneDNN fills up to 16 outputs.
bool neighbours_take(const Convolution& c) {
  const int64_t columns = is_same(c) ? c.x.size(3) : c.window.places(c.x.size(3));
  return fast_kernels_allowed() && c.x.is_cpu() && is_plain(c) && c.window.stride == 1 &&
         c.window.kernel >= 5 && c.weight.size(0) * kNeighbours <= 16 && columns > 0 &&
         columns % kNeighbours == 0;
}

/// The same convolution in 0.4 of its time: kNeighbours outputs side by side are kNeighbours times as
/// many channels of a wider kernel with a stride.
Tensor by_neighbours(const Convolution& c, FilterCache&) {
  std::vector<Tensor> shifted;
  for (int64_t i = 0; i < kNeighbours; ++i) {
    shifted.push_back(at::constant_pad_nd(c.weight, {i, kNeighbours - 1 - i}));
  }
  const auto wide = at::stack(shifted, 1).flatten(0, 1);  // [outputs * kNeighbours, C, k, k']
  const auto y = at::conv2d(extended(c), wide, {}, at::IntArrayRef{1, kNeighbours});
  const int64_t batch = y.size(0), height = y.size(2), columns = y.size(3), k = c.weight.size(0);
  const auto side_by_side = y.view({batch, k, kNeighbours, height, columns})
                                .permute({0, 1, 3, 4, 2})
                                .reshape({batch, k, height, columns * kNeighbours});
  return c.bias.defined() ? side_by_side + c.bias.view({1, -1, 1, 1}) : side_by_side;
}

bool torch_takes(const Convolution&) {
  return true;
}

Tensor transposed_by_torch(const Convolution& c) {
  const auto& [kernel, stride, padding, edge, output_padding] = c.window;
  if (!is_same(c)) {
    return at::conv_transpose2d(c.x, c.weight, c.bias, stride, padding, output_padding);
  }
  // Undoes the uneven padding of the convolution that it mirrors.
  const auto full = at::conv_transpose2d(c.x, c.weight, c.bias, stride);
  const int64_t before = std::max<int64_t>(0, kernel - stride) / 2;
  return full.narrow(2, before, c.x.size(2) * stride).narrow(3, before, c.x.size(3) * stride);
}

Tensor by_torch(const Convolution& c, FilterCache&) {
  if (!is_plain(c)) return transposed_by_torch(c);
  if (is_same(c) || is_reflected(c)) {
    return at::conv2d(extended(c), c.weight, c.bias, c.window.stride);
  }
  return at::conv2d(c.x, c.weight, c.bias, c.window.stride, c.window.padding);
}

KernelTrace::Listener& listener() {
  static KernelTrace::Listener one;
  return one;
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

Tensor pad_by_reflection(const Tensor& map, int64_t padding) {
  // Autocast would do this in fp32, though it computes nothing.
  const c10::impl::ExcludeDispatchKeyGuard no_autocast(c10::autocast_dispatch_keyset);
  if (is_channels_last_on_gpu(map)) return channels_last_reflection_pad(map, padding);
  const std::vector<int64_t> rim(4, padding);
  return at::reflection_pad2d(map, rim);
}

const std::vector<ConvKernel>& conv_kernels() {
  static const std::vector<ConvKernel> all = {
      {"Winograd", winograd_takes, by_winograd},
      {"matrix product", gemm_takes, by_gemm},
      {"tiles", tiles_take, by_tiles},
      {"thin tiles", thin_takes, by_thin},
      {"thin tiles, adjoint", thin_adjoint_takes, by_thin_adjoint},
      {"neighbours", neighbours_take, by_neighbours},
      {"torch", torch_takes, by_torch},
  };
  return all;
}

Tensor conv2d(const Convolution& convolution, FilterCache& cache) {
  for (const auto& kernel : conv_kernels()) {
    if (!kernel.wins(convolution)) continue;
    if (listener()) listener()(convolution, kernel.name);
    return kernel.run(convolution, cache);
  }
  return {};  // torch takes all
}

KernelTrace::KernelTrace(Listener heard) {
  listener() = std::move(heard);
}

KernelTrace::~KernelTrace() {
  listener() = nullptr;
}

Tensor conv2d_of_joined(const std::vector<Tensor>& maps, const Convolution& c, const Tensor& slopes,
                        FilterCache& cache) {
  const auto all_in_steps_of = [&](int64_t channels) {
    return std::all_of(maps.begin(), maps.end(),
                       [channels](const Tensor& map) { return map.size(1) % channels == 0; });
  };
  const bool wants_gradients =
      c10::GradMode::is_enabled() &&
      (c.weight.requires_grad() || std::any_of(maps.begin(), maps.end(), [](const Tensor& map) {
         return map.requires_grad();
       }));
  if (!wants_gradients && all_in_steps_of(16) && winograd_takes(c)) {
    return winograd_conv_of_joined(maps, c.weight, c.bias, c.window.padding, slopes,
                                   cache.winograd);
  }
  if (!wants_gradients && all_in_steps_of(32) && tiles_take(c)) {
    return tile_conv_of_joined(maps, c.weight, c.bias, c.window, slopes, cache.tiles);
  }
  const auto x = maps.size() == 1 ? maps[0] : at::cat(maps, 1);
  const auto y = conv2d({x, c.weight, c.bias, c.window, c.way}, cache);
  return slopes.defined() ? at::prelu(y, slopes.to(y.scalar_type())) : y;
}

}  // namespace ganvas::kernels
