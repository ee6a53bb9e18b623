// The encoder and decoder that VAE and VAE/GAN share.
// SPDX-License-Identifier: Apache-2.0
//
// w = width, S = side, k = S / 8, Z = noise; N = batch norm; kernels 5, padded as SAME; no bias
// before N. Output shapes:
//
//   encoder        conv stride 2 to w, 2w, 4w, each N ReLU; fully connected to 16w N ReLU
//                                                                        [N, 16w, 1, 1]
//   encoder_mean, encoder_log_variance   fully connected                 [N, Z, 1, 1]
//   decoder_input  fully connected to 4w k k, N over each number, ReLU   [N, 4w, k, k]
//   decoder        doubling to 4w, 2w, w/2, each N ReLU; conv(bias) tanh   [N, C, S, S]

#include "ganvas/methods/variational.h"

#include "ganvas/core/random.h"
#include "ganvas/methods/inference.h"
#include "ganvas/nn/stack.h"

namespace ganvas {
namespace {

constexpr double kMostLogVariance = 10;  // of either sign: exp() stays finite

Layer halving(int64_t in, int64_t out) {
  return conv({in, out, 5, 2, kSame}).normed(NormKind::kBatch).relu();
}

}  // namespace

Tensor Codes::draw() const {
  return mean + (0.5 * log_variance).exp() * draw_normal_like(mean);
}

Variational::Variational(const VariationalConfig& config, const ImageSpec& spec)
    : size_(spec.side()),
      noise_(config.noise),
      first_side_(spec.side() / 8),
      first_channels_(4 * config.width) {
  require_usage(spec.side() % 8 == 0, "--size: got ", spec.side(), ", expected a multiple of 8");
  require_usage(spec.channels_a == spec.channels_b, "got ", spec.channels_a, " channels in and ",
                spec.channels_b, " out, expected equal numbers");
  const int64_t w = config.width, channels = spec.channels_a, last = std::max<int64_t>(1, w / 2);
  trunk_ = stack({halving(channels, w), halving(w, 2 * w), halving(2 * w, 4 * w),
                  conv({4 * w, 16 * w, first_side_}).normed(NormKind::kBatch).relu()});
  mean_ = stack({conv({16 * w, noise_, 1})});
  log_variance_ = stack({conv({16 * w, noise_, 1})});
  const int64_t numbers = first_channels_ * first_side_ * first_side_;
  expand_ = stack({conv({noise_, numbers, 1}).normed(NormKind::kBatch).relu()});
  const auto enlarged = [&](int64_t in, int64_t out) {
    return doubling(in, out, 5, config.upsampling.upsampling).normed(NormKind::kBatch).relu();
  };
  draw_ = stack({enlarged(4 * w, 4 * w), enlarged(4 * w, 2 * w), enlarged(2 * w, last),
                 conv({last, channels, 5, 1, 2}).tanh()});
}

std::vector<std::pair<std::string, Network>> Variational::networks() const {
  return {{"encoder", trunk_},
          {"encoder_mean", mean_},
          {"encoder_log_variance", log_variance_},
          {"decoder_input", expand_},
          {"decoder", draw_}};
}

Codes Variational::encode(const Tensor& images) const {
  const auto features = trunk_(images);
  return {mean_(features).to(at::kFloat),
          log_variance_(features).to(at::kFloat).clamp(-kMostLogVariance, kMostLogVariance)};
}

Tensor Variational::decode(const Tensor& codes) const {
  const auto map = expand_(codes).view({-1, first_channels_, first_side_, first_side_});
  return draw_(map).to(at::kFloat);
}

Tensor Variational::infer_mean(const Tensor& images) const {
  return infer(mean_, infer(trunk_, images)).flatten(1);
}

Tensor Variational::infer_images(const Tensor& codes) const {
  const auto numbers = infer(expand_, codes.unsqueeze(2).unsqueeze(3));
  return infer(draw_, numbers.view({-1, first_channels_, first_side_, first_side_}));
}

VariationalMethod::VariationalMethod(const VariationalConfig& config, const ImageSpec& spec)
    : variational_(config, spec) {
  for (const auto& [name, network] : variational_.networks()) add_network(name, network);
}

Abilities VariationalMethod::abilities() const {
  return {.samples = true,
          .fixed_size = variational_.size(),
          .code = variational_.noise(),
          .encodes = true};
}

Tensor VariationalMethod::run_translation(const Tensor& images, Direction) {
  return variational_.infer_images(variational_.infer_mean(images));
}

}  // namespace ganvas
