// Parameter counts and shapes of the published networks.
// SPDX-License-Identifier: Apache-2.0
#include "ganvas/nn/recipes.h"

#include <ATen/ops/rand.h>
#include <ATen/ops/tensor.h>
#include <ATen/ops/zeros.h>
#include <c10/core/GradMode.h>
#include <torch/csrc/autograd/autograd.h>

#include "ganvas/core/random.h"
#include "ganvas/nn/private/bands.h"
#include "ganvas/nn/stack.h"
#include "tests/support/close.h"
#include "tests/support/errors.h"
#include "tests/support/machine.h"

namespace ganvas {
namespace {

TEST(Recipes, ParameterCountsAreThePapers) {
  const TranslatorShape batch{}, instance{3, 3, 64, NormKind::kInstance};
  EXPECT_EQ(parameter_count(unet(batch, 8, Dropout::kPaper)), 54'413'955);
  EXPECT_EQ(parameter_count(unet(instance, 8, Dropout::kPaper)), 54'409'603);
  EXPECT_EQ(parameter_count(unet(batch, 7, Dropout::kPaper)), 41'828'995);
  EXPECT_EQ(parameter_count(unet({1, 3}, 8, Dropout::kPaper)), 54'411'907);
  EXPECT_EQ(parameter_count(unet({3, 3, 32}, 8, Dropout::kPaper)), 13'608'259);
  EXPECT_EQ(parameter_count(resnet(instance, 9, Dropout::kNone)), 11'378'179);
  EXPECT_EQ(parameter_count(resnet(instance, 6, Dropout::kNone)), 7'837'699);
}

TEST(Recipes, PatchDiscriminatorsHaveThePapersCountsAndMaps) {
  struct Published {
    int64_t layers, parameters, map_of_256, map_of_128;
  };
  for (const auto& p : {Published{0, 9'024, 256, 128},
                        {1, 139'585, 126, 62},
                        {2, 666'433, 62, 30},
                        {3, 2'768'705, 30, 14},
                        {4, 6'964'033, 14, 6},
                        {5, 11'159'361, 6, 2}}) {
    const auto network = patch_discriminator({6, 64, NormKind::kBatch}, p.layers);
    EXPECT_EQ(parameter_count(network), p.parameters) << p.layers << " layers";
    const auto narrow = patch_discriminator({6, 1, NormKind::kBatch}, p.layers);
    for (const auto& [side, map] : {std::pair(256L, p.map_of_256), {128L, p.map_of_128}}) {
      const auto scores = narrow(at::zeros({1, 6, side, side}));
      EXPECT_EQ(scores.sizes(), (std::vector<int64_t>{1, 1, map, map})) << p.layers << " layers";
    }
  }
}

TEST(Recipes, AnyMultipleOfTheNetworksStepIsTranslated) {
  const auto network = unet({3, 3, 2}, 5, Dropout::kNone);
  EXPECT_EQ(network(at::zeros({1, 3, 64, 96})).sizes(), (std::vector<int64_t>{1, 3, 64, 96}));
  EXPECT_TRUE(contains(error_of([&] { network(at::zeros({1, 3, 48, 96})); }), "multiples of 32"));
}

TEST(Recipes, NearestUpsamplingLeavesNoCheckerboard) {
  // How uneven a flat map comes out, far from its borders.
  const auto unevenness = [](const Network& network, const Tensor& flat) {
    for (auto [name, tensor] : network.parameters()) tensor.set_requires_grad(false).mul_(3);
    const auto out = network(flat);
    EXPECT_EQ(out.size(2), 64);
    const auto inside = out.narrow(2, 28, 8).narrow(3, 28, 8);
    return (inside - inside.mean({2, 3}, /*keepdim=*/true)).abs().max().item<double>();
  };
  const auto of_resnet = [&](Upsampling upsampling) {
    seed_torch(1);
    return unevenness(resnet({3, 3, 8, NormKind::kNone, upsampling}, /*blocks=*/1, Dropout::kNone),
                      at::zeros({1, 3, 64, 64}) + 0.5);
  };
  const auto of_layers = [&](int64_t kernel, Upsampling upsampling) {
    seed_torch(1);
    const auto layers = {doubling(3, 8, kernel, upsampling), doubling(8, 3, kernel, upsampling)};
    return unevenness(stack(layers), at::zeros({1, 3, 16, 16}) + 0.5);
  };
  EXPECT_LT(of_resnet(Upsampling::kNearest), 1e-6);
  EXPECT_GT(of_resnet(Upsampling::kTransposed), 1e-4);
  for (const int64_t kernel : {4, 5}) {
    EXPECT_LT(of_layers(kernel, Upsampling::kNearest), 1e-6);
    EXPECT_GT(of_layers(kernel, Upsampling::kTransposed), 1e-4);
  }
}

TEST(Recipes, AOneByOneMapIsRefusedInsteadOfBecomingZero) {
  const auto network = patch_discriminator({3, 2, NormKind::kInstance}, 3);
  EXPECT_TRUE(contains(error_of([&] { network(at::zeros({1, 3, 16, 16})); }), "one number"));
}

/// The gradients of all a network's parameters, and what it makes of x.
std::vector<Tensor> numbers_of(const Network& network, const Tensor& x, const Machine& machine) {
  std::vector<Tensor> inputs;
  for (const auto& [name, tensor] : network.parameters()) inputs.push_back(tensor);
  const PrecisionScope precision(machine);
  const auto y = network(x).to(at::kFloat);
  auto all = torch::autograd::grad({y.square().mean()}, inputs, {}, /*retain_graph=*/false,
                                   /*create_graph=*/false, /*allow_unused=*/true);
  all.push_back(y.detach());
  return all;
}

/// Gradients may differ where a ReLU's input is next to zero, by one number among thousands; so their
/// directions are compared. Biases before a norm have no gradient but rounding, or none at all.
void expect_alike(const std::vector<Tensor>& fast, const std::vector<Tensor>& plain,
                  double least_cosine) {
  for (size_t i = 0; i < plain.size(); ++i) {
    if (plain[i].dim() == 1) continue;
    const auto cosine = (fast[i] * plain[i]).sum() / (fast[i].norm() * plain[i].norm());
    EXPECT_GT(cosine.item<double>(), least_cosine) << "tensor " << i;
  }
}

// Wide enough for every fast kernel.
TEST(Recipes, FastKernelsGiveThePlainNetworksNumbersAndGradients) {
  for (const auto upsampling : {Upsampling::kTransposed, Upsampling::kNearest}) {
    seed_torch(4);
    const auto network = resnet(
        {.width = 16, .norm = NormKind::kInstance, .upsampling = upsampling}, 2, Dropout::kNone);
    const auto x = at::rand({1, 3, 64, 64}) * 2 - 1;
    const auto plain = numbers_of(network, x, plain_machine());
    const auto fast = numbers_of(network, x, exact_machine());
    EXPECT_TRUE(close(fast.back(), plain.back(), kNetwork));
    expect_alike(fast, plain, 0.999);
  }
}

// On processors with AMX these go through our tiles, elsewhere as torch has them.
TEST(Recipes, InBf16NetworksGoTheWayOfFp32) {
  if (!has_fast_bf16()) GTEST_SKIP() << "this processor has no fast bf16";
  const auto in_bf16 = set_up_machine({.device = "cpu", .precision = "bf16"}, Work::kTraining);
  const auto x = at::rand({2, 3, 64, 64}) * 2 - 1;
  for (const auto& network : {resnet({.width = 32, .norm = NormKind::kInstance}, 2, Dropout::kNone),
                              unet({.width = 32, .norm = NormKind::kInstance}, 5, Dropout::kNone),
                              patch_discriminator({3, 32, NormKind::kInstance}, 3)}) {
    const auto plain = numbers_of(network, x, plain_machine());
    set_up_machine({.device = "cpu", .precision = "bf16"}, Work::kTraining);
    expect_alike(numbers_of(network, x, in_bf16), plain, 0.97);
  }
}

// Heights and widths that no band divides; two images, which must not share their moments.
TEST(Recipes, LargeImagesInBandsAreThoseInOnePiece) {
  const c10::NoGradGuard no_gradients;
  exact_machine();
  for (const auto upsampling : {Upsampling::kTransposed, Upsampling::kNearest}) {
    seed_torch(4);
    const auto network = resnet(
        {.width = 16, .norm = NormKind::kInstance, .upsampling = upsampling}, 2, Dropout::kNone);
    for (auto [name, tensor] : network.parameters()) tensor.normal_(0, 0.04);
    const auto x = at::rand({2, 3, 276, 84}) * at::tensor({1.0F, 2.0F}).view({2, 1, 1, 1}) - 1;
    const auto whole = network(x);
    limit_pixels_at_once(64);
    const auto in_bands = network(x);
    limit_pixels_at_once(1 << 21);
    EXPECT_FALSE(in_bands.equal(whole)) << "did not go in bands";
    EXPECT_LE((in_bands - whole).abs().max().item<double>(), 1e-3);
  }
}

TEST(Recipes, DropoutIsActiveInThePapersInferenceOnly) {
  const auto network = unet({3, 3, 2}, 6, Dropout::kPaper);
  const auto x = at::zeros({1, 3, 128, 128}).normal_();
  network.set_mode(Mode::kBatchStatistics);
  EXPECT_FALSE(network(x).equal(network(x)));
  network.set_mode(Mode::kRunningStatistics);
  EXPECT_TRUE(network(x).equal(network(x)));
}

TEST(Recipes, AutoTakesTheDeepestUNetThatTheSizeAdmits) {
  EXPECT_EQ(generator_recipe("auto", 256).name, "unet256");
  EXPECT_EQ(generator_recipe("auto", 128).name, "unet128");
  EXPECT_EQ(generator_recipe("auto", 96).size_multiple, 32);
  EXPECT_TRUE(contains(error_of([] { generator_recipe("unet256", 128); }), "--generator auto"));
}

}  // namespace
}  // namespace ganvas
