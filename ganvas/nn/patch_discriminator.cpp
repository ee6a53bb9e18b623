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
// n = 0: 1 x 1 convolutions w, 2w, 1; the last without bias, as in the PyTorch port.

#include <ATen/ops/leaky_relu.h>

#include "ganvas/core/error.h"
#include "ganvas/nn/layers.h"

namespace ganvas {
namespace {

constexpr double kSlope = 0.2;

class PatchDiscriminator final : public Module {
 public:
  PatchDiscriminator(int64_t channels, int64_t width, int64_t layers, NormKind kind) {
    const bool pixel = layers == 0;
    const int64_t kernel = pixel ? 1 : 4, padding = pixel ? 0 : 1;
    const int64_t count = pixel ? 2 : layers + 1;
    int64_t before = channels;
    for (int64_t i = 0; i < count; ++i) {
      const int64_t after = width * std::min<int64_t>(8, int64_t{1} << i);
      const int64_t stride = pixel || i == layers ? 1 : 2;
      const auto n = std::to_string(i);
      const ConvShape shape{before, after, kernel, stride, padding};
      conv_.push_back(
          register_module("conv" + n, std::make_shared<Conv>(shape, i == 0 || wants_bias(kind))));
      norm_.push_back(i == 0 ? nullptr
                             : register_module("norm" + n, std::make_shared<Norm>(kind, after)));
      before = after;
    }
    score_ =
        register_module("score", std::make_shared<Conv>(ConvShape{before, 1, kernel, 1, padding},
                                                        /*has_bias=*/!pixel || wants_bias(kind)));
  }

  Tensor forward(const Tensor& x) override { return stages(x).back(); }

  std::vector<Tensor> stages(const Tensor& x) override {
    std::vector<Tensor> outputs;
    for (size_t i = 0; i < conv_.size(); ++i) {
      const auto& before = outputs.empty() ? x : outputs.back();
      if (norm_[i] == nullptr) {
        outputs.push_back(at::leaky_relu(conv_[i]->forward(before), kSlope));
        continue;
      }
      const bool is_plain = norm_[i]->takes_bias_out();
      const auto y = is_plain ? conv_[i]->without_bias(before) : conv_[i]->forward(before);
      outputs.push_back(norm_[i]->forward(y, {kSlope}, {}));
    }
    outputs.push_back(score_->forward(outputs.back()));
    return outputs;
  }

 private:
  std::vector<std::shared_ptr<Conv>> conv_;
  std::vector<std::shared_ptr<Norm>> norm_;  // null where there is none
  std::shared_ptr<Conv> score_;
};

}  // namespace

Network patch_discriminator(int64_t channels, int64_t width, int64_t layers, NormKind norm) {
  require(layers >= 0 && layers <= 6, "patch discriminator: got ", layers,
          " layers, expected 0 to 6");
  return Network(std::make_shared<PatchDiscriminator>(channels, width, layers, norm));
}

}  // namespace ganvas
