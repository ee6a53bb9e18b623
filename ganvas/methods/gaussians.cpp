// Likelihood lab: a mixture of Gaussians fitted to points in one of three ways, to see what each way
// of fitting makes of a model that is too small for its data.
// Goodfellow, "NIPS 2016 Tutorial: Generative Adversarial Networks" (arXiv:1701.00160), section 3.2.5.
// SPDX-License-Identifier: Apache-2.0
//
//   q(x) = 1/K sum_k N(x; m_k, L_k L_k^T), L_k lower triangular with a positive diagonal
//
//   likelihood   min E_data[-log q(x)]               forward KL: punished where data have no mass of q
//   reverse      min E_q[log q(x) - log p(x)]        reverse KL: punished where q has no mass of data;
//                                                    p is a kernel density of the batch
//   adversarial  against a discriminator, a perceptron of 3 hidden layers; its vanilla game
//
// Points of q are drawn as m_k + L_k e, as many of each component, so that gradients reach m and L.

#include <cmath>

#include <ATen/ops/arange.h>
#include <ATen/ops/eye.h>
#include <ATen/ops/stack.h>

#include "ganvas/core/random.h"
#include "ganvas/core/whole_batch.h"
#include "ganvas/methods/adversary.h"
#include "ganvas/methods/method.h"
#include "ganvas/methods/perceptron.h"

namespace ganvas {
namespace {

/// How a mixture is fitted: by forward KL, by reverse KL, or against a discriminator.
enum class Fit { kLikelihood, kReverse, kAdversarial };

class Gaussians final : public Method {
 public:
  static constexpr auto kName = "gaussians";
  static constexpr auto kSummary = "a mixture of Gaussians fitted to points, in three ways";
  static constexpr auto kPaper = "arXiv:1701.00160";
  static constexpr auto kTask = Task::kPoints;

  struct Config {
    Fit fit = Fit::kLikelihood;
    int64_t components = 1;
    double bandwidth = 0.01;
    int64_t discriminator_width = 128;
    OptimizerConfig optimizer{.lr = 5e-3, .beta2 = 0.9};  // forgets the first, huge gradients

    template <typename Visitor>
    void visit(Visitor& v) {
      v("fit", fit, "by forward KL, by reverse KL, or against a discriminator",
        Choices{"likelihood", "reverse", "adversarial"});
      v("components", components, "Gaussians of the mixture", Range{1, 1000});
      v("bandwidth", bandwidth,
        "reverse: deviation of the kernels that stand for the data's density", Range{1e-4, 1e3});
      v("discriminator-width", discriminator_width, "adversarial: numbers of its hidden layers",
        Range{1, 4096});
      optimizer.visit(v);
    }
  };

  Gaussians(const Config& config, const ImageSpec&)
      : config_(config), adversary_({}, NormKind::kNone) {
    constexpr int64_t kNumbers =
        5;  // two of the mean, two of L's diagonal as logarithms, one below
    const auto table = conv({config.components, kNumbers, 1}).without_bias();
    model_ = add_network("model", stack({table}, Init::kFanIn, Arithmetic::kFp32));
    if (config.fit != Fit::kAdversarial) return;
    discriminator_ = add_network("discriminator", perceptron(2, config.discriminator_width, 3, 1));
  }

  Game game() override {
    const Player model{.name = "model",
                       .trains = {model_},
                       .losses = {[this](const Batch& batch) { return model_loss(batch); }},
                       .optimizer = config_.optimizer};
    if (config_.fit != Fit::kAdversarial) return {.players = {model}};
    const Player discriminator{
        .name = "discriminator",
        .trains = {discriminator_},
        .losses = {[this](const Batch& batch) { return discriminator_loss(batch); }},
        .optimizer = config_.optimizer};
    return {.players = {discriminator, model}};
  }

  void forward(const Batch& batch) override {
    if (config_.fit != Fit::kLikelihood) fake_ = draw(batch.a.size(0));
  }

