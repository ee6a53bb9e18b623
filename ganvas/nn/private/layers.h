// The layers that the networks are made of.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "ganvas/core/device.h"
#include "ganvas/core/whole_batch.h"
#include "ganvas/kernels/convolution.h"
#include "ganvas/kernels/instance_norm.h"
#include "ganvas/kernels/prelu.h"
#include "ganvas/nn/private/module.h"
#include "ganvas/nn/recipes.h"
#include "ganvas/nn/resample.h"
#include "ganvas/nn/stack.h"

namespace ganvas {

/// A convolution. Weights N(0, 0.02), bias 0: the initialisation of DCGAN and pix2pix.
class Conv final : public Module {
 public:
  Conv(ConvShape shape, bool has_bias);
  const Tensor& weight() const { return weight_; }  // [out, in, k, k]
  Tensor forward(const Tensor& input) override { return forward(input, bias_); }
  Tensor without_bias(const Tensor& input) { return forward(input, {}); }

 private:
  Tensor forward(const Tensor& input, const Tensor& bias);

  ConvShape shape_;
  Tensor weight_, bias_;  // [out, in, k, k], [out]
  kernels::FilterCache cache_;
};

/// A convolution whose weights are divided by their largest singular value, which each pass in
/// training estimates by one more step of power iteration; Miyato et al., Algorithm 1.
class SpectralConv final : public Module {
 public:
  SpectralConv(const ConvShape& shape, bool has_bias);
  Tensor forward(const Tensor& input) override;

 private:
  Tensor largest_singular_value();  // []

  std::shared_ptr<Conv> conv_;
  Tensor weight_;        // of conv_
  Tensor bias_;          // [out], or undefined
  Tensor left_, right_;  // singular vectors, [out] and [in k k]
};

/// A convolution with that norm of its weights.
std::shared_ptr<Module> make_conv(const ConvShape& shape, bool has_bias, WeightNorm norm);

/// A transposed convolution, initialised like Conv.
class TransposedConv final : public Module {
 public:
  TransposedConv(ConvShape shape, bool has_bias);
  Tensor forward(const Tensor& input) override { return forward(input, bias_); }
  Tensor without_bias(const Tensor& input) { return forward(input, {}); }

 private:
  Tensor forward(const Tensor& input, const Tensor& bias);

  ConvShape shape_;
  Tensor weight_, bias_;  // [in, out, k, k], [out]
  kernels::FilterCache cache_;
};

/// Batch normalisation (eps 1e-5, momentum 0.1; scale N(1, 0.02), shift 0) or instance
/// normalisation (eps 1e-5), or nothing, by `kind`.
///
/// Trap: torch normalises a 1 x 1 map over one number without a word when asked for instance norm,
/// which gives zeros; here both throw Error on it while they take statistics from the batch.
class Norm final : public Module {
 public:
  Norm(NormKind kind, int64_t channels);
  Tensor forward(const Tensor& input) override {
    return forward(input, kernels::After::kNothing, {});
  }

  /// after(norm(input)) + added, or without added if it is undefined.
  Tensor forward(const Tensor& input, kernels::After after, const Tensor& added);

  /// The same for a part of a map, by the moments of the whole; of instance norms only.
  Tensor forward_with(const kernels::Moments& moments, const Tensor& part, kernels::After after,
                      const Tensor& added) const {
    return kernels::normalised_by(moments, part, weight_, bias_, after, added);
  }

  bool is_of_instances() const {
    return kind_ == NormKind::kInstance || kind_ == NormKind::kInstanceAffine;
  }

  /// True if the convolution before it may leave its bias out: an instance norm takes it out again, and
  /// its gradient is 0 but for rounding. Not so where all arithmetic is to be torch's.
  bool takes_bias_out() const { return is_of_instances() && fast_kernels_allowed(); }

 private:
  Tensor batch_normalised(const Tensor& input) const;
  Tensor normalised_by_all(const Tensor& input, const WholeBatch& whole) const;

  NormKind kind_;
  Tensor weight_, bias_, running_mean_, running_var_;  // [channels] each, or undefined
};

/// True if a convolution before this norm needs a bias: batch norm would take it out again.
inline bool wants_bias(NormKind kind) {
  return kind != NormKind::kBatch;
}

/// Dropout: in training leaves out this share of the numbers and scales the rest.
Tensor drop(const Tensor& x, double share, Mode mode);

/// The slope that a PReLU begins with.
inline constexpr double kFirstPReluSlope = 0.25;

/// A layer that ends in a norm, with what follows it: after(norm(...)) + added, or without added if
/// it is undefined.
class NormedLayer : public Module {
 public:
  virtual Tensor forward(const Tensor& x, kernels::After after, const Tensor& added) = 0;
  Tensor forward(const Tensor& x) final { return forward(x, kernels::After::kNothing, {}); }

  /// forward() in two halves, for instance norm: what is normalised, and the rest of it with the
  /// moments of the whole map.
  virtual Tensor before_norm(const Tensor& x) = 0;
  virtual Tensor after_norm(const kernels::Moments& moments, const Tensor& part,
                            kernels::After after, const Tensor& added) const = 0;
};

/// A convolution, plain or transposed, and its norm.
template <typename ConvLayer>
class Normed final : public NormedLayer {
 public:
  using NormedLayer::forward;
  Normed(ConvShape shape, NormKind kind)
      : conv_(register_module("conv", std::make_shared<ConvLayer>(shape, wants_bias(kind)))),
        norm_(register_module("norm", std::make_shared<Norm>(kind, shape.out))) {}
  Tensor forward(const Tensor& x, kernels::After after, const Tensor& added) override {
    const auto y = norm_->takes_bias_out() ? conv_->without_bias(x) : conv_->forward(x);
    return norm_->forward(y, after, added);
  }
  Tensor before_norm(const Tensor& x) override { return conv_->without_bias(x); }
  Tensor after_norm(const kernels::Moments& moments, const Tensor& part, kernels::After after,
                    const Tensor& added) const override {
    return norm_->forward_with(moments, part, after, added);
  }

 private:
  std::shared_ptr<ConvLayer> conv_;
  std::shared_ptr<Norm> norm_;
};

/// conv3 norm ReLU (dropout) conv3 norm, plus its input.
class ResidualBlock final : public Module {
 public:
  ResidualBlock(int64_t channels, NormKind kind, Dropout dropout, Edge edge);
  Tensor forward(const Tensor& x) override;

  const std::shared_ptr<Normed<Conv>>& a() const { return a_; }
  const std::shared_ptr<Normed<Conv>>& b() const { return b_; }

 private:
  Dropout dropout_;
  std::shared_ptr<Normed<Conv>> a_, b_;
};

/// Draws a network's convolutions anew: He's deviation, and a tenth of it behind the layer "head", so
/// that the network begins near what its output is added to and stays calm without norm. The tenth
/// is that of ESRGAN, Wang et al., ECCVW 2018 (arXiv:1809.00219).
void initialise_scaled_he(Module& network);

}  // namespace ganvas
