// A network that sees an image as cells of 8 x 8 pixels.
// SPDX-License-Identifier: Apache-2.0
//
// w = width; zero padding, no norm; output shapes for [N, C, H, W], h = H / 8 and so on:
//
//   cells       the 64 pixels of a cell become channels   [N, 64 C, h, w]
//   head        conv3(bias)                               [N, w, h, w]
//   block0..    conv3 ReLU conv3, plus its input
//   post        conv3, plus the head's output
//   tail        conv3 to 64 C', channels become pixels    [N, C', H, W]
//
// Made for mosaics whose cells lie on that grid: no layer works at the size of the image, so a
// step takes a tenth of a U-Net's time, and a block reaches two cells further in every direction.
// Space to depth as in Shi et al., CVPR 2016 (arXiv:1609.05158), both ways; the body is EDSR's, Lim
// et al., CVPRW 2017 (arXiv:1707.02921).

#include <ATen/ops/pixel_shuffle.h>
#include <ATen/ops/pixel_unshuffle.h>

#include "ganvas/nn/private/layers.h"

namespace ganvas {
namespace {

class Cells final : public Module {
 public:
  Cells(const TranslatorShape& shape, int64_t blocks) {
    constexpr int64_t kPixels = kCellSide * kCellSide;
    const int64_t w = shape.width;
    const auto make_conv = [&](const std::string& name, int64_t in, int64_t out) {
      return register_module(
          name, std::make_shared<Conv>(ConvShape{in, out, 3, 1, 1}, /*has_bias=*/true));
    };
    head_ = make_conv("head", shape.channels_in * kPixels, w);
    for (int64_t i = 0; i < blocks; ++i) {
      blocks_.push_back(
          register_module("block" + std::to_string(i),
                          std::make_shared<ResidualBlock>(w, NormKind::kNone, Dropout::kNone,
                                                          kernels::Edge::kZero)));
    }
    post_ = make_conv("post", w, w);
    tail_ = make_conv("tail", w, shape.channels_out * kPixels);
    initialise_scaled_he(*this);
  }

  Tensor forward(const Tensor& x) override {
    const auto head = head_->forward(at::pixel_unshuffle(x, kCellSide));
    auto y = head;
    for (const auto& block : blocks_) y = block->forward(y);
    return at::pixel_shuffle(tail_->forward(head + post_->forward(y)), kCellSide);
  }

 private:
  std::shared_ptr<Conv> head_, post_, tail_;
  std::vector<std::shared_ptr<ResidualBlock>> blocks_;
};

}  // namespace

Network cells(const TranslatorShape& shape, int64_t blocks) {
  return Network(std::make_shared<Cells>(shape, blocks));
}

}  // namespace ganvas