  Abilities abilities() const override { return {.directions = {}, .samples = true}; }

  std::vector<Tensor> sample(int64_t count) override { return {draw(count).detach()}; }

 private:
  Losses discriminator_loss(const Batch& batch) {
    Losses losses;
    adversary_.add_terms(losses, discriminator_, batch.a, fake_, /*weight=*/1);
    return losses;
  }

  /// The components: means [K, 2], logarithms of the diagonals [K, 2], numbers below them [K].
  struct Components {
    Tensor means, log_diagonals, below;
  };

  Components components() const {
    const auto own = parameters_of(*this).front().second.options();
    const int64_t k = config_.components;
    const auto table = model_(at::eye(k, own).view({k, k, 1, 1})).to(at::kFloat).view({k, -1});
    return {table.narrow(1, 0, 2), table.narrow(1, 2, 2), table.select(1, 4)};
  }

  /// [count, 2, 1, 1], the components in turn.
  Tensor draw(int64_t count) const {
    const auto all = components();
    const auto* whole = whole_batch();
    const auto numbers =
        at::arange(whole == nullptr ? count : whole->size, all.means.options().dtype(at::kLong));
    const auto which =
        (whole == nullptr ? numbers : whole->mine(numbers)).remainder(config_.components);
    const auto e = draw_normal({count, 2}, all.means.options());
    const auto scales = all.log_diagonals.index_select(0, which).exp();
    const auto x = scales.select(1, 0) * e.select(1, 0);
    const auto y =
        all.below.index_select(0, which) * e.select(1, 0) + scales.select(1, 1) * e.select(1, 1);
    const auto points = all.means.index_select(0, which) + at::stack({x, y}, /*dim=*/1);
    return points.unsqueeze(2).unsqueeze(3);
  }

  /// log q of points [N, 2]: [N].
  Tensor log_density(const Tensor& points) const {
    const auto all = components();
    const auto apart = points.unsqueeze(1) - all.means.unsqueeze(0);  // [N, K, 2]
    const auto scales = all.log_diagonals.exp();
    const auto u = apart.select(2, 0) / scales.select(1, 0);  // L u = apart, by substitution
    const auto v = (apart.select(2, 1) - all.below * u) / scales.select(1, 1);
    const auto logs = -(u.square() + v.square()) / 2 - all.log_diagonals.sum(1);
    const auto components = static_cast<double>(config_.components);
    return logs.logsumexp(/*dim=*/1) - std::log(2 * M_PI * components);
  }

  /// log of the data's kernel density at points [N, 2]: [N].
  Tensor log_kernels(const Tensor& points, const Tensor& data) const {
    const auto apart = points.unsqueeze(1) - data.unsqueeze(0);  // [N, M, 2]
    const double h = config_.bandwidth;
    const auto logs = -apart.square().sum(2) / (2 * h * h);
    const auto count = static_cast<double>(data.size(0));
    return logs.logsumexp(/*dim=*/1) - std::log(2 * M_PI * h * h * count);
  }

  Losses model_loss(const Batch& batch) {
    Losses losses;
    const auto data = batch.a.flatten(1);
    if (config_.fit == Fit::kLikelihood) {
      losses.add("likelihood", -log_density(data).mean());
    } else if (config_.fit == Fit::kReverse) {
      const auto made = fake_.flatten(1);
      losses.add("reverse", (log_density(made) - log_kernels(made, all_of_batch(data))).mean());
    } else {
      losses.add("adversarial", adversary_.fooling(discriminator_(fake_).to(at::kFloat)));
    }
    return losses;
  }

  Config config_;
  Adversary adversary_;
  Network model_, discriminator_;
  Tensor fake_;  // of this step
};

}  // namespace

MethodEntry gaussians() {
  return entry<Gaussians>();
}

}  // namespace ganvas
