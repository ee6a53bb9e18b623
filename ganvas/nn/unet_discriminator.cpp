// A discriminator that judges each pixel by its surroundings, near and far.
// Schönfeld et al., "A U-Net Based Discriminator for Generative Adversarial Networks", CVPR 2020
// (arXiv:2002.12655); with the layers of Wang et al., "Real-ESRGAN", ICCVW 2021 (arXiv:2107.10833).
// SPDX-License-Identifier: Apache-2.0
//
// w = width; S = spectral norm, without bias; L = LReLU(0.2); bilinear enlargement leaves no grid:
//
//   head      conv3(bias) L                              [N,  w, H, W]
//   down0..2  conv4 stride 2 S L                         [N, 2w, H / 2, W / 2] ... [N, 8w, H / 8, W / 8]
//   up0..2    bilinear x 2, conv3 S L, plus the map of that size on the way down
//                                                        [N, 4w, H / 4, W / 4] ... [N,  w, H, W]
//   tail0..1  conv3 S L                                  [N,  w, H, W]
//   score     conv3(bias)                                [N,  1, H, W]

#include <ATen/ops/leaky_relu.h>
#include <ATen/ops/upsample_bilinear2d.h>

#include "ganvas/core/error.h"
#include "ganvas/nn/private/layers.h"

namespace ganvas {
namespace {

constexpr double kSlope = 0.2;
constexpr int64_t kLevels = 3;

class UNetDiscriminator final : public Module {
 public:
  UNetDiscriminator(int64_t channels, int64_t w) {
    head_ = register_module(
        "head", std::make_shared<Conv>(ConvShape{channels, w, 3, 1, 1}, /*has_bias=*/true));
    const auto add = [&](const std::string& name, const ConvShape& shape) {
      return register_module(name, std::make_shared<SpectralConv>(shape, /*has_bias=*/false));
    };
    for (int64_t i = 0; i < kLevels; ++i) {
      down_.push_back(add("down" + std::to_string(i), {w << i, w << (i + 1), 4, 2, 1}));
    }
    for (int64_t i = 0; i < kLevels; ++i) {
      const auto n = kLevels - i;
      up_.push_back(add("up" + std::to_string(i), {w << n, w << (n - 1), 3, 1, 1}));
    }
    for (int64_t i = 0; i < 2; ++i)
      tail_.push_back(add("tail" + std::to_string(i), {w, w, 3, 1, 1}));
    score_ = register_module("score",
                             std::make_shared<Conv>(ConvShape{w, 1, 3, 1, 1}, /*has_bias=*/true));
  }

  Tensor forward(const Tensor& x) override { return stages(x).back(); }

  std::vector<Tensor> stages(const Tensor& x) override {
    require(std::min(x.size(2), x.size(3)) >= (1 << kLevels), "U-Net discriminator: got ",
            x.size(3), " x ", x.size(2), " pixels, expected ", 1 << kLevels, " at least");
    std::vector<Tensor> outputs = {activated(head_->forward(x))};
    for (const auto& layer : down_) outputs.push_back(activated(layer->forward(outputs.back())));
    for (size_t i = 0; i < up_.size(); ++i) {
      const auto& beside = outputs[up_.size() - 1 - i];
      const auto sides = beside.sizes().slice(2);
      const auto large = at::upsample_bilinear2d(outputs.back(), sides, /*align_corners=*/false);
      outputs.push_back(activated(up_[i]->forward(large)) + beside);
    }
    auto y = outputs.back();
    for (const auto& layer : tail_) y = activated(layer->forward(y));
    outputs.push_back(score_->forward(y));
    return outputs;
  }

 private:
  static Tensor activated(const Tensor& x) { return at::leaky_relu(x, kSlope); }

  std::shared_ptr<Conv> head_, score_;
  std::vector<std::shared_ptr<SpectralConv>> down_, up_, tail_;
};

}  // namespace

Network unet_discriminator(const DiscriminatorShape& shape) {
  return Network(std::make_shared<UNetDiscriminator>(shape.channels, shape.width));
}

}  // namespace ganvas
