// The patch discriminator: a stack of convolutions whose every output judges one patch.
// Isola et al., CVPR 2017 (arXiv:1611.07004), section 6.1.2.
// SPDX-License-Identifier: Apache-2.0
//
// w = width; n = layers; 4 x 4 convolutions, padding 1; for n = 3 (70 x 70 pixels) on 256 x 256:
//
//   conv0    stride 2, bias, LReLU(0.2)       [N,  w, 128, 128]
//   conv1    stride 2, norm, LReLU            [N, 2w,  64,  64]
//   conv2    stride 2, norm, LReLU            [N, 4w,  32,  32]
//   conv3    stride 1, norm, LReLU            [N, 8w,  31,  31]
//   score    stride 1, bias                   [N,  1,  30,  30]
//
// With spectral norm it stands in the place of the norms; with blurred strides each halving layer has
// stride 1 and its output is blurred and halved.
//
// n = 0: 1 x 1 convolutions w, 2w, 1; the last without bias, as in the PyTorch port.

#include <ATen/ops/leaky_relu.h>

#include "ganvas/core/error.h"
#include "ganvas/nn/private/layers.h"

namespace ganvas {
namespace {

constexpr double kSlope = 0.2;

class PatchDiscriminator final : public Module {
 public:
  PatchDiscriminator(const DiscriminatorShape& shape, int64_t layers) {
    const bool is_pixel = layers == 0, is_spectral = shape.weight_norm == WeightNorm::kSpectral;
    const auto kind = shape.norm;
    require(!is_spectral || kind == NormKind::kNone,
            "patch discriminator: got spectral norm beside another, expected one of them");
    const int64_t kernel = is_pixel ? 1 : 4, padding = is_pixel ? 0 : 1;
    const int64_t count = is_pixel ? 2 : layers + 1;
    int64_t before = shape.channels;
    for (int64_t i = 0; i < count; ++i) {
      const int64_t after = shape.width * std::min<int64_t>(8, int64_t{1} << i);
      const bool halves = !is_pixel && i < layers;
      const bool is_blurred = halves && shape.downsampling == Downsampling::kBlurred;
      const auto n = std::to_string(i);
      const ConvShape conv{before, after, kernel, halves && !is_blurred ? 2 : 1, padding};
      conv_.push_back(register_module(
          "conv" + n, make_conv(conv, i == 0 || wants_bias(kind), shape.weight_norm)));
      norm_.push_back(i == 0 || is_spectral
                          ? nullptr
                          : register_module("norm" + n, std::make_shared<Norm>(kind, after)));
      is_blurred_.push_back(is_blurred);
      before = after;
    }
    score_ = register_module(
        "score", make_conv({before, 1, kernel, 1, padding},
                           /*has_bias=*/!is_pixel || wants_bias(kind), shape.weight_norm));
  }

  Tensor forward(const Tensor& x) override { return stages(x).back(); }

  std::vector<Tensor> stages(const Tensor& x) override {
    std::vector<Tensor> outputs;
    for (size_t i = 0; i < conv_.size(); ++i) {
      const auto y = activated(i, outputs.empty() ? x : outputs.back());
      outputs.push_back(is_blurred_[i] ? halved_by_blur(y) : y);
    }
    outputs.push_back(score_->forward(outputs.back()));
    return outputs;
  }

 private:
  Tensor activated(size_t i, const Tensor& x) const {
    if (norm_[i] == nullptr) return at::leaky_relu(conv_[i]->forward(x), kSlope);
    auto& conv = static_cast<Conv&>(*conv_[i]);  // a norm follows no spectral one
    const auto y = norm_[i]->takes_bias_out() ? conv.without_bias(x) : conv.forward(x);
    return norm_[i]->forward(y, {kSlope}, {});
  }

  std::vector<std::shared_ptr<Module>> conv_;
  std::vector<std::shared_ptr<Norm>> norm_;  // null where there is none
  std::vector<bool> is_blurred_;
  std::shared_ptr<Module> score_;
};

}  // namespace

Network patch_discriminator(const DiscriminatorShape& shape, int64_t layers) {
  require(layers >= 0 && layers <= 6, "patch discriminator: got ", layers,
          " layers, expected 0 to 6");
  return Network(std::make_shared<PatchDiscriminator>(shape, layers));
}

}  // namespace ganvas
