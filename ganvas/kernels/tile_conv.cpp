// Convolutions in bf16 on the CPU, on tiles: what they are made of in which order, and gradients.
// SPDX-License-Identifier: Apache-2.0
#include "ganvas/kernels/tile_conv.h"

#include <mutex>

#include <ATen/autocast_mode.h>
#include <ATen/core/ivalue.h>
#include <torch/csrc/autograd/custom_function.h>

#include "ganvas/core/device.h"
#include "ganvas/core/error.h"
#include "ganvas/kernels/fold.h"
#include "ganvas/kernels/numbers.h"
#include "ganvas/kernels/tile_passes.h"
#include "ganvas/kernels/torch_gradients.h"

namespace ganvas {

/// Packed filters of both ways, and what they were made from.
struct TileFilters {
  std::mutex lock;
  const void* weight = nullptr;
  int64_t version = -1;
  PackedFilters reading, writing;

  /// Of `current`, made anew if it changed.
  PackedFilters of(const Tensor& current, const TilePlan& plan) {
    if (current.is_inference()) return packed(current, plan);  // has no version
    const std::lock_guard guard(lock);
    if (weight != current.const_data_ptr() || version != current._version()) {
      reading = writing = {};
      weight = current.const_data_ptr();
      version = current._version();
    }
    auto& kept = plan.way == ConvWay::kPlain ? reading : writing;
    if (!kept.numbers.defined()) kept = packed(current, plan);
    return kept;
  }
};

namespace {

using torch::autograd::AutogradContext;
using torch::autograd::variable_list;

// Narrower maps leave tiles empty, and the filters are read for few outputs; by measurement on two cores
// with AMX.
constexpr int64_t kLeastColumns = 12, kLeastOutputs = 256;

/// What a convolution is, for its gradients.
struct Kind : torch::CustomClassHolder {
  Window window;
  ConvWay way;
  std::shared_ptr<TileFilters> filters;

  Kind(const Window& window_, ConvWay way_, std::shared_ptr<TileFilters> filters_)
      : window(window_), way(way_), filters(std::move(filters_)) {}

  bool is_plain() const { return way == ConvWay::kPlain; }
  int64_t side(int64_t pixels) const {
    return is_plain() ? window.places(pixels) : window.pixels(pixels);
  }
};

Tensor in_bf16(const Tensor& map) {
  return map.to(at::kBFloat16).contiguous(at::MemoryFormat::ChannelsLast);
}

Tensor convolved(const Tensor& map, const Tensor& weight, const Tensor& bias, const Kind& kind) {
  const auto plan = TilePlan::of(kind.window, kind.way);
  return pass(map, kind.filters->of(weight, plan), bias, plan,
              {kind.side(map.size(2)), kind.side(map.size(3))});
}

/// The adjoint, for an input of these sides. That of a mirrored border is that of zeros all around,
/// folded.
Tensor adjoint(const Tensor& dy, const Tensor& weight, const Kind& kind, at::IntArrayRef sides) {
  const auto& window = kind.window;
  const int64_t rim = window.edge == Edge::kReflect ? window.padding : 0;
  const auto way = kind.is_plain() ? ConvWay::kTransposed : ConvWay::kPlain;
  const auto plan = TilePlan::of({window.kernel, window.stride, window.padding - rim}, way);
  const auto dx = pass(dy, kind.filters->of(weight, plan), {}, plan,
                       {sides[0] + 2 * rim, sides[1] + 2 * rim});
  return rim > 0 ? fold(dx, rim) : dx;
}

class TileConv final : public torch::autograd::Function<TileConv> {
 public:
  static Tensor forward(AutogradContext* context, const Tensor& x, const Tensor& weight,
                        const std::optional<Tensor>& bias, const c10::intrusive_ptr<Kind>& kind) {
    const auto map = in_bf16(x);
    context->save_for_backward({map, weight});
    context->saved_data["kind"] = c10::IValue::make_capsule(kind);
    context->saved_data["type"] = static_cast<int64_t>(x.scalar_type());
    context->saved_data["has_bias"] = bias.has_value();
    return convolved(map, weight, bias.value_or(Tensor()), *kind);
  }

