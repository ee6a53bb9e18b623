// Convolutions in bf16 on the CPU, on tiles: what they are made of in which order, and gradients.
// SPDX-License-Identifier: Apache-2.0
#include "ganvas/kernels/tile_conv.h"

#include <algorithm>
#include <mutex>

#include "ganvas/core/error.h"
#include "ganvas/kernels/private/bf16_conv.h"
#include "ganvas/kernels/private/fold.h"
#include "ganvas/kernels/private/tile_passes.h"
#include "ganvas/kernels/private/tiles.h"
#include "ganvas/kernels/private/weight_state.h"

namespace ganvas::kernels {

/// Packed filters of both ways, and what they were made from.
struct TileFilters {
  std::mutex lock;
  WeightState packed_from;
  PackedFilters reading, writing;

  /// Of `current`, made anew if it changed.
  PackedFilters of(const Tensor& current, const TilePlan& plan) {
    if (current.is_inference()) return packed(current, plan);  // has no version
    const std::lock_guard guard(lock);
    if (const auto state = WeightState::of(current); packed_from != state) {
      reading = writing = {};
      packed_from = state;
    }
    auto& kept = plan.way == ConvWay::kPlain ? reading : writing;
    if (!kept.numbers.defined()) kept = packed(current, plan);
    return kept;
  }
};

namespace {

// Narrower maps leave tiles empty, and the filters are read for few outputs; by measurement on two cores
// with AMX.
constexpr int64_t kLeastColumns = 12, kLeastOutputs = 256;

class TileConv final : public Bf16Conv {
 public:
  TileConv(const Window& window, ConvWay way, std::shared_ptr<TileFilters> filters)
      : Bf16Conv(window, way), filters_(std::move(filters)) {}

  Tensor forward(const Tensor& x, const Tensor& weight, const Tensor& bias) const override {
    return forward_of_joined({x}, weight, {bias});
  }

  Tensor forward_of_joined(const std::vector<Tensor>& maps, const Tensor& weight,
                           const PassEnd& end) const {
    const auto side = [this](int64_t pixels) {
      return is_plain() ? window().places(pixels) : window().pixels(pixels);
    };
    const auto plan = TilePlan::of(window(), way());
    return pass(maps, filters_->of(weight, plan), end, plan,
                {side(maps[0].size(2)), side(maps[0].size(3))});
  }

  /// That of a mirrored border is that of zeros all around, folded.
  Tensor input_gradient(const Tensor& dy, const Tensor& weight,
                        at::IntArrayRef sides) const override {
    const int64_t rim = window().edge == Edge::kReflect ? window().padding : 0;
    const auto adjoint = is_plain() ? ConvWay::kTransposed : ConvWay::kPlain;
    const auto plan =
        TilePlan::of({window().kernel, window().stride, window().padding - rim}, adjoint);
    const auto dx =
        pass({dy}, filters_->of(weight, plan), {}, plan, {sides[0] + 2 * rim, sides[1] + 2 * rim});
    return rim > 0 ? fold(dx, rim) : dx;
  }

  Tensor weight_gradient(const Tensor& dy, const Tensor& x, at::IntArrayRef sizes) const override {
    const auto &large = is_plain() ? x : dy, &small = is_plain() ? dy : x;
    return filter_gradient(large, small, TilePlan::of(window(), ConvWay::kPlain)).view(sizes);
  }

 private:
  std::shared_ptr<TileFilters> filters_;
};

bool fits(const Tensor& x, const Tensor& weight, const Window& window, ConvWay way) {
  return weight.size(0) % kChannelBlock == 0 && weight.size(1) % kChannelBlock == 0 &&
         window.fits(std::min(x.size(2), x.size(3)), way);
}

}  // namespace

KeptTileFilters::KeptTileFilters() : kept_(std::make_shared<TileFilters>()) {}

bool tile_conv_wins(const Tensor& x, const Tensor& weight, const Window& window, ConvWay way) {
  if (!tiles_are_wanted(x, weight) || !fits(x, weight, window, way)) return false;
  const int64_t high = way == ConvWay::kPlain ? window.places(x.size(2)) : x.size(2);
  const int64_t wide = way == ConvWay::kPlain ? window.places(x.size(3)) : x.size(3);
  return wide >= kLeastColumns && x.size(0) * high * wide >= kLeastOutputs;
}

Tensor tile_conv(const Tensor& x, const Tensor& weight, const Tensor& bias, const Window& window,
                 ConvWay way, const KeptTileFilters& kept) {
  require(x.dim() == 4 && weight.dim() == 4 &&
              x.size(1) == weight.size(way == ConvWay::kPlain ? 1 : 0) &&
              weight.size(2) == window.kernel && weight.size(3) == window.kernel &&
              fits(x, weight, window, way),
          "convolution on tiles: got a map of ", x.sizes(), " for a weight of ", weight.sizes(),
          ", expected channels in multiples of ", kChannelBlock, " and a map that the window fits");
  return apply(c10::make_intrusive<TileConv>(window, way, kept.kept_), x, weight, bias);
}

Tensor tile_conv_of_joined(const std::vector<Tensor>& maps, const Tensor& weight,
                           const Tensor& bias, const Window& window, const Tensor& slopes,
                           const KeptTileFilters& kept) {
  int64_t channels = 0;
  std::vector<Tensor> in_order;
  for (const auto& map : maps) {
    channels += map.size(1);
    in_order.push_back(in_bf16(map));
    require(map.size(1) % kChannelBlock == 0 && map.size(0) == maps[0].size(0) &&
                map.sizes().slice(2) == maps[0].sizes().slice(2),
            "convolution on tiles: got a map of ", map.sizes(), " beside one of ", maps[0].sizes());
  }
  require(channels == weight.size(1) && fits(maps[0], weight, window, ConvWay::kPlain),
          "convolution on tiles: got ", channels, " channels for a weight of ", weight.sizes());
  return TileConv(window, ConvWay::kPlain, kept.kept_)
      .forward_of_joined(in_order, weight, {bias, slopes});
}

}  // namespace ganvas::kernels
