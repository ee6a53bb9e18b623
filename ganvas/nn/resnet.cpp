// The ResNet generator: two halvings, residual blocks, two doublings.
// Johnson et al., ECCV 2016 (arXiv:1603.08155), as changed by Zhu et al., ICCV 2017
// (arXiv:1703.10593), appendix 7.2.
// SPDX-License-Identifier: Apache-2.0
//
// w = width; N = norm; P = reflection padding; output shapes for [N, C, H, W]:
//
//   head        P3 conv7 N ReLU                      [N,  w, H,   W  ]
//   down0       conv3 stride 2 N ReLU                [N, 2w, H/2, W/2]
//   down1       conv3 stride 2 N ReLU                [N, 4w, H/4, W/4]
//   block0..    P1 conv3 N ReLU (dropout) P1 conv3 N, plus its input
//   up0         tconv3 stride 2 N ReLU               [N, 2w, H/2, W/2]   or, by `upsampling`,
//   up1         tconv3 stride 2 N ReLU               [N,  w, H,   W  ]   each pixel 2 x 2, P1 conv3
//   tail        P3 conv7(bias) tanh                  [N, C', H,   W  ]

#include <ATen/ops/cat.h>
#include <c10/core/GradMode.h>

#include "ganvas/core/error.h"
#include "ganvas/core/tensor_memory.h"
#include "ganvas/nn/private/bands.h"

namespace ganvas {
namespace {

/// Each pixel as 2 x 2 of them, then a convolution and its norm.
class NearestUp final : public NormedLayer {
 public:
  using NormedLayer::forward;
  NearestUp(int64_t in, int64_t out, NormKind kind)
      : body_(register_module(
            "body", std::make_shared<Normed<Conv>>(
                        ConvShape{in, out, 3, 1, 1, 0, kernels::Edge::kReflect}, kind))) {}
  Tensor forward(const Tensor& x, kernels::After after, const Tensor& added) override {
    return body_->forward(doubled(x), after, added);
  }
  Tensor before_norm(const Tensor& x) override { return body_->before_norm(doubled(x)); }
  Tensor after_norm(const kernels::Moments& moments, const Tensor& part, kernels::After after,
                    const Tensor& added) const override {
    return body_->after_norm(moments, part, after, added);
  }

 private:
  std::shared_ptr<Normed<Conv>> body_;
};

class ResNet final : public Module {
 public:
  ResNet(const TranslatorShape& shape, int64_t blocks, Dropout dropout)
      : may_go_in_bands_(shape.norm == NormKind::kInstance && shape.width % 16 == 0 &&
                         dropout == Dropout::kNone),
        up_reach_(shape.upsampling == Upsampling::kNearest ? Reach{1, 1, 2, 1}
                                                           : Reach{0, 1, 2, 1}) {
    const int64_t w = shape.width;
    const auto kind = shape.norm;
    using Down = Normed<Conv>;
    head_ = register_module("head", std::make_shared<Down>(end(shape.channels_in, w), kind));
    down0_ = register_module("down0", std::make_shared<Down>(ConvShape{w, 2 * w, 3, 2, 1}, kind));
    down1_ =
        register_module("down1", std::make_shared<Down>(ConvShape{2 * w, 4 * w, 3, 2, 1}, kind));
    for (int64_t i = 0; i < blocks; ++i) {
      blocks_.push_back(register_module(
          "block" + std::to_string(i),
          std::make_shared<ResidualBlock>(4 * w, kind, dropout, kernels::Edge::kReflect)));
    }
    up0_ = register_module("up0", make_up(4 * w, 2 * w, shape));
    up1_ = register_module("up1", make_up(2 * w, w, shape));
    tail_ = register_module("tail",
                            std::make_shared<Conv>(end(w, shape.channels_out), /*has_bias=*/true));
  }

  /// What the halving layers and the first blocks make.
  std::vector<Tensor> encoded_stages(const Tensor& x, size_t blocks) const {
    const auto head = head_->forward(kernels::arranged_for_kernels(x), kernels::After::kRelu, {});
    std::vector<Tensor> stages = {down0_->forward(head, kernels::After::kRelu, {})};
    stages.push_back(down1_->forward(stages.back(), kernels::After::kRelu, {}));
    for (size_t i = 0; i < blocks; ++i) stages.push_back(blocks_[i]->forward(stages.back()));
    return stages;
  }

  size_t block_count() const { return blocks_.size(); }

