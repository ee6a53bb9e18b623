// Objectives: their values by hand, and their gradients by finite differences.
// SPDX-License-Identifier: Apache-2.0
#include <cmath>
#include <functional>

#include <ATen/ops/rand.h>
#include <ATen/ops/randn.h>
#include <ATen/ops/tensor.h>
#include <ATen/ops/zeros.h>
#include <torch/csrc/autograd/autograd.h>

#include "ganvas/core/random.h"
#include "ganvas/objectives/adversarial.h"
#include "ganvas/objectives/classification.h"
#include "ganvas/objectives/contrastive.h"
#include "ganvas/objectives/divergence.h"
#include "ganvas/objectives/grid.h"
#include "ganvas/objectives/layers.h"
#include "ganvas/objectives/penalty.h"
#include "ganvas/objectives/reconstruction.h"
#include "tests/support/close.h"
#include "tests/support/errors.h"

namespace ganvas {
namespace {

using Loss = std::function<Tensor(const Tensor&)>;

/// Compares autograd with central differences at every number of x.
void expect_gradient(const Loss& loss, const Tensor& x) {
  const auto leaf = x.clone().requires_grad_();
  const auto gradient = torch::autograd::grad({loss(leaf)}, {leaf})[0].flatten();
  const double h = 1e-2;
  for (int64_t i = 0; i < x.numel(); ++i) {
    auto up = x.clone(), down = x.clone();
    up.flatten()[i].add_(h);
    down.flatten()[i].sub_(h);
    const double slope = (loss(up).item<double>() - loss(down).item<double>()) / (2 * h);
    EXPECT_NEAR(gradient[i].item<double>(), slope, 2e-4 * (1 + std::abs(slope)));
  }
}

TEST(Adversarial, ValuesAreThoseOfTheFormulas) {
  const auto d = at::tensor({-2.0F, 0.5F});
  const auto softplus = [](double x) { return std::log1p(std::exp(x)); };
  const auto value = [](const Tensor& t) { return t.item<double>(); };
  using enum Adversarial;
  EXPECT_NEAR(value(real_loss(kVanilla, d)), (softplus(2) + softplus(-0.5)) / 2, 1e-6);
  EXPECT_NEAR(value(fake_loss(kVanilla, d)), (softplus(-2) + softplus(0.5)) / 2, 1e-6);
  EXPECT_NEAR(value(real_loss(kLeastSquares, d)), (9 + 0.25) / 2, 1e-6);
  EXPECT_NEAR(value(fake_loss(kLeastSquares, d)), (4 + 0.25) / 2, 1e-6);
  EXPECT_NEAR(value(real_loss(kHinge, d)), (3 + 0.5) / 2, 1e-6);
  EXPECT_NEAR(value(fake_loss(kHinge, d)), (0 + 1.5) / 2, 1e-6);
  EXPECT_NEAR(value(fooling_loss(kHinge, d)), 0.75, 1e-6);
  EXPECT_NEAR(value(real_loss(kWasserstein, d)), 0.75, 1e-6);
  EXPECT_NEAR(value(fake_loss(kWasserstein, d)), -0.75, 1e-6);
  EXPECT_NEAR(value(fooling_loss(kWasserstein, d)), 0.75, 1e-6);
  EXPECT_NEAR(value(fooling_loss(kVanilla, d)), value(real_loss(kVanilla, d)), 1e-6);
}

TEST(Adversarial, RelativisticIsAboutTheOthersMean) {
  const auto high = at::tensor({2.0F, 1.0F}), low = at::tensor({0.0F, -1.0F, 1.0F});
  const auto softplus = [](double x) { return std::log1p(std::exp(x)); };
  const double expected =
      (softplus(-2) + softplus(-1)) / 2 + (softplus(-1.5) + softplus(-2.5) + softplus(-0.5)) / 3;
  EXPECT_NEAR(relativistic_loss(high, low).item<double>(), expected, 1e-6);
  EXPECT_NEAR(relativistic_loss(low * 0, low * 0).item<double>(), 2 * std::log(2), 1e-6);
  seed_torch(3);
  expect_gradient([&](const Tensor& x) { return relativistic_loss(x, low); }, high);
  expect_gradient([&](const Tensor& x) { return relativistic_loss(high, x); }, low);
}

TEST(Adversarial, GradientsAreThoseOfFiniteDifferences) {
  seed_torch(3);
  const auto d = at::rand({1, 1, 3, 3}) * 4 - 2.03;  // away from the kinks of the hinge
  for (size_t i = 0; i < adversarial_names().size(); ++i) {
    const auto kind = static_cast<Adversarial>(i);
    for (const auto& loss : {real_loss, fake_loss, fooling_loss}) {
      expect_gradient([&](const Tensor& x) { return loss(kind, x); }, d);
    }
  }
}

TEST(Reconstruction, IsTheMeanAbsoluteDifference) {
  seed_torch(4);
  const auto target = at::rand({1, 3, 2, 2});
  const auto made = target + 0.25;
  EXPECT_NEAR(mean_absolute_difference(made, target).item<double>(), 0.25, 1e-6);
  expect_gradient([&](const Tensor& x) { return mean_absolute_difference(x, target); }, made);
  EXPECT_TRUE(contains(error_of([&] { mean_absolute_difference(made, target[0]); }), "one shape"));
}

TEST(Penalty, OfALinearCriticIsTheDistanceOfItsSlopeFromOne) {
  seed_torch(5);
  const auto weights = at::rand({1, 2, 3, 3});
  const auto critic = [&](const Tensor& x) { return (x * weights).sum({1, 2, 3}); };
  const auto real = at::rand({4, 2, 3, 3}), fake = at::rand({4, 2, 3, 3});
  const double slope = weights.norm().item<double>();
  EXPECT_NEAR(gradient_penalty(critic, real, fake).item<double>(), (slope - 1) * (slope - 1), 1e-4);
  EXPECT_NEAR(r1_penalty(critic, real).item<double>(), 0.5 * slope * slope, 1e-4);
  EXPECT_TRUE(contains(error_of([&] { gradient_penalty(critic, real, fake[0]); }), "one shape"));
}

TEST(Penalty, SecondDerivativesAreThoseOfFiniteDifferences) {
  seed_torch(6);
  const auto real = at::rand({2, 1, 2, 2}), fake = at::rand({2, 1, 2, 2});
  const auto weights = at::rand({1, 1, 2, 2}) * 2;
  const auto critic_of = [](const Tensor& w) {
    return [w](const Tensor& x) { return ((x * w).tanh() + (x * w).square()).sum({1, 2, 3}); };
  };
  expect_gradient(
      [&](const Tensor& w) {
        seed_torch(7);  // the same places between real and fake each time
        return gradient_penalty(critic_of(w), real, fake);
      },
      weights);
  expect_gradient([&](const Tensor& w) { return r1_penalty(critic_of(w), real); }, weights);
}

TEST(Classification, CrossEntropyIsThatOfTheFormula) {
  const auto scores = at::tensor({1.0F, 2.0F, 0.5F, 0.0F}).view({2, 2, 1, 1});
  const auto labels = at::tensor({1, 0}, at::kLong);
  const double expected = (std::log1p(std::exp(-1.0)) + std::log1p(std::exp(-0.5))) / 2;
  EXPECT_NEAR(cross_entropy(scores, labels).item<double>(), expected, 1e-6);
  EXPECT_TRUE(contains(error_of([&] { cross_entropy(scores, {}); }), "have no labels"));
}

TEST(Divergence, IsTheIntegralForOneNumberAndZeroForTheNormal) {
  const auto mean = at::tensor({0.7F}).view({1, 1}),
             log_variance = at::tensor({-0.9F}).view({1, 1});
  const double deviation = std::exp(-0.45);
  double integral = 0;  // of q log(q / p)
  const double h = 1e-3;
  for (double x = -12; x < 12; x += h) {
    const double q_log = -0.5 * std::pow((x - 0.7) / deviation, 2) - std::log(deviation);
    integral += std::exp(q_log) / std::sqrt(2 * M_PI) * (q_log + 0.5 * x * x) * h;
  }
  EXPECT_NEAR(gaussian_divergence(mean, log_variance).item<double>(), integral, 1e-5);
  EXPECT_EQ(gaussian_divergence(mean * 0, log_variance * 0).item<double>(), 0);
  const auto twice = gaussian_divergence(mean.expand({2, 3}), log_variance.expand({2, 3}));
  EXPECT_NEAR(twice.item<double>(), 3 * integral, 1e-4) << "a sum over codes, a mean over images";
}

TEST(EnergyDistance, IsZeroForOneLawAndGrowsWithDistance) {
  const RandomStateScope keep;
  seed_torch(1);
  const auto value = [](const Tensor& a, const Tensor& b) {
    return energy_distance(a.to(at::kDouble), b.to(at::kDouble)).item<double>();
  };
  const auto x = at::randn({2000, 2}), y = at::randn({2000, 2});
  EXPECT_NEAR(value(x, y), 0, 0.01);
  // Two points masses at distance d: 2 d - 0 - 0.
  EXPECT_NEAR(value(at::zeros({5, 2}), at::zeros({4, 2}) + 3), 2 * 3 * std::sqrt(2.0), 1e-12);
  EXPECT_GT(value(x, y + 1), value(x, y + 0.5));
  const auto few = at::rand({4, 2}, at::kDouble), others = at::rand({3, 2}, at::kDouble);
  expect_gradient([&](const Tensor& points) { return energy_distance(points, others); }, few);
}

TEST(LayerDistances, AreThoseOfTheFormulas) {
  const auto a = at::tensor({3.0F, 4.0F}).view({1, 2, 1, 1});  // of length 5
  const auto b = at::tensor({0.0F, 2.0F}).view({1, 2, 1, 1});
  const auto value = [](const Tensor& t) { return t.item<double>(); };
  EXPECT_NEAR(value(feature_matching_distance({a, b, a}, {b, a, b})), 2.5 + 2.5, 1e-6)
      << "the last is the score";
  EXPECT_NEAR(value(squared_layer_distance({a, b}, {b, b})), (9 + 4) / 2.0, 1e-6);
  EXPECT_NEAR(value(unit_layer_distance({a}, {b})), 0.36 + 0.04, 1e-5);
  EXPECT_THROW(squared_layer_distance({a}, {a, b}), Error);
  EXPECT_THROW(feature_matching_distance({}, {}), Error);
  const auto loss = [&](const Tensor& x) { return unit_layer_distance({x}, {b}); };
  expect_gradient(loss, a);
}

TEST(GridExcess, CountsWhatIsMoreThanInTheTarget) {
  seed_torch(5);
  const auto target = at::rand({2, 3, 64, 72}) - 0.5;
  const auto lattice = at::zeros({64, 72});
  lattice.slice(0, 0, 64, 4).slice(1, 0, 72, 4).fill_(0.8);
  const auto value = [&](const Tensor& made) { return grid_excess(made, target).item<double>(); };
  EXPECT_NEAR(value(target), 0, 1e-9);
  EXPECT_GT(value(target + lattice), 0.05);
  EXPECT_GT(value(target + lattice), value(target + 0.5 * lattice));
  // A faint weave counts as much in an image of low contrast.
  const double faint = grid_excess(0.1 * (target + lattice), 0.1 * target).item<double>();
  EXPECT_NEAR(faint, value(target + lattice), 0.3 * faint);
  const auto flat = at::zeros({1, 1, 64, 64}).requires_grad_();
  const auto of_flat = grid_excess(flat, at::zeros({1, 1, 64, 64}));
  of_flat.backward();
  EXPECT_EQ(of_flat.item<double>(), 0);
  EXPECT_TRUE(flat.grad().isfinite().all().item<bool>()) << "black images poison the weights";
}

TEST(FlatDifference, LooksOnlyWhereTheTargetIsFlat) {
  auto target = at::zeros({1, 3, 32, 32});
  seed_torch(6);
  target.narrow(3, 16, 16).copy_(at::rand({1, 3, 32, 16}) * 2 - 1);  // texture at the right
  auto left = target.clone(), right = target.clone();
  left.narrow(3, 0, 10).add_(0.1);
  right.narrow(3, 22, 10).add_(0.1);
  const double in_flat = flat_difference(left, target).item<double>();
  EXPECT_NEAR(in_flat, 0.1 * 10 / 32, 1e-5);
  EXPECT_LT(flat_difference(right, target).item<double>(), 1e-3 * in_flat);
}

TEST(PatchContrast, IsTheCrossEntropyOfPlainLoops) {
  seed_torch(7);
  const auto made = at::rand({2, 5, 3}) - 0.5, source = at::rand({2, 5, 3}) - 0.5;
  constexpr double kTemperature = 0.2;
  double sum = 0;
  for (int64_t n = 0; n < 2; ++n) {
    for (int64_t p = 0; p < 5; ++p) {
      double all = 0, own = 0;
      for (int64_t q = 0; q < 5; ++q) {
        const auto f = made[n][p], g = source[n][q];
        const double likeness = (f.dot(g) / f.norm() / g.norm()).item<double>();
        all += std::exp(likeness / kTemperature);
        if (q == p) own = likeness / kTemperature;
      }
      sum += std::log(all) - own;
    }
  }
  EXPECT_NEAR(patch_contrast(made, source, kTemperature).item<double>(), sum / 10, 1e-5);
  expect_gradient([&](const Tensor& x) { return patch_contrast(x, source, 0.5); }, made);
  EXPECT_THROW(patch_contrast(made, source.narrow(1, 0, 4), kTemperature), Error);
}

}  // namespace
}  // namespace ganvas
