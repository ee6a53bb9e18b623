// ganvas morph
// SPDX-License-Identifier: Apache-2.0
#include <ATen/ops/randn.h>

#include "cli/command.h"
#include "cli/image_batch.h"
#include "ganvas/core/files.h"
#include "ganvas/core/log.h"
#include "ganvas/core/random.h"
#include "ganvas/image/codec.h"
#include "ganvas/image/convert.h"
#include "ganvas/image/sheet.h"
#include "ganvas/inference/codes.h"

namespace ganvas {
namespace {

struct MorphConfig {
  int64_t steps = 8;
  int64_t rows = 4;
  int64_t label = 0;
  int64_t seed = 0;
  double strength = 1;

  template <typename Visitor>
  void visit(Visitor& v) {
    v("steps", steps, "images in a row, both ends included", Range{2, 1000});
    v("rows", rows, "rows, where the ends are noise", Range{1, 1000});
    v("class", label, "class of the images, of models that know classes", Range{0, 1000});
    v("seed", seed, "of the noise", Range{0, 1e15});
    v("strength", strength, "how much of the attribute the last image of a row has",
      Range{-100, 100});
  }
};

std::vector<Tensor> read_all(const std::vector<std::string>& inputs, int64_t channels) {
  std::vector<Tensor> images;
  for (const auto& file : expand_inputs(inputs)) {
    images.push_back(to_tensor(read_image(file), channels));
  }
  return images;
}

/// The codes of each row of the sheet.
std::vector<Tensor> noise_rows(const Model& model, const MorphConfig& config) {
  seed_torch(static_cast<uint64_t>(config.seed));
  const auto ends = at::randn({2 * config.rows, model.method().abilities().code});
  std::vector<Tensor> rows;
  for (int64_t i = 0; i < config.rows; ++i) {
    rows.push_back(arc(ends[2 * i], ends[2 * i + 1], config.steps));
  }
  return rows;
}

std::vector<Tensor> image_rows(const Tensor& codes, int64_t steps) {
  require_usage(codes.size(0) >= 2, "morph: got one image, expected two or more, or none");
  std::vector<Tensor> rows;
  for (int64_t i = 0; i + 1 < codes.size(0); ++i) {
    rows.push_back(line(codes[i], codes[i + 1], steps));
  }
  return rows;
}

}  // namespace

int run_morph(const std::vector<std::string>& arguments) {
  Arguments expected(
      "Draws what lies between codes of a trained model, as a sheet: between noise and noise; "
      "between the codes of each image and the next; or, with --with and --without, from each "
      "image to the same with an attribute. All of it is invented.",
      "ganvas morph");
  std::string model_path, out, with, without;
  std::vector<std::string> inputs;
  Settings given;
  expected.require("--model", model_path, "a run's folder, or a checkpoint");
  expected.take("inputs", inputs, "images, or folders of them");
  expected.require("-o,--out", out, "the sheet to write");
  expected.take("--with", with, "folder of images that have the attribute");
  expected.take("--without", without, "folder of images that lack it");
  expected.take(describe(MorphConfig{}), given);
  expected.take(describe(MachineConfig{}), given, kMachineGroup);
  if (!expected.parse(arguments)) return kDone;
  require_usage(with.empty() == without.empty(), "--with and --without: each needs the other");
  require_usage(with.empty() || !inputs.empty(), "--with: needs images to change");

  const auto config = config_of<MorphConfig>(given);
  const Model model(model_path, machine_of(given));
  const auto channels = model.info().image_spec().channels_a;
  std::vector<Tensor> codes;
  if (inputs.empty()) {
    codes = noise_rows(model, config);
  } else if (with.empty()) {
    codes = image_rows(codes_of(model, read_all(inputs, channels)), config.steps);
  } else {
    const auto change = attribute(codes_of(model, read_all({with}, channels)),
                                  codes_of(model, read_all({without}, channels)));
    const auto first = codes_of(model, read_all(inputs, channels));
    for (int64_t i = 0; i < first.size(0); ++i) {
      codes.push_back(line(first[i], first[i] + config.strength * change, config.steps));
    }
  }
  std::vector<std::vector<Tensor>> rows;
  for (const auto& row : codes) rows.push_back(images_of(model, row, config.label).unbind());
  write_image(make_sheet(rows), out);
  note(c10::str(rows.size(), " rows of ", config.steps, " images in ", out));
  return kDone;
}

}  // namespace ganvas
