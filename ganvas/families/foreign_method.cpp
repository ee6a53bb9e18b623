// A network of another program as a method, so that all that runs methods runs it.
// SPDX-License-Identifier: Apache-2.0
#include <cmath>

#include <ATen/ops/replication_pad2d.h>
#include <ATen/ops/zeros.h>
#include <c10/core/GradMode.h>

#include "ganvas/core/error.h"
#include "ganvas/families/family.h"
#include "ganvas/methods/inference.h"

namespace ganvas {
namespace {

/// How many pixels of its input a network's output leaves out on each side, as those of waifu2x do.
int64_t border_of(const Network& network, const Foreign& foreign) {
  constexpr int64_t kSide = 96;
  constexpr double kMostPixels = 64;  // along a side, for each of the input
  for (const auto& map : foreign.graph.scales()) {
    require(map.scale <= kMostPixels, foreign.family, ": has a map ", map.scale,
            " times as wide as its input");
  }
  const int64_t side = (kSide + foreign.multiple - 1) / foreign.multiple * foreign.multiple;
  Tensor made;
  try {
    made = infer(network, at::zeros({1, foreign.channels_in, side, side}));
  } catch (const c10::Error& error) {
    throw Error(c10::str(foreign.family, ": its layers do not fit together (",
                         error.what_without_backtrace(), ")"));
  }
  require(made.dim() == 4, foreign.family, ": makes no image");
  const int64_t missing = foreign.scale * side - made.size(2);
  require(missing >= 0 && missing % (2 * foreign.scale) == 0 && made.size(2) == made.size(3),
          foreign.family, ": makes ", made.size(3), " x ", made.size(2), " pixels of ", side, " x ",
          side, ", expected ", foreign.scale, " times as many, less a border");
  require(made.size(1) == foreign.channels_out, foreign.family, ": makes ", made.size(1),
          " channels, expected ", foreign.channels_out);
  return missing / (2 * foreign.scale);
}

double black_of(ValueRange range) {
  return range == ValueRange::kSigned ? -1 : 0;
}

double white_of(ValueRange range) {
  return range == ValueRange::kLevels ? 255 : 1;
}

/// [-1, 1] -> the network's range.
Tensor to_range(const Tensor& images, ValueRange range) {
  const double black = black_of(range), half = (white_of(range) - black) / 2;
  return range == ValueRange::kSigned ? images : (images + 1) * half + black;
}

Tensor from_range(const Tensor& made, ValueRange range) {
  const double black = black_of(range), half = (white_of(range) - black) / 2;
  return range == ValueRange::kSigned ? made : (made - black) / half - 1;
}

class ForeignMethod final : public Method {
 public:
  explicit ForeignMethod(const Foreign& foreign)
      : foreign_(foreign), network_(add_network("network", network_of(foreign.graph))) {
    for (const auto& [name, tensor] : network_.parameters()) tensor.set_requires_grad(false);
    border_ = border_of(network_, foreign);
    const auto scale = foreign.graph.scale();
    if (!scale.reach) return;
    const auto pixels = static_cast<int64_t>(std::ceil(*scale.reach));
    reach_ = (pixels + foreign.multiple) / foreign.multiple * foreign.multiple;
  }

  Game game() override { throw UsageError(foreign_.family + ": is not trained here"); }

  Abilities abilities() const override { return {.reach = reach_}; }
  int64_t size_multiple() const override { return foreign_.multiple; }

 protected:
  Tensor run_translation(const Tensor& images, Direction) override {
    const std::vector<int64_t> around(4, border_);
    const auto seen = border_ > 0 ? at::replication_pad2d(images, around) : images;
    const auto made = infer(network_, to_range(seen, foreign_.range));
    return from_range(made, foreign_.range).clamp(-1, 1);
  }

 private:
  Foreign foreign_;
  Network network_;
  int64_t border_ = 0, reach_ = 0;
};

}  // namespace

std::unique_ptr<Method> method_of(const Foreign& foreign) {
  return std::make_unique<ForeignMethod>(foreign);
}

}  // namespace ganvas
