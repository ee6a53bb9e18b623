// Networks that enlarge images.
// SPDX-License-Identifier: Apache-2.0
//
// w = width; N = batch norm; P = PReLU with one slope; zero padding; output shapes for
// [N, C, H, W] and scale s.
//
// SRResNet, Ledig et al., CVPR 2017 (arXiv:1609.04802), section 2.1 and figure 4:
//
//   head        conv9(bias) P                        [N, w, H, W]
//   block0..    conv3 N P conv3 N, plus its input
//   post        conv3 N, plus the head's output
//   up0..       conv3(bias) to w f^2, pixel shuffle f, P;  f = 2 once, twice, three times for
//               s = 2, 4, 8, or f = 3 once           [N, w, s H, s W]
//   tail        conv9(bias)                          [N, C, s H, s W]
//
// Compact: nothing is computed at the size of the output, which is most of SRResNet's time. As in
// EDSR, Lim et al., CVPRW 2017 (arXiv:1707.02921), there is no norm:
//
//   head        conv3(bias)                          [N, w, H, W]
//   block0..    conv3 ReLU conv3, plus its input
//   post        conv3, plus the head's output
//   tail        conv3 to C s^2, pixel shuffle s, plus the input enlarged by the cubic kernel

#include <ATen/ops/_upsample_bicubic2d_aa.h>
#include <ATen/ops/full.h>
#include <ATen/ops/pixel_shuffle.h>

#include "ganvas/core/error.h"
#include "ganvas/nn/private/layers.h"

namespace ganvas {
namespace {

/// conv3 N P conv3 N, plus its input.
class PReluBlock final : public Module {
 public:
  explicit PReluBlock(int64_t width) {
    const ConvShape shape{width, width, 3, 1, 1};
    a_ = register_module("a", std::make_shared<Normed<Conv>>(shape, NormKind::kBatch));
    b_ = register_module("b", std::make_shared<Normed<Conv>>(shape, NormKind::kBatch));
    slope_ = register_parameter("prelu", at::full({1}, kFirstPReluSlope));
  }
  Tensor forward(const Tensor& x) override {
    return x + b_->forward(kernels::parametric_relu(a_->forward(x), slope_));
  }

 private:
  std::shared_ptr<Normed<Conv>> a_, b_;
  Tensor slope_;
};

/// conv3 to more channels, which become pixels, and a PReLU.
class SubPixel final : public Module {
 public:
  SubPixel(int64_t width, int64_t factor) : factor_(factor) {
    conv_ = register_module(
        "conv", std::make_shared<Conv>(ConvShape{width, width * factor * factor, 3, 1, 1},
                                       /*has_bias=*/true));
    slope_ = register_parameter("prelu", at::full({1}, kFirstPReluSlope));
  }
  Tensor forward(const Tensor& x) override {
    return kernels::parametric_relu(at::pixel_shuffle(conv_->forward(x), factor_), slope_);
  }

 private:
  int64_t factor_;
  std::shared_ptr<Conv> conv_;
  Tensor slope_;
};

class SrResNet final : public Module {
 public:
  explicit SrResNet(const UpscalerShape& shape) {
    const int64_t w = shape.width;
    head_ = register_module("head", std::make_shared<Conv>(ConvShape{shape.channels, w, 9, 1, 4},
                                                           /*has_bias=*/true));
    slope_ = register_parameter("head_prelu", at::full({1}, kFirstPReluSlope));
    for (int64_t i = 0; i < shape.blocks; ++i) {
      blocks_.push_back(
          register_module("block" + std::to_string(i), std::make_shared<PReluBlock>(w)));
    }
    post_ = register_module(
        "post", std::make_shared<Normed<Conv>>(ConvShape{w, w, 3, 1, 1}, NormKind::kBatch));
    const int64_t factor = shape.scale == 3 ? 3 : 2;
    for (int64_t left = shape.scale; left > 1; left /= factor) {
      ups_.push_back(register_module("up" + std::to_string(ups_.size()),
                                     std::make_shared<SubPixel>(w, factor)));
    }
    tail_ = register_module("tail", std::make_shared<Conv>(ConvShape{w, shape.channels, 9, 1, 4},
                                                           /*has_bias=*/true));
  }

  Tensor forward(const Tensor& x) override {
    const auto head =
        kernels::parametric_relu(head_->forward(kernels::arranged_for_kernels(x)), slope_);
    auto y = head;
    for (const auto& block : blocks_) y = block->forward(y);
    y = head + post_->forward(y);
    for (const auto& up : ups_) y = up->forward(y);
    return tail_->forward(y);
  }

 private:
  std::shared_ptr<Conv> head_, tail_;
  Tensor slope_;
  std::vector<std::shared_ptr<PReluBlock>> blocks_;
  std::shared_ptr<Normed<Conv>> post_;
  std::vector<std::shared_ptr<SubPixel>> ups_;
};

class Compact final : public Module {
 public:
  explicit Compact(const UpscalerShape& shape) : scale_(shape.scale) {
    const int64_t w = shape.width;
    const auto make_conv = [&](const std::string& name, int64_t in, int64_t out) {
      return register_module(
          name, std::make_shared<Conv>(ConvShape{in, out, 3, 1, 1}, /*has_bias=*/true));
    };
    head_ = make_conv("head", shape.channels, w);
    for (int64_t i = 0; i < shape.blocks; ++i) {
      blocks_.push_back(
          register_module("block" + std::to_string(i),
                          std::make_shared<ResidualBlock>(w, NormKind::kNone, Dropout::kNone,
                                                          kernels::Edge::kZero)));
    }
    post_ = make_conv("post", w, w);
    tail_ = make_conv("tail", w, shape.channels * scale_ * scale_);
    initialise_scaled_he(*this);
  }

  Tensor forward(const Tensor& x) override {
    const auto head = head_->forward(kernels::arranged_for_kernels(x));
    auto y = head;
    for (const auto& block : blocks_) y = block->forward(y);
    y = head + post_->forward(y);
    const std::vector<int64_t> size = {scale_ * x.size(2), scale_ * x.size(3)};
    const auto base = at::_upsample_bicubic2d_aa(x, at::IntArrayRef(size), /*align_corners=*/false);
    return base + at::pixel_shuffle(tail_->forward(y), scale_);
  }

 private:
  int64_t scale_;
  std::shared_ptr<Conv> head_, post_, tail_;
  std::vector<std::shared_ptr<ResidualBlock>> blocks_;
};

void check(const UpscalerShape& shape) {
  const int64_t s = shape.scale;
  require_usage(s == 2 || s == 3 || s == 4 || s == 8, "--scale: got ", s,
                ", expected 2, 3, 4 or 8");
}

}  // namespace

Network srresnet(const UpscalerShape& shape) {
  check(shape);
  return Network(std::make_shared<SrResNet>(shape));
}

Network compact_upscaler(const UpscalerShape& shape) {
  check(shape);
  return Network(std::make_shared<Compact>(shape));
}

int64_t srresnet_reach(const UpscalerShape& shape) {
  // 4 of the head, 2 a block, 1 of post, then at most 1 + 1/2 + 1/4 + 4/2 of up and tail.
  return 4 + 2 * shape.blocks + 1 + 4;
}

int64_t compact_reach(const UpscalerShape& shape) {
  return 1 + 2 * shape.blocks + 1 + 1;  // of head, blocks, post and tail; the cubic base has 2
}

}  // namespace ganvas
