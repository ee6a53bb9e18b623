// ganvas sample
// SPDX-License-Identifier: Apache-2.0
#include <array>
#include <cstdio>

#include "cli/command.h"
#include "cli/numbers.h"
#include "ganvas/core/files.h"
#include "ganvas/core/log.h"
#include "ganvas/core/random.h"
#include "ganvas/image/codec.h"
#include "ganvas/image/convert.h"
#include "ganvas/image/sheet.h"
#include "ganvas/inference/model.h"

namespace ganvas {
namespace {

struct SampleConfig {
  int64_t count = 16;
  int64_t columns = 8;
  int64_t seed = 0;

  template <typename Visitor>
  void visit(Visitor& v) {
    v("count", count, "images, pairs of them, or points to make", Range{1, 1e6});
    v("columns", columns, "images in a row of the sheet", Range{1, 1000});
    v("seed", seed, "of the noise", Range{0, 1e15});
  }
};

std::string file_name(int64_t number, size_t domain, size_t domains) {
  std::array<char, 32> digits{};
  std::snprintf(digits.data(), digits.size(), "%06d", static_cast<int>(number));
  const std::string suffix = domains == 1 ? "" : domain == 0 ? "-a" : "-b";
  return digits.data() + suffix + ".png";
}

/// Rows of images; a row of each domain below the other, pairs in columns.
Image make_sample_sheet(const std::vector<Tensor>& domains, int64_t columns) {
  std::vector<std::vector<Tensor>> rows;
  for (int64_t first = 0; first + columns <= domains[0].size(0); first += columns) {
    for (const auto& images : domains) {
      rows.emplace_back();
      for (int64_t i = first; i < first + columns; ++i) rows.back().push_back(images[i]);
    }
  }
  return make_sheet(rows);
}

void write_images(const std::vector<Tensor>& domains, const SampleConfig& config,
                  const fs::path& folder) {
  make_folders(folder);
  for (size_t domain = 0; domain < domains.size(); ++domain) {
    for (int64_t i = 0; i < config.count; ++i) {
      write_image(to_image(domains[domain][i]), folder / file_name(i, domain, domains.size()));
    }
  }
  const auto sheet = folder / "sheet.png";
  write_image(make_sample_sheet(domains, std::min(config.columns, config.count)), sheet);
  note(c10::str(config.count, domains.size() > 1 ? " pairs" : " images", " made; ", sheet.string(),
                " shows them"));
}

}  // namespace

int run_sample(const std::vector<std::string>& arguments) {
  if (!peek(arguments, "--density").empty()) return run_density(arguments);  // its first home
  Arguments expected(
      "Makes images from noise with a trained model, and a sheet of them. Models of two domains "
      "make pairs: NUMBER-a.png and NUMBER-b.png. Models of points: a table. Numbers that follow a "
      "density: see ganvas density.",
      "ganvas sample");
  std::string model_path, out;
  Settings given;
  expected.require("--model", model_path, "a run's folder, or a checkpoint");
  expected.require("-o,--out", out, "folder of the images; file of the points, .csv or .npy");
  expected.take(describe(SampleConfig{}), given);
  expected.take(describe(MachineConfig{}), given, kMachineGroup);
  if (!expected.parse(arguments)) return kDone;

  const auto config = config_of<SampleConfig>(given);
  const Model model(model_path, machine_of(given));
  const bool makes_points = model.info().image_spec().size == 1;
  if (makes_points) require_number_file(out);
  seed_torch(static_cast<uint64_t>(config.seed));
  auto domains = model.method().sample(config.count);
  for (auto& images : domains) images = images.cpu();
  if (makes_points) {
    write_numbers(domains[0].flatten(1), "x,y", out);
  } else {
    write_images(domains, config, out);
  }
  return kDone;
}

}  // namespace ganvas
