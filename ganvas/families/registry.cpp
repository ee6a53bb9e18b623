// One row per family, and what becomes of a file that is none of them.
// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <array>
#include <cmath>

#include "ganvas/core/error.h"
#include "ganvas/core/files.h"
#include "ganvas/families/build.h"
#include "ganvas/families/family.h"
#include "ganvas/store/keras.h"
#include "ganvas/store/ncnn.h"
#include "ganvas/store/tfjs.h"
#include "ganvas/store/weights.h"

#define GANVAS_FAMILIES(ROW) \
  ROW(rrdb)                  \
  ROW(compact)               \
  ROW(cyclegan_resnet)       \
  ROW(pix2pix_unet)          \
  ROW(span)                  \
  ROW(realplksr)             \
  ROW(msrresnet)             \
  ROW(srgan_leftthomas)      \
  ROW(carn)                  \
  ROW(style)                 \
  ROW(tensorflow_style)      \
  ROW(dncnn)                 \
  ROW(drunet)                \
  ROW(fbcnn)                 \
  ROW(waifu2x)               \
  ROW(cunet)                 \
  ROW(mobilenet)             \
  ROW(squeezenet)            \
  ROW(alexnet)               \
  ROW(vgg)                   \
  ROW(inception)

namespace ganvas {

#define DECLARE(name) FamilyEntry name();
GANVAS_FAMILIES(DECLARE)

const std::vector<FamilyEntry>& families() {
#define CALL(name) name(),
  static const std::vector<FamilyEntry> all = {GANVAS_FAMILIES(CALL)};
  return all;
}

namespace {

/// A network that is not run here, told by a part of a tensor's name.
struct Elsewhere {
  const char* part;
  const char* name;
};

constexpr std::array kElsewhere = {
    Elsewhere{"overlap_attn", "HAT, a transformer"},
    Elsewhere{"residual_group.blocks.0.attn.qkv", "SwinIR, a transformer"},
    Elsewhere{"blocks.0.attn.attns.", "DAT, a transformer"},
    Elsewhere{"residual_layer.0.residual_layer.0.layer", "OmniSR, a transformer"},
    Elsewhere{"relative_position_index", "a transformer with windows (SwinIR's kin)"},
    Elsewhere{"attn.qkv", "a transformer"},
    Elsewhere{"A_log", "a state-space network (Mamba)"},
    Elsewhere{"cond_stage_model", "a latent diffusion model"},
    Elsewhere{"diffusion_model", "a diffusion model"},
    Elsewhere{"text_model", "a language model"},
    Elsewhere{"lora_", "a LoRA, which changes another network"},
};

/// Of all tensors' names, for messages.
std::string some_names(const StateDict& state) {
  constexpr int kShown = 3;
  std::string text;
  int shown = 0;
  for (const auto& [name, tensor] : state.tensors()) {
    if (shown++ == kShown) return text + " ...";
    text += (text.empty() ? "" : ", ") + name + " " + c10::str(tensor.sizes());
  }
  return text;
}

/// A PatchGAN: kernels of 4, and one score at each place.
bool judges(const StateDict& state) {
  const auto layers = state.numbers("model.");
  if (layers.size() < 2 || !state.has("model.0.weight")) return false;
  const auto end = c10::str("model.", layers.back(), ".weight");
  if (!state.has(end)) return false;
  const auto first = state.shape("model.0.weight"), last = state.shape(end);
  return first.size() == 4 && first[3] == 4 && last.size() == 4 && last[0] == 1;
}

Foreign build(const FamilyEntry& row, StateDict& state) {
  Foreign made;
  with_shapes_explained([&] {
    made = row.build(state);
    made.family = row.name;
    if (made.classes == 0) complete_border(made);
    made.tensors = state.tensors();
    const auto left = state.first_left();
    require(left.empty(), "has a tensor that it does not know, ", left);
  });
  return made;
}

/// "nearest is rrdb, but has no tensor conv_hr.weight; ": the family that takes most of the tensors.
std::string nearest_to(const StateDict& state) {
  std::string text;
  size_t most = 1;  // one tensor is no resemblance
  for (const auto& row : families()) {
    auto copy = state;
    try {
      build(row, copy);
    } catch (const Error& error) {
      if (copy.taken() <= most) continue;
      most = copy.taken();
      text = c10::str("nearest is ", row.name, ", but it ", error.what(), "; ");
    }
  }
  return text;
}

bool is_known(const StateDict& state) {
  return std::any_of(families().begin(), families().end(),
                     [&](const FamilyEntry& row) { return row.recognises(state); });
}

[[noreturn]] void refuse(const StateDict& state, const std::string& who) {
  for (const auto& row : kElsewhere) {
    for (const auto& [name, tensor] : state.tensors()) {
      if (name.find(row.part) == std::string::npos) continue;
      throw Error(
          c10::str(who, ": holds ", row.name, " (", name,
                   "), which is not run here; Python's spandrel or the program that it comes "
                   "from does"));
    }
  }
  require(!judges(state), who,
          ": holds a discriminator (PatchGAN), which judges images and makes none; take the "
          "generator beside it, ..._net_G.pth");
  std::vector<std::string> known;
  for (const auto& row : families()) known.push_back(row.name);
  throw Error(c10::str(who, ": holds ", state.tensors().size(),
                       " tensors of a network that is not known here: ", some_names(state), "; ",
                       nearest_to(state), "known are ", c10::Join(", ", known),
                       ", ncnn's graphs, Keras' and our own"));
}

/// A network that a file lists step by step.
Foreign listed(const std::string& family, Graph graph, const fs::path& path) {
  Foreign made{.family = family, .graph = std::move(graph)};
  const double scale = made.graph.scale().scale;
  made.scale = std::lround(scale);
  require(made.scale >= 1 && made.scale <= 16 && std::abs(scale - double(made.scale)) < 1e-6,
          path.string(), ": makes images ", scale,
          " times as large, expected a whole number up to 16");
  made.multiple = made.graph.multiple();
  const auto first = std::find_if(made.graph.steps().begin(), made.graph.steps().end(),
                                  [](const Step& step) { return step.op == Op::kConv; });
  if (first != made.graph.steps().end()) {
    made.channels_in = first->weight.size(1) * first->groups;
  }
  made.channels_out = made.graph.scale().channels;
  try {
    complete_border(made);
  } catch (const Error& error) {
    throw Error(path.string() + ": " + error.what());
  }
  return made;
}

Foreign read_network(const fs::path& path, WeightsFormat format, const std::string& part) {
  if (format == WeightsFormat::kNcnn) {
    auto param = path;
    param.replace_extension(".param");
    return listed("ncnn", read_ncnn(param), param);
  }
  if (format == WeightsFormat::kTfjs) {
    const auto folder = is_folder(path) ? path : path.parent_path();
    const auto tensors = read_tfjs(folder);
    if (tensors.count("conv_preds/kernel") > 0) return network_of_tensors(tensors, path.string());
    auto made = listed("keras", read_keras(folder, tensors), path);
    // No file says its range. Of Keras' networks that enlarge, those with the layers of ISR's RDN (upscaler.js'
    // esrgan-slim and -medium) are the ones that see levels.
    if (tensors.count("UPN1/kernel") > 0) made.range = ValueRange::kLevels;
    return made;
  }
  auto weights = read_weights(path, part);
  auto made = network_of_tensors(std::move(weights.tensors), path.string(), weights.metadata);
  made.wrapper = weights.wrapper;
  made.others = weights.others;
  for (const auto* key : {"license", "licence", "modelspec.license"}) {
    if (weights.metadata.count(key) > 0) made.licence = weights.metadata.at(key);
  }
  return made;
}

}  // namespace

Foreign network_of_tensors(std::map<std::string, Tensor> tensors, const std::string& who,
                           std::map<std::string, std::string> metadata) {
  StateDict state(std::move(tensors), std::move(metadata));
  state.pass_over("num_batches_tracked");
  if (auto bare = state; !is_known(bare)) {
    while (!is_known(bare) && bare.take_off_common_head()) {
    }
    if (is_known(bare)) state = bare;
  }
  for (const auto& row : families()) {
    if (!row.recognises(state)) continue;
    try {
      return build(row, state);
    } catch (const Error& error) {
      throw Error(c10::str(who, ": looks like ", row.summary, ", but ", error.what()));
    }
  }
  refuse(state, who);
}

Foreign read_foreign(const fs::path& path, const std::string& part) {
  const auto format = weights_format(path);
  auto made = read_network(path, format, part);
  made.format = name_of(format);
  made.source = path.string();
  return made;
}

}  // namespace ganvas
