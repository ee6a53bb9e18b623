// The U-Net generator: an encoder of halvings, a decoder of doublings, and skips between equals.
// Isola et al., CVPR 2017 (arXiv:1611.07004), section 6.1.1; bias placement of its PyTorch port.
// SPDX-License-Identifier: Apache-2.0
//
// w = width, L = levels, c = min(8, 2^i) * w channels at level i; all convolutions 4 x 4, stride 2,
// padding 1. Without marks: N = norm. For 256 x 256 pixels, w 64, L 8:
//
//   down0      conv                         [N,  64, 128, 128]
//   down1      LReLU(0.2) conv N            [N, 128,  64,  64]
//   down2      LReLU      conv N            [N, 256,  32,  32]
//   down3..6   LReLU      conv N            [N, 512,  16..2, ]
//   down7      LReLU      conv              [N, 512,   1,   1]
//   up7        ReLU tconv N dropout, skip   [N, 512 + 512, 2, 2]
//   up6..4     ReLU tconv N dropout, skip   [N, 512 + 512, 4..16]
//   up3        ReLU tconv N, skip           [N, 256 + 256,  32,  32]
//   up2        ReLU tconv N, skip           [N, 128 + 128,  64,  64]
//   up1        ReLU tconv N, skip           [N,  64 +  64, 128, 128]
//   up0        ReLU tconv(bias) tanh        [N,   3, 256, 256]

#include <ATen/ops/cat.h>
#include <ATen/ops/leaky_relu.h>
#include <ATen/ops/relu.h>

#include "ganvas/core/error.h"
#include "ganvas/nn/private/layers.h"

namespace ganvas {
namespace {

class UNet final : public Module {
 public:
  UNet(const TranslatorShape& shape, int64_t levels, Dropout dropout, UNetKernels kernels)
      : levels_(levels), dropout_(dropout) {
    const bool bias = wants_bias(shape.norm);
    for (int64_t i = 0; i < levels; ++i) {
      const int64_t outside = i == 0 ? shape.channels_in : channels_at(i - 1, shape.width);
      const int64_t inside = channels_at(i, shape.width);
      const bool innermost = i == levels - 1;
      const auto n = std::to_string(i);
      const bool is_four = kernels == UNetKernels::kFour;
      const int64_t kernel = is_four ? 4 : (i == 0 ? 5 : 3), padding = is_four ? 1 : kernels::kSame;
      down_.push_back(register_module(
          "down" + n,
          std::make_shared<Conv>(ConvShape{outside, inside, kernel, 2, padding}, bias)));
      down_norm_.push_back(i == 0 || innermost ? nullptr : norm("down_norm" + n, shape, inside));
      const int64_t after = i == 0 ? shape.channels_out : outside;
      const ConvShape up{innermost ? inside : 2 * inside, after, kernel, 2, padding};
      up_.push_back(
          register_module("up" + n, std::make_shared<TransposedConv>(up, bias || i == 0)));
      up_norm_.push_back(i == 0 ? nullptr : norm("up_norm" + n, shape, after));
    }
  }

  Tensor forward(const Tensor& x) override {
    const int64_t multiple = int64_t{1} << levels_;
    require(x.size(2) % multiple == 0 && x.size(3) % multiple == 0, "U-Net of ", levels_,
            " levels: got ", x.size(3), " x ", x.size(2), " pixels, expected multiples of ",
            multiple);
    std::vector<Tensor> codes = {down_[0]->forward(x)};
    for (size_t i = 1; i < down_.size(); ++i) {
      auto code = down_[i]->forward(at::leaky_relu(codes.back(), 0.2));
      codes.push_back(down_norm_[i] ? down_norm_[i]->forward(code) : code);
    }
    Tensor y = codes.back();
    for (size_t i = up_.size() - 1; i > 0; --i) {
      y = up_norm_[i]->forward(up_[i]->forward(at::relu(y)));
      if (drops(static_cast<int64_t>(i))) {
        y = drop(y, 0.5, mode());
      }
      y = at::cat({codes[i - 1], y}, /*dim=*/1);
    }
    return up_[0]->forward(at::relu(y)).tanh();
  }

 private:
  static int64_t channels_at(int64_t level, int64_t width) {
    return width * std::min<int64_t>(8, int64_t{1} << level);
  }

  std::shared_ptr<Norm> norm(const std::string& name, const TranslatorShape& shape,
                             int64_t channels) {
    return register_module(name, std::make_shared<Norm>(shape.norm, channels));
  }

  // The three innermost decoder blocks that exist besides the outermost four, shifted by one in the
  // port.
  bool drops(int64_t level) const {
    if (dropout_ == Dropout::kNone || level < 4) return false;
    const int64_t innermost = levels_ - 1;
    return dropout_ == Dropout::kPaper ? level > innermost - 3 : level < innermost;
  }

  int64_t levels_;
  Dropout dropout_;
  std::vector<std::shared_ptr<Conv>> down_;
  std::vector<std::shared_ptr<TransposedConv>> up_;
  std::vector<std::shared_ptr<Norm>> down_norm_, up_norm_;  // null where there is none
};

}  // namespace

Network unet(const TranslatorShape& shape, int64_t levels, Dropout dropout, UNetKernels kernels) {
  require(levels >= 2 && levels <= 12, "unet: got ", levels, " levels, expected 2 to 12");
  return Network(std::make_shared<UNet>(shape, levels, dropout, kernels));
}

}  // namespace ganvas
