// Inception v3 as the Frechet inception distance uses it: TensorFlow's network of 2015-12-05 with 1008 scores.
// SPDX-License-Identifier: Apache-2.0
//
// Szegedy et al., CVPR 2016 (arXiv:1512.00567); named as in pytorch-fid's file
// pt_inception-2015-12-05-6726825d.pth. It differs from torchvision's network of the same names: means leave pads
// out, and the last block takes a maximum where the others take a mean.
#include <string>
#include <vector>

#include "ganvas/core/error.h"
#include "ganvas/families/build.h"

namespace ganvas {
namespace {

constexpr double kEps = 1e-3;  // of its batch norms
constexpr int64_t kScores = 1008;

/// Names of the layers of a branch, one behind the other.
using Chain = std::vector<std::string>;

class InceptionBuilder {
 public:
  InceptionBuilder(StateDict& state, Graph& graph)
      : state_(state), graph_(graph), to_(state, graph) {}

  /// All up to the last joined map.
  void build() {
    auto x = valid("Conv2d_1a_3x3", 0, 2);
    x = valid("Conv2d_2a_3x3", x);
    x = same("Conv2d_2b_3x3", x);
    x = max_pooled(x, 2);
    x = valid("Conv2d_3b_1x1", x);
    x = valid("Conv2d_4a_3x3", x);
    x = max_pooled(x, 2);
    const std::vector<Chain> coarse = {{"branch1x1"},
                                       {"branch5x5_1", "branch5x5_2"},
                                       {"branch3x3dbl_1", "branch3x3dbl_2", "branch3x3dbl_3"}};
    for (const auto* name : {"Mixed_5b.", "Mixed_5c.", "Mixed_5d."}) {
      x = joined(name, x, coarse, mean_pooled(x));
    }
    x = halved("Mixed_6a.", x,
               {{"branch3x3"}, {"branch3x3dbl_1", "branch3x3dbl_2", "branch3x3dbl_3"}});
    const std::vector<Chain> long_kernels = {
        {"branch1x1"},
        {"branch7x7_1", "branch7x7_2", "branch7x7_3"},
        {"branch7x7dbl_1", "branch7x7dbl_2", "branch7x7dbl_3", "branch7x7dbl_4", "branch7x7dbl_5"}};
    for (const auto* name : {"Mixed_6b.", "Mixed_6c.", "Mixed_6d.", "Mixed_6e."}) {
      x = joined(name, x, long_kernels, mean_pooled(x));
    }
    x = halved("Mixed_7a.", x,
               {{"branch3x3_1", "branch3x3_2"},
                {"branch7x7x3_1", "branch7x7x3_2", "branch7x7x3_3", "branch7x7x3_4"}});
    x = split("Mixed_7b.", x, mean_pooled(x));
    split("Mixed_7c.", x, max_pooled(x, 1));
  }

 private:
  size_t mean_pooled(size_t x) {
    return graph_.add({.op = Op::kMeanPool, .inputs = {x}, .kernel = 3, .pads = {1, 1, 1, 1}});
  }

  size_t max_pooled(size_t x, int64_t stride) {
    const int64_t pad = stride == 1 ? 1 : 0;
    return graph_.add({.op = Op::kMaxPool,
                       .inputs = {x},
                       .kernel = 3,
                       .stride = stride,
                       .pads = {pad, pad, pad, pad}});
  }

  size_t valid(const std::string& name, size_t x, int64_t stride = 1) {
    return layer(name, x, stride, {});
  }

  size_t same(const std::string& name, size_t x) {
    const int64_t high = state_.size(name + ".conv.weight", 2) / 2,
                  wide = state_.size(name + ".conv.weight", 3) / 2;
    return layer(name, x, 1, {wide, high, wide, high});
  }

  /// A convolution with its batch norm by the running statistics, and ReLU.
  size_t layer(const std::string& name, size_t x, int64_t stride, const Sides& pads) {
    const auto weight = state_.take(name + ".conv.weight");
    require(weight.dim() == 4, name, ".conv.weight: got the shape ", weight.sizes());
    for (const auto* part : {"weight", "bias", "running_mean", "running_var"}) {
      const auto size = state_.shape(name + ".bn." + part);
      require(size == std::vector{weight.size(0)}, name, ".bn.", part, ": got the shape ", size,
              " for ", weight.size(0), " channels");
    }
    const auto scale =
        state_.take(name + ".bn.weight") / (state_.take(name + ".bn.running_var") + kEps).sqrt();
    const auto y = graph_.add(
        {.op = Op::kConv,
         .inputs = {x},
         .weight = weight * scale.view({-1, 1, 1, 1}),
         .bias = state_.take(name + ".bn.bias") - state_.take(name + ".bn.running_mean") * scale,
         .kernel = weight.size(2),
         .stride = stride,
         .pads = pads});
    return to_.relu(y);
  }

  size_t chained(const std::string& block, const Chain& chain, size_t x) {
    for (const auto& name : chain) x = same(block + name, x);
    return x;
  }

  size_t joined(const std::string& block, size_t x, const std::vector<Chain>& chains,
                size_t pooled) {
    std::vector<size_t> maps;
    for (const auto& chain : chains) maps.push_back(chained(block, chain, x));
    maps.push_back(same(block + "branch_pool", pooled));
    return to_.joined(maps);
  }

  /// The last layer of each chain sees every second place, as does a maximum beside them.
  size_t halved(const std::string& block, size_t x, const std::vector<Chain>& chains) {
    std::vector<size_t> maps;
    for (auto chain : chains) {
      const auto last = chain.back();
      chain.pop_back();
      maps.push_back(valid(block + last, chained(block, chain, x), 2));
    }
    maps.push_back(max_pooled(x, 2));
    return to_.joined(maps);
  }

  /// Kernels of 3 x 3 as 1 x 3 and 3 x 1 beside each other.
  size_t split(const std::string& block, size_t x, size_t pooled) {
    const auto both = [&](const std::string& name, size_t seen) {
      return to_.joined({same(block + name + "a", seen), same(block + name + "b", seen)});
    };
    const auto first = same(block + "branch1x1", x);
    const auto single = both("branch3x3_2", chained(block, {"branch3x3_1"}, x));
    const auto twice =
        both("branch3x3dbl_3", chained(block, {"branch3x3dbl_1", "branch3x3dbl_2"}, x));
    return to_.joined({first, single, twice, same(block + "branch_pool", pooled)});
  }

  StateDict& state_;
  Graph& graph_;
  Builder to_;
};

Foreign build_inception(StateDict& state) {
  require(
      !state.has_any("AuxLogits.") && state.size("fc.weight", 0) == kScores,
      "it is torchvision's, trained anew; the Frechet inception distance is by TensorFlow's with ",
      kScores, " scores: pt_inception-2015-12-05-6726825d.pth of pytorch-fid's releases");
  Foreign made{.range = ValueRange::kSigned, .side = 299};
  InceptionBuilder(state, made.graph).build();
  Builder end(state, made.head);
  const auto weight = state.take("fc.weight");
  end.conv_of(weight.unsqueeze(2).unsqueeze(3), state.take("fc.bias"), 0);
  made.classes = weight.size(0);
  return made;
}

}  // namespace

FamilyEntry inception() {
  return {"inception", "Inception v3 of the Frechet inception distance",
          [](const StateDict& state) {
            return state.has("Mixed_7c.branch_pool.conv.weight") && state.has("fc.weight");
          },
          build_inception};
}

}  // namespace ganvas