  static variable_list backward(AutogradContext* context, const variable_list& gradients) {
    const auto saved = context->get_saved_variables();
    const auto &x = saved[0], &weight = saved[1];
    const auto capsule = context->saved_data["kind"].toCapsule();
    const auto& kind = static_cast<const Kind&>(*capsule);
    const auto type = static_cast<at::ScalarType>(context->saved_data["type"].toInt());
    const bool has_bias = context->saved_data["has_bias"].toBool();
    const auto dy = in_bf16(gradients[0]);
    if (c10::GradMode::is_enabled()) {
      const auto made = torch_gradients(dy, x, weight, kind.window, kind.way);
      return {made.x.to(type), made.weight, has_bias ? made.bias : Tensor(), {}};
    }
    Tensor dx, dweight, dbias;
    if (context->needs_input_grad(0)) {
      dx = adjoint(dy, weight, kind, x.sizes().slice(2)).to(type);
    }
    if (context->needs_input_grad(1)) {
      const auto &large = kind.is_plain() ? x : dy, &small = kind.is_plain() ? dy : x;
      dweight = filter_gradient(large, small, kind.window);
    }
    if (has_bias && context->needs_input_grad(2)) {
      dbias = dy.sum(at::IntArrayRef{0, 2, 3}, /*keepdim=*/false, at::kFloat);
    }
    return {dx, dweight, dbias, {}};
  }
};

bool fits(const Tensor& x, const Window& window, ConvWay way) {
  const int64_t least = std::min(x.size(2), x.size(3));
  if (way == ConvWay::kTransposed) return window.edge == Edge::kZero;
  if (window.edge == Edge::kReflect && least <= window.padding) return false;
  return least + 2 * window.padding >= window.kernel;
}

}  // namespace

KeptTileFilters::KeptTileFilters() : kept_(std::make_shared<TileFilters>()) {}
KeptTileFilters::~KeptTileFilters() = default;

bool tile_conv_wins(const Tensor& x, const Tensor& weight, const Window& window, ConvWay way) {
  const bool is_in_bf16 = at::autocast::is_autocast_enabled(at::kCPU) &&
                          at::autocast::get_autocast_dtype(at::kCPU) == at::kBFloat16;
  if (!is_in_bf16 || !fast_kernels_allowed() || !has_known_numbers(x) ||
      weight.scalar_type() != at::kFloat || weight.size(0) % kChannelBlock != 0 ||
      weight.size(1) % kChannelBlock != 0 || !fits(x, window, way)) {
    return false;
  }
  const int64_t high = way == ConvWay::kPlain ? window.places(x.size(2)) : x.size(2);
  const int64_t wide = way == ConvWay::kPlain ? window.places(x.size(3)) : x.size(3);
  return wide >= kLeastColumns && x.size(0) * high * wide >= kLeastOutputs && has_tiles();
}

Tensor tile_conv(const Tensor& x, const Tensor& weight, const Tensor& bias, const Window& window,
                 ConvWay way, const KeptTileFilters& kept) {
  require(x.dim() == 4 && weight.dim() == 4 && weight.size(0) % kChannelBlock == 0 &&
              weight.size(1) % kChannelBlock == 0 &&
              x.size(1) == weight.size(way == ConvWay::kPlain ? 1 : 0) &&
              weight.size(2) == window.kernel && weight.size(3) == window.kernel &&
              fits(x, window, way),
          "convolution on tiles: got a map of ", x.sizes(), " for a weight of ", weight.sizes(),
          ", expected channels in multiples of ", kChannelBlock, " and a map that the window fits");
  const auto kind = c10::make_intrusive<Kind>(window, way, kept.kept_);
  if (!c10::GradMode::is_enabled()) return convolved(in_bf16(x), weight, bias, *kind);
  const auto added = bias.defined() ? std::make_optional(bias) : std::nullopt;
  return TileConv::apply(x, weight, added, kind);
}

}  // namespace ganvas
