// Spectral norm, blurred strides and the discriminators that they make.
// SPDX-License-Identifier: Apache-2.0
#include <ATen/ops/arange.h>
#include <ATen/ops/conv2d.h>
#include <ATen/ops/linalg_svdvals.h>
#include <ATen/ops/rand.h>
#include <ATen/ops/reflection_pad2d.h>
#include <ATen/ops/tensor.h>
#include <c10/core/GradMode.h>

#include "ganvas/core/random.h"
#include "ganvas/nn/private/layers.h"
#include "tests/support/close.h"
#include "tests/support/machine.h"

namespace ganvas {
namespace {

constexpr Tolerance kRounding{1e-4, 1e-5};

TEST(SpectralConv, DividesByTheLargestSingularValue) {
  exact_machine();
  seed_torch(1);
  SpectralConv layer({6, 9, 3, 1, 1}, /*has_bias=*/true);
  const auto weight = layer.parameters()[1].second, bias = layer.parameters()[0].second;
  ASSERT_EQ(weight.dim(), 4);
  const c10::NoGradGuard no_gradients;
  bias.uniform_(-1, 1);
  const auto x = at::rand({2, 6, 12, 10});
  for (int i = 0; i < 300; ++i) layer.forward(x);
  const auto largest = at::linalg_svdvals(weight.flatten(1))[0];
  const auto expected = at::conv2d(x, weight / largest, bias, 1, 1);
  EXPECT_TRUE(close(layer.forward(x), expected, kRounding));
  layer.set_mode(Mode::kRunningStatistics);
  weight.mul_(2);  // used as it is then: the vectors stay, and the value follows the weights
  EXPECT_TRUE(close(layer.forward(x), expected, kRounding));
}

TEST(SpectralConv, OnlyTrainingMovesItsVectors) {
  exact_machine();
  SpectralConv layer({3, 4, 3, 1, 1}, /*has_bias=*/false);
  const auto x = at::rand({1, 3, 8, 8});
  const auto before = layer.buffers()[0].second.clone();
  layer.set_mode(Mode::kRunningStatistics);
  layer.forward(x);
  EXPECT_TRUE(layer.buffers()[0].second.equal(before));
  layer.set_mode(Mode::kTrain);
  layer.forward(x);
  EXPECT_FALSE(layer.buffers()[0].second.equal(before));
}

// Two passes, then the gradients of both: as a discriminator of real and made images has them.
TEST(SpectralConv, GradientsAreThoseOfTheFormula) {
  exact_machine();
  seed_torch(2);
  SpectralConv layer({3, 4, 3, 1, 1}, /*has_bias=*/false);
  const auto weight = layer.parameters()[0].second;
  const auto a = at::rand({1, 3, 8, 8}), b = at::rand({1, 3, 8, 8});
  std::vector<Tensor> vectors;
  auto sum = layer.forward(a).square().sum();
  for (const auto& [name, tensor] : layer.buffers()) vectors.push_back(tensor.clone());
  sum = sum + layer.forward(b).square().sum();
  for (const auto& [name, tensor] : layer.buffers()) vectors.push_back(tensor.clone());
  sum.backward();

  const auto w = weight.detach().clone().set_requires_grad(true);
  const auto part = [&](const Tensor& x, const Tensor& left, const Tensor& right) {
    return at::conv2d(x, w / left.dot(w.flatten(1).mv(right)), {}, 1, 1).square().sum();
  };
  (part(a, vectors[0], vectors[1]) + part(b, vectors[2], vectors[3])).backward();
  EXPECT_TRUE(close(weight.grad(), w.grad(), kRounding));
}

TEST(HalvedByBlur, IsEverySecondPixelOfTheBlurredMap) {
  const auto kernel = at::tensor({1.0F, 2.0F, 1.0F, 2.0F, 4.0F, 2.0F, 1.0F, 2.0F, 1.0F}) / 16;
  for (const auto& [height, width] : {std::pair{8, 12}, {7, 9}}) {
    const auto x = at::rand({2, 1, height, width});
    const std::vector<int64_t> rim(4, 1);
    const auto expected =
        at::conv2d(at::reflection_pad2d(x, rim), kernel.view({1, 1, 3, 3}), {}, 2);
    EXPECT_TRUE(close(halved_by_blur(x), expected, kRounding));
  }
}

TEST(UNetDiscriminator, JudgesEveryPixelOfAnySize) {
  const auto network = unet_discriminator({3, 4});
  // head, three down, three up, two tail, score: 4 is the width.
  const int64_t expected = (27 * 4 + 4) + 16 * (4 * 8 + 8 * 16 + 16 * 32) +
                           9 * (32 * 16 + 16 * 8 + 8 * 4) + 2 * 9 * 16 + (9 * 4 + 1);
  EXPECT_EQ(parameter_count(network), expected);
  for (const auto& [height, width] : {std::pair{16, 24}, {37, 50}, {8, 9}}) {
    const auto stages = network.stages(at::rand({2, 3, height, width}));
    EXPECT_EQ(stages.size(), 8u);
    EXPECT_EQ(stages.back().sizes(), (at::IntArrayRef{2, 1, height, width}));
  }
  EXPECT_THROW(network(at::rand({1, 3, 7, 9})), Error);
}

TEST(PatchDiscriminator, BlurredStridesKeepItsMapsAndSpectralNormReplacesItsNorms) {
  const auto x = at::rand({1, 3, 64, 48});
  const auto plain = patch_discriminator({3, 4, NormKind::kInstance}, 3);
  const auto other = patch_discriminator(
      {3, 4, NormKind::kNone, WeightNorm::kSpectral, Downsampling::kBlurred}, 3);
  EXPECT_EQ(other(x).dim(), 4);
  EXPECT_LE(std::abs(other(x).size(2) - plain(x).size(2)), 1);
  for (const auto& [name, tensor] : other.parameters()) {
    EXPECT_EQ(name.find("norm"), std::string::npos) << name;
  }
}

}  // namespace
}  // namespace ganvas