  Tensor forward(const Tensor& x) override {
    require(x.size(2) % 4 == 0 && x.size(3) % 4 == 0, "ResNet generator: got ", x.size(3), " x ",
            x.size(2), " pixels, expected multiples of 4");
    if (is_for_bands(x)) return in_bands(x);
    auto y = head_->forward(kernels::arranged_for_kernels(x), kernels::After::kRelu, {});
    y = down0_->forward(y, kernels::After::kRelu, {});
    y = down1_->forward(y, kernels::After::kRelu, {});
    for (const auto& block : blocks_) y = block->forward(y);
    y = up0_->forward(y, kernels::After::kRelu, {});
    y = up1_->forward(y, kernels::After::kRelu, {});
    return tail_->forward(y).tanh();
  }

 private:
  bool is_for_bands(const Tensor& x) const {
    return may_go_in_bands_ && !c10::GradMode::is_enabled() && fast_kernels_allowed() &&
           x.is_cpu() && x.size(2) * x.size(3) > pixels_at_once();
  }

  /// forward() of images too large for it, one by one, in bands of rows. What lies between a
  /// convolution and its norm is kept in 16 bits, as are the maps that blocks add to; the layers of full
  /// size are made twice, once for their moments.
  Tensor in_bands(const Tensor& images) const {
    std::vector<Tensor> made;
    for (const auto& image : images.split(1)) made.push_back(decoded(encoded(image)));
    release_tensor_memory();
    return at::cat(made);
  }

  RowStream encoded(const Tensor& image) const {
    const Reach end{3, 3}, half{2, 0, 1, 2}, same{1, 1};
    const auto x = buffered(buffered_layer(
        down1_, half,
        buffered_layer(down0_, half, recomputed_layer(head_, end, row_stream(image)))));
    for (const auto& block : blocks_) {
      const auto h = buffered_layer(block->a(), same, x.shared());
      add_buffered_layer(block->b(), same, h, x);
    }
    return x;
  }

  Tensor decoded(const RowStream& x) const {
    const auto large = recomputed_layer(up1_, up_reach_, buffered_layer(up0_, up_reach_, x));
    const auto tail = [this](const Tensor& rows) { return tail_->forward(rows).tanh(); };
    return collected(layer_stream(tail, {3, 3}, large));
  }

  static ConvShape end(int64_t in, int64_t out) {
    return {in, out, 7, 1, 3, 0, kernels::Edge::kReflect};
  }

  static std::shared_ptr<NormedLayer> make_up(int64_t in, int64_t out,
                                              const TranslatorShape& shape) {
    if (shape.upsampling == Upsampling::kNearest) {
      return std::make_shared<NearestUp>(in, out, shape.norm);
    }
    return std::make_shared<Normed<TransposedConv>>(ConvShape{in, out, 3, 2, 1, 1}, shape.norm);
  }

  std::shared_ptr<Normed<Conv>> head_, down0_, down1_;
  bool may_go_in_bands_;
  Reach up_reach_;
  std::vector<std::shared_ptr<ResidualBlock>> blocks_;
  std::shared_ptr<NormedLayer> up0_, up1_;
  std::shared_ptr<Conv> tail_;
};

class ResNetEncoder final : public Module {
 public:
  ResNetEncoder(std::shared_ptr<ResNet> generator, int64_t blocks)
      : generator_(register_module("", std::move(generator))),
        blocks_(static_cast<size_t>(blocks)) {}

  Tensor forward(const Tensor& x) override { return stages(x).back(); }
  std::vector<Tensor> stages(const Tensor& x) override {
    return generator_->encoded_stages(x, blocks_);
  }

 private:
  std::shared_ptr<ResNet> generator_;
  size_t blocks_;
};

}  // namespace

Network resnet_encoder(const Network& generator, int64_t blocks) {
  auto resnet = std::dynamic_pointer_cast<ResNet>(generator.module());
  require(resnet != nullptr && static_cast<size_t>(blocks) <= resnet->block_count(),
          "resnet encoder: got another network, or one of too few blocks, expected a ResNet of ",
          blocks);
  return Network(std::make_shared<ResNetEncoder>(std::move(resnet), blocks));
}

Network resnet(const TranslatorShape& shape, int64_t blocks, Dropout dropout) {
  require(blocks >= 1, "resnet: got ", blocks, " blocks, expected at least 1");
  return Network(std::make_shared<ResNet>(shape, blocks, dropout));
}

}  // namespace ganvas
