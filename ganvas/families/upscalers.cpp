// Networks that enlarge: RRDB (ESRGAN, Real-ESRGAN, BSRGAN), SRVGGNetCompact, SRResNet in two forms.
// SPDX-License-Identifier: Apache-2.0
#include <cmath>

#include "ganvas/core/error.h"
#include "ganvas/families/build.h"

namespace ganvas {
namespace {

/// The names of Wang et al.'s first code, "model.1.sub.0.RDB1.conv1.0.weight", as those of today. Layers between
/// the trunk and the end are counted in pairs and triples: enlarging (no tensors), convolution, LeakyReLU.
void rename_first_form(StateDict& state) {
  const auto blocks = state.numbers("model.1.sub.", 1);
  const auto trunk = std::to_string(blocks.back());
  state.rename("model.0.", "conv_first.");
  for (const auto i : blocks) {
    const auto n = std::to_string(i);
    if (n == trunk) {
      state.rename("model.1.sub." + n + ".", "conv_body.");
      continue;
    }
    for (const auto* rdb : {"1", "2", "3"}) {
      for (const auto* conv : {"1", "2", "3", "4", "5"}) {
        const auto from = c10::str("model.1.sub.", n, ".RDB", rdb, ".conv", conv, ".0.");
        state.rename(from, c10::str("body.", n, ".rdb", rdb, ".conv", conv, "."));
      }
    }
  }
  const auto rest = state.numbers("model.", 2);
  for (size_t i = 0; i < rest.size(); ++i) {
    const auto from = c10::str("model.", rest[i], ".");
    const size_t left = rest.size() - i;
    state.rename(from, left == 1   ? "conv_last."
                       : left == 2 ? "conv_hr."
                                   : c10::str("conv_up", i + 1, "."));
  }
}

/// The names of BSRGAN and of ESRGAN's second code as those of today.
void rename_second_form(StateDict& state) {
  for (const auto i : state.numbers("RRDB_trunk.")) {
    for (const auto* rdb : {"1", "2", "3"}) {
      state.rename(c10::str("RRDB_trunk.", i, ".RDB", rdb, "."),
                   c10::str("body.", i, ".rdb", rdb, "."));
    }
  }
  state.rename("trunk_conv.", "conv_body.");
  state.rename("upconv", "conv_up");
  state.rename("HRconv.", "conv_hr.");
}

/// Eq. 1 of Wang et al., ECCVW 2018 (arXiv:1809.00219): five densely connected convolutions, 0.2 of them added.
size_t dense_block(Builder& to, const std::string& name, size_t x) {
  std::vector<size_t> maps = {x};
  for (int64_t i = 1; i <= 4; ++i) {
    const auto all = maps.size() == 1 ? x : to.joined(maps);
    maps.push_back(to.leaky(to.conv(c10::str(name, ".conv", i), all), 0.2));
  }
  return to.sum(to.scaled(to.conv(name + ".conv5", to.joined(maps)), 0.2), x);
}

Foreign build_rrdb(StateDict& state) {
  if (state.has_any("model.1.sub.")) rename_first_form(state);
  if (state.has_any("RRDB_trunk.")) rename_second_form(state);
  Foreign made{.is_of_basicsr = true};
  Builder to(state, made.graph);
  made.channels_out = state.size("conv_last.weight", 0);
  const int64_t seen = state.size("conv_first.weight", 1);
  // Real-ESRGAN's x2 and x1 see pixels as channels.
  const int64_t unshuffled = scale_of(seen, made.channels_out);
  made.channels_in = made.channels_out;
  made.multiple = unshuffled;
  size_t x = 0;
  if (unshuffled > 1) {
    x = made.graph.add({.op = Op::kPixelUnshuffle,
                        .inputs = {0},
                        .factor = unshuffled,
                        .count = made.channels_in});
  }
  const auto head = x = to.conv("conv_first", x);
  for (const auto i : state.numbers("body.")) {
    const auto block = x;
    for (int64_t rdb = 1; rdb <= 3; ++rdb)
      x = dense_block(to, c10::str("body.", i, ".rdb", rdb), x);
    x = to.sum(to.scaled(x, 0.2), block);
  }
  x = to.sum(head, to.conv("conv_body", x));
  int64_t scale = 1;
  for (const auto i : state.numbers("conv_up")) {
    // x3 has one layer that triples, which the tensors do not tell from one that doubles.
    x = to.leaky(to.conv(c10::str("conv_up", i), to.resized(Op::kNearest, x, 2)), 0.2);
    scale *= 2;
  }
  to.conv("conv_last", to.leaky(to.conv("conv_hr", x), 0.2));
  require(scale % unshuffled == 0, "got an enlargement of ", scale, " over ", unshuffled);
  made.scale = scale / unshuffled;
  return made;
}

// Wang et al., ICCVW 2021 (arXiv:2107.10833), section 4: convolutions and PReLUs, and the repeated input.
Foreign build_compact(StateDict& state) {
  Foreign made{.is_of_basicsr = true};
  Builder to(state, made.graph);
  require(
      state.has("body.1.weight"),
      "has no PReLU between its convolutions; which activation is there instead, no tensor tells");
  const auto layers = state.numbers("body.", 3);
  require(layers.size() % 2 == 1, "got ", layers.size(),
          " layers, expected convolutions with a PReLU between each two");
  size_t x = 0;
  for (const auto i : layers) {
    const auto name = c10::str("body.", i);
    x = i % 2 == 0 ? to.conv(name, x) : to.prelu(name, x);
  }
  made.channels_in = made.channels_out = state.size("body.0.weight", 1);
  const int64_t made_channels = state.size(c10::str("body.", layers.back(), ".weight"), 0);
  made.scale = scale_of(made_channels, made.channels_out);
  if (made.scale > 1) x = to.resized(Op::kPixelShuffle, x, made.scale);
  to.sum(x, made.scale > 1 ? to.resized(Op::kNearest, 0, made.scale) : 0);
  return made;
}

// BasicSR's SRResNet without norm, its input enlarged bilinearly and added.
Foreign build_msrresnet(StateDict& state) {
  state.rename("recon_trunk.", "body.");
  state.rename("HRconv.", "conv_hr.");
  Foreign made{.is_of_basicsr = true};
  Builder to(state, made.graph);
  auto x = to.leaky(to.conv("conv_first", 0), 0.1);
  for (const auto i : state.numbers("body.")) {
    const auto name = c10::str("body.", i);
    x = to.sum(x, to.conv(name + ".conv2", to.relu(to.conv(name + ".conv1", x))));
  }
  made.channels_in = state.size("conv_first.weight", 1);
  made.channels_out = state.size("conv_last.weight", 0);
  for (const auto i : state.numbers("upconv")) {
    const auto name = c10::str("upconv", i);
    const int64_t inputs = state.size(name + ".weight", 1);
    const int64_t factor = state.size(name + ".weight", 0) == 9 * inputs ? 3 : 2;
    x = to.leaky(to.resized(Op::kPixelShuffle, to.conv(name, x), factor), 0.1);
    made.scale *= factor;
  }
  x = to.conv("conv_last", to.leaky(to.conv("conv_hr", x), 0.1));
  to.sum(x, to.resized(Op::kBilinear, 0, made.scale));
  return made;
}

// Ledig et al., CVPR 2017 (arXiv:1609.04802), as leftthomas/SRGAN has it: the output is (tanh + 1) / 2.
Foreign build_srgan(StateDict& state) {
  Foreign made;
  Builder to(state, made.graph);
  const auto head = to.prelu("block1.1", to.conv("block1.0", 0));
  auto x = head;
  const auto blocks = state.numbers("block", 3);
  require(blocks.back() == std::ssize(blocks), "got ", blocks.size(),
          " blocks, expected 8 or another number without gaps");
  for (int64_t i = 2; i < blocks.back() - 1; ++i) {
    const auto name = c10::str("block", i);
    auto y = to.batch_norm(name + ".bn1", to.conv(name + ".conv1", x));
    y = to.batch_norm(name + ".bn2", to.conv(name + ".conv2", to.prelu(name + ".prelu", y)));
    x = to.sum(x, y);
  }
  const auto post = c10::str("block", blocks.back() - 1), end = c10::str("block", blocks.back());
  x = to.conv(post + ".0", x);
  x = state.has(post + ".1.running_mean") ? to.batch_norm(post + ".1", x)
                                          : to.prelu(post + ".1", x);
  x = to.sum(head, x);
  const auto ups = state.numbers(end + ".", 1);
  for (const auto i : ups) {
    const auto name = c10::str(end, ".", i);
    if (i == ups.back()) {
      x = to.conv(name, x);
      break;
    }
    x = to.prelu(name + ".prelu", to.resized(Op::kPixelShuffle, to.conv(name + ".conv", x), 2));
    made.scale *= 2;
  }
  to.scaled(to.plain(Op::kTanh, x), 0.5, 0.5);
  return made;
}

}  // namespace

FamilyEntry rrdb() {
  return {"rrdb", "RRDB: ESRGAN, Real-ESRGAN, BSRGAN",
          [](const StateDict& state) {
            return state.has("body.0.rdb1.conv1.weight") ||
                   state.has("RRDB_trunk.0.RDB1.conv1.weight") ||
                   state.has("model.1.sub.0.RDB1.conv1.0.weight");
          },
          build_rrdb};
}

FamilyEntry compact() {
  return {"compact", "SRVGGNetCompact: Real-ESRGAN General, animevideo",
          [](const StateDict& state) {
            const auto has = [&](const char* name, size_t dimensions) {
              return state.has(name) && state.shape(name).size() == dimensions;
            };
            return has("body.0.weight", 4) && !state.has("conv_first.weight") &&
                   (has("body.1.weight", 1) || has("body.2.weight", 4));
          },
          build_compact};
}

FamilyEntry msrresnet() {
  return {"msrresnet", "SRResNet without norm, of BasicSR",
          [](const StateDict& state) {
            const bool has_body =
                state.has("body.0.conv1.weight") || state.has("recon_trunk.0.conv1.weight");
            return state.has("conv_first.weight") && has_body && state.has("upconv1.weight");
          },
          build_msrresnet};
}

FamilyEntry srgan_leftthomas() {
  return {"srgan-leftthomas", "SRGAN's generator, of leftthomas/SRGAN",
          [](const StateDict& state) {
            return state.has("block1.0.weight") && state.has("block2.conv1.weight");
          },
          build_srgan};
}

}  // namespace ganvas
