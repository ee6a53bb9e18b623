// Networks that are a plain list of layers.
// SPDX-License-Identifier: Apache-2.0
#include "ganvas/nn/stack.h"

#include <cmath>
#include <optional>

#include <ATen/ops/full.h>
#include <ATen/ops/leaky_relu.h>
#include <ATen/ops/max_pool2d.h>
#include <ATen/ops/relu.h>
#include <c10/core/GradMode.h>
#include <c10/core/impl/LocalDispatchKeySet.h>

#include "ganvas/core/error.h"
#include "ganvas/nn/private/layers.h"

namespace ganvas {
namespace {

class StackLayer final : public Module {
 public:
  explicit StackLayer(const Layer& layer) : layer_(layer) {
    const auto& shape = layer.shape;
    if (layer.kind == LayerKind::kResidual) {
      body_ = register_module("block", std::make_shared<ResidualBlock>(
                                           shape.in, layer.norm, Dropout::kNone, Edge::kZero));
      return;
    }
    if (layer.kind == LayerKind::kConv) {
      body_ = register_module("conv", std::make_shared<Conv>(shape, layer.has_bias));
    } else if (layer.kind == LayerKind::kTransposedConv) {
      body_ = register_module("conv", std::make_shared<TransposedConv>(shape, layer.has_bias));
    }
    if (layer.norm != NormKind::kNone) {
      norm_ = register_module("norm", std::make_shared<Norm>(layer.norm, shape.out));
    }
    if (layer.activation == Activation::kPRelu) {
      prelu_ = register_parameter("prelu", at::full({1}, kFirstPReluSlope));
    }
  }

  Tensor forward(const Tensor& x) override {
    auto y = body_ ? body_->forward(layer_.sees_doubled ? doubled(x) : x) : x;
    if (const auto after = done_by_norm()) {
      y = norm_->forward(y, *after, {});
    } else {
      y = activate(norm_ ? norm_->forward(y) : y);
    }
    if (layer_.pool > 1) {
      const std::vector<int64_t> side = {layer_.pool, layer_.pool};
      y = at::max_pool2d(y, side, side);
    }
    if (layer_.drop > 0) y = drop(y, layer_.drop, mode());
    return y;
  }

 private:
  /// The activation, where there is a norm that can do it in the same pass.
  std::optional<kernels::After> done_by_norm() const {
    if (!norm_) return {};
    if (layer_.activation == Activation::kRelu) return kernels::After::kRelu;
    if (layer_.activation == Activation::kLeakyRelu) return kernels::After{layer_.slope};
    return {};
  }

  Tensor activate(const Tensor& y) const {
    switch (layer_.activation) {
      case Activation::kNone:
        return y;
      case Activation::kRelu:
        return at::relu(y);
      case Activation::kLeakyRelu:
        return at::leaky_relu(y, layer_.slope);
      case Activation::kPRelu:
        return kernels::parametric_relu(y, prelu_);
      case Activation::kTanh:
        return y.tanh();
      case Activation::kSigmoid:
        return y.sigmoid();
    }
    return y;
  }

  Layer layer_;
  std::shared_ptr<Module> body_;  // null where there is none
  std::shared_ptr<Norm> norm_;    // null where there is none
  Tensor prelu_;
};

class Stack final : public Module {
 public:
  Stack(const std::vector<Layer>& layers, Arithmetic arithmetic) : arithmetic_(arithmetic) {
    for (const auto& layer : layers) {
      layers_.push_back(register_module("layer" + std::to_string(layers_.size()),
                                        std::make_shared<StackLayer>(layer)));
    }
  }

  Tensor forward(const Tensor& x) override { return stages(x).back(); }

  std::vector<Tensor> stages(const Tensor& x) override {
    const bool is_exact = arithmetic_ == Arithmetic::kFp32;
    const c10::impl::ExcludeDispatchKeyGuard no_autocast(is_exact ? c10::autocast_dispatch_keyset
                                                                  : c10::DispatchKeySet());
    std::vector<Tensor> outputs;
    for (const auto& layer : layers_) {
      outputs.push_back(layer->forward(outputs.empty() ? x : outputs.back()));
    }
    return outputs;
  }

 private:
  Arithmetic arithmetic_;
  std::vector<std::shared_ptr<StackLayer>> layers_;
};

void begin_as_xavier(const Module& module) {
  const c10::NoGradGuard no_gradients;
  for (const auto& [name, tensor] : module.parameters()) {
    const bool is_norm = name.find("norm") != std::string::npos;
    if (tensor.dim() == 4) {
      const auto field = static_cast<double>(tensor.size(2) * tensor.size(3));
      const double fans = field * static_cast<double>(tensor.size(0) + tensor.size(1));
      const double limit = std::sqrt(2.0) * std::sqrt(6.0 / fans);
      tensor.uniform_(-limit, limit);
    } else if (name.find("bias") != std::string::npos) {
      tensor.fill_(is_norm ? 0 : 0.1);
    } else if (is_norm) {
      tensor.fill_(1);
    }
  }
}

void begin_by_fan_in(const Module& module) {
  const c10::NoGradGuard no_gradients;
  double limit = 0;
  for (const auto& [name, tensor] : module.parameters()) {  // each layer's weight before its bias
    if (tensor.dim() == 4) limit = 1 / std::sqrt(static_cast<double>(tensor[0].numel()));
    if (name.find("conv") != std::string::npos) tensor.uniform_(-limit, limit);
  }
}

}  // namespace

Layer Layer::normed(NormKind value) const {
  auto layer = *this;
  layer.norm = value;
  layer.has_bias = has_bias && wants_bias(value);
  return layer;
}

Layer Layer::without_bias() const {
  auto layer = *this;
  layer.has_bias = false;
  return layer;
}

Layer Layer::activated(Activation value) const {
  auto layer = *this;
  layer.activation = value;
  return layer;
}

Layer Layer::leaky_relu(double negative_slope) const {
  auto layer = activated(Activation::kLeakyRelu);
  layer.slope = negative_slope;
  return layer;
}

Layer Layer::max_pooled(int64_t side) const {
  auto layer = *this;
  layer.pool = side;
  return layer;
}

Layer Layer::dropped(double share) const {
  auto layer = *this;
  layer.drop = share;
  return layer;
}

Layer conv(const ConvShape& shape) {
  return {LayerKind::kConv, shape};
}

Layer transposed_conv(const ConvShape& shape) {
  return {LayerKind::kTransposedConv, shape};
}

Layer residual(int64_t channels, NormKind norm) {
  return Layer{LayerKind::kResidual, {channels, channels, 3}}.normed(norm);
}

Layer plain(int64_t channels) {
  return {LayerKind::kPlain, {channels, channels, 1}};
}

Layer doubling(int64_t in, int64_t out, int64_t kernel, Upsampling upsampling) {
  if (upsampling == Upsampling::kTransposed) return transposed_conv({in, out, kernel, 2, kSame});
  const int64_t odd = kernel | 1;
  auto layer = conv({in, out, odd, 1, odd / 2});
  layer.sees_doubled = true;
  return layer;
}

Network stack(const std::vector<Layer>& layers, Init init, Arithmetic arithmetic) {
  require(!layers.empty(), "stack: got no layers, expected at least one");
  const auto module = std::make_shared<Stack>(layers, arithmetic);
  if (init == Init::kXavier) begin_as_xavier(*module);
  if (init == Init::kFanIn) begin_by_fan_in(*module);
  return Network(module);
}

}  // namespace ganvas
