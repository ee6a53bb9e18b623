// Networks that are a plain list of layers, written as that list.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "ganvas/kernels/convolution.h"
#include "ganvas/nn/network.h"
#include "ganvas/nn/recipes.h"

namespace ganvas {

using kernels::Edge;
using kernels::kSame;

/// A convolution kernel over images, with its bias if it has one. A fully connected layer is a
/// kernel as large as the map, or, from a map of 1 x 1, a transposed one.
struct ConvShape {
  int64_t in, out;
  int64_t kernel;
  int64_t stride = 1;
  int64_t padding = 0;         // or kSame
  int64_t output_padding = 0;  // of a transposed convolution
  Edge edge = Edge::kZero;     // what the padding is made of, where it is no transposed one
};

enum class LayerKind { kConv, kTransposedConv, kResidual, kPlain };
enum class Activation { kNone, kRelu, kLeakyRelu, kPRelu, kTanh, kSigmoid };

/// One layer of a stack: a convolution of the map, or of the map with its pixels repeated, then norm,
/// activation, max-pooling and dropout, each if it is asked for. A residual layer is
/// x + conv norm ReLU conv norm, kernels 3, zero padding; a plain one has no convolution.
///
/// The convolution has a bias unless batch norm with a shift of its own follows it.
struct Layer {
  LayerKind kind;
  ConvShape shape;
  NormKind norm = NormKind::kNone;
  Activation activation = Activation::kNone;
  double slope = 0;  // of LeakyReLU
  int64_t pool = 1;
  double drop = 0;  // the share of numbers that dropout sets to 0 in training
  bool has_bias = true;
  bool sees_doubled = false;  // the convolution, whether of the map with each pixel repeated

  Layer normed(NormKind value) const;
  Layer without_bias() const;
  Layer relu() const { return activated(Activation::kRelu); }
  Layer prelu() const { return activated(Activation::kPRelu); }
  Layer tanh() const { return activated(Activation::kTanh); }
  Layer sigmoid() const { return activated(Activation::kSigmoid); }
  Layer leaky_relu(double negative_slope) const;
  Layer max_pooled(int64_t side) const;
  Layer dropped(double share) const;

 private:
  Layer activated(Activation value) const;
};

Layer conv(const ConvShape& shape);
Layer transposed_conv(const ConvShape& shape);
Layer residual(int64_t channels, NormKind norm);
Layer plain(int64_t channels);

/// A layer that doubles the sides of a map: a transposed convolution of stride 2, or a convolution of
/// repeated pixels, whose kernel is one larger if that is even.
Layer doubling(int64_t in, int64_t out, int64_t kernel, Upsampling upsampling);

/// How weights begin.
enum class Init {
  kNormal,  // weights N(0, 0.02), biases 0, norm scales N(1, 0.02): DCGAN, pix2pix
  kXavier,  // weights uniform of Glorot with gain sqrt(2), biases 0.1, scales 1: CoGAN
  kFanIn    // weights and biases uniform within 1 / sqrt(inputs of a neuron): PyTorch's layers
};

/// The arithmetic of convolutions: what the run asks for, or fp32 all the same, for numbers whose
/// third digit matters.
enum class Arithmetic { kOfRun, kFp32 };

/// The network of these layers, in order; parameters are named "layer0.conv.weight".
///
///   maps [N, C, H, W] to [N, C', H', W']; stages() gives the output of each layer
Network stack(const std::vector<Layer>& layers, Init init = Init::kNormal,
              Arithmetic arithmetic = Arithmetic::kOfRun);

}  // namespace ganvas
