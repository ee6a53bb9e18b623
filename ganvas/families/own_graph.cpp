// Networks of ours as graphs, to be given away.
// SPDX-License-Identifier: Apache-2.0
#include <map>

#include "ganvas/core/error.h"
#include "ganvas/families/build.h"
#include "ganvas/families/junyanz_names.h"

namespace ganvas {
namespace {

/// SRResNet and the compact upscaler, as nn/upscaler.cpp has them in tables.
class UpscalerBuilder {
 public:
  UpscalerBuilder(StateDict& state, Foreign& made)
      : state_(state), made_(made), to_(state, made.graph, Builder::Biases::kSome) {}

  void build() {
    if (state_.has("head_prelu")) {
      build_srresnet();
    } else {
      build_compact();
    }
  }

 private:
  size_t normed(const std::string& name, size_t x) {
    x = to_.conv(name + ".conv", x);
    return state_.has(name + ".norm.running_mean") ? to_.batch_norm(name + ".norm", x) : x;
  }
  size_t prelu(const std::string& name, size_t x) {
    return made_.graph.add({.op = Op::kPRelu, .inputs = {x}, .weight = state_.take(name)});
  }
  std::vector<int64_t> blocks() const { return state_.numbers("block", 1); }

  void build_srresnet() {
    const auto unit = to_.scaled(0, 0.5, 0.5);  // it sees [0, 1]
    const auto head = prelu("head_prelu", to_.conv("head", unit));
    auto x = head;
    for (const auto i : blocks()) {
      const auto name = c10::str("block", i);
      x = to_.sum(x, normed(name + ".b", prelu(name + ".prelu", normed(name + ".a", x))));
    }
    x = to_.sum(head, normed("post", x));
    for (const auto i : state_.numbers("up", 1)) {
      const auto name = c10::str("up", i);
      const int64_t factor = made_.scale == 3 ? 3 : 2;
      x = to_.resized(Op::kPixelShuffle, to_.conv(name + ".conv", x), factor);
      x = prelu(name + ".prelu", x);
    }
    to_.conv("tail", x);
  }

  void build_compact() {
    const auto head = to_.conv("head", 0);
    auto x = head;
    for (const auto i : blocks()) {
      const auto name = c10::str("block", i);
      x = to_.sum(x, to_.conv(name + ".b.conv", to_.relu(to_.conv(name + ".a.conv", x))));
    }
    x = to_.conv("tail", to_.sum(head, to_.conv("post", x)));
    to_.sum(to_.resized(Op::kPixelShuffle, x, made_.scale),
            to_.resized(Op::kCubic, 0, made_.scale));
  }

  StateDict& state_;
  Foreign& made_;
  Builder to_;
};

}  // namespace

Foreign graph_of(const Network& network, const std::string& name, const ImageSpec& spec) {
  if (const auto theirs = with_junyanz_names(network, /*drops=*/false)) {
    auto made = network_of_tensors({theirs->begin(), theirs->end()}, name);
    made.source = name;
    return made;
  }
  std::map<std::string, Tensor> tensors;
  for (const auto& all : {network.parameters(), network.buffers()}) {
    tensors.insert(all.begin(), all.end());
  }
  require_usage(tensors.count("head.weight") > 0 &&
                    tensors.count("post.weight") + tensors.count("post.conv.weight") > 0,
                "--network: ", name,
                " has no graph to be given away; those of pix2pix, cyclegan, regress (U-Net, "
                "ResNet with --upsampling transposed), srresnet and srgan have");
  StateDict state(std::move(tensors));
  Foreign made{.source = name,
               .family = "ganvas-upscaler",
               .scale = spec.scale,
               .range = ValueRange::kSigned};
  made.channels_in = made.channels_out = spec.channels_a;
  UpscalerBuilder(state, made).build();
  const auto left = state.first_left();
  require(left.empty(), name, ": has a tensor that is not known, ", left);
  return made;
}

}  // namespace ganvas
