// Networks as lists of steps.
// SPDX-License-Identifier: Apache-2.0
#include "ganvas/nn/graph.h"

#include <ATen/ops/cat.h>
#include <ATen/ops/conv2d.h>
#include <ATen/ops/prelu.h>
#include <ATen/ops/rand.h>
#include <ATen/ops/randn.h>
#include <ATen/ops/zeros.h>
#include <c10/core/GradMode.h>
#include <gtest/gtest.h>

#include "ganvas/core/error.h"
#include "ganvas/core/random.h"
#include "ganvas/kernels/convolution.h"
#include "tests/support/machine.h"

namespace ganvas {
namespace {

Step conv_step(size_t from, int64_t in, int64_t out, int64_t kernel, int64_t stride, int64_t pad) {
  return {.op = Op::kConv,
          .inputs = {from},
          .weight = at::rand({out, in, kernel, kernel}),
          .kernel = kernel,
          .stride = stride,
          .pads = {pad, pad, pad, pad}};
}

/// How far from the middle of the output's block a changed pixel of the input is still seen.
int64_t measured_reach(const Network& network, int64_t side, double scale) {
  const c10::NoGradGuard no_gradients;
  auto image = at::rand({1, 1, side, side});
  const auto before = network(image);
  const int64_t middle = side / 2;
  image[0][0][middle][middle] += 1;
  const auto changed = (network(image) - before).abs().amax({0, 1, 2}).gt(1e-6);
  int64_t farthest = 0;
  for (int64_t x = 0; x < changed.size(0); ++x) {
    if (!changed[x].item<bool>()) continue;
    const auto place = static_cast<int64_t>(static_cast<double>(x) / scale);
    farthest = std::max(farthest, std::abs(place - middle));
  }
  return farthest;
}

// What a place of the output depends on lies within what is promised, or parts would not make the whole.
TEST(Graph, SeesNoFurtherThanItsReach) {
  exact_machine();
  seed_torch(4);
  Graph plain, strided, enlarging;
  plain.add(conv_step(0, 1, 2, 3, 1, 1));
  plain.add(conv_step(1, 2, 1, 5, 1, 2));
  for (size_t i = 0; i < 3; ++i) strided.add(conv_step(i, 1, 1, 3, 2, 1));
  strided.add({.op = Op::kNearest, .inputs = {3}, .value = 8});
  enlarging.add(conv_step(0, 1, 4, 3, 1, 1));
  enlarging.add({.op = Op::kPixelShuffle, .inputs = {1}, .factor = 2});
  enlarging.add(conv_step(2, 1, 1, 3, 1, 1));
  for (const auto* graph : {&plain, &strided, &enlarging}) {
    const auto scale = graph->scale();
    ASSERT_TRUE(scale.reach.has_value());
    EXPECT_LE(measured_reach(network_of(*graph), 64, scale.scale), std::ceil(*scale.reach));
  }
  EXPECT_EQ(plain.scale().reach, 3);
  EXPECT_EQ(plain.multiple(), 1);
  EXPECT_EQ(strided.multiple(), 8);
  EXPECT_EQ(enlarging.scale().scale, 2);
}

/// What a pass by rows makes of an image that comes in pieces of so many rows, over and over.
Tensor by_rows(const Network& network, const Tensor& image, const std::vector<int64_t>& pieces) {
  const c10::NoGradGuard no_gradients;
  const auto pass = network.row_pass(image.size(2));
  std::vector<Tensor> made;
  for (int64_t row = 0, i = 0; row < image.size(2); ++i) {
    const int64_t wanted = pieces[static_cast<size_t>(i) % pieces.size()];
    const int64_t count = std::min(wanted, image.size(2) - row);
    const auto rows = pass->next(image.narrow(2, row, count));
    if (rows.defined()) made.push_back(rows);
    row += count;
  }
  return at::cat(made, 2);
}

/// Everything that a pass by rows knows: windows of all kinds, joints, ways around, sizes up and down.
Graph graph_by_rows() {
  Graph graph;
  const auto unshuffled = graph.add({.op = Op::kPixelUnshuffle, .inputs = {0}, .factor = 2});
  const auto wide = graph.add(conv_step(unshuffled, 4, 8, 5, 1, 2));
  const auto relu = graph.add({.op = Op::kLeakyRelu, .inputs = {wide}, .value = 0.2});
  auto dilated = conv_step(relu, 8, 8, 3, 1, 2);
  dilated.dilation = 2;
  const auto far = graph.add(dilated);
  const auto joint = graph.add({.op = Op::kConcat, .inputs = {relu, far}});
  const auto narrow = graph.add(conv_step(joint, 16, 8, 3, 1, 1));
  const auto sum = graph.add({.op = Op::kAdd, .inputs = {narrow, relu}});
  const auto valid = graph.add(conv_step(sum, 8, 8, 3, 1, 0));
  const auto larger = graph.add({.op = Op::kNearest, .inputs = {valid}, .value = 2});
  const auto point = graph.add(conv_step(larger, 8, 12, 1, 1, 0));
  const auto shuffled = graph.add({.op = Op::kPixelShuffle, .inputs = {point}, .factor = 2});
  graph.add({.op = Op::kBicubic, .inputs = {shuffled}, .value = 3});
  return graph;
}

TEST(Graph, MakesByRowsWhatItMakesOfTheWhole) {
  exact_machine();
  seed_torch(6);
  const auto network = network_of(graph_by_rows());
  for (const int64_t height : {8, 26, 70}) {
    const auto image = at::rand({1, 1, height, 18});
    const c10::NoGradGuard no_gradients;
    const auto whole = network(image);
    for (const auto& pieces : std::vector<std::vector<int64_t>>{{2}, {4, 2, 10}, {height}}) {
      const auto made = by_rows(network, image, pieces);
      ASSERT_EQ(made.sizes(), whole.sizes());
      EXPECT_LE((made - whole).abs().max().item<double>(), 1e-5 * whole.abs().max().item<double>());
    }
  }
}

TEST(Graph, SaysWhatItCannotMakeByRows) {
  exact_machine();
  auto graph = graph_by_rows();
  graph.add({.op = Op::kInstanceNorm, .inputs = {graph.steps().size()}});
  EXPECT_EQ(network_of(graph).row_pass(20), nullptr);
  const auto network = network_of(graph_by_rows());
  const auto pass = network.row_pass(20);
  const c10::NoGradGuard no_gradients;
  const auto too_many = [&] { pass->next(at::rand({1, 1, 22, 18})); };
  EXPECT_THROW(too_many(), Error);
}

TEST(Graph, KnowsHowLargeItsOutputIs) {
  exact_machine();
  Graph valid;  // waifu2x' form: borders are left out
  valid.add(conv_step(0, 1, 4, 3, 1, 0));
  valid.add({.op = Op::kTransposedConv,
             .inputs = {1},
             .weight = at::rand({4, 1, 4, 4}),
             .kernel = 4,
             .stride = 2,
             .pads = {3, 3, 3, 3}});
  const auto scale = valid.scale();
  const auto made = network_of(valid)(at::zeros({1, 1, 20, 20}));
  EXPECT_EQ(made.size(2), scale.scale * 20 + scale.offset);
}

TEST(Graph, RefusesWhatDoesNotFitTogether) {
  Graph graph;
  EXPECT_THROW(graph.add({.op = Op::kAdd, .inputs = {0}}), Error);
  EXPECT_THROW(graph.add({.op = Op::kSigmoid, .inputs = {1}}), Error);
  EXPECT_THROW(graph.add({.op = Op::kConv, .inputs = {0}}), Error);
  auto step = conv_step(0, 1, 4, 3, 1, 1);
  step.bias = at::zeros({3});
  EXPECT_THROW(graph.add(step), Error);
}

// Wide enough for the fast kernels: joined maps, an activation behind them, a joint of joints.
TEST(Graph, JoinsMapsWithoutJoiningThem) {
  exact_machine();
  seed_torch(6);
  const c10::NoGradGuard no_gradients;
  Graph graph;
  auto first = conv_step(0, 3, 32, 3, 1, 1), second = conv_step(1, 32, 48, 3, 1, 1);
  graph.add(first);
  graph.add(second);
  const auto inner = graph.add({.op = Op::kConcat, .inputs = {1, 2}});
  const auto outer = graph.add({.op = Op::kConcat, .inputs = {inner, 1}});
  auto third = conv_step(outer, 112, 64, 3, 1, 1);
  third.weight = at::randn({64, 112, 3, 3}) * 0.05;
  third.bias = at::randn({64});
  const auto made = graph.add(third);
  const auto slopes = at::rand({64});
  graph.add({.op = Op::kPRelu, .inputs = {made}, .weight = slopes});
  const auto x = at::rand({1, 3, 41, 37});
  const auto a = at::conv2d(x, first.weight, {}, 1, 1), b = at::conv2d(a, second.weight, {}, 1, 1);
  const auto expected =
      at::prelu(at::conv2d(at::cat({a, b, a}, 1), third.weight, third.bias, 1, 1), slopes);
  set_up_machine({.device = "cpu", .precision = "fp32"}, Work::kInference);
  const auto got = network_of(graph)(x);
  EXPECT_LT((got - expected).abs().max().item<double>(),
            1e-4 * expected.abs().max().item<double>());
  exact_machine();
}

}  // namespace
}  // namespace ganvas
