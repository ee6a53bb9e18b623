// The encoder and decoder that VAE and VAE/GAN share.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "ganvas/core/config.h"
#include "ganvas/core/image_spec.h"
#include "ganvas/methods/method.h"
#include "ganvas/methods/upsampling.h"

namespace ganvas {

struct VariationalConfig {
  int64_t width = 64;
  int64_t noise = 128;
  UpsamplingConfig upsampling;

  template <typename Visitor>
  void visit(Visitor& v) {
    v("width", width, "channels of the encoder's first layer", Range{1, 512});
    v("noise", noise, "numbers of the code", Range{1, 4096});
    upsampling.visit(v);
  }
};

/// A code per image as a distribution: N(mean, diag exp(log_variance)).
///
///   mean, log_variance: [N, noise, 1, 1] float
struct Codes {
  Tensor mean, log_variance;

  /// A draw: mean + deviation * eps, eps ~ N(0, I) from torch's default generator.
  Tensor draw() const;
};

/// The encoder and decoder of Larsen et al., ICML 2016 (arXiv:1512.09300), Table 1, in the sizes of
/// their code. A handle, like Network. methods/variational.cpp has the table of layers.
class Variational {
 public:
  /// Throws UsageError on sides that are no multiple of 8, or on different channels in and out.
  Variational(const VariationalConfig& config, const ImageSpec& spec);

  /// What a player moves to train the one or the other.
  std::vector<Network> encoder() const { return {trunk_, mean_, log_variance_}; }
  std::vector<Network> decoder() const { return {expand_, draw_}; }

  /// "encoder", ...: each network with its name.
  std::vector<std::pair<std::string, Network>> networks() const;

  Codes encode(const Tensor& images) const;

  /// codes: [N, noise, 1, 1];  returns [N, C, S, S] in [-1, 1]
  Tensor decode(const Tensor& codes) const;

  /// The same with running statistics and without a graph.
  Tensor infer_mean(const Tensor& images) const;   // [N, noise]
  Tensor infer_images(const Tensor& codes) const;  // of [N, noise]

  int64_t size() const { return size_; }
  int64_t noise() const { return noise_; }

 private:
  int64_t size_, noise_, first_side_, first_channels_;
  Network trunk_, mean_, log_variance_, expand_, draw_;
};

/// What VAE and VAE/GAN do once they are trained: all but their game.
class VariationalMethod : public Method {
 public:
  Abilities abilities() const override;

  /// What comes back of images: the decoding of their codes' means.
  Tensor run_translation(const Tensor& images, Direction) override;
  Tensor encode(const Tensor& images) override { return variational_.infer_mean(images); }
  Tensor decode(const Tensor& codes, const Tensor&) override {
    return variational_.infer_images(codes);
  }

 protected:
  VariationalMethod(const VariationalConfig& config, const ImageSpec& spec);

  Variational variational_;
};

}  // namespace ganvas
