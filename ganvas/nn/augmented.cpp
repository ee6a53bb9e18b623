// What a discriminator sees images through.
// SPDX-License-Identifier: Apache-2.0
#include "ganvas/nn/augmented.h"

#include <ATen/ops/arange.h>
#include <ATen/ops/cat.h>
#include <ATen/ops/constant_pad_nd.h>

#include "ganvas/core/random.h"
#include "ganvas/nn/private/module.h"

namespace ganvas {
namespace {

/// Numbers for the images of a batch [N, C, H, W]: [N, 1, 1, 1].
class Draws {
 public:
  Draws(const Tensor& batch, int64_t together) : batch_(batch), together_(together) {}

  /// Uniform in [low, high).
  Tensor numbers(double low, double high) const {
    const int64_t count = batch_.size(0) / together_;
    const auto drawn = draw_uniform({count, 1, 1, 1}, batch_.options()) * (high - low) + low;
    return together_ == 1 ? drawn : drawn.repeat({together_, 1, 1, 1});
  }

  /// Whole numbers of [low, high].
  Tensor places(int64_t low, int64_t high) const {
    return numbers(static_cast<double>(low), static_cast<double>(high + 1)).floor();
  }

 private:
  const Tensor& batch_;
  int64_t together_;
};

Tensor colored(const Tensor& image, const Draws& draws) {
  auto x = image + draws.numbers(-0.5, 0.5);
  const auto grey = x.mean(1, /*keepdim=*/true);
  x = (x - grey) * draws.numbers(0, 2) + grey;
  const auto mean = x.mean(at::IntArrayRef{1, 2, 3}, /*keepdim=*/true);
  return (x - mean) * draws.numbers(0.5, 1.5) + mean;
}

/// 0, 1, ... along a dimension: [1, 1, H, 1] or [1, 1, 1, W].
Tensor positions(const Tensor& x, int64_t dim) {
  std::vector<int64_t> shape(4, 1);
  shape[static_cast<size_t>(dim)] = x.size(dim);
  return at::arange(x.size(dim), x.options()).view(shape);
}

/// Moves each image along a dimension by up to an eighth of it.
Tensor moved_along(const Tensor& x, int64_t dim, const Draws& draws) {
  const int64_t side = x.size(dim), most = (side + 4) / 8;
  const auto rim = dim == 3 ? std::vector<int64_t>{1, 1} : std::vector<int64_t>{0, 0, 1, 1};
  const auto padded = at::constant_pad_nd(x, rim);
  const auto seen = positions(x, dim) + draws.places(-most, most) + 1;
  const auto index = seen.clamp(0, static_cast<double>(side + 1)).to(at::kLong);
  return padded.gather(dim, index.expand(x.sizes()));
}

/// True where a square of half the side, whose middle lies anywhere, covers a dimension.
Tensor cut_along(const Tensor& x, int64_t dim, const Draws& draws) {
  const int64_t side = x.size(dim), length = (side + 1) / 2;
  const auto place = positions(x, dim) - draws.places(-(length / 2), side - 1 - length / 2);
  return place.ge(0).logical_and(place.lt(static_cast<double>(length)));
}

class Augmented final : public Module {
 public:
  Augmented(std::shared_ptr<Module> network, const Augmentation& augmentation,
            std::vector<int64_t> images)
      : network_(register_module("", std::move(network))),
        augmentation_(augmentation),
        images_(std::move(images)) {}

  Tensor forward(const Tensor& x) override { return network_->forward(changed(x)); }
  std::vector<Tensor> stages(const Tensor& x) override { return network_->stages(changed(x)); }

 private:
  Tensor changed(const Tensor& x) const {
    if (mode() != Mode::kTrain) return x;
    auto y = x.to(at::kFloat);
    const Draws draws(y, augmentation_.together);
    if (augmentation_.color) y = all_colored(y, draws);
    if (augmentation_.translation) y = moved_along(moved_along(y, 2, draws), 3, draws);
    if (!augmentation_.cutout) return y;
    const auto is_cut = cut_along(y, 2, draws).logical_and(cut_along(y, 3, draws));
    return y * is_cut.logical_not();
  }

  Tensor all_colored(const Tensor& x, const Draws& draws) const {
    std::vector<Tensor> parts;
    int64_t begin = 0;
    for (const int64_t channels : images_) {
      parts.push_back(colored(x.narrow(1, begin, channels), draws));
      begin += channels;
    }
    parts.push_back(x.narrow(1, begin, x.size(1) - begin));
    return at::cat(parts, /*dim=*/1);
  }

  std::shared_ptr<Module> network_;
  Augmentation augmentation_;
  std::vector<int64_t> images_;
};

}  // namespace

Network augmented(const Network& network, const Augmentation& augmentation,
                  const std::vector<int64_t>& images) {
  if (!augmentation.is_any()) return network;
  return Network(std::make_shared<Augmented>(network.module(), augmentation, images));
}

}  // namespace ganvas
